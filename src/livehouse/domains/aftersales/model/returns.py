"""A return: asked for, accepted, sent, received, and then refunded or exchanged."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import NewType, TypeAlias, assert_never
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from livehouse.domains.aftersales.errors import (
    MayNotRefuse,
    NotReturnable,
    ReturnNotOpen,
    ReturnTooLate,
)
from livehouse.domains.aftersales.model.parcels import Label, check_label
from livehouse.domains.aftersales.model.pieces import OrderRef, Piece, Ware, check_pieces, counted
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import VariantId
from livehouse.foundation.text import N_

ReturnId = NewType("ReturnId", UUID)

NOTE_CHARACTERS_MAX = 1_000


class Why(Enum):
    """Without a reason within the time for it, or because something is wrong, at any time."""

    CHANGED_MIND = "changed_mind"
    WRONG = "wrong"
    DAMAGED = "damaged"


class Requested(Struct, frozen=True, tag="requested"):
    """The store answers by then; if it does not, the return is accepted."""

    answer_by: datetime


class Accepted(Struct, frozen=True, tag="accepted"):
    accepted_at: datetime


class Refused(Struct, frozen=True, tag="refused"):
    refused_at: datetime
    reason: str


class TakenBack(Struct, frozen=True, tag="taken_back"):
    """The buyer keeps the goods after all."""

    taken_back_at: datetime


class Sent(Struct, frozen=True, tag="sent"):
    sent_at: datetime
    label: Label


class Received(Struct, frozen=True, tag="received"):
    """The goods are with the store again, the replacement is still to be sent."""

    received_at: datetime
    restocked: bool


class Refunded(Struct, frozen=True, tag="refunded"):
    refunded_at: datetime
    restocked: bool


class Exchanged(Struct, frozen=True, tag="exchanged"):
    exchanged_at: datetime
    label: Label


ReturnState: TypeAlias = (
    Requested | Accepted | Refused | TakenBack | Sent | Received | Refunded | Exchanged
)
RETURN_STATES = (
    "requested", "accepted", "refused", "taken_back", "sent", "received", "refunded", "exchanged",
)  # fmt: skip
OPEN_RETURNS = ("requested", "accepted", "sent", "received")


class Return(Struct, frozen=True, kw_only=True):
    """`exchange_for` is the variant to get instead; None wants the money back."""

    id: ReturnId
    order: OrderRef
    pieces: tuple[Piece, ...]
    why: Why
    note: str
    state: ReturnState
    requested_at: datetime
    exchange_for: VariantId | None = None

    @property
    def is_open(self) -> bool:
        return return_state(self) in OPEN_RETURNS


class Wish(Struct, frozen=True, kw_only=True):
    """What a buyer asks for."""

    pieces: tuple[Piece, ...]
    why: Why
    note: str = ""
    exchange_for: VariantId | None = None


def check_wish(
    wish: Wish, wares: Sequence[Ware], left: Counter[int], ends: datetime | None, now: datetime
) -> Wish:
    """The wish as it is kept. `left` is what can still come back, `ends` when the time to withdraw
    is over, None while it has not begun."""
    pieces = check_pieces(wish.pieces, left)
    note = wish.note.strip()
    if len(note) > NOTE_CHARACTERS_MAX:
        raise InvalidInput(field="note", problem=N_("this is too long"))
    if wish.why is Why.CHANGED_MIND:
        if ends is not None and now >= ends:
            raise ReturnTooLate
        for piece in pieces:
            if wares[piece.position].no_return:
                raise NotReturnable(title=wares[piece.position].title)
    elif not note:
        raise InvalidInput(field="note", problem=N_("say what is wrong"))
    return replace(wish, pieces=pieces, note=note)


def left_to_return(shipped: Counter[int], returns: Iterable[Return]) -> Counter[int]:
    """What the buyer has of what was sent, without what is on its way back or came back."""
    left = Counter(shipped)
    for one in returns:
        if not isinstance(one.state, Refused | TakenBack):
            left.subtract(counted(one.pieces))
    return Counter({position: quantity for position, quantity in left.items() if quantity > 0})


def answer_by(now: datetime, hours: int) -> datetime:
    return now + timedelta(hours=hours)


def accept(one: Return, now: datetime) -> Return:
    if not isinstance(one.state, Requested):
        raise ReturnNotOpen
    return replace(one, state=Accepted(now))


def refuse(one: Return, reason: str, now: datetime) -> Return:
    """Say no to what is not a withdrawal, with a reason."""
    if not isinstance(one.state, Requested):
        raise ReturnNotOpen
    if one.why is Why.CHANGED_MIND:
        raise MayNotRefuse
    reason = reason.strip()
    if not 0 < len(reason) <= NOTE_CHARACTERS_MAX:
        raise InvalidInput(field="reason", problem=N_("give the buyer a reason"))
    return replace(one, state=Refused(now, reason))


def take_back(one: Return, now: datetime) -> Return:
    if not isinstance(one.state, Requested | Accepted):
        raise ReturnNotOpen
    return replace(one, state=TakenBack(now))


def send(one: Return, label: Label, now: datetime) -> Return:
    if not isinstance(one.state, Accepted):
        raise ReturnNotOpen
    return replace(one, state=Sent(now, check_label(label.carrier, label.tracking)))


def receive(one: Return, now: datetime, *, restocked: bool) -> Return:
    """The goods are back: money back at once, or a replacement next."""
    if not isinstance(one.state, Accepted | Sent):
        raise ReturnNotOpen
    if one.exchange_for is None:
        return replace(one, state=Refunded(now, restocked))
    return replace(one, state=Received(now, restocked))


def exchange(one: Return, label: Label, now: datetime) -> Return:
    """The replacement is on its way."""
    if not isinstance(one.state, Received):
        raise ReturnNotOpen
    return replace(one, state=Exchanged(now, check_label(label.carrier, label.tracking)))


def want_money(one: Return) -> Return:
    """There is none left to exchange for, so the buyer gets the money."""
    return replace(one, exchange_for=None)


def changed_at(one: Return) -> datetime:
    """When it came to its state."""
    match one.state:
        case Requested():
            return one.requested_at
        case Accepted(accepted_at=at) | Refused(refused_at=at) | TakenBack(taken_back_at=at):
            return at
        case Sent(sent_at=at) | Received(received_at=at):
            return at
        case Refunded(refunded_at=at) | Exchanged(exchanged_at=at):
            return at
        case _:
            assert_never(one.state)


def return_state(one: Return) -> str:
    tag = one.state.__struct_config__.tag
    assert isinstance(tag, str), "every state has a name"
    return tag
