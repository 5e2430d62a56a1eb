"""What offers say over HTTP."""

from typing import Annotated

from msgspec import Meta, Struct

from livehouse.domains.offers.model import Offer, hours_ms, remainder, state_name
from livehouse.domains.quotas import Quota
from livehouse.foundation.clock import Instant
from livehouse.foundation.ids import OfferId, VariantId

NUMBER_MAX = 2**53 - 1


class PlanOffer(Struct, frozen=True, forbid_unknown_fields=True):
    """A variant at a price, so many of it. `limit` is per buyer, 0 for none; `minutes` 0 means
    that it stays open until somebody closes it. With `fair_window_ms` its places are drawn among
    all who enter within so long after the call. At `opens_at` it opens by itself."""

    variant_id: VariantId
    price_minor: Annotated[int, Meta(ge=0, le=NUMBER_MAX)]
    currency: Annotated[str, Meta(min_length=3, max_length=3)]
    allotment: Annotated[int, Meta(ge=1, le=NUMBER_MAX)]
    limit: Annotated[int, Meta(ge=0, le=NUMBER_MAX)] = 0
    minutes: Annotated[int, Meta(ge=0, le=NUMBER_MAX)] = 0
    fair_window_ms: Annotated[int, Meta(ge=0, le=NUMBER_MAX)] = 0
    opens_at: Instant | None = None


class PinOffer(Struct, frozen=True, forbid_unknown_fields=True):
    """The offer to hold up, or an empty text to take the pin down."""

    offer_id: Annotated[str, Meta(max_length=36)]


class Pinned(Struct, frozen=True):
    offer_id: str


class OfferInfo(Struct, frozen=True):
    """An offer as the room shows it; moments in ms, 0 for none. `was_minor` is the proven price
    before this reduction, 0 for none."""

    id: OfferId
    variant_id: VariantId
    title: str
    variant: str
    image: str
    price_minor: int
    currency: str
    state: str
    left: int
    total: int
    limit: int
    opens_at: int
    closes_at: int
    rank: int
    was_minor: int
    no_return: str
    fair_window_ms: int


class OfferList(Struct, frozen=True):
    offers: list[OfferInfo]


def offer_info(offer: Offer, allotment: Quota, stock: Quota, was_minor: int) -> OfferInfo:
    opens_at, closes_at = hours_ms(offer)
    return OfferInfo(
        id=offer.id,
        variant_id=offer.variant_id,
        title=offer.title,
        variant=offer.variant_title,
        image=offer.image,
        price_minor=offer.price.minor,
        currency=offer.price.currency,
        state=state_name(offer),
        left=remainder(allotment, stock).left,
        total=allotment.total,
        limit=offer.limit,
        opens_at=opens_at,
        closes_at=closes_at,
        rank=offer.rank,
        was_minor=was_minor,
        no_return=offer.no_return,
        fair_window_ms=offer.fair_window_ms,
    )
