"""Market profiles: what differs from country to country, read from `markets.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct

OTHER = "other"


class Market(Struct, frozen=True, forbid_unknown_fields=True):
    """`reduction_days` is how long before a reduction the lowest price counts as the one before."""

    countries: tuple[str, ...]
    reduction_days: int


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
