"""A real browser for journeys, and how a person finds things on our pages."""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import (
    Browser,
    BrowserContext,
    Page,
    ViewportSize,
    async_playwright,
    expect,
)

from livehouse.app.bench.screen import FIND_VIDEO, PLAYED, READ_CLOCK
from livehouse.foundation.clock import SystemClock, to_ms
from tests.support.house import PASSWORD, House

PHONE = ViewportSize(width=390, height=844)
DESKTOP = ViewportSize(width=1440, height=900)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
)
WAIT_MS_MAX = 45_000  # a bound for busy machines; a calm one needs two seconds


# A moving test picture with a beep instead of a camera, and nobody has to be asked.
FAKE_CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
PICTURE_SIZE = (
    "() => {" + FIND_VIDEO + " return video ? video.videoWidth + 'x' + video.videoHeight : ''; }"
)


@asynccontextmanager
async def a_browser(*flags: str) -> AsyncIterator[Browser]:
    path = shutil.which("chromium")
    assert path, "Debian's chromium is missing: make setup-tests installs it"
    expect.set_options(timeout=WAIT_MS_MAX)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=[*FLAGS, *flags])
        yield browser
        await browser.close()


async def a_visitor(browser: Browser, viewport: ViewportSize = DESKTOP) -> Page:
    """Somebody who wants little motion: without a graphics card, dots that pulse sixty times a
    second take as much of a machine as all the rest that a journey does."""
    context: BrowserContext = await browser.new_context(
        viewport=viewport, locale="en-GB", reduced_motion="reduce"
    )
    context.set_default_timeout(WAIT_MS_MAX)
    return await context.new_page()


async def sign_in(page: Page, house: House, name: str) -> None:
    await page.goto(f"{house.address}/sign-in")
    await page.get_by_label("E-mail").fill(house.email(name))
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.locator("main").get_by_role("button", name="Sign in").click()
    await page.wait_for_url(lambda url: "/sign-in" not in url)


async def clock_in_picture(page: Page) -> int:
    """The wall clock (ms) burnt into the playing picture; waits for one that is near now."""
    handle = await page.wait_for_function(
        f"(now) => {{ const at = ({READ_CLOCK})(); return Math.abs(at - now) < 6e5 ? at : 0; }}",
        arg=to_ms(SystemClock().now()),
        polling=200,
    )
    return int(await handle.json_value())


async def wait_until_playing(page: Page, beyond: float) -> float:
    """Wait until the picture has moved past `beyond` seconds."""
    handle = await page.wait_for_function(
        f"(beyond) => {{ const at = ({PLAYED})(); return at > beyond ? at : 0; }}",
        arg=beyond,
        polling=200,
    )
    return float(await handle.json_value())


async def say(page: Page, text: str) -> None:
    await page.get_by_label("Say something").fill(text)
    await page.get_by_role("button", name="Send").click()


async def connect_the_camera(page: Page) -> None:
    """In the studio, by this browser's own camera."""
    await page.get_by_role("button", name="Use this browser's camera").click()
    await expect(page.get_by_role("combobox", name=re.compile("^Microphone"))).to_be_visible()
    await page.get_by_role("button", name="Mute the microphone").click()
    await page.get_by_role("button", name="Turn the microphone on").click()
    await page.get_by_role("button", name="Connect the camera").click()
    await expect(page.get_by_text("Camera connected").first).to_be_visible()
    await expect(page.get_by_text(re.compile(r"WHIP · 1280 × 720"))).to_be_visible()
    await expect(page.get_by_text(re.compile(r"[1-9]\d* pictures a second"))).to_be_visible()
