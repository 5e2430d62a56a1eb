"""What an order's page tells of it: what has happened, what comes next, what can be done."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from msgspec import Struct

from livehouse.domains.aftersales import store
from livehouse.domains.aftersales.model.carriers import tracking_link
from livehouse.domains.aftersales.model.complaints import (
    Answered,
    Complaint,
    Decided,
    Escalated,
    Raised,
    Settled,
)
from livehouse.domains.aftersales.model.deliveries import Delivery
from livehouse.domains.aftersales.model.parcels import Parcel, ParcelState, left_to_ship
from livehouse.domains.aftersales.model.pieces import counted
from livehouse.domains.aftersales.model.returns import (
    Exchanged,
    Return,
    Sent,
    changed_at,
    left_to_return,
    return_state,
)
from livehouse.domains.aftersales.model.reversals import Reversal, back_so_far
from livehouse.domains.aftersales.service.desk import wares_of
from livehouse.domains.orders import (
    Action,
    Closed,
    Delivered,
    Order,
    Paid,
    Refunded,
    Shipped,
    Step,
    Story,
)
from livehouse.foundation.money import Money
from livehouse.foundation.text import N_
from livehouse.storage.database import Database

PARCEL_WORDS = {
    ParcelState.SENT: N_("Sent"),
    ParcelState.IN_TRANSIT: N_("On its way"),
    ParcelState.OUT_FOR_DELIVERY: N_("Out for delivery"),
    ParcelState.FAILED_ATTEMPT: N_("Nobody was there"),
    ParcelState.SENT_BACK: N_("Goes back to the store"),
    ParcelState.DELIVERED: N_("Brought by the carrier"),
}
RETURN_WORDS: Mapping[str, tuple[str, str]] = {
    "requested": ("now", N_("Return asked for: the store answers in time")),
    "accepted": ("now", N_("Return accepted: to be sent back")),
    "refused": ("bad", N_("Return refused")),
    "taken_back": ("done", N_("Return taken back")),
    "sent": ("now", N_("Sent back")),
    "received": ("now", N_("Received back: the replacement is packed")),
    "refunded": ("done", N_("Received back")),
    "exchanged": ("done", N_("Replacement sent")),
}


class Known(Struct, frozen=True):
    """All that there is about one order."""

    order: Order
    delivery: Delivery | None
    parcels: list[Parcel]
    returns: list[Return]
    reversals: tuple[Reversal, ...]
    complaints: list[Complaint]
    is_rated: bool

    @property
    def is_after(self) -> bool:
        return isinstance(self.order.state, Paid | Shipped | Delivered | Closed | Refunded)

    @property
    def can_return(self) -> bool:
        if not isinstance(self.order.state, Paid | Shipped | Delivered | Closed):
            return False
        sent = sum((counted(parcel.pieces) for parcel in self.parcels), counted([]))
        return bool(left_to_return(sent, self.returns))


@dataclass(frozen=True, slots=True)
class Stories:
    database: Database

    async def for_buyer(self, order: Order) -> Story:
        """What the buyer reads; nothing before the order is paid, or where it came to nothing."""
        known = await self._known(order)
        if not known.is_after:
            return Story()
        return Story(tuple(_steps(known, f"/orders/{order.id}")), tuple(_buyers(known)))

    async def for_store(self, order: Order, store_slug: str) -> Story:
        known = await self._known(order)
        if not known.is_after:
            return Story()
        base = f"/console/{store_slug}"
        return Story(tuple(_steps(known, base)), tuple(_stores(known, base)))

    async def _known(self, order: Order) -> Known:
        async with self.database.transaction() as tx:
            return Known(
                order,
                await store.deliveries.find(tx, order.id),
                await store.parcels.of_order(tx, order.id),
                await store.returns.of_order(tx, order.id),
                await store.reversals.of_order(tx, order.id),
                await store.complaints.of_order(tx, order.id),
                await store.ratings.of_order(tx, order.id) is not None,
            )


def _steps(known: Known, base: str) -> Iterator[Step]:
    """What has happened in the order of time, then what is awaited."""
    happened = [
        *_ways(known),
        *(step for parcel in known.parcels for step in _parcel_steps(parcel)),
        *(_return_step(one, base) for one in known.returns),
        *(_money_step(one, known.order) for one in known.reversals if one.total_minor),
        *(_complaint_step(one, base) for one in known.complaints),
    ]
    yield Step("done", N_("Ordered"), known.order.placed_at)
    yield from sorted(happened, key=lambda step: step.at or known.order.placed_at)
    if isinstance(known.order.state, Paid | Shipped):
        is_packed = isinstance(known.order.state, Shipped)
        yield Step("now", N_("On its way") if is_packed else N_("The store packs it"))
        yield Step("next", N_("Delivered"))


def _ways(known: Known) -> Iterator[Step]:
    order, delivery = known.order, known.delivery
    paid_at = order.state.paid_at if isinstance(order.state, Paid) else None
    paid_at = paid_at or (delivery.paid_at if delivery else None)
    yield Step("done", N_("Paid"), paid_at)
    if delivery is not None and delivery.delivered_at is not None:
        yield Step("done", N_("Delivered"), delivery.delivered_at)
    if isinstance(order.state, Closed):
        at = order.state.closed_at
        yield Step("done", N_("Closed: the time to send it back is over"), at)
    if isinstance(order.state, Refunded):
        yield Step("done", N_("All of the money went back"), order.state.refunded_at)


def _parcel_steps(parcel: Parcel) -> Iterator[Step]:
    label = f"{parcel.label.carrier} {parcel.label.tracking}"
    yield Step("done", N_("Sent"), parcel.sent_at, label, tracking_link(parcel.label))
    for event in parcel.events:
        if event.kind is not ParcelState.SENT:
            is_bad = event.kind in {ParcelState.FAILED_ATTEMPT, ParcelState.SENT_BACK}
            state = "bad" if is_bad else "done"
            yield Step(state, PARCEL_WORDS[event.kind], event.at, event.place)


def _return_step(one: Return, base: str) -> Step:
    state, words = RETURN_WORDS[return_state(one)]
    label = one.state.label if isinstance(one.state, Sent | Exchanged) else None
    detail = f"{label.carrier} {label.tracking}" if label else ""
    return Step(state, words, changed_at(one), detail, f"{base}/returns/{one.id}")


def _money_step(one: Reversal, order: Order) -> Step:
    amount = Money(order.total.currency, one.total_minor)
    return Step("done", N_("Money back"), one.made_at, amount=amount)


def _complaint_step(one: Complaint, base: str) -> Step:
    link = f"{base}/complaint" if base.startswith("/orders/") else f"{base}/complaints/{one.id}"
    match one.state:
        case Raised():
            return Step("now", N_("Complaint: the store answers in time"), one.raised_at, "", link)
        case Answered(answered_at=at):
            return Step("now", N_("Complaint answered"), at, "", link)
        case Escalated(escalated_at=at):
            return Step("now", N_("Complaint: the platform decides"), at, "", link)
        case Settled(settled_at=at):
            return Step("done", N_("Complaint settled"), at, "", link)
        case Decided(decided_at=at):
            return Step("done", N_("Complaint decided by the platform"), at, "", link)


def _buyers(known: Known) -> Iterator[Action]:
    here, state = f"/orders/{known.order.id}", known.order.state
    if isinstance(state, Shipped):
        yield Action(N_("I have received it"), f"{here}/received", posts=True, kind="primary")
    if isinstance(state, Delivered | Closed) and not known.is_rated:
        yield Action(N_("Rate this order"), f"{here}/rating", kind="primary")
    if known.can_return:
        yield Action(N_("Send something back"), f"{here}/return")
    if isinstance(state, Paid) and not known.parcels:
        yield Action(
            N_("Call it off, money back"), f"{here}/call-off", posts=True, kind="quiet",
            confirm=N_("Call this order off? The goods go to somebody else."),
        )  # fmt: skip
    words = N_("Complain")
    if any(one.is_open for one in known.complaints):
        words = N_("Your complaint")
    yield Action(words, f"{here}/complaint", kind="quiet")


def _stores(known: Known, base: str) -> Iterator[Action]:
    if not isinstance(known.order.state, Paid):
        return
    unsent = [one for one in known.reversals if one.return_id is None]
    if left_to_ship(wares_of(known.order), known.parcels, back_so_far(unsent)):
        yield Action(N_("Send it"), f"{base}/orders/{known.order.id}/ship", kind="primary")
        yield Action(N_("Packing slip"), f"{base}/packing-slips?order={known.order.id}")
