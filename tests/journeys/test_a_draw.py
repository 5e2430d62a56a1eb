"""Friends who follow the store fill a gathering: one brings the other, it is drawn at once, and the
page proves it."""

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.browser import DESKTOP, PHONE, a_visitor, sign_in
from tests.support.house import House, Plan, open_house

WAIT_MS = 60_000


@pytest.mark.torture
async def test_friends_fill_a_draw_and_one_wins_and_checks_it(
    chromium: Browser, open_folder: Path
) -> None:
    async with open_house(open_folder, Plan(people=("ann", "bo"))) as house:
        ann, bo = await a_visitor(chromium, DESKTOP), await a_visitor(chromium, PHONE)
        host = await a_visitor(chromium)
        for page, name in ((ann, "ann"), (bo, "bo"), (host, "host")):
            await sign_in(page, house, name)
        await ann.goto(f"{house.address}/shows/{house.show_slug}")

        await the_host_starts_a_draw_for_two(host, house)
        card = ann.get_by_role("region", name="Draw")
        await follows_as_the_draw_asks(ann)
        await card.get_by_role("button", name="Take part").click(timeout=WAIT_MS)
        await expect(card).to_contain_text("1 is missing")
        link = await brings_friends(ann)
        await comes_by_it(bo, link)

        for page in (ann, bo):
            await expect(page.get_by_role("region", name="Draw")).to_contain_text(
                "1 has won", timeout=WAIT_MS
            )
        results = [await page.get_by_role("region", name="Draw").inner_text() for page in (ann, bo)]
        assert sorted("You have won: A signed bowl" in one for one in results) == [False, True]
        winner = ann if "You have won" in results[0] else bo
        await checks(winner)
        await claims(winner, house)


async def the_host_starts_a_draw_for_two(host: Page, house: House) -> None:
    await host.goto(f"{house.address}/studio/{house.show_slug}/games")
    await host.get_by_label("Name").fill("Bowls for friends")
    await host.get_by_label("Prize").first.fill("A signed bowl")
    await host.get_by_label("People it needs").fill("2")
    await host.get_by_label("Only who follows your store").check()
    await host.get_by_role("button", name="Keep it ready").click()
    host.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    await host.get_by_role("button", name="Start", exact=True).click()
    dialog = host.get_by_role("dialog")
    if await dialog.count():
        await dialog.get_by_role("button").last.click()
    await expect(host.get_by_text("Nobody can change its terms now.")).to_be_visible()


async def follows_as_the_draw_asks(page: Page) -> None:
    """The draw's button and the one beside the store's name are one and the same."""
    ask = page.get_by_role("button", name="Follow the store")
    await ask.click(timeout=WAIT_MS)
    await expect(page.get_by_text("Following", exact=True)).to_be_visible(timeout=WAIT_MS)
    await expect(ask).to_be_hidden(timeout=WAIT_MS)


async def brings_friends(page: Page) -> str:
    """The link that a friend gets, as the page shares it."""
    await page.get_by_role("button", name="Bring friends").click()
    field = page.get_by_label("Your link")
    await expect(field).to_have_value(re.compile("/i/"), timeout=WAIT_MS)
    link = await field.input_value()
    await page.get_by_role("button", name="Close").click()
    return link


async def comes_by_it(page: Page, link: str) -> None:
    """The link leads to what there is to win, and from there into the room."""
    await page.goto(link)
    await expect(page.get_by_text("1 is missing")).to_be_visible()
    await page.get_by_role("link", name="Take part").click()
    await page.get_by_role("button", name="Follow ", exact=False).first.click(timeout=WAIT_MS)
    await page.get_by_role("button", name="Take part").click(timeout=WAIT_MS)


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
