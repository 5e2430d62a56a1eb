"""What to do after a visit has ended: a pure decision from code, reason and number of attempts."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import TypeAlias

import msgspec
from msgspec import Struct

from livehouse.client import limits
from livehouse.client.wire import ABNORMAL
from livehouse.engine.protocol import CloseCode

_ATTEMPTS_COUNTED_MAX = 16


class Wait(Struct, frozen=True):
    """Come back after so long; `anew` without trusting one's copy, `over_http` without a socket."""

    seconds: float
    anew: bool = False
    over_http: bool = False


class Over(Struct, frozen=True):
    """The show has ended."""


class Shut(Struct, frozen=True):
    """Do not come back."""

    code: str


Step: TypeAlias = Wait | Over | Shut


class _Told(Struct):
    """What the reason of a close code may say; fields that we do not know are ignored."""

    retry_ms: int = -1
    carrier: str = ""


_SHUT: Mapping[int, str] = {
    CloseCode.NO_SUCH_RUN: "no_such_run",
    CloseCode.BANNED: "banned",
    HTTPStatus.UNAUTHORIZED: "sign_in_required",
    HTTPStatus.FORBIDDEN: "not_allowed",
    HTTPStatus.NOT_FOUND: "no_such_run",
}
# What we said made no sense there: perhaps our copy of the room makes none either.
_MISTAKEN = frozenset({CloseCode.PROTOCOL, CloseCode.TOO_BIG, CloseCode.UNSUPPORTED})


def after_end(
    code: int, reason: str, attempt: int, random: float, scatter_seconds: float = 0.0
) -> Step:
    """`code` is a close code or an HTTP status; `random` in [0, 1) keeps a crowd apart.

    `scatter_seconds` is what the server said of a loss without a word, if we had joined it.
    """
    if code == CloseCode.RUN_ENDED:
        return Over()
    if code in _SHUT:
        return Shut(_SHUT[code])
    told = _told(reason)
    told_seconds = min(told.retry_ms / 1_000, limits.TOLD_SECONDS_MAX)
    if told_seconds >= 0:
        return Wait(told_seconds, over_http=told.carrier == "http")
    if code == CloseCode.TOO_MANY:
        return Wait(limits.CROWDED_SECONDS + backoff(attempt, random))
    if code in _MISTAKEN:
        return Wait(backoff(attempt + 1, random), anew=True)
    if code == ABNORMAL:
        return Wait(max(scatter_seconds * random, backoff(attempt, random)))
    return Wait(backoff(attempt, random))


def backoff(attempt: int, random: float) -> float:
    """Seconds: doubling with each attempt, drawn from the upper half."""
    doublings = min(max(attempt, 0), _ATTEMPTS_COUNTED_MAX)
    top = min(limits.DELAY_SECONDS_MAX, limits.DELAY_SECONDS_FIRST * 2.0**doublings)
    return top / 2 + top / 2 * random


def _told(reason: str) -> _Told:
    try:
        return msgspec.json.decode(reason.encode(), type=_Told)
    except msgspec.DecodeError:
        return _Told()
