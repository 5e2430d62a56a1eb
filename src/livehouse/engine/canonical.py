"""What a room's state may hold, and the one way to write it down and to hash it.

A state is objects, strings, booleans and whole numbers that JavaScript can count; so every client
can compute the same hash over the same bytes, and see at once that it has gone astray.
"""

import re
from collections.abc import Mapping
from typing import TypeAlias
from zlib import adler32, crc32

from msgspec.json import Encoder

from livehouse.engine import limits

# Objects further down hold the same again; `check` looks at all of them, the type at the first.
Value: TypeAlias = bool | int | str | dict[str, object]
State: TypeAlias = dict[str, Value]

# Sorted keys, no spaces, no escapes beyond JSON's least: the same bytes as everywhere else.
_encode_canonically = Encoder(order="deterministic").encode
_encode = Encoder().encode
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# A merge in JavaScript would change the prototype instead of the state.
_FORBIDDEN_KEYS = frozenset({"__proto__"})


class InvalidState(Exception):
    """A fold made a state that clients could not hold: a bug in the fold."""


def check(value: object, *, depth: int = 0, deletions: bool = False) -> None:
    """Raise `InvalidState` unless `value` may stand in a state (or, with deletions, a patch)."""
    if isinstance(value, Mapping):
        if depth >= limits.STATE_DEPTH_MAX:
            raise InvalidState("nested too deeply")
        for key, inner in value.items():
            _check_key(key)
            check(inner, depth=depth + 1, deletions=deletions)
    elif isinstance(value, str):
        _check_text(value)
    elif isinstance(value, int):  # booleans are integers here, and fine too
        if abs(value) > limits.INTEGER_MAX:
            raise InvalidState(f"{value} is beyond what JavaScript counts exactly")
    elif not (deletions and value is None):
        raise InvalidState(f"{type(value).__name__} has no place in a state")


def canonical(state: State) -> bytes:
    """The state as UTF-8 JSON: keys in the order of code points, nothing that could differ."""
    return _encode_canonically(state)


def check_size(state: State) -> None:
    """Raise `InvalidState` when the state is more than a room may hold."""
    if (size := len(_encode(state))) > limits.STATE_BYTES_MAX:
        raise InvalidState(f"{size} bytes are more than a room may hold")


def hash_of(state: State) -> str:
    """CRC-32 then Adler-32 of the canonical bytes, each as eight hex digits.

    It finds mistakes, not attackers; both sums are a few lines in any language.
    """
    written = canonical(state)
    return f"{crc32(written):08x}{adler32(written):08x}"


def is_over(state: State) -> bool:
    """Whether the state says that its show has ended; nothing follows such a frame."""
    show = state.get("show")
    return isinstance(show, dict) and show.get("state") == "ended"


def _check_key(key: object) -> None:
    if not isinstance(key, str):
        raise InvalidState(f"{key!r} is not a name")
    if len(key) > limits.STATE_KEY_CHARACTERS_MAX or key in _FORBIDDEN_KEYS:
        raise InvalidState(f"{key[:32]!r} may not be a name")
    _check_text(key)


def _check_text(text: str) -> None:
    if not text.isascii() and _LONE_SURROGATE.search(text):
        raise InvalidState("half a character cannot be written as UTF-8")
