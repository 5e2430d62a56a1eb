"""The moments of an order's way to its buyer."""

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from livehouse.domains.aftersales.model.pieces import OrderRef
from livehouse.domains.aftersales.model.withdrawal import withdrawal_ends
from livehouse.foundation.markets import Market


class Rules(Struct, frozen=True):
    """What holds for one order: its store's market, and where its recipient may live."""

    market: Market
    zones: tuple[str, ...]


class Delivery(Struct, frozen=True, kw_only=True):
    """`arrived_at` is the carrier's word, `delivered_at` the buyer's or that of time.

    The time to withdraw counts from the earliest of both that we know.
    """

    order: OrderRef
    paid_at: datetime
    shipped_at: datetime | None = None
    arrived_at: datetime | None = None
    confirm_by: datetime | None = None
    delivered_at: datetime | None = None
    withdraw_until: datetime | None = None
    closed_at: datetime | None = None


def arrive(delivery: Delivery, at: datetime, rules: Rules) -> Delivery:
    """The carrier has brought all of it; the first such word counts."""
    if delivery.arrived_at is not None:
        return delivery
    return replace(
        delivery,
        arrived_at=at,
        confirm_by=at + timedelta(days=rules.market.confirm_days),
        withdraw_until=delivery.withdraw_until or withdrawal_end(at, rules),
    )


def deliver(delivery: Delivery, now: datetime, withdraw_until: datetime) -> Delivery:
    """The buyer says that it is there, or the time to say otherwise is over.

    `withdraw_until` holds unless the carrier's word came first.
    """
    return replace(
        delivery,
        delivered_at=delivery.delivered_at or now,
        withdraw_until=delivery.withdraw_until or withdraw_until,
    )


def withdrawal_end(delivered_at: datetime, rules: Rules) -> datetime:
    return withdrawal_ends(delivered_at, rules.market, rules.zones)
