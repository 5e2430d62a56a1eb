"""Background work of programmes: cues whose moment has come, and reminders."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import TypeAlias

from livehouse.domains.programmes.service import Programmes, Reminders

Work: TypeAlias = Callable[[], Awaitable[int]]

# A cue that comes late by a tick of the room is late by what nobody can see.
CUES_EVERY = timedelta(milliseconds=250)
REMINDERS_EVERY = timedelta(seconds=10)
# As often as a gateway repeats how many it has in a room.
COUNT_EVERY = timedelta(seconds=2)


def periodic(programmes: Programmes, reminders: Reminders) -> Iterator[tuple[str, timedelta, Work]]:
    """Name, interval and work of each; all of it may run on many nodes at once."""
    yield "cues", CUES_EVERY, programmes.give_due
    yield "show_reminders", REMINDERS_EVERY, reminders.send_due
