"""The picture stops and comes back: the page that shows it is never loaded anew."""

import os
import signal
from pathlib import Path

import psutil
import pytest
from playwright.async_api import Browser, Page

from livehouse.app.bench.screen import BURNT
from tests.support.browser import a_visitor, clock_in_picture
from tests.support.house import Plan, open_house

BEHIND_MS_MAX = 4_000
# Near the stage again, and moving: the clock in the picture has passed a moment after the loss.
BACK = (
    "(since) => { " + BURNT + " const at = burnt();"
    f" return at > since && Date.now() - at < {BEHIND_MS_MAX} && !video.paused; }}"
)


@pytest.mark.torture
async def test_the_picture_comes_back_by_itself_when_its_process_is_killed(
    chromium: Browser, open_folder: Path
) -> None:
    async with open_house(open_folder, Plan()) as house:
        page = await a_visitor(chromium)
        loads: list[str] = []
        page.on("framenavigated", lambda frame: loads.append(frame.url))
        await page.goto(f"{house.address}/shows/{house.show_slug}")
        before = await clock_in_picture(page)

        os.kill(the_media_process(), signal.SIGKILL)
        await is_back(page, since=before + 10_000)

        assert len(loads) == 1


async def is_back(page: Page, *, since: int) -> None:
    await page.wait_for_function(BACK, arg=since, polling=200)


def the_media_process() -> int:
    family = psutil.Process().children(recursive=True)
    return next(one.pid for one in family if "livehouse.media.process" in one.cmdline())
