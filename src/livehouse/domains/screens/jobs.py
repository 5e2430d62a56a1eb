"""Background work of screens."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import TypeAlias

from livehouse.domains.screens.service import Screens

Work: TypeAlias = Callable[[], Awaitable[int]]

# What is asked on another node is heard so much later at most.
LOOK_EVERY = timedelta(milliseconds=250)
FORGET_EVERY = timedelta(minutes=10)


def periodic(screens: Screens) -> Iterator[tuple[str, timedelta, Work]]:
    """Name, interval and work of each; all of it may run on many nodes at once."""
    yield "forget_screens", FORGET_EVERY, screens.forget_expired


def on_pages(screens: Screens) -> Iterator[tuple[str, timedelta, Work]]:
    """What each node that serves pages does for whoever waits there."""
    yield "screens", LOOK_EVERY, screens.watching.look
