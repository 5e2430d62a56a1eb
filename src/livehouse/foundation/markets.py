"""Market profiles: what differs from country to country, read from `markets.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct

OTHER = "other"


class Market(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`reduction_days` is how long before a reduction the lowest price counts as the one before.

    `withdrawal_days` count from the day after delivery; silence for `answer_hours` accepts a
    return and brings a complaint before the operator; `confirm_days` after the carrier's word an
    order counts as delivered. No prize of a draw may be worth more than `prize_max_minor` of
    `prize_currency` (0: the market names no bound), and where `prizes_stay` only people with an
    address in the market win any.
    """

    countries: tuple[str, ...]
    reduction_days: int
    withdrawal_days: int
    ends_on_working_day: bool = False
    confirm_days: int = 7
    answer_hours: int = 48
    prize_max_minor: int = 0
    prize_currency: str = ""
    prizes_stay: bool = False


@cache
def markets() -> Mapping[str, Market]:
    text = files("livehouse.foundation").joinpath("markets.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Market])


def market_of(name: str, country: str) -> Market:
    """The profile that is named, else that of the country, else the one for all others."""
    known = markets()
    if name in known:
        return known[name]
    return next((one for one in known.values() if country in one.countries), known[OTHER])
