"""Rooms, shows and runs: planned, rehearsed, live, over."""

from livehouse.domains.shows.errors import (
    AlreadyLive,
    NotLive,
    RehearsalRunning,
    ShowOver,
    SlugTaken,
)
from livehouse.domains.shows.events import RunEnded, RunStarted, ShowScheduled
from livehouse.domains.shows.model import (
    Cancelled,
    Ended,
    Live,
    Room,
    Run,
    RunKind,
    Scheduled,
    Show,
    ShowState,
)
from livehouse.domains.shows.ports import RunHook
from livehouse.domains.shows.service import Shows

__all__ = [
    "AlreadyLive",
    "Cancelled",
    "Ended",
    "Live",
    "NotLive",
    "RehearsalRunning",
    "Room",
    "Run",
    "RunEnded",
    "RunHook",
    "RunKind",
    "RunStarted",
    "Scheduled",
    "Show",
    "ShowOver",
    "ShowScheduled",
    "ShowState",
    "Shows",
    "SlugTaken",
]
