"""Complaints: the store answers in time, or the operator decides."""

from dataclasses import dataclass

from livehouse.domains.aftersales import store
from livehouse.domains.aftersales.errors import ComplaintRunning, NotArrived
from livehouse.domains.aftersales.events import ComplaintChanged
from livehouse.domains.aftersales.model.complaints import (
    COMPLAINT_STATES,
    OPEN_COMPLAINTS,
    About,
    Complaint,
    ComplaintId,
    answer,
    complain,
    complaint_state,
    decide,
    escalate,
    settle,
)
from livehouse.domains.aftersales.model.reversals import ReversalId, reverse_amount
from livehouse.domains.aftersales.service.desk import Desk, bill_of, locked_of_buyer, ref_of
from livehouse.domains.orders import Cancelled, Expired, Order, Placed, steps
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import OrderId, PersonId, StoreId
from livehouse.foundation.money import Money
from livehouse.storage.database import Transaction

PAGE_COMPLAINTS = 30
DUE_PER_LOOK_MAX = 100


@dataclass(frozen=True, slots=True)
class Complaints:
    desk: Desk

    async def complain(
        self, order_id: OrderId, about: About, words: str, *, buyer_id: PersonId
    ) -> Complaint:
        """Complain about an order that was paid; one complaint at a time."""
        rules = await self.desk.rules(await self.desk.order(order_id))
        async with self.desk.database.transaction() as tx:
            order = await locked_of_buyer(tx, order_id, buyer_id)
            if isinstance(order.state, Placed | Cancelled | Expired):
                raise NotArrived
            if any(one.is_open for one in await store.complaints.of_order(tx, order.id)):
                raise ComplaintRunning
            one = complain(
                ComplaintId(self.desk.ids.new()), ref_of(order), about, words,
                hours=rules.market.answer_hours, now=self.desk.clock.now(),
            )  # fmt: skip
            await store.complaints.add(tx, one)
            tx.record(_changed(one))
        return one

    async def of_order(self, order_id: OrderId) -> list[Complaint]:
        async with self.desk.database.transaction() as tx:
            return await store.complaints.of_order(tx, order_id)

    async def of_store(
        self, store_id: StoreId, *, is_open: bool = True, before: ComplaintId | None = None
    ) -> list[Complaint]:
        """A store's complaints, the newest first: those that are open, or all."""
        async with self.desk.database.transaction() as tx:
            return await store.complaints.of_store(
                tx, store_id, states=_states(is_open=is_open), before=before, limit=PAGE_COMPLAINTS
            )

    async def disputes(
        self, *, is_open: bool = True, before: ComplaintId | None = None
    ) -> list[Complaint]:
        """What the operator decides or has decided, the newest first."""
        async with self.desk.database.transaction() as tx:
            states = ("escalated",) if is_open else ("escalated", "decided")
            return await store.complaints.of_all(
                tx, states=states, before=before, limit=PAGE_COMPLAINTS
            )

    async def find(self, complaint_id: ComplaintId) -> Complaint:
        async with self.desk.database.transaction() as tx:
            return await store.complaints.find(tx, complaint_id)

    async def answer(
        self, complaint_id: ComplaintId, words: str, refund: Money | None, *, store_id: StoreId
    ) -> Complaint:
        """The store answers, and may give some money back with its answer."""
        async with self.desk.database.transaction() as tx:
            order, one = await self._locked(tx, complaint_id)
            if one.order.store_id != store_id:
                raise NotFound
            one = answer(one, words, refund.minor if refund else 0, self.desk.clock.now())
            await self._save(tx, order, one, refund)
        return one

    async def settle(self, complaint_id: ComplaintId, *, buyer_id: PersonId) -> Complaint:
        async with self.desk.database.transaction() as tx:
            order, one = await self._locked(tx, complaint_id)
            _check_buyer(one, buyer_id)
            one = settle(one, self.desk.clock.now())
            await self._save(tx, order, one)
        return one

    async def escalate(self, complaint_id: ComplaintId, *, buyer_id: PersonId) -> Complaint:
        """Ask the operator to decide, since the answer does not help."""
        async with self.desk.database.transaction() as tx:
            order, one = await self._locked(tx, complaint_id)
            _check_buyer(one, buyer_id)
            one = escalate(one, self.desk.clock.now())
            await self._save(tx, order, one)
        return one

    async def decide(
        self, complaint_id: ComplaintId, ruling: str, refund: Money | None
    ) -> Complaint:
        """The operator's word is the last, and may give money back."""
        async with self.desk.database.transaction() as tx:
            order, one = await self._locked(tx, complaint_id)
            one = decide(one, ruling, refund.minor if refund else 0, self.desk.clock.now())
            await self._save(tx, order, one, refund)
        return one

    async def escalate_due(self) -> int:
        """Bring what was not answered in time before the operator."""
        async with self.desk.database.transaction() as tx:
            due = await store.complaints.due(tx, self.desk.clock.now(), DUE_PER_LOOK_MAX)
        for known in due:
            async with self.desk.database.transaction() as tx:
                order, one = await self._locked(tx, known.id)
                if complaint_state(one) == "raised":
                    await self._save(tx, order, escalate(one, self.desk.clock.now()))
        return len(due)

    async def _locked(self, tx: Transaction, complaint_id: ComplaintId) -> tuple[Order, Complaint]:
        known = await store.complaints.find(tx, complaint_id)
        order = await steps.lock(tx, known.order.order_id)
        return order, await store.complaints.find(tx, complaint_id)

    async def _save(
        self, tx: Transaction, order: Order, one: Complaint, refund: Money | None = None
    ) -> None:
        await store.complaints.save(tx, one)
        tx.record(_changed(one))
        if refund is not None and refund.minor:
            bill = await bill_of(tx, order)
            new_id = ReversalId(self.desk.ids.new())
            undone = reverse_amount(new_id, bill, refund, self.desk.clock.now())
            await self.desk.undo(tx, order, undone)


def _check_buyer(one: Complaint, buyer_id: PersonId) -> None:
    if one.order.buyer_id != buyer_id:
        raise NotFound


def _states(*, is_open: bool) -> tuple[str, ...]:
    return OPEN_COMPLAINTS if is_open else COMPLAINT_STATES


def _changed(one: Complaint) -> ComplaintChanged:
    return ComplaintChanged(one.order.order_id, one.id, complaint_state(one))
