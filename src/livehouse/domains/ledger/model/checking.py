"""What a look through the books finds."""

from collections.abc import Iterable

from msgspec import Struct

FIRST_MAX = 10


class Check(Struct, frozen=True):
    """One thing that must hold: how many were looked at, how many break it, the first of these."""

    what: str
    looked_at: int
    wrong: int
    first: tuple[str, ...] = ()


def found(what: str, looked_at: int, wrong: Iterable[str]) -> Check:
    """The check of things that were looked at one by one."""
    ids = list(wrong)
    return Check(what, looked_at, len(ids), tuple(ids[:FIRST_MAX]))
