"""After the order, as people meet it: sent, followed, received, sent back, refunded."""

import re
from pathlib import Path

from playwright.async_api import Browser, Page, expect
from tools import shots_checks as checks

from tests.support.browser import PHONE, a_visitor, sign_in
from tests.support.house import House, Plan, open_house

BOWL = "Moss tea bowl"


async def test_an_order_is_sent_followed_and_sent_back(
    chromium: Browser, open_folder: Path
) -> None:
    async with open_house(open_folder, Plan()) as house:
        ann, host = await a_visitor(chromium, PHONE), await a_visitor(chromium)
        for page, name in ((ann, "ann"), (host, "host")):
            await sign_in(page, house, name)
        await the_host_opens_and_ann_buys(host, ann, house)
        assert await on_the_shelf(host, house) == 4

        await the_store_sends_it(host, house)
        await ann_follows_it_and_has_it(ann)
        await ann_sends_it_back(ann)
        await the_store_takes_it_back(host, house)

        await the_refund_is_shown(ann)
        assert await on_the_shelf(host, house) == 5


async def the_host_opens_and_ann_buys(host: Page, ann: Page, house: House) -> None:
    await host.goto(f"{house.address}/studio/{house.show_slug}")
    await host.get_by_role("button", name=re.compile(rf"^Open.*{BOWL}")).click()
    await ann.goto(f"{house.address}/shows/{house.show_slug}")
    await ann.get_by_role("button", name=re.compile("Offers|Bag")).first.click()
    await ann.get_by_role("button", name=f"Buy {BOWL}").first.click()
    await ann.get_by_role("link", name=re.compile("Pay")).click()
    await ann.wait_for_url(re.compile("/orders/"))
    await ann.get_by_role("button", name=re.compile("^Pay")).click()
    await ann.wait_for_url(re.compile("/sandbox/"))
    await ann.get_by_role("button", name="Approve the payment").click()
    await ann.wait_for_url(re.compile("/orders/"))
    await expect(ann.get_by_text("The store packs it")).to_be_visible()


async def the_store_sends_it(host: Page, house: House) -> None:
    await host.goto(f"{house.address}/console/kiln/orders")
    await host.get_by_role("link", name="To be sent").click()
    await host.get_by_label("Carrier of these parcels").fill("DHL")
    await host.get_by_label(re.compile("Number of the parcel of order")).fill("jd 0146")
    await host.keyboard.press("Enter")
    await expect(host.get_by_text("1 sent.")).to_be_visible()
    await expect(host.get_by_text("Nothing to send")).to_be_visible()


async def ann_follows_it_and_has_it(ann: Page) -> None:
    await ann.reload()
    tracking = ann.get_by_role("link", name="DHL JD0146")
    await expect(tracking).to_have_attribute("href", re.compile("dhl.com.*JD0146"))
    await nothing_is_wrong_with(ann)
    await ann.get_by_role("button", name="I have received it").click()
    await expect(ann.get_by_role("link", name="Rate this order")).to_be_visible()


async def ann_sends_it_back(ann: Page) -> None:
    await ann.get_by_role("link", name="Send something back").click()
    await nothing_is_wrong_with(ann)
    await ann.get_by_label(re.compile(BOWL)).select_option("1")
    await ann.get_by_role("button", name="Ask the store").click()
    await expect(ann.get_by_text("The store has your request.")).to_be_visible()
    await nothing_is_wrong_with(ann)


async def the_store_takes_it_back(host: Page, house: House) -> None:
    await host.goto(f"{house.address}/console/kiln/returns")
    await host.get_by_role("link", name=re.compile(BOWL)).click()
    await host.get_by_role("button", name="Accept").click()
    await expect(host.get_by_text("Is it back?")).to_be_visible()
    await expect(host.get_by_label(re.compile("put it on the shelf again"))).to_be_checked()
    await host.get_by_role("button", name="Received").click()
    await expect(host.get_by_text("Received. The buyer's money goes back.")).to_be_visible()


async def the_refund_is_shown(ann: Page) -> None:
    await expect(ann.get_by_text("To be answered")).to_be_visible()
    await ann.get_by_role("link", name=re.compile("^Order ")).click()
    await expect(ann.get_by_text("Money back: €15.00")).to_be_visible()
    await expect(ann.get_by_text("All of the money went back")).to_be_visible()
    await nothing_is_wrong_with(ann)


async def on_the_shelf(host: Page, house: House) -> int:
    """How many of the bowl in moss there are, as the store reads it."""
    await host.goto(f"{house.address}/console/kiln/products")
    await host.get_by_role("link", name=BOWL).click()
    return int(await host.get_by_label("Stock of Moss", exact=True).input_value())


async def nothing_is_wrong_with(page: Page) -> None:
    """It fits a phone, and everybody can use it."""
    assert not await checks.of_layout(page, is_phone=True)
    assert not await checks.of_access(page)
