"""The house ends between any two steps of a fair opening, and goes on without drawing twice."""

import asyncio
from collections.abc import Sequence

import pytest
from typing_extensions import override

from livehouse.domains.fairness import PLACED
from livehouse.domains.orders import Buy, Openings, Till
from livehouse.domains.orders.model import Decision
from livehouse.domains.orders.model.openings import Stage
from livehouse.domains.orders.store import openings as store
from tests.support.openings_world import (
    MOMENT,
    WINDOW_AND_GRACE,
    a_called_offer,
    entered,
    restarted,
    the_opening,
)
from tests.support.shows_world import ShowsWorld


class Killed(Exception):
    """The process was ended."""


class DyingTill(Till):
    """Commits, and dies before anybody hears of it."""

    @override
    async def commit(self, buys: Sequence[Buy]) -> list[Decision]:
        await super().commit(buys)
        raise Killed


async def one_step(openings: Openings) -> bool:
    async with openings.database.pool.acquire() as connection:
        (opening_id,) = await store.going_on(connection)
    return await openings._step(opening_id)


async def test_a_house_that_ends_after_each_step_draws_once(world: ShowsWorld) -> None:
    offer = await a_called_offer(world, allotment=3)
    await entered(world, offer.id, range(1, 9))
    await world.clock.advance(WINDOW_AND_GRACE + MOMENT)

    steps = 0
    while (opening := (await the_opening(world, offer))[0]).stage is not Stage.DONE:
        assert await one_step(restarted(world)), f"stands still at {opening.stage}"
        steps += 1

    _, entries = await the_opening(world, offer)
    assert [entry.outcome for entry in entries] == [PLACED] * 3 + ["sold_out"] * 5
    assert len(await world.orders.of_store(offer.store_id)) == 3
    assert len(await world.facts("orders.opening_revealed")) == 1
    assert steps == 6  # list, reveal, arrange, two groups, end


async def test_who_got_a_place_keeps_it_when_nobody_heard_of_the_commit(
    world: ShowsWorld,
) -> None:
    offer = await a_called_offer(world, allotment=5)
    await entered(world, offer.id, range(1, 9))
    await world.clock.advance(WINDOW_AND_GRACE + MOMENT)
    await world.openings.advance()
    await world.rooms.show()

    for _ in range(3):  # two at a time, until one of them hears that nothing is left
        dying = restarted(world)
        dying.till = DyingTill(world.database, world.clock)
        with pytest.raises(Killed):
            await dying.advance()
        await one_step(restarted(world))
    await restarted(world).advance()

    _, entries = await the_opening(world, offer)
    assert [entry.outcome for entry in entries] == [PLACED] * 5 + ["sold_out"] * 3
    orders = await world.orders.of_store(offer.store_id)
    assert {order.id for order in orders} == {entry.order_id for entry in entries[:5]}
    assert (await world.quota(offer.quota_id)).held == 5


async def test_nodes_that_look_at_once_draw_once(world: ShowsWorld) -> None:
    offer = await a_called_offer(world, allotment=3)
    await entered(world, offer.id, range(1, 9))
    await world.clock.advance(WINDOW_AND_GRACE + MOMENT)
    nodes = [restarted(world) for _ in range(3)]

    for _ in range(3):
        await asyncio.gather(*(node.advance() for node in nodes))
        await world.rooms.show()

    assert (await the_opening(world, offer))[0].stage is Stage.DONE
    assert len(await world.orders.of_store(offer.store_id)) == 3
    for kind in ("called", "listed", "revealed", "ended"):
        assert len(await world.facts(f"orders.opening_{kind}")) == 1


async def test_whoever_enters_while_the_list_is_closed_is_in_it_or_is_refused(
    world: ShowsWorld,
) -> None:
    offer = await a_called_offer(world, allotment=3)
    await world.clock.advance(WINDOW_AND_GRACE)
    later = restarted(world)

    async def close() -> None:
        await world.clock.advance(MOMENT)
        await later.advance()

    crowds, _ = await asyncio.gather(
        asyncio.gather(*(entered(world, offer.id, range(n, n + 5)) for n in range(1, 100, 5))),
        close(),
    )
    told = [entry for crowd in crowds for entry in crowd]
    await world.rooms.show()
    await later.advance()

    opening, entries = await the_opening(world, offer)
    assert {entry.order_id for entry in entries} == {entry.order_id for entry in told}
    assert opening.entrants == len(told)


async def test_a_house_with_another_key_calls_the_opening_off(world: ShowsWorld) -> None:
    offer = await a_called_offer(world)
    await entered(world, offer.id, range(1, 4))
    await world.clock.advance(WINDOW_AND_GRACE + MOMENT)
    await world.openings.advance()
    await world.rooms.show()
    restored = restarted(world)
    restored.key = b"made anew after a backup without secrets"

    await restored.advance()

    opening, _ = await the_opening(world, offer)
    assert (opening.stage, opening.seed) == (Stage.VOID, "")
