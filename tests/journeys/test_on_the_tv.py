"""A phone takes a TV in hand by its code: jump and return there, buy here while the song plays."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from livehouse.app.lifespan import opened
from livehouse.app.settings import Settings
from tests.support.browser import PHONE, a_visitor, say, sign_in
from tests.support.house import House, furnish_night, served

pytestmark = [pytest.mark.timeout(240), pytest.mark.torture]

TV = ViewportSize(width=1920, height=1080)
# Whether the picture of the room that fills the TV moves.
PLAYS = """
(slug) => {
  const tv = document.querySelector("lh-tv")?.shadowRoot;
  const room = tv?.querySelector("lh-tv-room:not([corner])");
  const video = room?.shadowRoot?.querySelector("lh-player")?.shadowRoot?.querySelector("video");
  return room?.show?.slug === slug && !video?.paused && video?.currentTime > 0;
}
"""


async def test_the_song_on_the_tv_and_the_deal_in_the_hand(
    chromium: Browser, open_folder: Path
) -> None:
    async with opened(Settings(data=str(open_folder))) as platform:
        slug = await furnish_night(platform)
    async with served(open_folder) as (address, pid):
        house = House(address, slug, pid)
        tv, phone = await a_visitor(chromium, TV), await a_visitor(chromium, PHONE)
        pc = await a_visitor(chromium)
        for page, name in ((phone, "ann"), (pc, "bo")):
            await sign_in(page, house, name)
        await pairs(tv, phone, house)
        await phone.get_by_role("button", name="Play Tea at Dusk on the TV").click()
        await tv.wait_for_function(PLAYS, arg=slug, polling=200)
        await says_something(pc, tv, house)
        await jumps_and_buys(tv, phone)
        await the_tv_returns(tv, phone, slug)
        await phone.get_by_role("button", name="Unpair").click()
        await expect(phone.get_by_text("No TV is paired")).to_be_visible()
        await expect(tv.get_by_alt_text("A code to scan with your phone")).to_be_visible()


async def pairs(tv: Page, phone: Page, house: House) -> None:
    await tv.goto(f"{house.address}/tv")
    shown = tv.locator(".pairing .code")
    await expect(shown).to_have_text(re.compile(r"^\w{4}-\w{4}$"))
    await phone.goto(f"{house.address}/pair/{await shown.inner_text()}")
    await phone.get_by_role("button", name="Pair this TV").click()
    await expect(tv.get_by_text("Your phone A*** is the remote.")).to_be_visible()


async def says_something(pc: Page, tv: Page, house: House) -> None:
    await pc.goto(f"{house.address}/shows/{house.show_slug}")
    await say(pc, "Hello to the sofa")
    await expect(tv.get_by_text("Hello to the sofa")).to_be_visible()


async def jumps_and_buys(tv: Page, phone: Page) -> None:
    """The TV goes to the deal room and keeps the song in a corner; the phone buys there."""
    await phone.get_by_role("button", name="Deal room").click()
    await tv.wait_for_function(PLAYS, arg="the-deals", polling=200)
    await expect(tv.locator("lh-tv-room[corner]:not([hidden])")).to_have_count(1)
    await expect(phone.get_by_role("heading", name="The deals")).to_be_visible()
    await phone.get_by_role("button", name="Buy Ember cup").first.click()
    await expect(phone.get_by_role("link", name=re.compile("^Pay"))).to_be_visible()
    await phone.get_by_role("button", name="Close").last.click()
    assert await tv.get_by_role("button", name=re.compile("Buy")).count() == 0


async def the_tv_returns(tv: Page, phone: Page, slug: str) -> None:
    """Back on the remote control of the TV leads to the song, and the phone follows."""
    await tv.keyboard.press("Escape")
    await tv.wait_for_function(PLAYS, arg=slug, polling=200)
    await expect(phone.get_by_role("heading", name="Tea at Dusk")).to_be_visible()
    await phone.get_by_role("button", name="Pause the TV").click()
    await expect(phone.get_by_role("button", name="Play on the TV")).to_be_visible()
    await tv.wait_for_function(f"(slug) => !({PLAYS})(slug)", arg=slug, polling=200)
