"""A show that is on, seen again: back by the seek bar, with its stage of then, and live again."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from livehouse.app.bench.screen import READ_CLOCK
from livehouse.foundation.clock import SystemClock, to_ms
from tests.support.browser import (
    a_visitor,
    clock_in_picture,
    sign_in,
    wait_until_playing,
)
from tests.support.house import Plan, open_house
from tests.support.media_waiting import eventually

pytestmark = pytest.mark.torture

BEFORE_THE_PIN_SECONDS = 8
AFTER_THE_PIN_SECONDS = 10
LIVE_MS_MAX = 6_000


async def test_a_viewer_rewinds_and_comes_back(chromium: Browser, open_folder: Path) -> None:
    async with open_house(open_folder, Plan()) as house:
        guest, host = await a_visitor(chromium), await a_visitor(chromium)
        await sign_in(host, house, "host")
        await guest.goto(f"{house.address}/shows/{house.show_slug}")
        await host.goto(f"{house.address}/studio/{house.show_slug}")
        await clock_in_picture(guest)
        begun = await wait_until_playing(guest, BEFORE_THE_PIN_SECONDS)
        await host.get_by_role("button", name=re.compile(r"^Pin.*Moss tea bowl")).click()
        card = guest.get_by_role("article", name=re.compile("Moss tea bowl")).first
        await expect(card).to_be_visible()
        pinned_ms = await clock_ms(guest)
        await wait_until_playing(guest, begun + AFTER_THE_PIN_SECONDS)

        bar = guest.get_by_role("slider", name="Position")
        await bar.focus()
        await guest.keyboard.press("Home")

        async def is_back() -> bool:
            return await clock_ms(guest) < pinned_ms - 2_000

        await eventually(is_back)
        await expect(card).to_be_hidden()
        back = guest.get_by_role("button", name="Back to the live picture")
        await expect(back).to_be_enabled()
        await eventually(_shown_again(guest, pinned_ms))
        await expect(card).to_be_visible()
        await back.click()

        async def is_live() -> bool:
            return to_ms(SystemClock().now()) - await clock_ms(guest) < LIVE_MS_MAX

        await eventually(is_live)
        await expect(card).to_be_visible()


def _shown_again(page: Page, at: int) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        return await clock_ms(page) > at + 500

    return look


async def clock_ms(page: Page) -> int:
    return int(await page.evaluate(f"({READ_CLOCK})()") or 0)
