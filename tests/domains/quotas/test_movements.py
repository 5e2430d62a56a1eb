"""Every change of a quota is recorded, and the records add up to it."""

from collections import Counter
from uuid import UUID

import pytest
from sqlalchemy import text

from livehouse.domains.quotas import BelowTaken, quotas
from livehouse.foundation.ids import QuotaId
from tests.support.orders_world import a_wish, bought
from tests.support.shows_world import ShowsWorld


async def movements(world: ShowsWorld, quota_id: UUID) -> list[tuple[int, str, int]]:
    async with world.database.transaction() as tx:
        rows = await tx.execute(
            text("select version, kind, amount from quota_movements"
                 " where quota_id = :id order by version"),
            [{"id": quota_id}],
        )  # fmt: skip
        return [(row.version, row.kind, row.amount) for row in rows]


async def test_what_was_held_spent_and_given_back_can_be_read_later(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer(stock=10, allotment=5)
    await bought(world, a_wish(world, offer.id, quantity=3))

    async with world.database.transaction() as tx:
        await quotas.spend(tx, {offer.quota_id: 2})
        await quotas.give_back(tx, {offer.quota_id: 1})
        await quotas.take_back(tx, {offer.quota_id: 1})
        await quotas.set_total(tx, offer.quota_id, 4)
        await quotas.take(tx, {offer.quota_id: 2})

    found = await movements(world, offer.quota_id)
    assert found == [
        (0, "total", 5), (1, "hold", 3), (2, "spend", 2), (3, "give_back", 1),
        (4, "take_back", 1), (5, "total", -1), (6, "take", 2),
    ]  # fmt: skip
    sums: Counter[str] = Counter()
    for _, kind, amount in found:
        sums[kind] += amount
    kept = await world.quota(offer.quota_id)
    assert kept.total == sums["total"]
    assert kept.held == sums["hold"] - sums["spend"] - sums["give_back"]
    assert kept.spent == sums["spend"] + sums["take"] - sums["take_back"]
    assert kept.version == found[-1][0]


async def test_a_total_never_goes_below_what_is_taken_and_no_trace_is_left(
    world: ShowsWorld,
) -> None:
    _, offer = await world.an_open_offer(stock=10, allotment=5)
    await bought(world, a_wish(world, offer.id, quantity=3))
    before = await movements(world, offer.quota_id)

    with pytest.raises(BelowTaken):
        async with world.database.transaction() as tx:
            await quotas.set_total(tx, QuotaId(offer.quota_id), 2)

    assert await movements(world, offer.quota_id) == before
