"""Points for coupons: stores set the price, people trade, nothing is lost between the two."""

from collections.abc import Collection
from dataclasses import dataclass

from livehouse.domains.crowd.model import trades as rules
from livehouse.domains.crowd.model.rewards import Source
from livehouse.domains.crowd.model.trades import Offered, Trade
from livehouse.domains.crowd.store import points
from livehouse.domains.crowd.store import trades as store
from livehouse.domains.offers import Coupons
from livehouse.domains.quotas import SoldOut, quotas
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import CouponId, IdSource, PersonId, QuotaId, StoreId, TradeId
from livehouse.storage.database import Database, Transaction

LISTED_MAX = 50


@dataclass(frozen=True, slots=True)
class Trades:
    """Who may offer something for a store is for the edges to say."""

    database: Database
    clock: Clock
    ids: IdSource
    coupons: Coupons

    async def offer(
        self, store_id: StoreId, coupon_id: CouponId, *, points: int, count: int
    ) -> Trade:
        """Give coupons for points, with the terms of one that the store has published."""
        rules.checked(points, count)
        async with self.database.transaction() as tx:
            made = await self.coupons.publish_like(tx, store_id, coupon_id, count)
            trade = Trade(
                id=TradeId(self.ids.new()),
                store_id=store_id,
                coupon_id=made.coupon.id,
                quota_id=QuotaId(self.ids.new()),
                label=made.coupon.label,
                points=points,
                ends_at=made.coupon.ends_at,
            )
            await quotas.create(tx, trade.quota_id, count)
            await store.add(tx, trade, self.clock.now())
        return trade

    async def end(self, store_id: StoreId, trade_id: TradeId) -> None:
        """Nobody trades any more; who has a coupon keeps it."""
        async with self.database.transaction() as tx:
            trade = await store.by_id(tx, trade_id)
            if trade is None or trade.store_id != store_id:
                raise NotFound
            await store.end(tx, trade, self.clock.now())

    async def of_store(self, store_id: StoreId) -> list[Offered]:
        """All that a store gave for points, the newest first."""
        async with self.database.transaction() as tx:
            found = await store.of_stores(tx, [store_id], LISTED_MAX, open_at=None)
            return await _with_left(tx, found, frozenset())

    async def open_to(self, person_id: PersonId, store_ids: Collection[StoreId]) -> list[Offered]:
        """What can be had for points of these stores."""
        async with self.database.transaction() as tx:
            found = await store.of_stores(tx, store_ids, LISTED_MAX, open_at=self.clock.now())
            return await _with_left(tx, found, await store.had_by(tx, person_id))

    async def trade(self, trade_id: TradeId, person_id: PersonId) -> Trade:
        """Give points, have the coupon; once each, and asking again changes nothing."""
        async with self.database.transaction() as tx:
            trade = await store.by_id(tx, trade_id)
            if trade is None:
                raise NotFound
            locked = await quotas.lock(tx, [trade.quota_id])
            if trade_id in await store.had_by(tx, person_id):
                return trade
            balance = await points.lock(tx, trade.store_id, person_id)
            rules.check_trading(trade, balance, self.clock.now())
            if not locked[trade.quota_id].left:
                raise SoldOut
            await quotas.take(tx, {trade.quota_id: 1})
            paid = (trade.store_id, trade.points)
            await points.spend(tx, Source(store.KIND, trade_id), person_id, paid, self.clock.now())
            await self.coupons.give(tx, trade.coupon_id, person_id)
        return trade


async def _with_left(
    tx: Transaction, found: Collection[Trade], mine: Collection[TradeId]
) -> list[Offered]:
    left = await quotas.read(tx, [trade.quota_id for trade in found])
    return [Offered(one, left[one.quota_id].left, one.id in mine) for one in found]
