"""Orders and their money in the books, on a real database."""

from datetime import timedelta

import asyncpg
import pytest

from livehouse.domains.ledger import COMMISSION, PROVIDER, STORE, Account, ledger
from livehouse.domains.orders import Back, Order, ReturnedTooMuch, book_back
from livehouse.domains.orders.service.payments import DUE_AFTER
from tests.support.orders_world import paid
from tests.support.shows_world import ShowsWorld

PROVIDERS = Account(PROVIDER, "sandbox", "EUR")
FEES = Account(COMMISSION, "", "EUR")


async def balances(world: ShowsWorld) -> dict[Account, int]:
    async with world.database.transaction() as tx:
        return {one.account: one.minor for one in await ledger.balances(tx)}


async def a_paid_order(world: ShowsWorld, *, quantity: int = 2, commission: int = 0) -> Order:
    _, offer = await world.an_open_offer()
    await world.stores.set_commission(offer.store_id, commission)
    return await paid(world, offer.id, quantity=quantity)


async def give_back(world: ShowsWorld, order: Order, back: Back) -> int:
    async with world.database.transaction() as tx:
        return (await book_back(tx, order, back, world.clock.now())).buyer_minor


def payable(order: Order) -> Account:
    return Account(STORE, str(order.store_id), "EUR")


async def test_a_paid_order_is_owed_to_its_store_less_the_commission(world: ShowsWorld) -> None:
    order = await a_paid_order(world, commission=500)

    assert await balances(world) == {PROVIDERS: -4_000, payable(order): 3_800, FEES: 200}
    async with world.database.transaction() as tx:
        assert await ledger.due_at(tx, order.id) == world.clock.now() + DUE_AFTER


async def test_a_refund_keeps_the_rate_that_held_when_the_order_was_paid(
    world: ShowsWorld,
) -> None:
    order = await a_paid_order(world, commission=500)
    await world.stores.set_commission(order.store_id, 2_000)

    await give_back(world, order, Back(key="a", units={0: 1}, amounts={0: 2_000}))

    assert await balances(world) == {PROVIDERS: -2_000, payable(order): 1_900, FEES: 100}


async def test_a_refund_is_due_together_with_its_order(world: ShowsWorld) -> None:
    order = await a_paid_order(world)
    delivered = world.clock.now() + timedelta(days=3)
    async with world.database.transaction() as tx:
        await ledger.set_due(tx, order.id, delivered)

    await give_back(world, order, Back(key="a", goodwill_minor=1))

    found = await world.database.pool.fetch("select distinct due_at from dues")
    assert [row["due_at"] for row in found] == [delivered]


async def test_the_same_refund_again_books_nothing_more(world: ShowsWorld) -> None:
    order = await a_paid_order(world, commission=500)
    back = Back(key="a", units={0: 1}, amounts={0: 2_000})

    assert [await give_back(world, order, back) for _ in range(3)] == [2_000] * 3
    assert (await balances(world))[PROVIDERS] == -2_000


async def test_refunds_of_everything_leave_nothing_behind(world: ShowsWorld) -> None:
    order = await a_paid_order(world, commission=333)

    await give_back(world, order, Back(key="a", goodwill_minor=777))
    await give_back(world, order, Back(key="b", units={0: 1}, amounts={0: 2_000}))
    last = Back(key="c", units={0: 1}, amounts={0: 1_223}, ends_order=True)
    await give_back(world, order, last)

    assert set((await balances(world)).values()) == {0}


async def test_more_than_was_paid_is_refused_and_nothing_is_booked(world: ShowsWorld) -> None:
    order = await a_paid_order(world)
    before = await balances(world)

    with pytest.raises(ReturnedTooMuch):
        await give_back(world, order, Back(key="a", goodwill_minor=4_001))
    assert await balances(world) == before


async def test_what_went_back_cannot_be_changed(world: ShowsWorld) -> None:
    order = await a_paid_order(world)
    await give_back(world, order, Back(key="a", goodwill_minor=1))

    with pytest.raises(asyncpg.RestrictViolationError):
        await world.database.pool.execute("update given_back set total_minor = 2")
