"""A night of two rooms: the programme, the call into the other room, the jump and the way back."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from livehouse.app.lifespan import opened
from livehouse.app.settings import Settings
from livehouse.domains.programmes import Act, CompanionKind, Cue, CueKind
from livehouse.foundation.clock import SystemClock
from livehouse.foundation.ids import ActId, CueId
from tests.support.browser import a_visitor, sign_in, wait_until_playing
from tests.support.house import House, Plan, furnish, served

pytestmark = pytest.mark.torture

# From the tap to a picture that moves; `livehouse bench jump` says how quick that is.
JUMP = """
async (slug) => {
  const began = performance.now();
  const rooms = document.querySelector("lh-rooms").shadowRoot;
  [...rooms.querySelectorAll("nav button")].find((one) => one.textContent.includes("Deal")).click();
  for (;;) {
    await new Promise((done) => requestAnimationFrame(done));
    const watch = document.querySelector("lh-watch:not([corner])");
    const player = watch?.shadowRoot?.querySelector("lh-player");
    const video = player?.shadowRoot?.querySelector("video");
    if (watch?.show?.slug === slug && video?.readyState >= 2) return performance.now() - began;
    if (performance.now() - began > 60000) return -1;
  }
}
"""


async def a_night(folder: Path) -> str:
    async with opened(Settings(data=str(folder))) as platform:
        stage = await furnish(platform, Plan(live=False))
        ids, later = platform.ids, SystemClock().now() + timedelta(minutes=5)
        await platform.shows.create_room(
            (await platform.shows.by_slug(stage)).room.store_id, "deal-room", "The Deal Room"
        )
        await platform.shows.schedule("deal-room", "the-deals", "The deals", starts_at=later)
        await platform.companions.link(stage, "the-deals", CompanionKind.DEAL)
        call = Cue(CueId(ids.new()), CueKind.INVITE, None, "the-deals", "Meet her backstage now")
        back = Cue(CueId(ids.new()), CueKind.INVITE, None, "", "The song begins")
        acts = [
            Act(ActId(ids.new()), "Welcome", 120, cues=(call, back)),
            Act(ActId(ids.new()), "The song", 240, people="Ann"),
        ]
        await platform.programmes.save(stage, acts, version=0)
        for slug in (stage, "the-deals"):
            await platform.shows.go_live(slug)
    return stage


async def test_a_viewer_follows_the_call_and_comes_back(
    chromium: Browser, open_folder: Path
) -> None:
    slug = await a_night(open_folder)
    async with served(open_folder) as (address, pid):
        house = House(address, slug, pid)
        host, ann = await a_visitor(chromium), await a_visitor(chromium)
        await sign_in(host, house, "host")
        await host.goto(f"{address}/studio/{slug}")
        await ann.goto(f"{address}/shows/{slug}")
        await wait_until_playing(ann, 0)

        await host.get_by_role("button", name="Next: Welcome").click()
        await expect(ann.get_by_role("button", name=re.compile("Now.*Welcome"))).to_be_visible()
        await jumps_to_the_deals(ann)
        await the_stage_calls_back(host, ann, slug)
        await host.get_by_role("button", name="Next: The song").click()
        await expect(ann.get_by_role("button", name=re.compile("Now.*The song"))).to_be_visible()


async def jumps_to_the_deals(ann: Page) -> None:
    await expect(ann.get_by_role("button", name="Deal room")).to_be_enabled()
    took_ms = await ann.evaluate(JUMP, "the-deals")
    print(f"from the tap to the picture: {took_ms:.0f} ms")  # noqa: T201 - the figure of the issue
    assert took_ms >= 0
    await expect(ann).to_have_url(re.compile("/shows/the-deals"))
    await expect(ann.locator("lh-watch[corner]")).to_have_count(1)
    await expect(ann.locator("lh-rooms").get_by_text("2")).to_be_visible()


async def the_stage_calls_back(host: Page, ann: Page, slug: str) -> None:
    cue = host.locator("li.cue").filter(has_text="The song begins")
    await cue.get_by_role("button", name="Do it now").click()
    await expect(ann.get_by_text("The song begins")).to_be_visible()
    await ann.locator(".invitation").get_by_role("button", name="Back to the stage").click()
    await expect(ann).to_have_url(re.compile(f"/shows/{slug}"))
    corner = ann.locator("lh-watch[corner]")
    await expect(corner).to_have_count(1)
    assert await corner.evaluate("(one) => one.show.slug") == "the-deals"
