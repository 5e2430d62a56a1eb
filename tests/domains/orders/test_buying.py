"""The till on a real database: what is sold, to whom, and never more than there is."""

import asyncio
import random
from datetime import timedelta

import msgspec
from msgspec import structs

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
from livehouse.domains.orders.service.till import SOLD_OUT_DURATION
from livehouse.domains.quotas import LimitReached, SoldOut
from livehouse.foundation.errors import DomainError
from tests.support.orders_world import a_wish, bought, decided, until_someone_waits_for
from tests.support.shows_world import ShowsWorld

DEADLOCKS = "select deadlocks from pg_stat_database where datname = current_database()"


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


async def test_who_came_first_is_served_first_though_groups_overlap(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer(stock=50, allotment=10)
    groups = [[a_wish(world, offer.id, buyer=n + 1) for n in range(4)] for _ in range(4)]

    answers = await asyncio.gather(*(world.till.commit(group) for group in groups))

    decisions = [decision for group in answers for decision in group]
    assert all(isinstance(decision, NewOrder) for decision in decisions[:10])
    assert all(isinstance(decision, SoldOut) for decision in decisions[10:])


async def test_a_retry_while_the_first_is_on_its_way_is_told_that_it_is_theirs(
    world: ShowsWorld,
) -> None:
    _, offer = await world.an_open_offer(allotment=1)
    wish = a_wish(world, offer.id)

    answers = await asyncio.gather(*(world.till.commit([wish]) for _ in range(4)))

    assert [type(group[0]) for group in answers] == [NewOrder, Known, Known, Known]


async def test_units_that_come_back_between_look_and_write_are_sold(world: ShowsWorld) -> None:
    """Another group holds the last piece, and what it wrote comes to nothing."""
    _, offer = await world.an_open_offer(allotment=1)
    wish = a_wish(world, offer.id)

    async with world.database.pool.acquire() as connection, asyncio.TaskGroup() as tasks:
        other = connection.transaction()
        await other.start()
        await connection.execute("update quotas set held = 1 where id = $1", offer.quota_id)
        deciding = tasks.create_task(world.till.commit([wish]))
        await until_someone_waits_for(connection)
        await other.rollback()
    (decision,) = deciding.result()

    assert isinstance(decision, NewOrder)


async def test_what_another_node_takes_between_look_and_write_is_not_sold_again(
    world: ShowsWorld,
) -> None:
    _, offer = await world.an_open_offer(allotment=1)

    async with (
        asyncio.TaskGroup() as tasks,
        world.database.pool.acquire() as connection,
        connection.transaction(),
    ):
        await connection.execute("update quotas set held = 1 where id = $1", offer.quota_id)
        deciding = tasks.create_task(world.till.commit([a_wish(world, offer.id)]))
        await until_someone_waits_for(connection)
    (decision,) = deciding.result()

    assert isinstance(decision, SoldOut)
    assert not await world.orders.of_store(offer.store_id)


async def test_tills_of_many_nodes_with_mixed_baskets_never_lock_in_a_circle(
    world: ShowsWorld,
) -> None:
    """Four tills, six offers on one shelf, limits, repeats: sold is what the shelf gave."""
    show, first = await world.an_open_offer(stock=120, allotment=60, limit=9)
    offers = [first]
    for _ in range(5):
        offer = await world.offers.plan(
            show.slug, first.variant_id, price=first.price, allotment=60, limit=9
        )
        offers.append(await world.offers.open(offer.id))
    tills = [Till(world.database, world.clock) for _ in range(4)]
    dice = random.Random(7)
    wishes = [
        structs.replace(
            a_wish(world, first.id, buyer=dice.randrange(1, 40)),
            wish=tuple((one.id, 1) for one in dice.sample(offers, dice.randint(1, 3))),
        )
        for _ in range(600)
    ]
    wishes += dice.sample(wishes, 200)  # asked for again, by another node perhaps
    groups = [wishes[start : start + 25] for start in range(0, len(wishes), 25)]

    answers = await asyncio.gather(*(dice.choice(tills).commit(group) for group in groups))

    sold = {
        d.buy.id: len(d.buy.wish) for group in answers for d in group if isinstance(d, NewOrder)
    }
    allotments = [await world.quota(offer.quota_id) for offer in offers]
    shelf = await world.quota(first.stock_quota_id)
    assert sum(sold.values()) == shelf.held == sum(one.held for one in allotments) == 120
    assert max(allotment.held for allotment in allotments) <= 60
    assert await world.database.pool.fetchval(DEADLOCKS) == 0


async def test_who_says_that_they_ask_first_is_refused_at_the_door(world: ShowsWorld) -> None:
    """And who asks again is told of the order that is theirs, though all is sold out."""
    _, offer = await world.an_open_offer(allotment=1)
    mine = a_wish(world, offer.id)
    await decided(world, mine, a_wish(world, offer.id, buyer=2))
    await decided(world, a_wish(world, offer.id, buyer=2))
    answers: list[object] = []

    world.till.buy(a_wish(world, offer.id, buyer=3), answers.append, first=True)
    (again,) = await decided(world, mine)

    assert [type(answer) for answer in answers] == [SoldOut]
    assert isinstance(again, Known)


async def test_what_came_back_is_sold_a_moment_later_to_who_asks_first(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer(allotment=1)
    mine = a_wish(world, offer.id)
    await decided(world, mine, a_wish(world, offer.id, buyer=2))
    await world.orders.cancel(mine.id, buyer_id=mine.buyer_id)
    await world.clock.advance(SOLD_OUT_DURATION)
    answers: list[object] = []
    wish = a_wish(world, offer.id, buyer=3)

    world.till.buy(wish, answers.append, first=True)
    world.till.group.close()
    await world.till.group.run()

    assert [type(answer) for answer in answers] == [NewOrder]
