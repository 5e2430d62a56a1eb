"""A basket over two stores, to two paid orders, with all that may happen on the way."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from livehouse.app.lifespan import opened
from livehouse.app.platform import Platform
from livehouse.app.settings import Settings
from livehouse.domains.offers import Amount, CouponPlan, Offer
from livehouse.domains.orders import Buy
from livehouse.domains.stores import DeliveryEdit, NewProduct, StoreSettings
from livehouse.foundation.clock import SystemClock
from livehouse.foundation.ids import OrderId
from livehouse.foundation.money import Money
from tests.support.browser import PHONE, a_visitor, sign_in
from tests.support.house import House, Plan, furnish, served


@dataclass(frozen=True, slots=True)
class Doors:
    house: House
    platform: Platform
    last_cup: Offer


@asynccontextmanager
async def two_stores_on_air(folder: Path) -> AsyncIterator[Doors]:
    settings = Settings(data=str(folder))
    async with opened(settings) as platform:
        slug = await furnish(platform, Plan())
        await open_both(platform, slug)
    async with served(folder) as (address, pid), opened(settings) as platform:
        show = await platform.shows.by_slug(slug)
        cups = [one for one, _ in await platform.offers.of_show(show.id) if "cup" in one.title]
        yield Doors(House(address, slug, pid), platform, cups[0])


async def open_both(platform: Platform, slug: str) -> None:
    """Kiln delivers for a fee and has a coupon; Loom delivers free."""
    show = await platform.shows.by_slug(slug)
    for offer, _ in await platform.offers.of_show(show.id):
        await platform.offers.open(offer.id)
    kiln = show.room.store_id
    await platform.delivery.add(kiln, DeliveryEdit(name="Parcel", fee_minor=490))
    await platform.delivery.add(kiln, DeliveryEdit(name="Express", fee_minor=1_500))
    now = SystemClock().now()
    plan = CouponPlan(
        label="Tea time", currency="EUR", discount=Amount(500), code="TEATIME", total=10,
        starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1),
    )  # fmt: skip
    await platform.coupons.publish(plan, kiln)
    host = await platform.people.accounts.find("host@house.example")
    assert host is not None
    named = StoreSettings(name="Loom", country="DE", time_zone="UTC")
    loom = await platform.stores.create("loom", "EUR", named, owner=host.id)
    scarf = NewProduct(
        handle="scarf", title="Scarf", price=Money("EUR", 3_000), on_hand=5, published=True
    )
    product = await platform.stores.add_product(loom.id, scarf)
    await platform.shows.create_room(loom.id, "loom-room", "The Loom")
    await platform.shows.schedule("loom-room", "loom-live", "Loom live", starts_at=now)
    offer = await platform.offers.plan(
        "loom-live", product.variants[0].id, price=Money("EUR", 2_500), allotment=5
    )
    await platform.shows.go_live("loom-live")
    await platform.offers.open(offer.id)


async def test_a_basket_over_two_stores_becomes_two_paid_orders(
    chromium: Browser, open_folder: Path
) -> None:
    async with two_stores_on_air(open_folder) as doors:
        page = await a_visitor(chromium, PHONE)
        await sign_in(page, doors.house, "ann")

        await things_of_two_shows_go_in(page, doors.house)
        await what_is_sold_out_meanwhile_is_told(page, doors)
        await delivery_and_coupon_are_in_the_price(page)
        await both_orders_are_paid_one_by_one(page)
        await a_reload_keeps_everything(page, doors.house)


async def things_of_two_shows_go_in(page: Page, house: House) -> None:
    for slug, titles in (
        (house.show_slug, ("Moss tea bowl", "Ember cup")),
        ("loom-live", ("Scarf",)),
    ):
        await page.goto(f"{house.address}/shows/{slug}")
        await page.get_by_role("button", name=re.compile("^Offers")).first.click()
        for title in titles:
            await page.get_by_role("button", name=f"Put {title} into the basket").first.click()
        await page.keyboard.press("Escape")
    await page.get_by_role("link", name="Basket: 3 pieces").click()
    await expect(page.get_by_role("heading", name="Kiln")).to_be_visible()
    await expect(page.get_by_role("heading", name="Loom")).to_be_visible()


async def what_is_sold_out_meanwhile_is_told(page: Page, doors: Doors) -> None:
    """Somebody buys every last cup while ours lies in the basket."""
    bo = await doors.platform.people.accounts.find("bo@house.example")
    assert bo is not None
    await doors.platform.stores.set_stock(doors.last_cup.store_id, doors.last_cup.variant_id, 1)
    ids = doors.platform.ids
    wish = Buy(id=OrderId(ids.new()), wish=((doors.last_cup.id, 1),), buyer_id=bo.id)
    (decision,) = await doors.platform.till.commit([wish])
    assert not isinstance(decision, Exception)
    await page.reload()
    row = page.get_by_role("listitem").filter(has_text="Ember cup")
    await expect(row.get_by_text("Sold out")).to_be_visible()


async def delivery_and_coupon_are_in_the_price(page: Page) -> None:
    await page.get_by_role("link", name="Go to the checkout").click()
    await expect(page.get_by_text("1 thing in your basket cannot be bought")).to_be_visible()
    kiln = page.get_by_role("region", name="Kiln")
    await expect(kiln.get_by_text("€19.90")).to_be_visible()
    await kiln.get_by_role("radio", name=re.compile("Express")).check()
    await expect(kiln.get_by_text("€30.00")).to_be_visible()
    await kiln.get_by_text("I have a coupon code").click()
    await kiln.get_by_label("Coupon code").fill("teatime")
    await kiln.get_by_role("button", name="Use it").click()
    await expect(kiln.get_by_text("€25.00").first).to_be_visible()
    await page.reload()
    await expect(kiln.get_by_text("Coupon: Tea time")).to_be_visible()
    await expect(kiln.get_by_role("radio", name=re.compile("Express"))).to_be_checked()


async def both_orders_are_paid_one_by_one(page: Page) -> None:
    await page.get_by_role("button", name="Order and pay").click()
    await page.wait_for_url(re.compile("/checkout/pay"))
    await page.go_back()
    await page.goto(re.sub("/checkout.*", "/checkout/pay", page.url))
    for left in (2, 1):
        buttons = page.get_by_role("button", name=re.compile("^Pay €25.00"))
        await expect(buttons).to_have_count(left)
        await buttons.first.click()
        await page.wait_for_url(re.compile("/sandbox/"))
        await page.get_by_role("button", name="Approve the payment").click()
        await page.wait_for_url(re.compile("/orders/"))
        if left > 1:
            await page.get_by_role("link", name="Left to pay").click()


async def a_reload_keeps_everything(page: Page, house: House) -> None:
    await page.goto(f"{house.address}/orders")
    await page.reload()
    for title in ("Moss tea bowl", "Scarf"):
        await expect(page.get_by_role("row").filter(has_text=title)).to_contain_text("Paid")
    await page.get_by_role("link", name="Moss tea bowl").click()
    await page.get_by_role("link", name="Invoice").click()
    await expect(page.get_by_role("heading", name="Invoice R000001")).to_be_visible()
    await page.goto(f"{house.address}/basket")
    await expect(page.get_by_text("Ember cup")).to_be_visible()
    await expect(page.get_by_text("Scarf")).to_have_count(0)
