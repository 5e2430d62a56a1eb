"""Money as people meet it: what others add to a price, a payment that is refused or comes too late
and goes back, and what a store is paid."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Browser, Dialog, Page, expect

from livehouse.app.demo_past import Evening, earlier
from livehouse.app.lifespan import opened
from livehouse.app.platform import Platform
from livehouse.app.settings import Settings
from livehouse.domains.offers import PLATFORM, STORE, Amount, CouponPlan, Part, SubsidyPlan
from livehouse.foundation.clock import SystemClock
from tests.support.browser import PHONE, a_visitor, sign_in
from tests.support.house import House, Plan, furnish, served

LONG_AGO = timedelta(days=60)


async def test_discounts_bad_payments_and_a_store_that_is_paid(
    chromium: Browser, open_folder: Path
) -> None:
    settings = Settings(data=str(open_folder))
    async with opened(settings) as platform:
        slug = await furnish(platform, Plan())
        await two_lower_the_price(platform, slug)
        await bo_bought_long_ago(platform, slug)
    async with served(open_folder) as (address, pid):
        house = House(address, slug, pid)
        ann, host = await a_visitor(chromium, PHONE), await a_visitor(chromium)
        await sign_in(ann, house, "ann")
        await ann_takes_the_coupon_of_the_room(ann, house)
        await both_discounts_are_lines_of_the_price(ann)
        await the_paid_order_keeps_the_lines(ann)

        order = await an_order(ann, house)
        await a_payment_is_refused(ann)
        await another_is_paid_when_the_order_is_gone(ann, order)
        await the_money_goes_back(ann, order)

        await sign_in(host, house, "host")
        await the_operator_has_nothing_to_do(host, house)
        await the_store_reads_its_statement(host, house)
        await the_operator_pays_it_out(host, house)
        await the_statement_says_so(host, house)


async def two_lower_the_price(platform: Platform, slug: str) -> None:
    """The store gives everybody in the room a coupon, and shares a cup's subsidy."""
    show = await platform.shows.by_slug(slug)
    offers = [offer for offer, _ in await platform.offers.of_show(show.id)]
    for offer in offers:
        await platform.offers.open(offer.id)
    cup = next(offer for offer in offers if offer.title == "Ember cup")
    store_id, now = show.room.store_id, SystemClock().now()
    coupon = CouponPlan(
        label="For the evening", currency="EUR", discount=Amount(3_00), total=9, shown=True,
        starts_at=now, ends_at=now + timedelta(hours=1),
    )  # fmt: skip
    await platform.coupons.publish(coupon, store_id)
    subsidy = SubsidyPlan(
        label="Livehouse adds", currency="EUR", discount=Amount(2_00), offer_id=cup.id,
        parts=(Part(PLATFORM, 6_000), Part(STORE, 4_000)), budget_minor=100_00,
        starts_at=now, ends_at=now + timedelta(hours=1),
    )  # fmt: skip
    await platform.subsidies.publish(subsidy)
    await platform.stores.set_commission(store_id, 1_000)


async def bo_bought_long_ago(platform: Platform, slug: str) -> None:
    """An order that nobody can send back any more, so that its money is due."""
    show = await platform.shows.by_slug(slug)
    offers = [offer for offer, _ in await platform.offers.of_show(show.id)]
    store = await platform.stores.store(show.room.store_id)
    past, clock = earlier(platform, SystemClock().now() - LONG_AGO)
    bo = await platform.people.accounts.find("bo@house.example")
    assert bo is not None
    evening = Evening(past, clock, store, offers)
    order_id = await evening.bought(bo, (0, 1))
    await evening.sent(order_id, "JD0145")
    await clock.sleep(timedelta(days=2))
    await past.aftersales.shipping.confirm(order_id, buyer_id=bo.id)
    await clock.sleep(timedelta(days=20))
    await past.aftersales.shipping.close_due()


async def ann_takes_the_coupon_of_the_room(ann: Page, house: House) -> None:
    await ann.goto(f"{house.address}/shows/{house.show_slug}")
    await ann.get_by_role("button", name=re.compile("^Offers")).first.click()
    await ann.get_by_role("button", name="Take For the evening").click()
    await expect(ann.get_by_text("It waits for you at the checkout.")).to_be_visible()
    await ann.get_by_role("button", name="Put Ember cup into the basket").first.click()
    await ann.keyboard.press("Escape")
    await ann.get_by_role("link", name="Basket: 1 piece").click()
    await ann.get_by_role("link", name="Go to the checkout").click()


async def both_discounts_are_lines_of_the_price(ann: Page) -> None:
    kiln = ann.get_by_role("region", name="Kiln")
    await expect(kiln).to_contain_text(re.compile(r"Livehouse adds\s*[-−]€2\.00"))
    await kiln.get_by_role("checkbox", name="For the evening").check()
    await expect(kiln).to_contain_text(re.compile(r"Coupon: For the evening\s*[-−]€3\.00"))
    await expect(kiln).to_contain_text(re.compile(r"Total\s*€10\.00"))


async def the_paid_order_keeps_the_lines(ann: Page) -> None:
    await ann.get_by_role("button", name="Order and pay").click()
    await ann.wait_for_url(re.compile("/checkout/pay|/orders/|/sandbox/"))
    await ann.get_by_role("button", name=re.compile("^Pay €10.00")).click()
    await ann.wait_for_url(re.compile("/sandbox/"))
    await ann.get_by_role("button", name="Approve the payment").click()
    await ann.wait_for_url(re.compile("/orders/"))
    await expect(ann.get_by_text("Paid").first).to_be_visible()
    for words in ("Livehouse adds", "Coupon: For the evening"):
        await expect(ann.get_by_text(words).first).to_be_visible()
    await expect(ann.get_by_text("€10.00").first).to_be_visible()


async def an_order(ann: Page, house: House) -> str:
    await ann.goto(f"{house.address}/shows/{house.show_slug}")
    await ann.get_by_role("button", name=re.compile("^Offers")).first.click()
    await ann.get_by_role("button", name="Buy Moss tea bowl").first.click()
    await ann.get_by_role("link", name=re.compile("Pay")).click()
    await ann.wait_for_url(re.compile("/orders/"))
    return ann.url


async def a_payment_is_refused(ann: Page) -> None:
    await ann.get_by_role("button", name=re.compile("^Pay")).click()
    await expect(ann.get_by_text("This is a sandbox, not a bank")).to_be_visible()
    await ann.get_by_role("button", name="Refuse it").click()
    await ann.wait_for_url(re.compile("/orders/"))
    await expect(ann.get_by_text("The payment was refused.").first).to_be_visible()


async def another_is_paid_when_the_order_is_gone(ann: Page, order: str) -> None:
    await ann.get_by_role("button", name=re.compile("^Pay")).click()
    await ann.wait_for_url(re.compile("/sandbox/"))
    other_tab = await ann.context.new_page()
    other_tab.on("dialog", say_yes)
    await other_tab.goto(order)
    await other_tab.get_by_role("button", name="Cancel the order").click()
    await expect(other_tab.get_by_text("The order is cancelled.")).to_be_visible()
    await ann.reload()
    await ann.get_by_role("button", name="Pay too late").click()
    await ann.wait_for_url(order)
    await expect(ann.get_by_text("your money goes back").first).to_be_visible()


async def the_money_goes_back(ann: Page, order: str) -> None:
    refunds = ann.get_by_role("region", name="Money back")
    await expect(refunds).to_contain_text("€15.00")
    # A job sends it within seconds.
    for _ in range(20):
        await ann.goto(order)
        if await refunds.get_by_text("Sent back").count():
            break
        await ann.wait_for_timeout(500)
    await expect(refunds).to_contain_text("Sent back")


async def the_operator_has_nothing_to_do(host: Page, house: House) -> None:
    await host.goto(f"{house.address}/operator/refunds")
    await expect(host.get_by_text("Nothing failed")).to_be_visible()


async def the_store_reads_its_statement(host: Page, house: House) -> None:
    await host.goto(f"{house.address}/console/kiln/statements")
    row = host.get_by_role("table", name="Statements").get_by_role("row").last
    await expect(row).to_contain_text("To be paid out")
    await row.get_by_role("link").first.click()
    sale = host.get_by_role("row").filter(has_text="Sale")
    await expect(sale).to_contain_text("€15.00")
    await expect(sale).to_contain_text(re.compile(r"[-−]€1\.50"))
    await expect(sale).to_contain_text("€13.50")
    lines = (await the_file(host)).splitlines()
    assert lines[1].endswith("15.00,0.00,-1.50,0.00,13.50,EUR"), lines


async def the_operator_pays_it_out(host: Page, house: House) -> None:
    host.on("dialog", say_yes)
    await host.goto(f"{house.address}/operator/ledger")
    await host.get_by_role("button", name="Make these payouts").click()
    await expect(host.get_by_text("Ready for the bank")).to_be_visible()
    payouts = await the_file(host)
    assert "Kiln" in payouts
    assert "13.50" in payouts
    await host.get_by_role("button", name="Mark as sent").click()
    await expect(host.get_by_text("Ready for the bank")).to_have_count(0)


async def the_statement_says_so(host: Page, house: House) -> None:
    await host.goto(f"{house.address}/console/kiln/statements")
    table = host.get_by_role("table", name="Statements")
    await expect(table).to_contain_text("Paid out")


async def the_file(page: Page) -> str:
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="CSV").click()
    path = await (await downloading.value).path()
    return await asyncio.to_thread(path.read_text)


async def say_yes(dialog: Dialog) -> None:
    await dialog.accept()
