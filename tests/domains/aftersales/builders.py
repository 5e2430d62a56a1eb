"""Valid examples of what happens after an order."""

from datetime import timedelta
from uuid import UUID

from livehouse.domains.aftersales.model.parcels import Label, Parcel, ParcelId
from livehouse.domains.aftersales.model.pieces import OrderRef, Piece, Ware
from livehouse.domains.aftersales.model.returns import Requested, Return, ReturnId, Why
from livehouse.foundation.ids import OrderId, PersonId, StoreId, VariantId
from tests.support.moments import NOON

NOW = NOON
LATER = NOON + timedelta(days=3)
ORDER = OrderId(UUID(int=0x0D))
STORE = StoreId(UUID(int=0x57))
BUYER = PersonId(UUID(int=0xB0))
WHOSE = OrderRef(ORDER, STORE, BUYER)
OTHER_VARIANT = VariantId(UUID(int=0x77))


def some_wares(*quantities: int, pays: int = 1_000, no_return: str = "") -> list[Ware]:
    """Items of which each costs `pays` for all its pieces together."""
    return [Ware(f"Cup {n}", quantity, pays, no_return) for n, quantity in enumerate(quantities)]


def a_parcel() -> Parcel:
    return Parcel(
        id=ParcelId(UUID(int=1)), order_id=ORDER, store_id=STORE, label=Label("DHL", "JD1"),
        pieces=(Piece(0, 1),), sent_at=NOW,
    )  # fmt: skip


def a_return(
    *pieces: Piece, why: Why = Why.CHANGED_MIND, exchange_for: VariantId | None = None
) -> Return:
    return Return(
        id=ReturnId(UUID(int=2)), order=WHOSE,
        pieces=pieces or (Piece(0, 1),), why=why, note="", exchange_for=exchange_for,
        state=Requested(NOW + timedelta(hours=48)), requested_at=NOW,
    )  # fmt: skip
