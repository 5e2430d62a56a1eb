"""The checkout: one order per store out of a basket, at the price that was seen, once."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from livehouse.domains.offers import Offer
from livehouse.domains.orders import AddressMissing, BasketChanged, PriceChanged
from livehouse.domains.orders.api import routes as api_routes
from livehouse.domains.orders.model import Deal, Known, NewOrder
from livehouse.domains.orders.pages import routes
from livehouse.domains.orders.pages.choices import read_choices
from livehouse.domains.orders.service.checkout import Buyer, Choice, Order
from livehouse.domains.quotas import SoldOut
from livehouse.domains.stores import DeliveryEdit, NotDelivered
from livehouse.foundation.ids import OrderId, PersonId, StoreId
from livehouse.web.identity import Identity
from tests.support.orders_world import AN_ADDRESS, LINES, a_buyer, a_wish, bought
from tests.support.shows_world import ShowsWorld
from tests.support.web_client import WebClient

ANN = Buyer(id=PersonId(UUID(int=1)), address_id=AN_ADDRESS, country="DE")


async def two_stores(world: ShowsWorld) -> tuple[Offer, Offer]:
    """A bowl and a scarf, each in a show of its own store that is on."""
    _, bowl = await world.an_open_offer()
    show = await world.a_show("loom-live", store=await world.a_store("loom"))
    await world.shows.go_live(show.slug)
    return bowl, await world.offers.open((await world.an_offer(show, title="Scarf")).id)


async def orders_of(world: ShowsWorld, buyer: Buyer = ANN) -> dict[StoreId, Order]:
    """What the page would send: each store's part at the price that it shows."""
    return {
        quote.basket.store_id: Order(
            id=quote.basket.order_id, expects_minor=quote.deal.price.total.minor
        )
        for quote in await world.checkout.quote(buyer, {})
        if isinstance(quote.deal, Deal)
    }


async def outcomes(world: ShowsWorld, orders: dict[StoreId, Order]) -> dict[StoreId, object]:
    async with world.web():
        return {one.store_id: one.outcome for one in await world.checkout.place(ANN, orders)}


async def test_a_basket_becomes_one_order_per_store(world: ShowsWorld) -> None:
    bowl, scarf = await two_stores(world)
    await world.baskets.add(ANN.id, bowl.id, 2)
    await world.baskets.add(ANN.id, scarf.id)

    found = await outcomes(world, await orders_of(world))

    assert {type(one) for one in found.values()} == {NewOrder}
    made = {order.store_id: order for order in await world.orders.of_buyer(ANN.id)}
    assert made[bowl.store_id].total.minor == 4000
    assert made[scarf.store_id].total.minor == 2000
    assert {order.address_id for order in made.values()} == {AN_ADDRESS}
    assert await world.baskets.look(ANN.id) == ()
    assert (await world.quota(bowl.quota_id)).held == 2


async def test_pressing_twice_or_in_another_window_is_one_order(world: ShowsWorld) -> None:
    bowl, _ = await two_stores(world)
    await world.baskets.add(ANN.id, bowl.id)
    seen = await orders_of(world)

    first = await outcomes(world, seen)
    await world.baskets.add(ANN.id, bowl.id, 3)
    again = await outcomes(world, seen)

    assert isinstance(first[bowl.store_id], NewOrder)
    assert isinstance(again[bowl.store_id], Known)
    assert len(await world.orders.of_buyer(ANN.id)) == 1
    assert await world.baskets.count(ANN.id) == 3, "what came later is still wanted"


async def test_a_crash_between_ordering_and_emptying_is_mended_at_the_next_look(
    world: ShowsWorld,
) -> None:
    bowl, _ = await two_stores(world)
    await world.baskets.add(ANN.id, bowl.id)
    (order,) = (await orders_of(world)).values()
    await bought(world, a_wish(world, bowl.id, order_id=order.id))

    assert await world.baskets.look(ANN.id) == ()
    await world.baskets.add(ANN.id, bowl.id)
    (part,) = await world.baskets.look(ANN.id)
    assert part.order_id != order.id


async def test_where_one_store_refuses_the_others_stand(world: ShowsWorld) -> None:
    bowl, scarf = await two_stores(world)
    await world.baskets.add(ANN.id, bowl.id)
    await world.baskets.add(ANN.id, scarf.id)
    seen = await orders_of(world)
    for buyer in range(5):
        await bought(world, a_wish(world, scarf.id, buyer=100 + buyer))

    found = await outcomes(world, seen)

    assert isinstance(found[bowl.store_id], NewOrder)
    assert isinstance(found[scarf.store_id], BasketChanged | SoldOut)
    (part,) = await world.baskets.look(ANN.id)
    assert [item.standing.value for item in part.items] == ["sold_out"]


async def test_nobody_pays_other_than_what_they_saw(world: ShowsWorld) -> None:
    bowl, _ = await two_stores(world)
    await world.baskets.add(ANN.id, bowl.id)
    seen = await orders_of(world)
    await world.delivery.add(bowl.store_id, DeliveryEdit(name="Parcel", fee_minor=490))

    found = await outcomes(world, seen)

    assert isinstance(found[bowl.store_id], PriceChanged)
    assert await world.orders.of_buyer(ANN.id) == []


async def test_another_persons_order_id_says_nothing(world: ShowsWorld) -> None:
    bowl, _ = await two_stores(world)
    theirs = a_wish(world, bowl.id, buyer=2)
    await bought(world, theirs)

    found = await outcomes(world, {bowl.store_id: Order(id=theirs.id, expects_minor=2000)})

    assert isinstance(found[bowl.store_id], BasketChanged)


async def test_an_order_needs_somewhere_to_go(world: ShowsWorld) -> None:
    with pytest.raises(AddressMissing):
        await world.checkout.place(Buyer(id=ANN.id), {})


async def test_delivery_is_in_the_price_by_method_and_country(world: ShowsWorld) -> None:
    bowl, _ = await two_stores(world)
    parcel = await world.delivery.add(
        bowl.store_id,
        DeliveryEdit(name="Parcel", countries=("DE",), fee_minor=490, free_from_minor=4000),
    )
    express = await world.delivery.add(
        bowl.store_id, DeliveryEdit(name="Express", countries=("AT", "DE"), fee_minor=1500)
    )
    await world.baskets.add(ANN.id, bowl.id)

    async def total(country: str, delivery: str = "") -> object:
        buyer = Buyer(id=ANN.id, address_id=AN_ADDRESS, country=country)
        choices = {bowl.store_id: Choice(delivery=delivery)}
        (quote,) = await world.checkout.quote(buyer, choices)
        return quote.deal.price.total.minor if isinstance(quote.deal, Deal) else type(quote.deal)

    assert await total("DE") == 2490
    assert await total("DE", str(express.id)) == 3500
    assert await total("AT") == 3500
    assert await total("AT", str(parcel.id)) == 3500, "the parcel does not go there"
    assert await total("JP") is NotDelivered
    await world.baskets.add(ANN.id, bowl.id)
    assert await total("DE") == 4000


async def test_one_tap_pays_the_cheapest_way_to_its_country(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer()
    await world.delivery.add(offer.store_id, DeliveryEdit(name="Near", countries=("DE",)))
    await world.delivery.add(offer.store_id, DeliveryEdit(name="World", fee_minor=2000))
    ann = await a_buyer(world)
    away = await world.people.addresses.add(
        ann.person_id, LINES.__class__(recipient="Ann", street="1", city="Wien", country="AT")
    )
    wish = a_wish(world, offer.id, buyer=ann.person_id.int, with_address=False)

    order = await bought(world, wish)

    assert isinstance(order, NewOrder)
    assert order.deal.price.total.minor == 2000, "free within the country"
    with pytest.raises(NotDelivered):
        await world.orders.choose_address(wish.id, away.id, buyer_id=ann.person_id)
    home = await world.people.addresses.add(ann.person_id, LINES)
    await world.orders.choose_address(wish.id, home.id, buyer_id=ann.person_id)


def test_choices_are_read_back_from_their_address() -> None:
    store, way, coupon, home = (str(UUID(int=number)) for number in (1, 2, 3, 4))
    sent = [
        ("address", home), (f"delivery-{store}", way), (f"coupon-{store}", coupon),
        (f"order-{store}", way), (f"total-{store}", "490"), ("delivery-x", way),
        (f"total-{way}", "-1"), (f"delivery-{way}", "express"), ("csrf_token", "abc"),
    ]  # fmt: skip

    choices = read_choices(sent)

    assert (
        choices.path() == f"/checkout?address={home}&delivery-{store}={way}&coupon-{store}={coupon}"
    )
    (order,) = choices.to_order().values()
    assert (order.id, order.expects_minor) == (OrderId(UUID(way)), 490)
    assert choices.path(coupon=(StoreId(UUID(store)), order.coupon_ids[0])) == choices.path()


async def a_full_basket(world: ShowsWorld) -> tuple[Identity, Offer, Offer]:
    bowl, scarf = await two_stores(world)
    ann = await a_buyer(world)
    await world.baskets.add(ann.person_id, bowl.id)
    await world.baskets.add(ann.person_id, scarf.id)
    return ann, bowl, scarf


def hidden(page: str) -> dict[str, str]:
    """The form's hidden fields and what is checked, as a browser would send them."""
    found = re.findall(r'<input form="checkout" type="hidden" name="([^"]+)" value="([^"]*)"', page)
    chosen = re.findall(
        r'<input form="checkout" type="radio" name="([^"]+)" value="([^"]*)" checked', page
    )
    return dict([*found, *chosen])


async def test_the_page_asks_for_an_address_orders_and_lists_what_is_left_to_pay(
    world: ShowsWorld,
) -> None:
    ann, bowl, _ = await a_full_basket(world)
    await world.delivery.add(bowl.store_id, DeliveryEdit(name="Parcel", fee_minor=490))
    async with world.web(*routes) as web:
        web.sign_in_as(ann)
        bare = await web.get("/checkout")
        early = await web.post_form("/checkout", **hidden(bare.text))
        bad = await web.post_form("/checkout/address", recipient="Ann")
        written = await web.post_form(
            "/checkout/address", recipient="Ann", street="Lane 1", city="Berlin", country="DE"
        )
        ready = await web.get(written.headers["location"])
        placed = await web.post_form("/checkout", **hidden(ready.text))
        again = await web.post_form("/checkout", **hidden(ready.text))
        left = await web.get("/checkout/pay")
        mine = await web.get("/orders")
        empty = await web.get("/checkout")

    assert "First tell us where it should go." in bare.text
    assert early.headers["location"].startswith("/checkout?")
    assert bad.status_code == 422
    assert "€24.90" in ready.text
    assert "€44.90" in ready.text
    assert "Parcel" in ready.text
    assert placed.headers["location"] == again.headers["location"] == "/checkout/pay"
    assert left.text.count("Pay €") == 2
    assert "2 orders wait for your payment" in mine.text
    assert empty.headers["location"] == "/basket"
    assert len(await world.orders.of_buyer(ann.person_id)) == 2


async def test_the_page_says_which_store_refused(world: ShowsWorld) -> None:
    ann, bowl, scarf = await a_full_basket(world)
    await world.people.addresses.add(ann.person_id, LINES)
    async with world.web(*routes) as web:
        web.sign_in_as(ann)
        ready = await web.get("/checkout")
        await world.offers.close(scarf.id)
        await world.clock.advance(timedelta(minutes=1))
        placed = await web.post_form("/checkout", **hidden(ready.text))
        told = await web.get(placed.headers["location"])

    assert placed.headers["location"] == "/checkout/pay"
    assert "The other orders stand. Loom:" in told.text
    assert "Tea House" in told.text
    assert [one.store_id for one in await world.orders.of_buyer(ann.person_id)] == [bowl.store_id]


async def test_a_typed_code_is_used_at_its_store(world: ShowsWorld) -> None:
    ann, bowl, _ = await a_full_basket(world)
    async with world.web(*routes) as web:
        web.sign_in_as(ann)
        field = {f"code-{bowl.store_id}": "NOSUCH", "redeem": str(bowl.store_id)}
        refused = await web.post_form("/checkout/code", **field)
        told = await web.get(refused.headers["location"])

    assert "There is no such coupon" in told.text


async def quoted(web: WebClient, body: object) -> dict[str, object]:
    answer = await web.post_json("/api/checkout/quote", body)
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


async def test_scripts_ask_for_the_price_and_order(world: ShowsWorld) -> None:
    ann, bowl, scarf = await a_full_basket(world)
    home = await world.people.addresses.add(ann.person_id, LINES)
    await world.delivery.add(
        scarf.store_id, DeliveryEdit(name="Parcel", countries=("FR",), fee_minor=490)
    )
    async with world.web(*api_routes) as web:
        web.sign_in_as(ann)
        quote = await quoted(web, {"address_id": str(home.id)})
        stores = {one["store"]: one for one in quote["stores"]}  # type: ignore[attr-defined]
        orders = [
            {"store": one["store"], "id": one["order_id"], "expects_minor": one["total_minor"] or 0}
            for one in stores.values()
        ]
        placed = await web.post_json(
            "/api/checkout", {"address_id": str(home.id), "orders": orders}
        )
        web.sign_in_as(await a_buyer(world, "Bea"))
        theirs = await web.post_json(
            "/api/checkout", {"address_id": str(home.id), "orders": orders}
        )

    assert stores["tea-house"]["total_minor"] == 2000
    assert stores["loom"]["total_minor"] is None
    assert stores["loom"]["refusal"]["code"] == "not_delivered"
    told = {one["store"]: one for one in placed.json()["orders"]}
    assert told["tea-house"]["state"] == "placed"
    assert told["loom"]["refusal"]["code"] == "not_delivered"
    assert theirs.status_code == 404, "another's address is not there"
    assert [one.store_id for one in await world.orders.of_buyer(ann.person_id)] == [bowl.store_id]
