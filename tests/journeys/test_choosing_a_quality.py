"""A viewer's choice of the picture's form: by keyboard, without losing the show."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from livehouse.app.bench.screen import FIND, PLAYED
from tests.support.browser import PICTURE_SIZE, a_visitor, clock_in_picture, wait_until_playing
from tests.support.house import Plan, open_house

pytestmark = [pytest.mark.timeout(240), pytest.mark.torture]

BEHIND_MS_MAX = 6_000
# How far the programme's time in the player is from now.
NEAR = (
    "() => {" + FIND + ' const at = find("LH-PLAYER").programmeMs;'
    f" return at && Math.abs(Date.now() - at) < {BEHIND_MS_MAX}; }}"
)


async def test_a_viewer_chooses_a_smaller_picture_then_the_sound_alone(
    chromium: Browser, open_folder: Path
) -> None:
    async with open_house(open_folder, Plan(renditions="on")) as house:
        page = await a_visitor(chromium)
        await page.goto(f"{house.address}/shows/{house.show_slug}")
        await clock_in_picture(page)
        assert await page.evaluate(f"({PICTURE_SIZE})()") == "960x540"
        menu = page.get_by_role("combobox", name="Quality")
        await expect(menu.get_by_role("option")).to_have_text(
            ["Automatic", "Original picture", "360p", "Sound alone"]
        )

        await menu.focus()
        await page.keyboard.type("360")
        await is_shown(page, "640x360")
        await plays_on(page)

        await menu.focus()
        await page.keyboard.type("Sound")
        await is_shown(page, "0x0")
        await plays_on(page)

        await menu.select_option("Original picture")
        await is_shown(page, "960x540")
        await plays_on(page)


async def is_shown(page: Page, size: str) -> None:
    await page.wait_for_function(f"(size) => ({PICTURE_SIZE})() === size", arg=size, polling=200)


async def plays_on(page: Page) -> None:
    """Near the stage, and moving."""
    await page.wait_for_function(NEAR, polling=200)
    await wait_until_playing(page, await page.evaluate(PLAYED) + 2)
