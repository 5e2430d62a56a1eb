"""What a player may ask of a playlist's address (delivery directives, RFC 8216bis, 6.2.5)."""

import re
from collections.abc import Sequence

from msgspec import Struct

PREFIX = "_HLS_"
NUMBER = re.compile(r"0|[1-9][0-9]{0,9}")
SKIP = frozenset({"YES", "v2"})
# Segments beyond the last one that a player may wait for.
AHEAD_MAX = 2


class BadDirectives(ValueError):
    """Nonsense, or what cannot come within one wait. HTTP 400, says the draft."""


class Directives(Struct, frozen=True):
    """Wait for segment `number`, or for its part `part`; leave out what is known with `skip`."""

    number: int | None = None
    part: int | None = None
    skip: bool = False


def directives_of(query: Sequence[tuple[str, str]]) -> Directives:
    """Read them, or refuse with `BadDirectives`; what is not for us is passed over."""
    found: dict[str, str] = {}
    for name, value in query:
        if name.startswith(PREFIX):
            if name in found:
                message = f"{name} is said twice"
                raise BadDirectives(message)
            found[name] = value
    number = _number(found.pop("_HLS_msn", None))
    part = _number(found.pop("_HLS_part", None))
    skip = found.pop("_HLS_skip", None)
    if part is not None and number is None:
        message = "_HLS_part needs _HLS_msn"
        raise BadDirectives(message)
    if found or (skip is not None and skip not in SKIP):
        message = "no such directive"
        raise BadDirectives(message)
    return Directives(number, part, skip is not None)


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    if not NUMBER.fullmatch(text):
        message = "not a number"
        raise BadDirectives(message)
    return int(text)
