"""After the order: parcels, returns, refunds, complaints and ratings."""

from livehouse.domains.aftersales.model.complaints import About
from livehouse.domains.aftersales.model.parcels import Label, Parcel, ParcelEvent, ParcelState
from livehouse.domains.aftersales.model.pieces import Piece
from livehouse.domains.aftersales.model.returns import Why, Wish
from livehouse.domains.aftersales.service import AfterSales, BuyersWords, Desk, Letters

__all__ = [
    "About",
    "AfterSales",
    "BuyersWords",
    "Desk",
    "Label",
    "Letters",
    "Parcel",
    "ParcelEvent",
    "ParcelState",
    "Piece",
    "Why",
    "Wish",
]
