"""Rooms, shows and runs: planned, rehearsed, live, over."""

from livehouse.domains.shows.adapters.roles import RunRoles
from livehouse.domains.shows.adapters.videos import VideoFolder
from livehouse.domains.shows.errors import (
    AlreadyLive,
    NotLive,
    RehearsalRunning,
    ShowOver,
    SlugTaken,
)
from livehouse.domains.shows.events import RunEnded, RunStarted, ShowScheduled
from livehouse.domains.shows.model import (
    CAMERA,
    RUNNING_ROLES,
    TEST_STAGE,
    CameraState,
    Cancelled,
    Elsewhere,
    Ended,
    FilmedBefore,
    Hosts,
    Live,
    Room,
    Run,
    RunKind,
    Scheduled,
    Show,
    ShowState,
    checked_slug,
    is_slug,
    may_enter,
    state_name,
)
from livehouse.domains.shows.ports import Cameras, RunHook, Videos
from livehouse.domains.shows.service import Shows, StreamKeys
from livehouse.domains.shows.wire import ShowInfo, poster_of, show_info

__all__ = [
    "CAMERA",
    "RUNNING_ROLES",
    "TEST_STAGE",
    "AlreadyLive",
    "CameraState",
    "Cameras",
    "Cancelled",
    "Elsewhere",
    "Ended",
    "FilmedBefore",
    "Hosts",
    "Live",
    "NotLive",
    "RehearsalRunning",
    "Room",
    "Run",
    "RunEnded",
    "RunHook",
    "RunKind",
    "RunRoles",
    "RunStarted",
    "Scheduled",
    "Show",
    "ShowInfo",
    "ShowOver",
    "ShowScheduled",
    "ShowState",
    "Shows",
    "SlugTaken",
    "StreamKeys",
    "VideoFolder",
    "Videos",
    "checked_slug",
    "is_slug",
    "may_enter",
    "poster_of",
    "show_info",
    "state_name",
]
