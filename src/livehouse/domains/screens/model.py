"""What a paired screen is. Pure.

A screen holds a token of its own, which lets it hear what its phone asks and say what it shows,
and nothing else: it stands for nobody, so it can neither buy nor speak.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct

from livehouse.foundation.ids import PersonId, ScreenId

# Read from the sofa and typed into a phone: nothing that looks like something else.
CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8
CODE_LASTS = timedelta(minutes=10)
# From the last time that either side was there.
PAIRED_LASTS = timedelta(hours=12)
# So that being there is not written down with every question.
STAYS_FROM = PAIRED_LASTS - timedelta(hours=1)
SCREENS_MAX = 3
# A report says when it was measured, by the house's clock; one that is far off says nothing.
MEASURED_OFF_MAX = timedelta(minutes=1)

_NOT_TYPED = re.compile(r"[\s\-·.]+")
_CODE = re.compile(f"[{CODE_SIGNS}]{{{CODE_LENGTH}}}")


class Wish(Struct, frozen=True):
    """What the phone wants the screen to do; None leaves it as it is. Volume is in percent."""

    show: str | None = None
    paused: bool | None = None
    volume: int | None = None


class Report(Struct, frozen=True):
    """What the screen shows. `programme_ms` is its picture's place in the programme at `at_ms`
    of the house's clock; both are 0 while there is no picture."""

    show: str = ""
    paused: bool = False
    volume: int = 0
    programme_ms: int = 0
    at_ms: int = 0


class Screen(Struct, frozen=True, kw_only=True):
    """`asked` grows with whatever its phone does, `told` with whatever the screen says."""

    id: ScreenId
    code: str
    code_until: datetime
    person_id: PersonId | None
    expires_at: datetime
    asked: int
    told: int
    wish: Wish
    report: Report


def new_code(draw: Callable[[str], str]) -> str:
    """`draw` picks one of the signs; the caller says by what chance."""
    return "".join(draw(CODE_SIGNS) for _ in range(CODE_LENGTH))


def read_code(typed: str) -> str:
    """The code that somebody typed, however they spaced it; empty where it can be none."""
    code = _NOT_TYPED.sub("", typed[: 4 * CODE_LENGTH]).upper()
    return code if _CODE.fullmatch(code) else ""


def is_fresh(code_until: datetime, now: datetime) -> bool:
    return now < code_until


def stays(screen: Screen, now: datetime) -> bool:
    """Whether being there must be written down, so that the pairing does not end."""
    return screen.person_id is not None and screen.expires_at - now < STAYS_FROM


def sound(report: Report, now_ms: int) -> Report:
    """The report without a place in the programme that cannot be right."""
    off_ms = abs(report.at_ms - now_ms)
    if report.programme_ms and off_ms <= MEASURED_OFF_MAX / timedelta(milliseconds=1):
        return report
    return Report(report.show, report.paused, report.volume)
