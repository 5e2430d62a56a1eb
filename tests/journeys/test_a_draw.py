"""Friends vote for a star and fill a gathering: one brings the other, it is drawn at once, and the
page proves it."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.browser import DESKTOP, PHONE, a_visitor, sign_in
from tests.support.house import House, Plan, open_house

pytestmark = pytest.mark.timeout(280)  # live video on a busy machine

WAIT_MS = 60_000


@pytest.mark.torture
async def test_friends_vote_and_fill_a_draw_and_one_wins_and_checks_it(
    chromium: Browser, open_folder: Path
) -> None:
    async with open_house(open_folder, Plan(people=("ann", "bo"))) as house:
        ann, bo = await a_visitor(chromium, DESKTOP), await a_visitor(chromium, PHONE)
        host = await a_visitor(chromium)
        for page, name in ((ann, "ann"), (bo, "bo"), (host, "host")):
            await sign_in(page, house, name)
        await ann.goto(f"{house.address}/shows/{house.show_slug}")

        await the_host_begins_a_battle(host, house)
        await they_vote(ann, bo)
        await the_host_starts_a_draw_for_two(host, house)
        card = ann.get_by_role("region", name="Draw")
        await card.get_by_role("button", name="Take part").click(timeout=WAIT_MS)
        await expect(card).to_contain_text("1 is missing")
        link = await brings_friends(ann)
        await bo.goto(link)
        await bo.get_by_role("button", name="Take part").click(timeout=WAIT_MS)

        for page in (ann, bo):
            await expect(page.get_by_role("region", name="Draw")).to_contain_text(
                "1 has won", timeout=WAIT_MS
            )
        results = [await page.get_by_role("region", name="Draw").inner_text() for page in (ann, bo)]
        assert sorted("You have won: A signed bowl" in one for one in results) == [False, True]
        winner = ann if "You have won" in results[0] else bo
        await checks(winner)
        await claims(winner, house)


async def the_host_begins_a_battle(host: Page, house: House) -> None:
    await host.goto(f"{house.address}/studio/{house.show_slug}/battles")
    await host.get_by_label("Name or question").fill("Who throws better?")
    await host.get_by_label("Who or what one can choose").fill("Mei\nLukas")
    await host.get_by_label("Votes per person and day, in a battle").fill("1")
    await host.get_by_label("More votes for each friend brought").fill("2")
    await host.get_by_role("button", name="Begin", exact=True).click()
    await expect(host.get_by_text("It is on.")).to_be_visible()


async def they_vote(ann: Page, bo: Page) -> None:
    """Ann gives her only vote; Bo comes by her link and votes, which gives her two more."""
    card = ann.get_by_role("region", name="Battle")
    vote = card.get_by_role("button", name="Vote for Mei")
    await vote.click(timeout=WAIT_MS)
    await expect(card).to_contain_text("You have 0 votes left today.")
    link = await shares(ann, "Bring friends: 2 more votes for each")
    await bo.goto(link)
    await bo.get_by_role("button", name="Vote for Lukas").click(timeout=WAIT_MS)
    await expect(card).to_contain_text("1 friend has come and voted.", timeout=WAIT_MS)
    await expect(card).to_contain_text("You have 2 votes left today.", timeout=WAIT_MS)
    await vote.click()
    await expect(card.get_by_role("listitem").first).to_contain_text("Mei")


async def the_host_starts_a_draw_for_two(host: Page, house: House) -> None:
    await host.goto(f"{house.address}/studio/{house.show_slug}/games")
    await host.get_by_label("Name").fill("Bowls for friends")
    await host.get_by_label("Prize").fill("A signed bowl")
    await host.get_by_label("People it needs").fill("2")
    await host.get_by_role("button", name="Keep it ready").click()
    host.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    await host.get_by_role("button", name="Start", exact=True).click()
    dialog = host.get_by_role("dialog")
    if await dialog.count():
        await dialog.get_by_role("button").last.click()
    await expect(host.get_by_text("Nobody can change its terms now.")).to_be_visible()


async def brings_friends(page: Page) -> str:
    """The link that a friend gets."""
    link = await shares(page, "Bring friends")
    assert "?invite=" in link
    return link


async def shares(page: Page, name: str) -> str:
    """What the page shares when this is pressed."""
    await page.evaluate(
        "() => { const value = (what) => { window.shared = what.url; return Promise.resolve(); };"
        " Object.defineProperty(navigator, 'share', { configurable: true, value }); }"
    )
    await page.get_by_role("button", name=name, exact=True).click()
    await page.wait_for_function("() => window.shared")
    link: str = await page.evaluate(
        "() => { const it = window.shared; window.shared = ''; return it; }"
    )
    return link


async def checks(page: Page) -> None:
    async with page.context.expect_page() as opened:
        await page.get_by_role("link", name="How anybody can check it").click()
    proof = await opened.value
    await proof.get_by_role("button", name="Check it on this device").click()
    await expect(proof.get_by_text("Everything holds.")).to_be_visible(timeout=WAIT_MS)
    await proof.close()


async def claims(page: Page, house: House) -> None:
    await page.goto(f"{house.address}/prizes")
    await page.get_by_role("button", name="Claim the prize").click()
    await expect(page.get_by_text("Will be sent")).to_be_visible()
