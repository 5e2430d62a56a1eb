"""Sending: parcels, what carriers say of them, delivery, and the end of an order."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from msgspec.structs import replace

from livehouse.domains.aftersales import store
from livehouse.domains.aftersales.errors import NotToShip, ParcelOnItsWay, TrackingTaken
from livehouse.domains.aftersales.events import OrderDelivered, ParcelSent
from livehouse.domains.aftersales.model.deliveries import (
    Delivery,
    arrive,
    deliver,
    withdrawal_end,
)
from livehouse.domains.aftersales.model.letters import Kind
from livehouse.domains.aftersales.model.parcels import (
    Label,
    Parcel,
    ParcelEvent,
    ParcelId,
    arrived_at,
    check_label,
    hear,
    left_to_ship,
    pack,
)
from livehouse.domains.aftersales.model.pieces import Piece, check_pieces, pieces_of
from livehouse.domains.aftersales.model.reversals import (
    Reversal,
    ReversalId,
    back_so_far,
    reverse_pieces,
)
from livehouse.domains.aftersales.service.desk import (
    Desk,
    bill_of,
    locked_of_buyer,
    locked_of_store,
    ref_of,
    wares_of,
)
from livehouse.domains.orders import Order, OrderNotOpen, Paid, Shipped, steps
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import OrderId, PersonId, StoreId
from livehouse.storage.database import Transaction

log = structlog.get_logger()

DUE_PER_LOOK_MAX = 200


@dataclass(frozen=True, slots=True)
class Shipping:
    desk: Desk

    async def ship(
        self,
        order_id: OrderId,
        label: Label,
        *,
        store_id: StoreId,
        pieces: Sequence[Piece] | None = None,
    ) -> tuple[Parcel, bool]:
        """Send pieces of an order, or all that is left; whether the parcel is new.

        The same label again is the same parcel and changes nothing.
        """
        label = check_label(label.carrier, label.tracking)
        async with self.desk.database.transaction() as tx:
            order = await locked_of_store(tx, order_id, store_id)
            parcels = await store.parcels.of_order(tx, order.id)
            same = next((one for one in parcels if _same(one.label, label)), None)
            if same is not None:
                if pieces is not None and tuple(pieces) != same.pieces:
                    raise TrackingTaken
                return same, False
            if not isinstance(order.state, Paid):
                raise NotToShip
            left = await self._left(tx, order, parcels)
            now = self.desk.clock.now()
            parcel_id = ParcelId(self.desk.ids.new())
            parcel = pack(parcel_id, ref_of(order), label, pieces, left=left, now=now)
            await self._send(tx, order, [*parcels, parcel], order.state.paid_at)
        return parcel, True

    async def call_off(self, order_id: OrderId, *, buyer_id: PersonId) -> Reversal:
        """Undo a paid order of which nothing has been sent yet: all of the money goes back."""
        async with self.desk.database.transaction() as tx:
            order = await locked_of_buyer(tx, order_id, buyer_id)
            if not isinstance(order.state, Paid):
                raise OrderNotOpen
            if await store.parcels.of_order(tx, order.id):
                raise ParcelOnItsWay
            left = await self._left(tx, order, [])
            one, _ = await self._leave_out(tx, order, pieces_of(left), restocked=True)
        return one

    async def leave_out(
        self,
        order_id: OrderId,
        pieces: Sequence[Piece],
        *,
        store_id: StoreId,
        restocked: bool = False,
    ) -> Reversal:
        """The store cannot send these: their money goes back, the rest of the order stays."""
        rules = await self.desk.rules(await self.desk.order(order_id))
        async with self.desk.database.transaction() as tx:
            order = await locked_of_store(tx, order_id, store_id)
            if not isinstance(order.state, Paid):
                raise NotToShip
            one, order = await self._leave_out(tx, order, pieces, restocked=restocked)
            parcels = await store.parcels.of_order(tx, order.id)
            if isinstance(order.state, Paid) and parcels:
                await self._shipped_if_all_is_out(tx, order, parcels, one.made_at)
                if (came := arrived_at(parcels)) is not None:
                    delivery = await _delivery(tx, order, one.made_at)
                    await store.deliveries.save(tx, arrive(delivery, came, rules))
        return one

    async def hear(self, parcel_id: ParcelId, event: ParcelEvent, *, store_id: StoreId) -> bool:
        """Take a carrier's word; whether it was news."""
        async with self.desk.database.transaction() as tx:
            order_id = (await store.parcels.find(tx, parcel_id, store_id)).order_id
        order = await self.desk.order(order_id)
        rules = await self.desk.rules(order)
        async with self.desk.database.transaction() as tx:
            order = await steps.lock(tx, order_id)
            now = self.desk.clock.now()
            parcel = await store.parcels.find(tx, parcel_id, store_id)
            after = hear(parcel, event, now)
            if after == parcel:
                return False
            await store.parcels.save_events(tx, after)
            came = arrived_at(await store.parcels.of_order(tx, order_id))
            if came is not None and isinstance(order.state, Shipped):
                delivery = await _delivery(tx, order, now)
                await store.deliveries.save(tx, arrive(delivery, came, rules))
        return True

    async def confirm(self, order_id: OrderId, *, buyer_id: PersonId) -> None:
        """The buyer has it; saying so twice changes nothing."""
        order = await self.desk.order(order_id)
        rules = await self.desk.rules(order)
        async with self.desk.database.transaction() as tx:
            order = await locked_of_buyer(tx, order_id, buyer_id)
            now = self.desk.clock.now()
            await self._deliver(tx, order, withdrawal_end(now, rules), now, by_buyer=True)

    async def confirm_due(self) -> int:
        """Count as delivered what the carrier brought long enough ago."""
        now = self.desk.clock.now()
        async with self.desk.database.transaction() as tx:
            due = await store.deliveries.due_to_confirm(tx, now, DUE_PER_LOOK_MAX)
        for one in due:
            async with self.desk.database.transaction() as tx:
                order = await steps.lock(tx, one.order.order_id)
                if isinstance(order.state, Shipped):
                    until = one.withdraw_until or now
                    await self._deliver(tx, order, until, now, by_buyer=False)
                else:
                    await _end(tx, order, now)
        return len(due)

    async def close_due(self) -> int:
        """End the orders that nobody can send back any more and nobody complains about."""
        now = self.desk.clock.now()
        async with self.desk.database.transaction() as tx:
            due = await store.deliveries.due_to_close(tx, now, DUE_PER_LOOK_MAX)
        for one in due:
            async with self.desk.database.transaction() as tx:
                order = await steps.lock(tx, one.order.order_id)
                try:
                    await steps.close(tx, order, now)
                except DomainError as refusal:
                    log.info("order_not_closed", order_id=str(order.id), code=refusal.code)
                await _end(tx, order, now)
        return len(due)

    async def of_orders(self, order_ids: Iterable[OrderId]) -> list[Parcel]:
        async with self.desk.database.transaction() as tx:
            return await store.parcels.of_orders(tx, order_ids)

    async def left_of(self, orders: Sequence[Order]) -> dict[OrderId, Counter[int]]:
        """What of each order is still to be sent."""
        async with self.desk.database.transaction() as tx:
            return {
                order.id: await self._left(tx, order, await store.parcels.of_order(tx, order.id))
                for order in orders
            }

    async def _left(self, tx: Transaction, order: Order, parcels: Sequence[Parcel]) -> Counter[int]:
        unsent = [
            one for one in await store.reversals.of_order(tx, order.id) if one.return_id is None
        ]
        return left_to_ship(wares_of(order), parcels, back_so_far(unsent))

    async def _send(
        self, tx: Transaction, order: Order, parcels: Sequence[Parcel], paid_at: datetime
    ) -> None:
        parcel = parcels[-1]
        await store.parcels.add(tx, parcel)
        await store.deliveries.save(tx, await _delivery(tx, order, paid_at))
        await self._shipped_if_all_is_out(tx, order, parcels, parcel.sent_at)
        tx.record(ParcelSent(order.id, parcel.id))
        params = {"carrier": parcel.label.carrier, "tracking": parcel.label.tracking}
        await self.desk.write(tx, order, Kind.SHIPPED, params, parcel.sent_at)

    async def _leave_out(
        self, tx: Transaction, order: Order, pieces: Sequence[Piece], *, restocked: bool
    ) -> tuple[Reversal, Order]:
        now = self.desk.clock.now()
        paid_at = order.state.paid_at if isinstance(order.state, Paid) else now
        await store.deliveries.save(tx, await _delivery(tx, order, paid_at))
        parcels = await store.parcels.of_order(tx, order.id)
        left = await self._left(tx, order, parcels)
        bill = await bill_of(tx, order)
        one = reverse_pieces(ReversalId(self.desk.ids.new()), bill, check_pieces(pieces, left), now)
        one = replace(one, restocked=restocked)
        return one, await self.desk.undo(tx, order, one)

    async def _shipped_if_all_is_out(
        self, tx: Transaction, order: Order, parcels: Sequence[Parcel], now: datetime
    ) -> None:
        if await self._left(tx, order, parcels):
            return
        await steps.ship(tx, order, now)
        delivery = await _delivery(tx, order, now)
        await store.deliveries.save(tx, replace(delivery, shipped_at=now))

    async def _deliver(
        self, tx: Transaction, order: Order, until: datetime, now: datetime, *, by_buyer: bool
    ) -> None:
        after = await steps.deliver(tx, order, now, keeps_at=max(until, now))
        if after == order:
            return
        delivery = await _delivery(tx, order, now)
        await store.deliveries.save(tx, deliver(delivery, now, until))
        tx.record(OrderDelivered(order.id, by_buyer=by_buyer))


async def _delivery(tx: Transaction, order: Order, now: datetime) -> Delivery:
    found = await store.deliveries.find(tx, order.id)
    return found or Delivery(order=ref_of(order), paid_at=now)


async def _end(tx: Transaction, order: Order, now: datetime) -> None:
    """Nothing more is due for this order."""
    await store.deliveries.save(tx, replace(await _delivery(tx, order, now), closed_at=now))


def _same(one: Label, other: Label) -> bool:
    return (one.carrier.casefold(), one.tracking) == (other.carrier.casefold(), other.tracking)
