"""Baskets that overlap, in two tills at once, never wait for each other in a circle."""

import asyncio
import random
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest
from msgspec import Struct

from livehouse.domains.offers import Coupon, Offer
from livehouse.domains.orders import Buy, NewOrder, Till
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import OrderId, PersonId, QuotaId
from livehouse.storage.database import str_url
from tests.support.discounts import a_coupon_plan
from tests.support.orders_world import AN_ADDRESS
from tests.support.shows_world import ShowsWorld

OFFERS, BUYERS, GROUP, PAID = 8, 200, 40, 5
SHORT_ROUNDS, LONG_ROUNDS = 25, 12_500
TURNED_AWAY_MAX = 0.9
STEP = timedelta(seconds=100)
_TAKEN = """
select (t ->> 'quota_id')::uuid as quota_id, sum((t ->> 'amount')::bigint)::bigint as amount
from orders o join deals d on d.id = o.deal_id, jsonb_array_elements(d.takes) t
where o.state = any($1::text[]) group by 1
"""


class Market(Struct, frozen=True):
    """Two tills, as on two nodes, and what they sell."""

    world: ShowsWorld
    tills: tuple[Till, Till]
    offers: Sequence[Offer]
    coupons: Sequence[Coupon]
    chance: random.Random

    async def rounds(self, count: int) -> int:
        """So many groups in each till, with all that happens beside them; how many were placed.

        However many there are, as much is paid as in the short form: what is sold never comes back,
        and where nothing is left nobody waits for anybody.
        """
        placed: list[NewOrder] = []
        total = 0
        for number in range(count):
            gone, kept = placed[: len(placed) // 3], placed[len(placed) // 3 :]
            first, second, *_ = await asyncio.gather(
                self.tills[0].commit([self._a_buy() for _ in range(GROUP)]),
                self.tills[1].commit([self._a_buy() for _ in range(GROUP)]),
                self._cancel(gone),
                self._pay(kept[:PAID] if self.chance.random() < SHORT_ROUNDS / count else []),
                self.world.orders.expire_due(),
            )
            placed = [one for one in (*first, *second) if isinstance(one, NewOrder)]
            total += len(placed)
            if number % 2:
                self.world.clock.set(self.world.clock.now() + STEP)
        return total

    def _a_buy(self) -> Buy:
        items = self.chance.sample(self.offers, self.chance.randint(1, 5))
        coupons = self.chance.sample(self.coupons, self.chance.randint(0, 1))
        return Buy(
            OrderId(self.world.ids.new()),
            tuple((offer.id, self.chance.randint(1, 2)) for offer in items),
            PersonId(_person(self.chance.randrange(BUYERS))),
            AN_ADDRESS,
            coupon_ids=tuple(coupon.id for coupon in coupons),
        )

    async def _cancel(self, orders: Sequence[NewOrder]) -> None:
        for order in orders:
            try:
                await self.world.orders.cancel(order.buy.id, buyer_id=order.buy.buyer_id)
            except DomainError:
                continue  # it has expired meanwhile

    async def _pay(self, orders: Sequence[NewOrder]) -> None:
        for order in orders:
            try:
                await self.world.payments.begin(order.buy.id, buyer_id=order.buy.buyer_id)
            except DomainError:
                continue
            payment = (await self.world.payments.of_order(order.buy.id))[0]
            notice = self.world.sandbox.notice(payment, "succeeded")
            await self.world.payments.hear_signed("sandbox", *notice)


def _person(number: int) -> UUID:
    return UUID(int=number + 1)


async def a_market(world: ShowsWorld, seed: int) -> Market:
    show = await world.a_show()
    planned = [
        await world.an_offer(show, stock=400, allotment=200, limit=40, title=f"Bowl {number}")
        for number in range(OFFERS)
    ]
    await world.shows.go_live(show.slug)
    coupons = [
        await world.coupons.publish(
            a_coupon_plan(total=500, per_person=9, label=f"Coupon {number}", alone=True,
                          ends_at=world.clock.now() + timedelta(days=365)),
            show.room.store_id,
        )
        for number in range(3)
    ]  # fmt: skip
    return Market(
        world,
        (world.till, Till(world.database, world.clock)),
        [await world.offers.open(offer.id) for offer in planned],
        [published.coupon for published in coupons],
        random.Random(seed),
    )


@pytest.mark.parametrize(
    "rounds",
    [SHORT_ROUNDS, pytest.param(LONG_ROUNDS, marks=[pytest.mark.torture, pytest.mark.timeout(0)])],
)
async def test_mixed_baskets_in_two_tills_never_deadlock(
    rounds: int, world: ShowsWorld, database_url: str
) -> None:
    market = await a_market(world, seed=rounds)

    placed = await market.rounds(rounds)

    assert placed > rounds * 2 * GROUP * (1 - TURNED_AWAY_MAX), "hardly anything was sold"
    held = await _taken(world, ("placed",))
    sold = await _taken(world, ("paid",))
    for offer in market.offers:
        quota = await world.quota(offer.quota_id)
        assert (quota.held, quota.spent) == (held.get(quota.id, 0), sold.get(quota.id, 0))
    await world.database.close()  # its processes tell their counts when they end
    assert await _deadlocks(database_url) == 0


async def _taken(world: ShowsWorld, states: Sequence[str]) -> dict[QuotaId, int]:
    """What the orders in these states hold, by quota."""
    rows = await world.database.pool.fetch(_TAKEN, list(states))
    return {row["quota_id"]: row["amount"] for row in rows}


async def _deadlocks(database_url: str) -> int:
    connection = await asyncpg.connect(str_url(database_url))
    found: int = await connection.fetchval(
        "select deadlocks from pg_stat_database where datname = current_database()"
    )
    await connection.close()
    return found
