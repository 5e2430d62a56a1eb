"""What people do with offers, coupons and subsidies."""

from livehouse.domains.offers.service.coupons import Coupons
from livehouse.domains.offers.service.cues import CuedOffers, DropCues, OpenCues, PinCues
from livehouse.domains.offers.service.drops import Drops
from livehouse.domains.offers.service.offers import Offers
from livehouse.domains.offers.service.prices import Prices
from livehouse.domains.offers.service.subsidies import Subsidies

__all__ = [
    "Coupons",
    "CuedOffers",
    "DropCues",
    "Drops",
    "Offers",
    "OpenCues",
    "PinCues",
    "Prices",
    "Subsidies",
]
