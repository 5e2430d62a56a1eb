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
    CameraState,
    Cancelled,
    Ended,
    Hosts,
    Live,
    Room,
    Run,
    RunKind,
    Scheduled,
    Show,
    ShowState,
    may_enter,
    state_name,
)
from livehouse.domains.shows.ports import Cameras, RunHook, Videos
from livehouse.domains.shows.service import Shows, StreamKeys
from livehouse.domains.shows.wire import ShowInfo, show_info

__all__ = [
    "CAMERA",
    "RUNNING_ROLES",
    "AlreadyLive",
    "CameraState",
    "Cameras",
    "Cancelled",
    "Ended",
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
    "may_enter",
    "show_info",
    "state_name",
]
