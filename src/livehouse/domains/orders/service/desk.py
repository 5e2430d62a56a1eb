"""Orders one by one: look, choose an address, cancel; and the goods of who did not pay."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from livehouse.domains.offers import LeftChanged, Offer, remainder
from livehouse.domains.orders import model, store
from livehouse.domains.orders.events import OrdersReturned
from livehouse.domains.orders.model import Order
from livehouse.domains.quotas import quotas
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import AddressId, OrderId, PersonId, QuotaId, RunId, StoreId
from livehouse.storage.database import Database, Transaction

PAGE_ORDERS = 30
EXPORTED_ORDERS_MAX = 10_000
EXPIRED_PER_LOOK_MAX = 500


@dataclass(slots=True)
class Orders:
    database: Database
    clock: Clock

    async def of_buyer(self, buyer_id: PersonId, *, before: OrderId | None = None) -> list[Order]:
        async with self.database.transaction() as tx:
            return await store.of_buyer(tx, buyer_id, before=before, limit=PAGE_ORDERS)

    async def of_store(
        self, store_id: StoreId, *, before: OrderId | None = None, state: str | None = None
    ) -> list[Order]:
        async with self.database.transaction() as tx:
            return await store.of_store(tx, store_id, before=before, limit=PAGE_ORDERS, state=state)

    async def order(self, order_id: OrderId, *, buyer_id: PersonId) -> Order:
        """The buyer's own order; another's is not there."""
        async with self.database.transaction() as tx:
            return own(await store.by_id(tx, order_id), buyer_id)

    async def in_store(self, order_id: OrderId, store_id: StoreId) -> Order:
        """An order that this store has to deliver; another's is not there."""
        async with self.database.transaction() as tx:
            order = await store.by_id(tx, order_id)
        if order.offer.store_id != store_id:
            raise NotFound
        return order

    async def store_numbers(self, store_id: StoreId) -> dict[str, tuple[int, int]]:
        """A store's orders and their sums in minor units, per state."""
        async with self.database.transaction() as tx:
            return dict(await store.store_numbers(tx, store_id))

    async def choose_address(
        self, order_id: OrderId, address_id: AddressId, *, buyer_id: PersonId
    ) -> Order:
        async with self.database.transaction() as tx:
            order = own(await store.lock_order(tx, order_id), buyer_id)
            order = model.set_address(order, address_id)
            await store.save_order(tx, order, self.clock.now())
        return order

    async def cancel(self, order_id: OrderId, *, buyer_id: PersonId) -> Order:
        async with self.database.transaction() as tx:
            now = self.clock.now()
            order = model.cancel(own(await store.lock_order(tx, order_id), buyer_id), now)
            await self._return_goods(tx, [order])
            await store.save_order(tx, order, now)
        return order

    async def expire_due(self) -> int:
        """Give the goods of unpaid orders back to the shelf."""
        async with self.database.transaction() as tx:
            now = self.clock.now()
            due = await store.due_to_expire(tx, now, EXPIRED_PER_LOOK_MAX)
            await self._return_goods(tx, due)
            for order in due:
                await store.save_order(tx, model.expire(order, now), now)
        return len(due)

    async def numbers(self, run_id: RunId) -> dict[str, tuple[int, int]]:
        """Orders and their sums per state, for the host."""
        async with self.database.transaction() as tx:
            return dict(await store.show_numbers(tx, run_id))

    async def export(self, person_id: PersonId) -> dict[str, object]:
        """A buyer's orders, for the export of their data."""
        async with self.database.transaction() as tx:
            found = await store.of_buyer(tx, person_id, before=None, limit=EXPORTED_ORDERS_MAX)
        return {"orders": [_exported(order) for order in found]}

    async def erase(self, tx: Transaction, person_id: PersonId, /) -> None:
        """Keep the orders, as the law asks: they hold ids, which then name nobody."""

    async def _return_goods(self, tx: Transaction, orders: Sequence[Order]) -> None:
        """Free what the orders hold, and tell each room what is left again."""
        amounts: Counter[QuotaId] = Counter()
        shares: Counter[tuple[QuotaId, UUID]] = Counter()
        for order in orders:
            for quota_id in order.offer.quota_ids:
                amounts[quota_id] += order.quantity
            if order.offer.limit:
                shares[order.offer.quota_id, order.buyer_id] += order.quantity
        await quotas.give_back(tx, amounts)
        await quotas.return_shares(tx, shares)
        found = await quotas.read(tx, amounts)
        for (offer, run_id), group in _by_offer(orders):
            allotment, stock = (found[quota_id] for quota_id in offer.quota_ids)
            rest = remainder(allotment, stock)
            tx.record(LeftChanged(offer.id, rest.left, rest.version), run_id=run_id)
            quantity = sum(order.quantity for order in group)
            tx.record(OrdersReturned(offer.id, len(group), quantity), run_id=run_id)


def _by_offer(orders: Sequence[Order]) -> Iterable[tuple[tuple[Offer, RunId], list[Order]]]:
    groups: dict[tuple[UUID, RunId], list[Order]] = {}
    for order in orders:
        groups.setdefault((order.offer.id, order.run_id), []).append(order)
    return [((group[0].offer, group[0].run_id), group) for group in groups.values()]


def _exported(order: Order) -> dict[str, object]:
    return {
        "id": str(order.id),
        "placed_at": order.placed_at.isoformat(),
        "title": order.offer.title,
        "variant": order.offer.variant_title,
        "quantity": order.quantity,
        "total_minor": order.total.minor,
        "currency": order.total.currency,
        "state": model.state_name(order.state),
    }


def own(order: Order, buyer_id: PersonId) -> Order:
    if order.buyer_id != buyer_id:
        raise NotFound
    return order
