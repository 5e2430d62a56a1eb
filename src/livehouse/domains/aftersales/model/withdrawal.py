"""Until when a buyer may withdraw from a purchase without a reason."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.core import get_global

from livehouse.foundation.clock import EPOCH
from livehouse.foundation.markets import Market

SATURDAY = 5


def zones_of(country: str, otherwise: str) -> tuple[str, ...]:
    """The time zones that the recipient may live in."""
    found = (zone for zone, where in get_global("zone_territories").items() if where == country)
    return tuple(sorted(found)) or (otherwise,)


def withdrawal_ends(delivered_at: datetime, market: Market, zones: Iterable[str]) -> datetime:
    """The first moment at which the buyer can no longer withdraw.

    Days are those of the recipient's calendar; in a country of several zones the last one counts.
    """
    return max((_end(delivered_at, market, ZoneInfo(zone)) for zone in zones), default=EPOCH)


def _end(delivered_at: datetime, market: Market, zone: ZoneInfo) -> datetime:
    last = delivered_at.astimezone(zone).date() + timedelta(days=market.withdrawal_days)
    while market.ends_on_working_day and last.weekday() >= SATURDAY:
        last += timedelta(days=1)
    return datetime.combine(last + timedelta(days=1), time(), zone)
