"""Offers: a product at a price for a while in a show."""

from livehouse.domains.offers import store as offer_terms
from livehouse.domains.offers.adapters.shelves import StoreShelves
from livehouse.domains.offers.errors import NotOnSale, OfferClosed, OfferNotOpen, UnknownOffer
from livehouse.domains.offers.events import LeftChanged, OfferListed, OfferPinned
from livehouse.domains.offers.model import (
    QUANTITY_MAX,
    Closed,
    Line,
    Offer,
    Open,
    Planned,
    Price,
    Terms,
    check_open,
    price,
    remainder,
    state_name,
)
from livehouse.domains.offers.ports import Goods, Shelves
from livehouse.domains.offers.service import Offers

__all__ = [
    "QUANTITY_MAX",
    "Closed",
    "Goods",
    "LeftChanged",
    "Line",
    "NotOnSale",
    "Offer",
    "OfferClosed",
    "OfferListed",
    "OfferNotOpen",
    "OfferPinned",
    "Offers",
    "Open",
    "Planned",
    "Price",
    "Shelves",
    "StoreShelves",
    "Terms",
    "UnknownOffer",
    "check_open",
    "offer_terms",
    "price",
    "remainder",
    "state_name",
]
