"""Applause: the host asks for it, with a goal that the crowd reaches together."""

from datetime import timedelta

from msgspec import Struct

from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.text import N_

TITLE_CHARACTERS_MAX = 120
GOAL_MAX = 1_000_000_000
SECONDS_MIN, SECONDS_MAX = 5, 600


class Call(Struct, frozen=True):
    """Clap for `title`, `goal` times together, within `lasts`."""

    title: str
    goal: int
    lasts: timedelta


def checked(call: Call) -> Call:
    wanted = (
        ("title", 1 <= len(call.title) <= TITLE_CHARACTERS_MAX, N_("write 1 to 120 characters")),
        ("goal", 1 <= call.goal <= GOAL_MAX, N_("between 1 and a billion claps")),
        ("seconds", SECONDS_MIN <= call.lasts.total_seconds() <= SECONDS_MAX,
         N_("between 5 and 600 seconds")),
    )  # fmt: skip
    for field, holds, problem in wanted:
        if not holds:
            raise InvalidInput(field=field, problem=problem)
    return call
