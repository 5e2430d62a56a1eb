"""Pieces, returns and complaints as pages show them."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from livehouse.domains.aftersales.model.complaints import (
    Answered,
    Complaint,
    Decided,
    Raised,
    complaint_state,
)
from livehouse.domains.aftersales.model.pieces import Piece
from livehouse.domains.aftersales.model.returns import (
    Exchanged,
    Refused,
    Requested,
    Return,
    Sent,
    return_state,
)
from livehouse.domains.aftersales.wire import MOST_PIECES
from livehouse.domains.orders import Order, number_of
from livehouse.domains.stores import NO_RETURN
from livehouse.foundation.ids import OrderId
from livehouse.foundation.money import Money
from livehouse.web.connections import AnyRequest


class PieceView(Struct, frozen=True):
    """An item and how many of it; `no_return` says why it cannot go back without a reason."""

    position: int
    title: str
    variant: str
    image: str
    quantity: int
    no_return: str


class ReturnView(Struct, frozen=True, kw_only=True):
    id: str
    order_id: OrderId
    number: str
    state: str
    why: str
    note: str
    reason: str
    pieces: list[PieceView]
    is_exchange: bool
    requested_at: datetime
    answer_by: datetime | None
    label: str


class ComplaintView(Struct, frozen=True, kw_only=True):
    """`answer` is the store's, `ruling` the operator's."""

    id: str
    order_id: OrderId
    number: str
    state: str
    about: str
    words: str
    answer: str
    ruling: str
    refund: Money | None
    raised_at: datetime
    answer_by: datetime | None


def piece_views(order: Order, counts: Counter[int]) -> list[PieceView]:
    """What is left of these pieces, item by item."""
    return [
        PieceView(
            position, item.offer.title, item.offer.variant_title, item.offer.image,
            counts[position], NO_RETURN.get(item.offer.no_return, ""),
        )
        for position, item in enumerate(order.deal.items)
        if counts[position]
    ]  # fmt: skip


def return_view(one: Return, order: Order) -> ReturnView:
    label = one.state.label if isinstance(one.state, Sent | Exchanged) else None
    counts = Counter({piece.position: piece.quantity for piece in one.pieces})
    return ReturnView(
        id=str(one.id),
        order_id=order.id,
        number=number_of(order.id),
        state=return_state(one),
        why=one.why.value,
        note=one.note,
        reason=one.state.reason if isinstance(one.state, Refused) else "",
        pieces=piece_views(order, counts),
        is_exchange=one.exchange_for is not None,
        requested_at=one.requested_at,
        answer_by=one.state.answer_by if isinstance(one.state, Requested) else None,
        label=f"{label.carrier} {label.tracking}" if label else "",
    )


def complaint_view(one: Complaint, currency: str) -> ComplaintView:
    state = one.state
    refund = state.refund_minor if isinstance(state, Answered | Decided) else 0
    return ComplaintView(
        id=str(one.id),
        order_id=one.order.order_id,
        number=number_of(one.order.order_id),
        state=complaint_state(one),
        about=one.about.value,
        words=one.words,
        answer="" if isinstance(state, Raised) else state.answer,
        ruling=state.ruling if isinstance(state, Decided) else "",
        refund=Money(currency, refund) if refund else None,
        raised_at=one.raised_at,
        answer_by=state.answer_by if isinstance(state, Raised) else None,
    )


async def typed_pieces(request: AnyRequest, positions: Iterable[int]) -> tuple[Piece, ...]:
    """The pieces that a form names, as `pieces-0` and so on; what is no number is none."""
    sent = await request.form()
    found = []
    for position in positions:
        text = str(sent.get(f"pieces-{position}", ""))
        if text.isascii() and text.isdigit() and 0 < int(text[:4]) <= MOST_PIECES:
            found.append(Piece(position, int(text[:4])))
    return tuple(found)
