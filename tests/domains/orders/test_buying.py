"""The till on a real database: what is sold, to whom, and never more than there is."""

import asyncio
from datetime import timedelta

import msgspec

from livehouse.domains.offers import LeftChanged, OfferClosed
from livehouse.domains.orders import (
    ForeignOrder,
    Known,
    NewOrder,
    OnlyRehearsal,
    OrdersPlaced,
    ShowNotOn,
    Till,
)
from livehouse.domains.quotas import LimitReached, SoldOut
from livehouse.foundation.errors import DomainError
from tests.support.orders_world import a_wish, bought, decided
from tests.support.shows_world import ShowsWorld


async def test_what_is_bought_is_stored_and_taken_off_the_shelf(world: ShowsWorld) -> None:
    show, offer = await world.an_open_offer(stock=10, allotment=5)

    order = await bought(world, a_wish(world, offer.id, quantity=2))

    assert isinstance(order, NewOrder)
    kept = await world.orders.order(order.buy.id, buyer_id=order.buy.buyer_id)
    assert kept.deal == order.deal
    assert (kept.deal.first.quantity, kept.total.minor) == (2, 4000)
    assert [line.kind for line in kept.deal.price.lines] == ["goods", "tax"]
    assert (await world.quota(offer.quota_id)).held == 2
    assert (await world.quota(offer.stock_quota_id)).left == 8
    assert show.run is not None
    (left,) = await world.facts("offers.left_changed")
    assert msgspec.json.decode(left.payload, type=LeftChanged).left == 3


async def test_asking_again_with_the_same_id_is_harmless(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer()
    wish = a_wish(world, offer.id)

    first = await bought(world, wish)
    again = await bought(world, wish)
    (in_group, twice) = await decided(world, *[a_wish(world, offer.id)] * 2)

    assert isinstance(first, NewOrder)
    assert isinstance(again, Known)
    assert in_group is twice
    assert (await world.quota(offer.quota_id)).held == 2


async def test_another_buyers_id_is_refused_and_tells_nothing(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer()
    wish = a_wish(world, offer.id, buyer=1)
    await bought(world, wish)

    (stolen,) = await decided(world, a_wish(world, offer.id, buyer=2, order_id=wish.id))

    assert isinstance(stolen, ForeignOrder)


async def test_two_tills_never_sell_more_than_there_is(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer(stock=40, allotment=25)
    other = Till(world.database, world.clock)
    wishes = [a_wish(world, offer.id, buyer=n + 1) for n in range(60)]

    answers = await asyncio.gather(
        world.till.commit(wishes[:20]),
        other.commit(wishes[20:40]),
        world.till.commit(wishes[40:]),
    )

    decisions = [decision for group in answers for decision in group]
    assert sum(isinstance(decision, NewOrder) for decision in decisions) == 25
    assert sum(isinstance(decision, SoldOut) for decision in decisions) == 35
    allotment, stock = await world.quota(offer.quota_id), await world.quota(offer.stock_quota_id)
    assert (allotment.held, allotment.left, stock.left) == (25, 0, 15)
    stored = await world.orders.of_store(offer.store_id)
    assert len(stored) == 25


async def test_offers_that_share_a_shelf_never_sell_more_than_lies_there(
    world: ShowsWorld,
) -> None:
    show, first = await world.an_open_offer(stock=5, allotment=5)
    second = await world.offers.plan(show.slug, first.variant_id, price=first.price, allotment=5)
    await world.offers.open(second.id)
    other = Till(world.database, world.clock)

    answers = await asyncio.gather(
        world.till.commit([a_wish(world, first.id, buyer=n + 1) for n in range(5)]),
        other.commit([a_wish(world, second.id, buyer=n + 1) for n in range(5)]),
    )

    sold = sum(isinstance(decision, NewOrder) for group in answers for decision in group)
    assert sold == 5
    assert (await world.quota(first.stock_quota_id)).left == 0


async def test_a_limit_holds_for_a_buyer_in_two_tills_at_once(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer(stock=50, allotment=50, limit=2)
    other = Till(world.database, world.clock)

    answers = await asyncio.gather(
        world.till.commit([a_wish(world, offer.id) for _ in range(5)]),
        other.commit([a_wish(world, offer.id) for _ in range(5)]),
    )

    decisions = [decision for group in answers for decision in group]
    assert sum(isinstance(decision, NewOrder) for decision in decisions) == 2
    assert sum(isinstance(decision, LimitReached) for decision in decisions) == 8


async def test_a_retry_in_another_till_is_one_order(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer()
    other = Till(world.database, world.clock)
    wish = a_wish(world, offer.id)

    answers = await asyncio.gather(world.till.commit([wish]), other.commit([wish]))

    assert not any(isinstance(one, DomainError) for group in answers for one in group)
    assert (await world.quota(offer.quota_id)).held == 1


async def test_nothing_is_sold_in_a_rehearsal_or_before_a_show(world: ShowsWorld) -> None:
    show = await world.a_show()
    offer = await world.an_offer(show)
    await world.offers.open(offer.id)

    (before,) = await decided(world, a_wish(world, offer.id))
    await world.shows.rehearse(show.slug)
    (rehearsing,) = await decided(world, a_wish(world, offer.id))

    assert isinstance(before, ShowNotOn)
    assert isinstance(rehearsing, OnlyRehearsal)
    assert (await world.quota(offer.quota_id)).held == 0


async def test_a_late_tap_still_counts_within_the_grace(world: ShowsWorld) -> None:
    show, offer = await world.an_open_offer()
    await world.offers.close(offer.id)

    await world.clock.advance(timedelta(milliseconds=show.grace_ms))
    (late,) = await decided(world, a_wish(world, offer.id))
    await world.clock.advance(timedelta(milliseconds=1))
    (too_late,) = await decided(world, a_wish(world, offer.id))

    assert isinstance(late, NewOrder)
    assert isinstance(too_late, OfferClosed)


async def test_a_refusal_once_known_waits_for_nobody(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer(allotment=1)
    await decided(world, a_wish(world, offer.id), a_wish(world, offer.id, buyer=2))

    async with world.database.pool.acquire() as other, other.transaction():
        await other.execute("select * from quotas for update")
        (refused,) = await decided(world, a_wish(world, offer.id, buyer=3))

    assert isinstance(refused, SoldOut)


async def test_who_asks_again_for_the_last_piece_is_told_that_it_is_theirs(
    world: ShowsWorld,
) -> None:
    _, offer = await world.an_open_offer(allotment=1)
    wish = a_wish(world, offer.id)
    await decided(world, wish, a_wish(world, offer.id, buyer=2))

    (again,) = await decided(world, wish)

    assert isinstance(again, Known)
    assert again.id == wish.id


async def test_a_group_tells_the_room_once_per_offer(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer(stock=50, allotment=50)

    await decided(world, *(a_wish(world, offer.id, buyer=n + 1, quantity=2) for n in range(10)))

    (placed,) = [
        msgspec.json.decode(fact.payload, type=OrdersPlaced)
        for fact in await world.facts("orders.placed")
    ]
    assert (placed.orders, placed.quantity, placed.shown) == (10, 20, ())
