"""Offers on a real database: opening, closing, pinning, and what the room hears of it."""

from datetime import timedelta

import msgspec
import pytest

from livehouse.domains.offers import (
    Closed,
    NotOnSale,
    OfferListed,
    OfferNotOpen,
    OfferPinned,
    Open,
    UnknownOffer,
)
from livehouse.domains.offers.jobs import close_due
from livehouse.domains.shows import NotLive, ShowOver
from livehouse.domains.stores import ProductEdit
from livehouse.foundation.errors import InvalidInput, NotFound
from livehouse.foundation.ids import OfferId, VariantId
from livehouse.foundation.money import Money
from tests.support.builders import euros
from tests.support.shows_world import ShowsWorld, variant_of


async def listed(world: ShowsWorld) -> list[OfferListed]:
    return [
        msgspec.json.decode(fact.payload, type=OfferListed)
        for fact in await world.facts("offers.listed")
    ]


async def test_an_offer_opens_closes_and_opens_again(world: ShowsWorld) -> None:
    show = await world.a_show()
    offer = await world.an_offer(show)
    await world.shows.go_live(show.slug)

    await world.offers.open(offer.id)
    await world.offers.close(offer.id)
    again = await world.offers.open(offer.id)

    assert again.state == Open(world.clock.now())
    assert [fact.state for fact in await listed(world)] == ["planned", "open", "closed", "open"]


async def test_pressing_twice_tells_the_room_once(world: ShowsWorld) -> None:
    show = await world.a_show()
    offer = await world.an_offer(show)
    await world.shows.go_live(show.slug)

    await world.offers.open(offer.id)
    await world.offers.open(offer.id)

    assert [fact.state for fact in await listed(world)] == ["planned", "open"]


async def test_what_was_never_open_cannot_close(world: ShowsWorld) -> None:
    offer = await world.an_offer(await world.a_show())

    with pytest.raises(OfferNotOpen):
        await world.offers.close(offer.id)
    with pytest.raises(UnknownOffer):
        await world.offers.open(OfferId(world.ids.new()))


async def test_an_offer_with_a_time_closes_by_itself(world: ShowsWorld) -> None:
    show = await world.a_show()
    short = await world.an_offer(show, minutes=2)
    endless = await world.an_offer(show)
    await world.shows.go_live(show.slug)
    opened = await world.offers.open(short.id)
    await world.offers.open(endless.id)

    await world.clock.advance(timedelta(minutes=1))
    early = await close_due(world.offers)
    await world.clock.advance(timedelta(minutes=1))
    due = await close_due(world.offers)
    late = await close_due(world.offers)

    assert isinstance(opened.state, Open)
    assert opened.state.closes_at == world.clock.now()
    assert (early, due, late) == (0, 1, 0)
    assert (await world.offers.by_id(short.id)).state == Closed(world.clock.now())
    assert isinstance((await world.offers.by_id(endless.id)).state, Open)


async def test_one_offer_is_held_up_at_a_time(world: ShowsWorld) -> None:
    show = await world.a_show()
    first = await world.an_offer(show)
    second = await world.an_offer(show)
    with pytest.raises(NotLive):
        await world.offers.pin(show.slug, first.id)
    await world.shows.go_live(show.slug)

    for offer_id in (first.id, second.id, None):
        await world.offers.pin(show.slug, offer_id)

    pinned = [
        msgspec.json.decode(fact.payload, type=OfferPinned).offer_id
        for fact in await world.facts("offers.pinned")
    ]
    assert pinned == [str(first.id), str(second.id), ""]


async def test_an_offer_of_another_show_is_not_held_up(world: ShowsWorld) -> None:
    store = await world.a_store()
    show = await world.a_show("here", store=store)
    foreign = await world.an_offer(await world.a_show("there", store=store))
    await world.shows.go_live(show.slug)

    with pytest.raises(UnknownOffer):
        await world.offers.pin(show.slug, foreign.id)


async def test_offers_stand_in_the_order_of_planning(world: ShowsWorld) -> None:
    show = await world.a_show()
    planned = [await world.an_offer(show, allotment=n + 1, stock=3) for n in range(4)]

    found = await world.offers.listing(show.id)

    assert [offer.id for offer, _, _ in found] == [offer.id for offer in planned]
    assert [allotment.total for _, allotment, _ in found] == [1, 2, 3, 4]
    assert {stock.total for _, _, stock in found} == {3}


async def test_an_offer_planned_while_on_air_shows_at_once(world: ShowsWorld) -> None:
    show = await world.a_show()
    await world.shows.go_live(show.slug)

    await world.an_offer(show, stock=3, allotment=5)

    (told,) = await listed(world)
    assert (told.state, told.left, told.total) == ("planned", 3, 5)


async def test_an_exception_from_sending_back_is_shown_before_the_purchase_and_stays(
    world: ShowsWorld,
) -> None:
    show = await world.a_show()
    store = await world.stores.store(show.room.store_id)
    product = await world.a_product(store)
    sealed = ProductEdit(version=1, title=product.title, no_return="hygiene")
    await world.stores.edit_product(store.id, product.id, sealed)
    await world.shows.go_live(show.slug)

    offer = await world.offers.plan(show.slug, product.variants[0].id, price=euros(20), allotment=5)
    await world.stores.edit_product(
        store.id, product.id, ProductEdit(version=2, title=product.title)
    )

    assert (await world.offers.by_id(offer.id)).no_return == "hygiene"
    assert [fact.no_return for fact in await listed(world)] == ["hygiene"]


async def test_only_what_the_store_sells_can_be_offered(world: ShowsWorld) -> None:
    show = await world.a_show()
    foreign = await world.a_product(await world.a_store("other-store"))
    own = await world.a_product(await world.stores.store(show.room.store_id))
    await world.stores.publish(own.store_id, own.id, published=False)

    for product in (foreign, own):
        with pytest.raises(NotOnSale):
            await world.offers.plan(show.slug, variant_of(product), price=euros(1), allotment=1)
    with pytest.raises(NotFound):
        await world.offers.plan(show.slug, VariantId(world.ids.new()), price=euros(1), allotment=1)


async def test_a_plan_that_cannot_be_sold_is_refused(world: ShowsWorld) -> None:
    show = await world.a_show()
    variant = variant_of(await world.a_product(await world.stores.store(show.room.store_id)))

    for price, allotment, limit, minutes in (
        (Money("USD", 100), 1, 0, 0),
        (Money("EUR", -1), 1, 0, 0),
        (euros(1), 0, 0, 0),
        (euros(1), 1, 2_000, 0),
        (euros(1), 1, 0, 5_000),
    ):
        with pytest.raises(InvalidInput):
            await world.offers.plan(
                show.slug, variant, price=price, allotment=allotment, limit=limit, minutes=minutes
            )
    assert await world.offers.listing(show.id) == []


async def test_a_show_that_is_over_takes_no_more_offers(world: ShowsWorld) -> None:
    show = await world.a_show()
    await world.shows.cancel(show.slug)

    with pytest.raises(ShowOver):
        await world.an_offer(show)
