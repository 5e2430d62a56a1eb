"""The crowd plays along: asks, answers a quiz, grabs a red packet, claps, catches a coupon, and
waits in line for what is sold out."""

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.browser import DESKTOP, PHONE, a_visitor, sign_in
from tests.support.house import House, Plan, open_house

pytestmark = pytest.mark.timeout(280)  # live video on a busy machine

WAIT_MS = 60_000


@pytest.mark.torture
async def test_a_room_asks_answers_grabs_and_claps(chromium: Browser, open_folder: Path) -> None:
    async with open_house(open_folder, Plan(people=("ann", "bo"), allotment=1)) as house:
        ann, bo = await a_visitor(chromium, DESKTOP), await a_visitor(chromium, PHONE)
        host = await a_visitor(chromium)
        for page, name in ((ann, "ann"), (bo, "bo"), (host, "host")):
            await sign_in(page, house, name)
        for page in (ann, bo):
            await page.goto(f"{house.address}/shows/{house.show_slug}")
        await host.goto(f"{house.address}/studio/{house.show_slug}/crowd")

        await they_ask(host, ann, bo)
        await they_guess(host, ann, bo)
        await they_clap(host, ann)
        await they_grab(host, ann, bo, house)
        await ann.goto(f"{house.address}/shows/{house.show_slug}")
        await they_catch_a_coupon(host, ann, bo, house)
        await one_waits_for_what_the_other_lets_go(host, ann, bo, house)


async def they_ask(host: Page, ann: Page, bo: Page) -> None:
    await host.get_by_role("button", name="Take questions").click()
    await ann.get_by_label("Your question").fill("Is it dishwasher safe?", timeout=WAIT_MS)
    await ann.get_by_role("button", name="Ask", exact=True).click()
    await expect(ann.get_by_text("Your question is in the queue.")).to_be_visible()
    await bo.get_by_text("Questions to the host: 1").click(timeout=WAIT_MS)
    await bo.get_by_role("button", name="I want to hear this, too").click()
    row = host.get_by_role("row").filter(has_text="dishwasher")
    await expect(row.get_by_role("cell", name="1", exact=True)).to_be_visible(timeout=WAIT_MS)
    await row.get_by_role("button", name="Answer now").click()
    await expect(bo.get_by_text("The host answers")).to_be_visible(timeout=WAIT_MS)


async def they_guess(host: Page, ann: Page, bo: Page) -> None:
    await host.get_by_label("Quiz question").fill("How hot is the kiln?")
    await host.get_by_label("Answers to choose from").fill("800 degrees\n1,280 degrees")
    await host.get_by_label("Which line is right").fill("2")
    await host.get_by_label("Time to answer, in seconds").fill("10")
    await host.get_by_role("button", name="Keep it ready").click()
    await host.get_by_role("button", name="Start", exact=True).click()
    for page in (ann, bo):
        await looks_at(page, "Quiz")
    await ann.get_by_role("button", name="1,280 degrees").click(timeout=WAIT_MS)
    await bo.get_by_role("button", name="800 degrees").click(timeout=WAIT_MS)
    await expect(ann.get_by_text("Your answer is sealed")).to_be_visible()
    await expect(ann.get_by_text("Right! 10 points for you.")).to_be_visible(timeout=WAIT_MS)
    await expect(bo.get_by_text("Not this time.")).to_be_visible(timeout=WAIT_MS)


async def they_clap(host: Page, ann: Page) -> None:
    await host.get_by_label("Clap for").fill("the potter")
    await host.get_by_label("Claps to reach together").fill("3")
    await host.get_by_role("button", name="Ask the room to clap").click()
    await looks_at(ann, "Applause")
    clap = ann.get_by_role("button", name="Clap")
    for _ in range(3):
        await clap.click(timeout=WAIT_MS)
    await expect(ann.get_by_text("You did it together!")).to_be_visible(timeout=WAIT_MS)


async def they_grab(host: Page, ann: Page, bo: Page, house: House) -> None:
    await host.get_by_label("Words on the packets").fill("A good new year!")
    await host.get_by_label("How many packets").fill("1")
    await host.get_by_label("Points in all of them together").fill("88")
    await host.get_by_role("button", name="Let them fall").click()
    for page in (ann, bo):
        await looks_at(page, "Red packets")
    await ann.get_by_role("button", name="Take one!").click(timeout=WAIT_MS)
    await expect(ann.get_by_text("88 points for you!")).to_be_visible(timeout=WAIT_MS)
    await expect(bo.get_by_text("All gone, or the time is up.")).to_be_visible(timeout=WAIT_MS)
    async with ann.context.expect_page() as opened:
        await ann.get_by_role("link", name="How anybody can check it").click()
    proof = await opened.value
    await expect(proof.get_by_text("Seed, shown at the end")).to_be_visible(timeout=WAIT_MS)
    await ann.goto(f"{house.address}/points")
    await expect(ann.get_by_text("98", exact=True)).to_be_visible()


async def they_catch_a_coupon(host: Page, ann: Page, bo: Page, house: House) -> None:
    await host.goto(f"{house.address}/console/kiln/coupons")
    await host.get_by_label("Name").fill("Moonlight")
    await host.get_by_label("How much").fill("3.00")
    await host.get_by_role("button", name="Publish").click()
    await expect(host.get_by_text("is published.")).to_be_visible()
    await host.goto(f"{house.address}/studio/{house.show_slug}")
    drops = host.locator("form").filter(has=host.get_by_role("button", name="Let them fall"))
    await drops.get_by_label("How many").fill("1", timeout=WAIT_MS)
    await drops.get_by_label("For how long").select_option("600")
    await drops.get_by_role("button", name="Let them fall").click()
    card = ann.get_by_role("region", name="Coupon", exact=True)
    await card.get_by_role("button", name="Take it").click(timeout=WAIT_MS)
    await expect(card).to_contain_text("It waits for you at the checkout.", timeout=WAIT_MS)
    await expect(bo.get_by_role("region", name="Coupon", exact=True)).to_contain_text(
        "All are taken.", timeout=WAIT_MS
    )


async def one_waits_for_what_the_other_lets_go(
    host: Page, ann: Page, bo: Page, house: House
) -> None:
    await host.get_by_role("button", name=re.compile(r"^Pin.*Moss tea bowl")).click()
    await host.get_by_role("button", name=re.compile(r"^Open.*Moss tea bowl")).click()
    await ann.get_by_role("button", name="Buy Moss tea bowl").first.click(timeout=WAIT_MS)
    await expect(ann.get_by_role("link", name=re.compile("Pay"))).to_be_visible(timeout=WAIT_MS)
    await bo.get_by_role("button", name="Wait for Moss tea bowl").first.click(timeout=WAIT_MS)
    await expect(bo.get_by_text("You are next").first).to_be_visible(timeout=WAIT_MS)
    await ann.goto(f"{house.address}/orders")
    await ann.get_by_text("Moss tea bowl").first.click()
    ann.once("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    await ann.get_by_role("button", name="Cancel the order").click()
    await expect(bo.get_by_text(re.compile("Held for you")).first).to_be_visible(timeout=WAIT_MS)


async def looks_at(page: Page, card: str) -> None:
    """Of several things that go on one is shown; the others have a name to press."""
    await page.get_by_role("tab", name=card).click(timeout=WAIT_MS)
