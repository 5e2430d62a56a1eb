"""Returns: asked for by buyers, answered and received by stores, refunded or exchanged."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from msgspec.structs import replace

from livehouse.domains.aftersales import store
from livehouse.domains.aftersales.errors import NotArrived, NotExchangeable
from livehouse.domains.aftersales.events import ReturnChanged
from livehouse.domains.aftersales.model.letters import Kind
from livehouse.domains.aftersales.model.parcels import Label
from livehouse.domains.aftersales.model.pieces import Piece, counted
from livehouse.domains.aftersales.model.returns import (
    OPEN_RETURNS,
    RETURN_STATES,
    Accepted,
    Refunded,
    Refused,
    Requested,
    Return,
    ReturnId,
    Why,
    Wish,
    accept,
    answer_by,
    check_wish,
    exchange,
    left_to_return,
    receive,
    refuse,
    return_state,
    send,
    take_back,
    want_money,
)
from livehouse.domains.aftersales.model.reversals import ReversalId, reverse_pieces
from livehouse.domains.aftersales.service.desk import (
    Desk,
    bill_of,
    locked_of_buyer,
    locked_of_store,
    ref_of,
    wares_of,
)
from livehouse.domains.orders import Closed, Delivered, Order, Paid, Shipped, steps
from livehouse.domains.quotas import SoldOut, quotas
from livehouse.domains.stores import VariantInStore
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import OrderId, PersonId, QuotaId, StoreId, VariantId
from livehouse.storage.database import Transaction

log = structlog.get_logger()

PAGE_RETURNS = 30
DUE_PER_LOOK_MAX = 100


@dataclass(frozen=True, slots=True)
class Returns:
    desk: Desk

    async def ask(self, order_id: OrderId, wish: Wish, *, buyer_id: PersonId) -> Return:
        """Ask to send pieces back, for the money or for another variant."""
        order = await self.desk.order(order_id)
        rules = await self.desk.rules(order)
        if wish.exchange_for is not None:
            await self._check_exchange(order, wish.pieces, wish.exchange_for)
        async with self.desk.database.transaction() as tx:
            order = await locked_of_buyer(tx, order_id, buyer_id)
            now = self.desk.clock.now()
            left, ends = await self._left(tx, order)
            if isinstance(order.state, Closed) and wish.why is Why.CHANGED_MIND:
                ends = ends or now
            kept = check_wish(wish, wares_of(order), left, ends, now)
            one = Return(
                id=ReturnId(self.desk.ids.new()), order=ref_of(order), pieces=kept.pieces,
                why=kept.why, note=kept.note, exchange_for=kept.exchange_for, requested_at=now,
                state=Requested(answer_by(now, rules.market.answer_hours)),
            )  # fmt: skip
            await store.returns.add(tx, one)
            tx.record(_changed(one))
        return one

    async def left(self, order: Order) -> Counter[int]:
        """What of an order its buyer could still send back, whatever the reason."""
        async with self.desk.database.transaction() as tx:
            try:
                return (await self._left(tx, order))[0]
            except NotArrived:
                return Counter()

    async def exchanges(self, order: Order, position: int) -> list[VariantInStore]:
        """What an item could be exchanged for: other variants at its price that are there."""
        return await self._exchanges(order.deal.items[position].offer.variant_id)

    async def of_order(self, order_id: OrderId) -> list[Return]:
        async with self.desk.database.transaction() as tx:
            return await store.returns.of_order(tx, order_id)

    async def of_store(
        self, store_id: StoreId, *, is_open: bool = True, before: ReturnId | None = None
    ) -> list[Return]:
        """A store's returns, the newest first: those that are open, or all."""
        async with self.desk.database.transaction() as tx:
            states = OPEN_RETURNS if is_open else RETURN_STATES
            return await store.returns.of_store(
                tx, store_id, states=states, before=before, limit=PAGE_RETURNS
            )

    async def in_store(self, return_id: ReturnId, store_id: StoreId) -> Return:
        return await self._found(return_id, store_id=store_id)

    async def of_buyer(self, return_id: ReturnId, buyer_id: PersonId) -> Return:
        return await self._found(return_id, buyer_id=buyer_id)

    async def accept(self, return_id: ReturnId, *, store_id: StoreId) -> Return:
        """Accept; what is to be exchanged is taken off the shelf now, so that it is there later."""
        known = await self._found(return_id, store_id=store_id)
        replacement = await self._replacement(known)
        async with self.desk.database.transaction() as tx:
            order, one = await self._locked(tx, known, store_id)
            return await self._accept(tx, order, one, replacement)

    async def refuse(self, return_id: ReturnId, reason: str, *, store_id: StoreId) -> Return:
        known = await self._found(return_id, store_id=store_id)
        async with self.desk.database.transaction() as tx:
            order, one = await self._locked(tx, known, store_id)
            one = refuse(one, reason, self.desk.clock.now())
            await self._save(tx, one)
            assert isinstance(one.state, Refused), "what is refused is refused"
            await self.desk.write(tx, order, Kind.RETURN_REFUSED, {}, one.state.refused_at)
        return one

    async def take_back(self, return_id: ReturnId, *, buyer_id: PersonId) -> Return:
        """The buyer keeps the goods after all; a replacement goes back to the shelf."""
        known = await self._found(return_id, buyer_id=buyer_id)
        replacement = await self._replacement(known)
        async with self.desk.database.transaction() as tx:
            await locked_of_buyer(tx, known.order.order_id, buyer_id)
            before = await store.returns.find(tx, return_id)
            one = take_back(before, self.desk.clock.now())
            if replacement is not None and isinstance(before.state, Accepted):
                await quotas.take_back(tx, _amount(replacement, one))
            await self._save(tx, one)
        return one

    async def send(self, return_id: ReturnId, label: Label, *, buyer_id: PersonId) -> Return:
        known = await self._found(return_id, buyer_id=buyer_id)
        async with self.desk.database.transaction() as tx:
            await locked_of_buyer(tx, known.order.order_id, buyer_id)
            one = send(await store.returns.find(tx, return_id), label, self.desk.clock.now())
            await self._save(tx, one)
        return one

    async def receive(self, return_id: ReturnId, *, store_id: StoreId, restocked: bool) -> Return:
        """The goods are back. `restocked` puts them on the shelf again; money goes back now."""
        known = await self._found(return_id, store_id=store_id)
        async with self.desk.database.transaction() as tx:
            order, one = await self._locked(tx, known, store_id)
            now = self.desk.clock.now()
            one = receive(one, now, restocked=restocked)
            await self._save(tx, one)
            if isinstance(one.state, Refunded):
                bill = await bill_of(tx, order)
                new_id = ReversalId(self.desk.ids.new())
                undone = reverse_pieces(new_id, bill, one.pieces, now)
                undone = replace(undone, restocked=restocked, return_id=one.id)
                await self.desk.undo(tx, order, undone)
            elif restocked:
                await steps.restock(tx, order, dict(counted(one.pieces)))
        return one

    async def exchange(self, return_id: ReturnId, label: Label, *, store_id: StoreId) -> Return:
        """The replacement is on its way."""
        known = await self._found(return_id, store_id=store_id)
        async with self.desk.database.transaction() as tx:
            order, one = await self._locked(tx, known, store_id)
            now = self.desk.clock.now()
            one = exchange(one, label, now)
            await self._save(tx, one)
            params = {"carrier": label.carrier, "tracking": label.tracking}
            await self.desk.write(tx, order, Kind.SHIPPED, params, now)
        return one

    async def accept_due(self) -> int:
        """Who does not answer in time accepts; what is sold out meanwhile is refunded instead."""
        async with self.desk.database.transaction() as tx:
            due = await store.returns.due(tx, self.desk.clock.now(), DUE_PER_LOOK_MAX)
        for known in due:
            replacement = await self._replacement(known)
            try:
                await self._accept_silently(known, replacement)
            except SoldOut:
                await self._accept_silently(want_money(known), None)
        return len(due)

    async def _accept_silently(self, known: Return, replacement: VariantInStore | None) -> None:
        async with self.desk.database.transaction() as tx:
            order, one = await self._locked(tx, known, known.order.store_id)
            if isinstance(one.state, Requested):
                one = replace(one, exchange_for=known.exchange_for)
                await self._accept(tx, order, one, replacement)

    async def _accept(
        self, tx: Transaction, order: Order, one: Return, replacement: VariantInStore | None
    ) -> Return:
        now = self.desk.clock.now()
        one = accept(one, now)
        if replacement is None:
            one = want_money(one)
        else:
            await quotas.take(tx, _amount(replacement, one))
        await self._save(tx, one)
        await self.desk.write(tx, order, Kind.RETURN_ACCEPTED, {}, now)
        return one

    async def _left(self, tx: Transaction, order: Order) -> tuple[Counter[int], datetime | None]:
        if not isinstance(order.state, Paid | Shipped | Delivered | Closed):
            raise NotArrived
        delivery = await store.deliveries.find(tx, order.id)
        sent: Counter[int] = Counter()
        for parcel in await store.parcels.of_order(tx, order.id):
            sent.update(counted(parcel.pieces))
        if not sent:
            raise NotArrived
        left = left_to_return(sent, await store.returns.of_order(tx, order.id))
        return left, delivery.withdraw_until if delivery else None

    async def _found(
        self,
        return_id: ReturnId,
        *,
        store_id: StoreId | None = None,
        buyer_id: PersonId | None = None,
    ) -> Return:
        async with self.desk.database.transaction() as tx:
            one = await store.returns.find(tx, return_id)
        if store_id not in {None, one.order.store_id} or buyer_id not in {None, one.order.buyer_id}:
            raise NotFound
        return one

    async def _locked(
        self, tx: Transaction, known: Return, store_id: StoreId
    ) -> tuple[Order, Return]:
        order = await locked_of_store(tx, known.order.order_id, store_id)
        return order, await store.returns.find(tx, known.id)

    async def _save(self, tx: Transaction, one: Return) -> None:
        await store.returns.save(tx, one)
        tx.record(_changed(one))

    async def _replacement(self, one: Return) -> VariantInStore | None:
        if one.exchange_for is None:
            return None
        found = await self.desk.stores.variants([one.exchange_for])
        return found.get(one.exchange_for)

    async def _check_exchange(
        self, order: Order, pieces: Sequence[Piece], wanted: VariantId
    ) -> None:
        if len(pieces) != 1 or not 0 <= pieces[0].position < len(order.deal.items):
            raise NotExchangeable
        found = await self.exchanges(order, pieces[0].position)
        fitting = [one for one in found if one.variant.id == wanted]
        if not fitting:
            raise NotExchangeable
        if fitting[0].variant.stock.left < pieces[0].quantity:
            raise SoldOut

    async def _exchanges(self, variant_id: VariantId) -> list[VariantInStore]:
        known = (await self.desk.stores.variants([variant_id])).get(variant_id)
        if known is None:
            return []
        return [
            VariantInStore(known.store, known.product, other)
            for other in known.product.variants
            if other.id != variant_id
            and other.price == known.variant.price
            and other.stock.left > 0
        ]


def _amount(replacement: VariantInStore, one: Return) -> dict[QuotaId, int]:
    return {replacement.variant.stock_quota_id: counted(one.pieces).total()}


def _changed(one: Return) -> ReturnChanged:
    return ReturnChanged(one.order.order_id, one.id, return_state(one))
