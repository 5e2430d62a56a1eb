"""Orders one by one: look, choose an address, cancel; and the goods of who did not pay."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from livehouse.domains.offers import LeftChanged, remainder
from livehouse.domains.orders import model, store
from livehouse.domains.orders.events import OrdersReturned
from livehouse.domains.orders.model import Order, Placed, Sought
from livehouse.domains.orders.model.delivering import check_reach
from livehouse.domains.orders.service import lines
from livehouse.domains.people import address_terms
from livehouse.domains.quotas import ShareKey, quotas
from livehouse.domains.stores import delivery_terms
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import AddressId, IdSource, OrderId, PersonId, QuotaId, RunId, StoreId
from livehouse.storage.database import Database, Transaction

PAGE_ORDERS = 30
EXPORTED_ORDERS_MAX = 10_000
EXPIRED_PER_LOOK_MAX = 500
EVERYTHING = Sought()


@dataclass(slots=True)
class Orders:
    database: Database
    clock: Clock
    ids: IdSource

    async def of_buyer(self, buyer_id: PersonId, *, before: OrderId | None = None) -> list[Order]:
        async with self.database.transaction() as tx:
            return await store.of_buyer(tx, buyer_id, before=before, limit=PAGE_ORDERS)

    async def of_store(
        self, store_id: StoreId, *, before: OrderId | None = None, sought: Sought = EVERYTHING
    ) -> list[Order]:
        """A page of a store's orders, the newest first."""
        async with self.database.transaction() as tx:
            return await store.of_store(
                tx, store_id, before=before, limit=PAGE_ORDERS, sought=sought
            )

    async def numbered(self, numbers: Iterable[str], store_id: StoreId) -> dict[str, list[OrderId]]:
        """A store's orders by their numbers as people write them, or by whole ids."""
        wanted = {written: model.number_in(written) for written in numbers}
        async with self.database.transaction() as tx:
            ids = await store.numbered(tx, store_id, sorted(set(wanted.values()) - {""}))
        found: dict[str, list[OrderId]] = {written: [] for written in wanted}
        for written, number in wanted.items():
            digits = written.strip().removeprefix("#").replace("-", "").lower()
            found[written] = [id_ for id_ in ids if number and id_.hex.endswith(digits)]
        return found

    async def count_to_pay(self, buyer_id: PersonId) -> int:
        """How many of a buyer's newest orders wait for their payment."""
        found = await self.of_buyer(buyer_id)
        return sum(isinstance(order.state, Placed) for order in found)

    async def order(self, order_id: OrderId, *, buyer_id: PersonId) -> Order:
        """The buyer's own order; another's is not there."""
        async with self.database.transaction() as tx:
            return own(await store.by_id(tx, order_id), buyer_id)

    async def in_store(self, order_id: OrderId, store_id: StoreId) -> Order:
        """An order that this store has to deliver; another's is not there."""
        async with self.database.transaction() as tx:
            order = await store.by_id(tx, order_id)
        if order.store_id != store_id:
            raise NotFound
        return order

    async def store_numbers(self, store_id: StoreId) -> dict[str, tuple[int, int]]:
        """A store's orders and their sums in minor units, per state."""
        async with self.database.transaction() as tx:
            return dict(await store.store_numbers(tx, store_id))

    async def choose_address(
        self, order_id: OrderId, address_id: AddressId, *, buyer_id: PersonId
    ) -> Order:
        """Deliver there, if the way that the order was priced with leads there."""
        async with self.database.transaction() as tx:
            order = own(await store.lock_order(tx, order_id), buyer_id)
            await _check_reach(tx, order, address_id)
            order = model.set_address(order, address_id)
            await store.save_order(tx, order, self.clock.now())
        return order

    async def cancel(self, order_id: OrderId, *, buyer_id: PersonId) -> Order:
        async with self.database.transaction() as tx:
            now = self.clock.now()
            order = model.cancel(own(await store.lock_order(tx, order_id), buyer_id), now)
            await store.save_order(tx, order, now)
            await self._return_goods(tx, [order], now)
        return order

    async def expire_due(self) -> int:
        """Give the goods of unpaid orders back to the shelf."""
        async with self.database.transaction() as tx:
            now = self.clock.now()
            due = await store.due_to_expire(tx, now, EXPIRED_PER_LOOK_MAX)
            # Orders first: all that is sold of an offer waits for its quota until the commit.
            await store.save_expired(tx, [model.expire(order, now) for order in due], now)
            await self._return_goods(tx, due, now)
        return len(due)

    async def numbers(self, run_id: RunId, *, since: datetime) -> dict[str, tuple[int, int]]:
        """Orders and their sums per state, for the host; `since` is when the run began."""
        async with self.database.transaction() as tx:
            return dict(await store.show_numbers(tx, run_id, since=since))

    async def export(self, person_id: PersonId) -> dict[str, object]:
        """A buyer's orders, for the export of their data."""
        async with self.database.transaction() as tx:
            found = await store.of_buyer(tx, person_id, before=None, limit=EXPORTED_ORDERS_MAX)
        return {"orders": [_exported(order) for order in found]}

    async def erase(self, tx: Transaction, person_id: PersonId, /) -> None:
        """Keep the orders, as the law asks: they hold ids, which then name nobody."""

    async def _return_goods(self, tx: Transaction, orders: Sequence[Order], now: datetime) -> None:
        """Free what the orders hold, for who waits first, and tell each room what is left again."""
        amounts: Counter[QuotaId] = Counter()
        shares: Counter[ShareKey] = Counter()
        for order in orders:
            amounts.update(order.deal.amounts())
            shares.update(order.deal.shares_of(order.buyer_id))
        offer_ids = {item.offer.id for order in orders for item in order.deal.items}
        line = await lines.look(tx, offer_ids, amounts, now)
        await quotas.give_back(tx, amounts)
        await quotas.return_shares(tx, shares)
        await lines.serve(tx, line, self.ids, now)
        found = await quotas.read(tx, amounts)
        for part in model.add_up(order.deal for order in orders):
            fact = OrdersReturned(part.item.offer.id, part.orders, part.quantity)
            tx.record(fact, run_id=part.item.run_id)
            rest = remainder(found[part.item.offer.quota_id], found[part.item.offer.stock_quota_id])
            left = LeftChanged(part.item.offer.id, rest.left, rest.version)
            tx.record(left, run_id=part.item.run_id)


def _exported(order: Order) -> dict[str, object]:
    return {
        "id": str(order.id),
        "placed_at": order.placed_at.isoformat(),
        "items": [
            {
                "title": item.offer.title,
                "variant": item.offer.variant_title,
                "quantity": item.quantity,
            }
            for item in order.deal.items
        ],
        "total_minor": order.total.minor,
        "currency": order.total.currency,
        "state": model.state_name(order.state),
    }


async def _check_reach(tx: Transaction, order: Order, address_id: AddressId) -> None:
    methods = {str(one.id): one for one in await delivery_terms.methods_of(tx, [order.store_id])}
    found = (await address_terms.addresses_by_id(tx, [address_id])).get(address_id)
    for line in order.deal.price.lines:
        if found is not None and line.kind == "delivery" and line.ref in methods:
            check_reach(methods[line.ref], found.lines.country)


def own(order: Order, buyer_id: PersonId) -> Order:
    if order.buyer_id != buyer_id:
        raise NotFound
    return order
