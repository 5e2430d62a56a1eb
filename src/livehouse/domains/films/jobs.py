"""Background work of films: recordings are taken over, files checked, leftovers removed."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import TypeAlias

from livehouse.domains.films.service import Films

Work: TypeAlias = Callable[[], Awaitable[object]]

CHECK_EVERY = timedelta(seconds=1)
TAKE_EVERY = timedelta(seconds=2)
SWEEP_EVERY = timedelta(hours=1)


def periodic(films: Films) -> Iterator[tuple[str, timedelta, Work]]:
    """Name, interval and work of each; all of it may run on many nodes at once."""
    yield "check_films", CHECK_EVERY, films.check_next
    yield "sweep_films", SWEEP_EVERY, films.sweep


def on_media(films: Films) -> Iterator[tuple[str, timedelta, Work]]:
    """What is done where recordings lie."""
    yield "take_recordings", TAKE_EVERY, films.take_recordings
