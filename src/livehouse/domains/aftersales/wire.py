"""What comes after the order, over HTTP."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.aftersales.model.parcels import (
    CARRIER_CHARACTERS_MAX,
    PLACE_CHARACTERS_MAX,
    TRACKING_CHARACTERS_MAX,
    Parcel,
    ParcelEvent,
    ParcelState,
)
from livehouse.domains.aftersales.model.pieces import Piece
from livehouse.domains.aftersales.model.returns import (
    NOTE_CHARACTERS_MAX,
    Return,
    return_state,
)
from livehouse.foundation.clock import Instant
from livehouse.foundation.ids import OrderId, VariantId

MOST_PIECES = 1_000
MOST_ITEMS = 100


class PieceInfo(Struct, frozen=True, forbid_unknown_fields=True):
    """So many of the item at this position of the order, counted from 0."""

    position: Annotated[int, Meta(ge=0, lt=MOST_ITEMS)]
    quantity: Annotated[int, Meta(ge=1, le=MOST_PIECES)]


Pieces = Annotated[list[PieceInfo], Meta(min_length=1, max_length=MOST_ITEMS)]


class SendParcel(Struct, frozen=True, forbid_unknown_fields=True):
    """A parcel of an order; without pieces it has all that is left. Harmless to repeat."""

    carrier: Annotated[str, Meta(min_length=1, max_length=CARRIER_CHARACTERS_MAX)]
    tracking: Annotated[str, Meta(min_length=1, max_length=TRACKING_CHARACTERS_MAX)]
    pieces: Pieces | None = None


class HearParcel(Struct, frozen=True, forbid_unknown_fields=True):
    """What the carrier says of a parcel. The same again changes nothing."""

    kind: Literal[
        "sent", "in_transit", "out_for_delivery", "failed_attempt", "sent_back", "delivered"
    ]
    at: Instant
    place: Annotated[str, Meta(max_length=PLACE_CHARACTERS_MAX)] = ""


class AskReturn(Struct, frozen=True, forbid_unknown_fields=True):
    """Send pieces back, for the money or for another variant at the same price."""

    pieces: Pieces
    why: Literal["changed_mind", "wrong", "damaged"]
    note: Annotated[str, Meta(max_length=NOTE_CHARACTERS_MAX)] = ""
    exchange_for: VariantId | None = None


class ParcelEventInfo(Struct, frozen=True):
    kind: str
    at: Instant
    place: str


class ParcelInfo(Struct, frozen=True):
    id: UUID
    order_id: OrderId
    carrier: str
    tracking: str
    state: str
    pieces: list[PieceInfo]
    sent_at: Instant
    events: list[ParcelEventInfo]


class ParcelList(Struct, frozen=True):
    parcels: list[ParcelInfo]


class Heard(Struct, frozen=True):
    """Whether what was said was news."""

    is_news: bool


class ReturnInfo(Struct, frozen=True):
    id: UUID
    order_id: OrderId
    state: str
    why: str
    note: str
    pieces: list[PieceInfo]
    exchange_for: VariantId | None
    requested_at: Instant


class ReturnList(Struct, frozen=True):
    returns: list[ReturnInfo]


class TrackingRowInfo(Struct, frozen=True):
    """`outcome` is sent, heard, unchanged or refused; `reason` is worded for the asker."""

    line: int
    order: str
    outcome: str
    code: str
    reason: str


class TrackingReport(Struct, frozen=True):
    rows: list[TrackingRowInfo]


class SatisfactionInfo(Struct, frozen=True):
    """A store's ratings: how many, and their average from 1 to 5, null before the first."""

    ratings: int
    average: float | None


def pieces_in(said: list[PieceInfo]) -> tuple[Piece, ...]:
    return tuple(Piece(one.position, one.quantity) for one in said)


def event_in(said: HearParcel) -> ParcelEvent:
    return ParcelEvent(ParcelState(said.kind), said.at, said.place)


def parcel_info(parcel: Parcel) -> ParcelInfo:
    return ParcelInfo(
        id=parcel.id,
        order_id=parcel.order_id,
        carrier=parcel.label.carrier,
        tracking=parcel.label.tracking,
        state=parcel.state.value,
        pieces=_pieces(parcel.pieces),
        sent_at=parcel.sent_at,
        events=[ParcelEventInfo(one.kind.value, one.at, one.place) for one in parcel.events],
    )


def return_info(one: Return) -> ReturnInfo:
    return ReturnInfo(
        id=one.id,
        order_id=one.order.order_id,
        state=return_state(one),
        why=one.why.value,
        note=one.note,
        pieces=_pieces(one.pieces),
        exchange_for=one.exchange_for,
        requested_at=one.requested_at,
    )


def _pieces(pieces: tuple[Piece, ...]) -> list[PieceInfo]:
    return [PieceInfo(one.position, one.quantity) for one in pieces]
