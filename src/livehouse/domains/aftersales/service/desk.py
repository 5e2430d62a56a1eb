"""What every service here works with: the order under its lock, its rules, and the way back."""

from dataclasses import dataclass
from datetime import datetime

from livehouse.domains.aftersales import store
from livehouse.domains.aftersales.model.deliveries import Rules
from livehouse.domains.aftersales.model.letters import Kind, Letter
from livehouse.domains.aftersales.model.pieces import OrderRef, Ware, counted
from livehouse.domains.aftersales.model.reversals import Bill, Reversal
from livehouse.domains.aftersales.model.withdrawal import zones_of
from livehouse.domains.orders import Back, Order, steps
from livehouse.domains.people import People
from livehouse.domains.stores import Stores
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import IdSource, OrderId, PersonId, StoreId
from livehouse.foundation.markets import market_of
from livehouse.foundation.money import Money
from livehouse.storage.database import Database, Transaction


@dataclass(frozen=True, slots=True)
class Desk:
    """Every change locks its order first, so that what happens to one order happens in turn."""

    database: Database
    clock: Clock
    ids: IdSource
    stores: Stores
    people: People

    async def order(self, order_id: OrderId) -> Order:
        async with self.database.transaction() as tx:
            return await steps.read(tx, order_id)

    async def rules(self, order: Order) -> Rules:
        """What holds for an order; asked before its lock is taken."""
        seller = await self.stores.store(order.store_id)
        zones: tuple[str, ...] = (seller.time_zone,)
        if order.address_id is not None:
            found = (await self.people.addresses.by_id([order.address_id])).get(order.address_id)
            if found is not None and found.lines.country:
                zones = zones_of(found.lines.country, seller.time_zone)
        return Rules(market_of(seller.market, seller.country), zones)

    async def undo(self, tx: Transaction, order: Order, one: Reversal) -> Order:
        """Write a reversal, and let the money, the goods and the books go back with it."""
        await store.reversals.add(tx, one, order.store_id)
        back = Back(
            key=f"reversal:{one.id}",
            units=dict(counted(one.pieces)),
            amounts={piece.position: n for piece, n in zip(one.pieces, one.amounts, strict=True)},
            delivery_minor=one.delivery_minor,
            goodwill_minor=one.goodwill_minor,
            restocks=one.restocked,
            ends_order=one.ends_order,
        )
        order = await steps.give_back(tx, order, back, self.ids, one.made_at)
        if one.total_minor:
            amount = Money(order.total.currency, one.total_minor)
            params = {"minor": str(amount.minor), "currency": amount.currency}
            await self.write(tx, order, Kind.REFUNDED, params, one.made_at)
        return order

    async def write(
        self, tx: Transaction, order: Order, kind: Kind, params: dict[str, str], now: datetime
    ) -> None:
        """Let a letter go out once this commits."""
        letter = Letter(
            id=self.ids.new(), person_id=order.buyer_id, order_id=order.id, kind=kind,
            params=params, try_after=now,
        )  # fmt: skip
        await store.letters.add(tx, letter)


async def locked_of_buyer(tx: Transaction, order_id: OrderId, buyer_id: PersonId) -> Order:
    """The buyer's own order, locked; another's is not there."""
    order = await steps.lock(tx, order_id)
    if order.buyer_id != buyer_id:
        raise NotFound
    return order


async def locked_of_store(tx: Transaction, order_id: OrderId, store_id: StoreId) -> Order:
    order = await steps.lock(tx, order_id)
    if order.store_id != store_id:
        raise NotFound
    return order


async def bill_of(tx: Transaction, order: Order) -> Bill:
    earlier = await store.reversals.of_order(tx, order.id)
    return Bill(order.id, wares_of(order), order.total, earlier)


def ref_of(order: Order) -> OrderRef:
    return OrderRef(order.id, order.store_id, order.buyer_id)


def wares_of(order: Order) -> tuple[Ware, ...]:
    return tuple(
        Ware(item.offer.title, item.quantity, item.pays_minor, item.offer.no_return)
        for item in order.deal.items
    )
