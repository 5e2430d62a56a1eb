"""What offers, coupons and subsidies say over HTTP."""

from livehouse.domains.offers.wire.offers import (
    NUMBER_MAX,
    OfferInfo,
    OfferList,
    Pinned,
    PinOffer,
    PlanOffer,
    offer_info,
)

__all__ = [
    "NUMBER_MAX",
    "OfferInfo",
    "OfferList",
    "PinOffer",
    "Pinned",
    "PlanOffer",
    "offer_info",
]
