"""When a price may be shown struck through: only with proof. Pure."""

from datetime import datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Struct

from livehouse.foundation.ids import OfferId, VariantId

# A variant with the source of its price: an offer, or None for the shelf.
PriceSource: TypeAlias = tuple[VariantId, OfferId | None]


class PricePoint(Struct, frozen=True):
    """From `at` on the source (an offer, None for the shelf) has this price, None for none."""

    source_id: OfferId | None
    price_minor: int | None
    at: datetime


class Prior(Struct, frozen=True):
    """What the history knows of the time before a reduction: the lowest public price in minor
    units, and whether there was one when that time began."""

    lowest: int | None
    covered: bool


def counts_from(reduced_at: datetime, days: int, zone: str) -> datetime:
    """The first moment of the time before a reduction: whole days of the store's calendar."""
    local = reduced_at.astimezone(ZoneInfo(zone))
    return datetime.combine(local.date() - timedelta(days=days), time(), local.tzinfo)


def price_before(price: int, prior: Prior, claim: int | None = None) -> int:
    """The price to show struck through beside `price`, 0 for none; all in minor units.

    It is the lowest that was public in the whole time before this reduction: who raises a price
    just before a sale, or begins a sale when another one ends, or sells something new, has no
    proof. A merchant who claims less than that may show it.
    """
    if prior.lowest is None or not prior.covered:
        return 0
    proven = prior.lowest if claim is None else min(prior.lowest, claim)
    return proven if proven > price else 0
