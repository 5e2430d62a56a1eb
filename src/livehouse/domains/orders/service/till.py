"""The till: orders wait a few milliseconds and are decided and committed together.

One statement for hundreds of orders; each buyer is answered after the commit and not before.
While there is plenty, a group is decided ahead, by what a look at the database has shown, and
several groups are under way; the statement itself refuses to take what is no longer there. As
soon as a decision hangs on what others are about to write, it is made under the lock instead,
when all before it are settled: who came first is served first, to the last piece (decisions 0006
and 0080).
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from livehouse.domains.orders import store
from livehouse.domains.orders.model import (
    HOLD_DURATION,
    Bought,
    Buy,
    Deal,
    Decision,
    Draft,
    Known,
    OnSale,
    draft,
    holds,
    touched,
)
from livehouse.domains.orders.store import DoesNotFit
from livehouse.domains.quotas import SoldOut, Tally, quotas
from livehouse.engine.group_commit import GroupCommit
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import Busy
from livehouse.foundation.ids import DealId, OfferId, OrderId
from livehouse.storage.database import Database, RawConnection

Answer: TypeAlias = Callable[[Decision], None]
# What the database holds of a group: what it is about, what is left, and which ids are there.
Sight: TypeAlias = tuple[OnSale, Tally, dict[OrderId, Known]]

GROUP_ORDERS_MAX = 1_000
WAITING_ORDERS_MAX = 50_000
ATTEMPTS_MAX = 3
# While one group commits, others are written, decided and looked up for.
GROUPS_AT_ONCE = 4
# So long the next buyers hear "sold out" without a look; unpaid orders give their goods back.
SOLD_OUT_DURATION = timedelta(milliseconds=250)
_SOLD_OUT = SoldOut()  # one for all: in a rush it is said some ten thousand times a second
# Deals that are known to be written; beyond this many all are forgotten and written again.
DEALS_KNOWN_MAX = 10_000


class Till:
    """Decides buys in groups; `group` is the queue in front of it, which the app runs.

    `hold` is how long goods are held for who has not paid yet.
    """

    def __init__(self, database: Database, clock: Clock, hold: timedelta = HOLD_DURATION) -> None:
        self.database = database
        self.clock = clock
        self.hold = hold
        self.group: GroupCommit[Buy, Bought] = GroupCommit(
            self.commit,
            name="till",
            group_max=GROUP_ORDERS_MAX,
            pending_max=WAITING_ORDERS_MAX,
            at_once=GROUPS_AT_ONCE,
            ready=self._next_turn,
        )
        self._turn = asyncio.Lock()
        self._under_way: list[Draft] = []
        self._settled = asyncio.Event()
        self._settled.set()
        self._deals: set[DealId] = set()
        self._sold_out_until: dict[OfferId, datetime] = {}

    def buy(self, buy: Buy, answer: Answer, *, first: bool = False) -> None:
        """Queue a buy; `answer` gets the decision once it is durable. Never waits.

        What is `first` asked for under its id cannot be there already: of an offer that was sold
        out a moment ago it is refused at once, without SQL (decision 0082). Raises `Busy` when too
        many wait already: nothing was taken then.
        """
        if first and len(buy.wish) == 1:
            until = self._sold_out_until.get(buy.wish[0][0])
            if until is not None and self.clock.now() < until:
                answer(_SOLD_OUT)
                return
        self.group.submit(buy, answer)

    async def buy_and_wait(self, buy: Buy) -> Bought:
        return await self.group.ask(buy)

    async def commit(self, buys: Sequence[Buy]) -> list[Decision]:
        """Decide and write one group; the answers come in the order of the buys."""
        async with self._turn:
            drafted = await self._ahead(buys)
            if drafted is None:
                return await self._in_line(buys)
            self._remember_sold_out(drafted)
            # From here on the next group looks, and counts this one as good as written.
            self._send_off(drafted)
        try:
            await self._write(drafted)
        except DoesNotFit:
            pass
        else:
            return drafted.decisions
        finally:
            self._arrived(drafted)
        async with self._turn:
            return await self._in_line(buys)

    async def _ahead(self, buys: Sequence[Buy]) -> Draft | None:
        """A decision that holds whatever becomes of the groups under way, if there is one.

        Whatever was under way when the look began may be in it or not: it counts as not, so that
        too little is left rather than too much.
        """
        others = list(self._under_way)
        if any(buy.id in other.orders for other in others for buy in buys):
            return None
        on_sale, seen, known = await self._seen(buys)
        drafted = draft(buys, on_sale, known, _less(seen, others), self.clock.now(), hold=self.hold)
        return drafted if not others or holds(drafted, seen) else None

    async def _in_line(self, buys: Sequence[Buy]) -> list[Decision]:
        """Decide by what is locked until the commit, once all groups before are settled."""
        await self._settled.wait()
        for _ in range(ATTEMPTS_MAX):
            try:
                return await self._under_lock(buys)
            except DoesNotFit:
                continue
        raise Busy

    async def _under_lock(self, buys: Sequence[Buy]) -> list[Decision]:
        with store.fitting():
            return await self._in_transaction(buys)

    async def _in_transaction(self, buys: Sequence[Buy]) -> list[Decision]:
        async with self.database.pool.acquire() as connection, connection.transaction():
            on_sale, tally, known = await self._look(connection, buys, lock=True)
            drafted = draft(buys, on_sale, known, tally, self.clock.now(), hold=self.hold)
            if drafted.orders:
                await store.write_deals(connection, _deals_of(drafted))
                await store.place(connection, drafted.orders.values(), tally)
        return drafted.decisions

    async def _write(self, drafted: Draft) -> None:
        if not drafted.orders:
            return
        async with self.database.pool.acquire() as connection:
            unknown = [deal for deal in _deals_of(drafted) if deal.id not in self._deals]
            if unknown:
                await store.write_deals(connection, unknown)
                if len(self._deals) > DEALS_KNOWN_MAX:
                    self._deals.clear()
                self._deals.update(deal.id for deal in unknown)
            await store.place(connection, drafted.orders.values(), drafted.tally)

    async def _seen(self, buys: Sequence[Buy]) -> Sight:
        async with self.database.pool.acquire() as connection:
            return await self._look(connection, buys, lock=False)

    async def _look(self, connection: RawConnection, buys: Sequence[Buy], *, lock: bool) -> Sight:
        """What the database holds of a group's offers, quotas, buyers and ids."""
        offer_ids = list({offer_id for buy in buys for offer_id, _ in buy.wish})
        coupon_ids = list({coupon_id for buy in buys for coupon_id in buy.coupon_ids})
        on_sale = await store.on_sale(connection, offer_ids, coupon_ids, self.clock.now())
        quota_ids, limited = touched(buys, on_sale)
        tally = await quotas.tally(connection, quota_ids, limited, lock=lock)
        return on_sale, tally, await store.known(connection, [buy.id for buy in buys])

    def _remember_sold_out(self, drafted: Draft) -> None:
        """Offers of which a single piece was refused: a buyer of many may be refused earlier."""
        if not (drafted.short or self._sold_out_until):
            return
        now = self.clock.now()
        kept = {offer: until for offer, until in self._sold_out_until.items() if until > now}
        for _, deal, lacking in drafted.short.values():
            item = deal.first
            is_goods = lacking.refusal is SoldOut and lacking.quota_id in item.offer.quota_ids
            if is_goods and len(deal.items) == item.quantity == 1:
                kept[item.offer.id] = now + SOLD_OUT_DURATION
        self._sold_out_until = kept

    def _send_off(self, drafted: Draft) -> None:
        self._under_way.append(drafted)
        self._settled.clear()

    def _arrived(self, drafted: Draft) -> None:
        self._under_way = [other for other in self._under_way if other is not drafted]
        if not self._under_way:
            self._settled.set()

    async def _next_turn(self) -> None:
        async with self._turn:
            pass


def _less(seen: Tally, others: Iterable[Draft]) -> Tally:
    """`seen` as if all that `others` are about to take were taken."""
    left, shares = dict(seen.left), dict(seen.shares)
    for other in others:
        for quota_id, amount in other.tally.taken.items():
            if quota_id in left:
                left[quota_id] -= amount
        for key, amount in other.tally.added_shares.items():
            shares[key] = shares.get(key, 0) + amount
    return Tally(left=left, shares=shares)


def _deals_of(drafted: Draft) -> list[Deal]:
    return list({order.deal.id: order.deal for order in drafted.orders.values()}.values())
