"""Parcels: what is in them, where they are, and what is still to be sent."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum
from typing import NewType
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from livehouse.domains.aftersales.errors import NotToShip
from livehouse.domains.aftersales.model.pieces import (
    OrderRef,
    Piece,
    Ware,
    all_of,
    check_pieces,
    counted,
    pieces_of,
)
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import OrderId, StoreId
from livehouse.foundation.text import N_

ParcelId = NewType("ParcelId", UUID)

CARRIER_CHARACTERS_MAX = 40
TRACKING_CHARACTERS_MAX = 64
PLACE_CHARACTERS_MAX = 120
EVENTS_MAX = 100


class ParcelState(Enum):
    """Where a parcel is, and what an event says of it."""

    SENT = "sent"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    FAILED_ATTEMPT = "failed_attempt"
    SENT_BACK = "sent_back"
    DELIVERED = "delivered"


class ParcelEvent(Struct, frozen=True):
    """What the carrier said: when it was so, and where."""

    kind: ParcelState
    at: datetime
    place: str = ""


class Label(Struct, frozen=True):
    """Who carries a parcel, and the number to ask for it."""

    carrier: str
    tracking: str


class Parcel(Struct, frozen=True, kw_only=True):
    """`events` are in the order of their moments, whenever we heard of them."""

    id: ParcelId
    order_id: OrderId
    store_id: StoreId
    label: Label
    pieces: tuple[Piece, ...]
    sent_at: datetime
    events: tuple[ParcelEvent, ...] = ()

    @property
    def state(self) -> ParcelState:
        """Delivered stays delivered; before that the latest word counts."""
        if self.delivered_at is not None:
            return ParcelState.DELIVERED
        return self.events[-1].kind if self.events else ParcelState.SENT

    @property
    def delivered_at(self) -> datetime | None:
        return next((one.at for one in self.events if one.kind is ParcelState.DELIVERED), None)


def left_to_ship(
    wares: Sequence[Ware], parcels: Iterable[Parcel], taken_back: Counter[int]
) -> Counter[int]:
    """What is in no parcel yet and has not been called off."""
    left = all_of(wares)
    left.subtract(taken_back)
    for parcel in parcels:
        left.subtract(counted(parcel.pieces))
    return Counter({position: quantity for position, quantity in left.items() if quantity > 0})


def pack(
    parcel_id: ParcelId,
    order: OrderRef,
    label: Label,
    pieces: Sequence[Piece] | None,
    *,
    left: Counter[int],
    now: datetime,
) -> Parcel:
    """A parcel with these pieces, or with all that is left."""
    if not left:
        raise NotToShip
    wanted = pieces_of(left) if pieces is None else check_pieces(pieces, left)
    return Parcel(
        id=parcel_id, order_id=order.order_id, store_id=order.store_id,
        label=check_label(label.carrier, label.tracking), pieces=wanted, sent_at=now,
    )  # fmt: skip


def check_label(carrier: str, tracking: str) -> Label:
    """The label as it is kept; a number in capitals without blanks is one number."""
    carrier = " ".join(carrier.split())
    tracking = "".join(tracking.split()).upper()
    if not 0 < len(carrier) <= CARRIER_CHARACTERS_MAX or not carrier.isprintable():
        raise InvalidInput(field="carrier", problem=N_("name the carrier"))
    well_formed = tracking.isascii() and tracking.isprintable()
    if not 0 < len(tracking) <= TRACKING_CHARACTERS_MAX or not well_formed:
        raise InvalidInput(field="tracking", problem=N_("write the number of the parcel"))
    return Label(carrier, tracking)


def hear(parcel: Parcel, event: ParcelEvent, now: datetime) -> Parcel:
    """The parcel after an event; the same one again, or more than a parcel can have, adds nothing.

    Carriers report late and out of order, so an event counts by its own moment.
    """
    if event.at > now:
        raise InvalidInput(field="at", problem=N_("this moment has not come yet"))
    place = " ".join(event.place.split())[:PLACE_CHARACTERS_MAX]
    event = replace(event, place=place if place.isprintable() else "")
    known = {(one.kind, one.at) for one in parcel.events}
    if (event.kind, event.at) in known or len(parcel.events) >= EVENTS_MAX:
        return parcel
    events = sorted((*parcel.events, event), key=lambda one: (one.at, one.kind.value))
    return replace(parcel, events=tuple(events))


def arrived_at(parcels: Sequence[Parcel]) -> datetime | None:
    """When the last of an order's parcels came, None while one is still on its way."""
    moments = [
        parcel.delivered_at for parcel in parcels if parcel.state is not ParcelState.SENT_BACK
    ]
    found = [moment for moment in moments if moment is not None]
    return max(found) if found and len(found) == len(moments) else None
