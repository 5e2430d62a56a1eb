"""The till: orders wait a few milliseconds and are decided and committed together (decision 0006).

One transaction for hundreds of orders; each buyer is answered after the commit and not before.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from livehouse.domains.offers import LeftChanged, Open, Terms, offer_terms, remainder
from livehouse.domains.orders import store
from livehouse.domains.orders.events import OrdersPlaced
from livehouse.domains.orders.model import (
    HOLD_DURATION,
    Bought,
    Buy,
    Decision,
    NewOrder,
    OnSale,
    decide,
    sold,
)
from livehouse.domains.orders.store.group import RacedByAnother
from livehouse.domains.quotas import Quota, SoldOut, Tally, quotas
from livehouse.engine.group_commit import GroupCommit
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import Busy
from livehouse.foundation.facts import Fact
from livehouse.foundation.ids import OfferId, QuotaId, RunId
from livehouse.storage.database import Database, RawConnection

Answer: TypeAlias = Callable[[Decision], None]

GROUP_ORDERS_MAX = 1_000
WAITING_ORDERS_MAX = 50_000
ATTEMPTS_MAX = 3
# While one group commits, the next prepares; more would only wait for the same locks.
GROUPS_AT_ONCE = 2
# After "sold out" the next buyers hear the same without a lock in the database for this long;
# then one of them looks again, since unpaid orders give their goods back.
SOLD_OUT_DURATION = timedelta(milliseconds=250)


@dataclass(slots=True)
class Till:
    """Decides buys in groups; `group` is the queue in front of it, which the app runs.

    `hold` is how long goods are held for who has not paid yet.
    """

    database: Database
    clock: Clock
    hold: timedelta = HOLD_DURATION
    group: GroupCommit[Buy, Bought] = field(init=False)
    _sold_out_until: dict[OfferId, datetime] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.group = GroupCommit(
            self.commit,
            name="till",
            group_max=GROUP_ORDERS_MAX,
            pending_max=WAITING_ORDERS_MAX,
            at_once=GROUPS_AT_ONCE,
        )

    def buy(self, buy: Buy, answer: Answer) -> None:
        """Queue a buy; `answer` gets the decision once it is durable. Never waits.

        Raises `Busy` when too many wait already: nothing was taken then.
        """
        self.group.submit(buy, answer)

    async def buy_and_wait(self, buy: Buy) -> Bought:
        return await self.group.ask(buy)

    async def commit(self, buys: Sequence[Buy]) -> list[Decision]:
        """Decide and write one group; the answers come in the order of the buys."""
        for _ in range(ATTEMPTS_MAX):
            try:
                return await self._attempt(buys)
            except RacedByAnother:
                continue
        raise Busy

    async def _attempt(self, buys: Sequence[Buy]) -> list[Decision]:
        now = self.clock.now()
        offer_ids = list({offer_id for buy in buys for offer_id, _ in buy.wish})
        async with self.database.pool.acquire() as connection, connection.transaction():
            # One group after the other takes its locks, so groups are decided in the order of
            # their arrival; the rest of each overlaps with its neighbours.
            async with self._turn:
                terms = await offer_terms.terms(connection, offer_ids)
                tally, before = await self._lock(connection, buys, terms, now)
                known = await store.known(connection, [buy.id for buy in buys])
            decisions = decide(buys, OnSale(terms), known, tally, now, hold=self.hold)
            fresh = _distinct(decisions)
            if fresh:
                await quotas.write_tally(connection, tally)
                after = _after(before, tally.taken)
                deals = {order.deal.id: order.deal for order in fresh}
                await store.write_deals(connection, list(deals.values()))
                await store.write_group(connection, fresh, _facts(fresh, after))
        self._remember_sold_out(buys, decisions, now)
        return decisions

    async def _lock(
        self,
        connection: RawConnection,
        buys: Sequence[Buy],
        terms: Mapping[OfferId, Terms],
        now: datetime,
    ) -> tuple[Tally, dict[QuotaId, Quota]]:
        """Lock what may still be sold. Offers known to be sold out are not even asked for; only
        who asks again for an order that exists is told so, as ever."""
        hoped_for = {
            offer_id: found.offer
            for offer_id, found in terms.items()
            if self._sold_out_until.get(offer_id, now) <= now
        }
        shelves = sorted({quota for offer in hoped_for.values() for quota in offer.quota_ids})
        if not shelves:
            return Tally(left={}, shares={}), {}
        limited = {
            (offer.quota_id, buy.buyer_id)
            for buy in buys
            for offer_id, _ in buy.wish
            if (offer := hoped_for.get(offer_id)) is not None and offer.limit
        }
        return await quotas.lock_tally(connection, shelves, list(limited))

    def _remember_sold_out(
        self, buys: Sequence[Buy], decisions: Sequence[Decision], now: datetime
    ) -> None:
        self._sold_out_until = {
            offer: until for offer, until in self._sold_out_until.items() if until > now
        }
        for buy, decision in zip(buys, decisions, strict=True):
            # A buyer of many units may be refused while single ones are left; and a refusal out
            # of memory does not make the memory last longer.
            if isinstance(decision, SoldOut) and len(buy.wish) == 1 and buy.wish[0][1] == 1:
                self._sold_out_until.setdefault(buy.wish[0][0], now + SOLD_OUT_DURATION)


def _distinct(decisions: Sequence[Decision]) -> list[NewOrder]:
    """The orders to write: one that was asked for twice in the group stands there once."""
    return list({d.buy.id: d for d in decisions if isinstance(d, NewOrder)}.values())


def _after(before: dict[QuotaId, Quota], taken: dict[QuotaId, int]) -> dict[QuotaId, Quota]:
    return {
        quota.id: Quota(
            quota.id,
            quota.total,
            quota.held + taken.get(quota.id, 0),
            quota.spent,
            quota.version + (quota.id in taken),
        )
        for quota in before.values()
    }


def _facts(fresh: Sequence[NewOrder], after: dict[QuotaId, Quota]) -> list[tuple[RunId, Fact]]:
    """One fact per offer for the orders, one for what is left of it while it is open."""
    facts: list[tuple[RunId, Fact]] = [
        (part.run_id, OrdersPlaced(part.offer_id, part.orders, part.quantity, part.shown))
        for part in sold(fresh)
    ]
    items = {item.offer.id: item for order in fresh for item in order.deal.items}
    for item in items.values():
        if isinstance(item.offer.state, Open):
            rest = remainder(after[item.offer.quota_id], after[item.offer.stock_quota_id])
            facts.append((item.run_id, LeftChanged(item.offer.id, rest.left, rest.version)))
    return facts
