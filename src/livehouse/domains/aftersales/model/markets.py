"""What the law or custom of a market asks after an order. Data: no rule branches on a market."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.core import get_global
from msgspec import Struct

from livehouse.foundation.clock import EPOCH

SATURDAY = 5


class Market(Struct, frozen=True, kw_only=True):
    """`withdrawal_days` count from the day after delivery; silence for `answer_hours` accepts a
    return and brings a complaint before the operator; `confirm_days` after the carrier's word an
    order counts as delivered."""

    withdrawal_days: int
    ends_on_working_day: bool = False
    confirm_days: int = 7
    answer_hours: int = 48


# EU: directive 2011/83, article 9, with regulation 1182/71, article 3(4), on weekends.
# CN: law on the protection of consumers' rights, article 25.
MARKETS: Mapping[str, Market] = {
    "eu": Market(withdrawal_days=14, ends_on_working_day=True),
    "gb": Market(withdrawal_days=14),
    "cn": Market(withdrawal_days=7, answer_hours=24),
    "": Market(withdrawal_days=14),
}
COUNTRIES: Mapping[str, str] = {"CN": "cn", "GB": "gb"} | dict.fromkeys(
    [
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
        "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    ],
    "eu",
)  # fmt: skip


def market_of(name: str, country: str) -> Market:
    """The profile that a store names, else that of its country, else the widest."""
    return MARKETS.get(name or COUNTRIES.get(country, ""), MARKETS[""])


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
