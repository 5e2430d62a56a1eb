"""A line that becomes slow and fast again: the picture becomes smaller and larger by itself.

When it changes over is in `frontend/tests/hls-player.test.ts`; here it is hls.js that does it.
"""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, CDPSession, Page

from livehouse.app.bench.screen import FIND
from tests.journeys.test_a_show import real_video
from tests.support.browser import PICTURE_SIZE, a_visitor, wait_until_playing
from tests.support.house import Plan, open_house

pytestmark = [pytest.mark.timeout(280), pytest.mark.torture]

# Bytes a second: more than 360p with its sound takes, and less than the original picture.
SLOW = 1_250_000 // 8
FAST = -1
SWITCH_MS_MAX = 60_000
# The programme's time goes on with the picture, whichever size is shown.
APART_MS_MAX = 150
# What the page has loaded by then, so that it is the picture alone that the line slows.
SETTLED_SECONDS = 14
WATCH = (
    "() => {"
    + FIND
    + """
  const seen = window.seen = [];
  setInterval(() => {
    const [player, video] = [find("LH-PLAYER"), find("VIDEO")];
    const programme = player.playback?.hls?.playingDate?.getTime();
    if (!video.videoWidth || !programme) return;
    seen.push({ zero: programme - video.currentTime * 1000, width: video.videoWidth });
  }, 200);
}"""
)


async def test_the_picture_follows_the_line(chromium: Browser, open_folder: Path) -> None:
    async with open_house(open_folder, Plan(video=real_video(), renditions="on")) as house:
        page = await a_visitor(chromium)
        line = await page.context.new_cdp_session(page)
        await line.send("Network.enable")
        await page.goto(f"{house.address}/shows/{house.show_slug}")
        await wait_until_playing(page, SETTLED_SECONDS)
        await page.evaluate(WATCH)

        await line_is(line, SLOW)
        await is_shown(page, "(size) => size === '640x360'")
        await plays_on(page)
        await line_is(line, FAST)
        await is_shown(page, "(size) => size !== '640x360'")
        await plays_on(page)
        seen: list[dict[str, Any]] = await page.evaluate("() => window.seen")

    zeros = sorted(one["zero"] for one in seen)
    assert len({one["width"] for one in seen}) > 1
    assert zeros[-1] - zeros[0] < APART_MS_MAX


async def is_shown(page: Page, fits: str) -> None:
    await page.wait_for_function(
        f"() => ({fits})(({PICTURE_SIZE})())", polling=200, timeout=SWITCH_MS_MAX
    )


async def plays_on(page: Page) -> None:
    await wait_until_playing(page, await wait_until_playing(page, 0) + 6)


async def line_is(line: CDPSession, bytes_a_second: int) -> None:
    conditions = {
        "offline": False, "latency": 0, "uploadThroughput": -1,
        "downloadThroughput": bytes_a_second,
    }  # fmt: skip
    await line.send("Network.emulateNetworkConditions", conditions)
