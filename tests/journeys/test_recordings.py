"""A show that is over, watched again: its picture, and its room in step with it."""

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from livehouse.app.bench.screen import FIND_VIDEO, PLAYED, READ_CLOCK
from livehouse.foundation.clock import SystemClock, to_ms
from tests.support.browser import (
    a_visitor,
    clock_in_picture,
    say,
    sign_in,
    wait_until_playing,
)
from tests.support.house import House, Plan, open_house

LINE = "is it warm?"
# The picture's own clock against the room's: a frame of either, and a look every quarter second.
APART_MS_MAX = 1_500
BEFORE_THE_LINE_SECONDS = 6
AFTER_THE_LINE_SECONDS = 4
SPEED = 4


async def test_a_recording_shows_what_was_said_at_its_moment(
    chromium: Browser, open_folder: Path
) -> None:
    async with open_house(open_folder, Plan()) as house:
        ann, host = await a_visitor(chromium), await a_visitor(chromium)
        await sign_in(ann, house, "ann")
        await sign_in(host, house, "host")
        said_ms = await a_show_with_one_line(ann, host, house)

        guest = await a_visitor(chromium)
        await guest.goto(f"{house.address}/shows/{house.show_slug}")
        await wait_until_playing(guest, 0)
        await expect(guest.get_by_text("Recording").first).to_be_visible()
        line = guest.locator(".log .text", has_text=LINE)
        await expect(line).to_have_count(0)
        await speed_up(guest, SPEED)
        await expect(line).to_be_visible()
        told = await moment_of_picture(guest)
        assert abs(told.clock_ms - said_ms) < SPEED * APART_MS_MAX

        await jump(guest, 0.5)
        await expect(line).to_have_count(0)
        await expect(guest.get_by_role("article", name=re.compile("Moss tea bowl"))).to_have_count(
            0
        )
        await jump(guest, told.played_seconds + 1)
        await expect(line).to_be_visible()
        await expect(
            guest.get_by_role("article", name=re.compile("Moss tea bowl")).first
        ).to_be_visible()
        await expect(guest.get_by_role("button", name=re.compile("^Buy"))).to_have_count(0)
        await expect(guest.get_by_label("Say something")).to_have_count(0)


async def a_show_with_one_line(ann: Page, host: Page, house: House) -> int:
    """Tells the wall clock's time (ms) when the line stood in the chat."""
    await ann.goto(f"{house.address}/shows/{house.show_slug}")
    await host.goto(f"{house.address}/studio/{house.show_slug}")
    await clock_in_picture(ann)
    begun = await wait_until_playing(ann, 0)
    await wait_until_playing(ann, begun + BEFORE_THE_LINE_SECONDS)
    await host.get_by_role("button", name=re.compile(r"^Pin.*Moss tea bowl")).click()
    await say(ann, LINE)
    said_ms = to_ms(SystemClock().now())
    await expect(host.locator(".log .text", has_text=LINE)).to_be_visible()
    await wait_until_playing(ann, begun + BEFORE_THE_LINE_SECONDS + AFTER_THE_LINE_SECONDS)
    await host.get_by_role("button", name="End the show").click()
    await host.get_by_role("dialog").get_by_role("button", name="End the show").click()
    await expect(host.get_by_text("Over").first).to_be_visible()
    return said_ms


@dataclass(frozen=True, slots=True)
class Moment:
    """Where the picture is: by the clock that is burnt into it, and from its beginning."""

    clock_ms: int
    played_seconds: float


async def moment_of_picture(page: Page) -> Moment:
    clock_ms, played = await page.evaluate(f"[({READ_CLOCK})(), ({PLAYED})()]")
    return Moment(int(clock_ms), float(played))


async def speed_up(page: Page, rate: float) -> None:
    await page.evaluate(f"(rate) => {{ {FIND_VIDEO} video.playbackRate = rate; }}", rate)


async def jump(page: Page, seconds: float) -> None:
    """Pause, and put the picture to a moment."""
    await page.evaluate(
        f"(at) => {{ {FIND_VIDEO} video.pause(); video.currentTime = at; }}",
        seconds,
    )
