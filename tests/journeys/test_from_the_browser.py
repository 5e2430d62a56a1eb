"""A host goes live with nothing but a browser, and somebody else sees it."""

from pathlib import Path

from playwright.async_api import Page, expect

from tests.support.browser import (
    FAKE_CAMERA,
    PICTURE_SIZE,
    WAIT_MS_MAX,
    a_browser,
    a_visitor,
    connect_the_camera,
    sign_in,
    wait_until_playing,
)
from tests.support.house import Plan, open_house

CAMERA_SIZE = "1280x720"


async def test_a_host_goes_live_from_the_browser(open_folder: Path) -> None:
    async with open_house(open_folder, Plan(live=False)) as house, a_browser(*FAKE_CAMERA) as one:
        host = await a_visitor(one)
        await sign_in(host, house, "host")
        await host.goto(f"{house.address}/studio/{house.show_slug}")
        await connect_the_camera(host)
        await host.get_by_role("button", name="Go live").click()
        await host.get_by_role("dialog").get_by_role("button", name="Go live").click()

        await expect(host.get_by_label("What is on air, without delay")).to_be_visible()
        async with a_browser() as another:
            viewer = await a_visitor(another)
            await viewer.goto(f"{house.address}/shows/{house.show_slug}")
            await the_picture_is_the_cameras(viewer)

        await host.get_by_role("button", name="Disconnect the camera").click()
        await expect(host.get_by_text("Nobody sees this yet.")).to_be_visible()


async def the_picture_is_the_cameras(page: Page) -> None:
    """The house's own stage is smaller than what the camera sends."""
    await page.wait_for_function(
        f"(size) => ({PICTURE_SIZE})() === size", arg=CAMERA_SIZE, timeout=WAIT_MS_MAX
    )
    played = await wait_until_playing(page, 0)
    await wait_until_playing(page, played + 2)
