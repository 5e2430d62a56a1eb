"""Who comes first is served first, to the last piece, though groups of a till overlap."""

import asyncio
from collections.abc import Iterator
from random import Random
from uuid import UUID

from msgspec import Struct
from typing_extensions import override

from livehouse.domains.orders import Buy, NewOrder
from livehouse.domains.orders.model import Decision, Draft
from livehouse.domains.quotas import LimitReached, SoldOut
from livehouse.foundation.ids import RunId
from tests.simulation.database import Database
from tests.simulation.history import History
from tests.simulation.loop import SimulatedLoop, loop_here
from tests.simulation.shop import OFFER_LIMIT, SimulatedTill, offer_of, open_shop
from tests.simulation.tables import Tables
from tests.simulation.weather import Weather
from tests.support.builders import a_person, an_order_id
from tests.support.clock import ManualClock

SEEDS = 150
RUN = RunId(UUID(int=1))
BUYERS = 25
UNITS = 30
WISHES = 60


class Asked(Struct):
    """A wish in the order of arrival, and what came of it."""

    buy: Buy
    decision: Decision | None = None

    @property
    def quantity(self) -> int:
        return self.buy.wish[0][1]


class CountsNobodyUnderWay(SimulatedTill):
    """The bug of deciding ahead as if nobody else were about to take anything."""

    @override
    def _send_off(self, drafted: Draft) -> None:
        pass


def a_rush(seed: int, kind: type[SimulatedTill] = SimulatedTill) -> list[Asked]:
    """More wishes than there is, some for several units, a few of them asked for twice."""
    chance = Random(seed)
    offer_id = offer_of(RUN).id
    asked = [
        Asked(
            Buy(
                an_order_id(number), ((offer_id, chance.choice((1, 1, 1, 2, 4))),),
                a_person(chance.randrange(BUYERS)),
            )
        )
        for number in range(1, WISHES)
    ]  # fmt: skip
    asked += [Asked(again.buy) for again in chance.sample(asked, 5)]

    async def sell() -> None:
        database = Database(chance, Weather(), History(lambda: loop_here().time()))
        tables = Tables()
        await open_shop(database, tables, RUN, UNITS)
        till = kind(database, tables, ManualClock())
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(till.group.run())
            for one in asked:
                till.buy(one.buy, lambda decision, one=one: setattr(one, "decision", decision))  # type: ignore[misc]  # bound now
                await asyncio.sleep(chance.expovariate(2_000))  # noqa: TID251 - the simulated loop's
            till.group.close()

    with asyncio.Runner(loop_factory=lambda: SimulatedLoop(Random(seed))) as runner:
        runner.run(sell())
    return asked


def unfair(asked: list[Asked]) -> Iterator[str]:
    """Nothing comes back in this rush, so who is refused is not followed by who gets as much."""
    left, had = UNITS, dict[UUID, int]()
    seen = set[UUID]()
    for one in asked:
        quantity, buyer = one.quantity, one.buy.buyer_id
        if one.buy.id in seen:
            continue
        seen.add(one.buy.id)
        expected: type = NewOrder
        if had.get(buyer, 0) + quantity > OFFER_LIMIT:
            expected = LimitReached
        elif quantity > left:
            expected = SoldOut
        if not isinstance(one.decision, expected):
            yield f"{one.buy.id} of {quantity} got {one.decision} with {left} left"
        if isinstance(one.decision, NewOrder):
            left -= quantity
            had[buyer] = had.get(buyer, 0) + quantity


def test_a_till_serves_in_the_order_of_arrival_whatever_overlaps() -> None:
    for seed in range(SEEDS):
        found = list(unfair(a_rush(seed)))
        assert not found, f"seed {seed}: {found[0]}"


def test_the_order_of_arrival_is_a_law_that_finds_its_bug() -> None:
    assert any(list(unfair(a_rush(seed, CountsNobodyUnderWay))) for seed in range(SEEDS))
