"""The life of rooms, shows and runs. Pure: no clock, no database, no network.

A room is permanent. A show is one planned session in it. Each rehearsal and each going live is a
run with an unguessable id, under which frames and video live.
"""

import re
from datetime import datetime
from enum import Enum
from typing import TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from livehouse.domains.shows.errors import (
    AlreadyLive,
    NotLive,
    RehearsalRunning,
    ShowOver,
)
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import RoomId, RunId, ShowId, StoreId
from livehouse.foundation.text import N_

TITLE_CHARACTERS_MAX = 120
DESCRIPTION_CHARACTERS_MAX = 2_000
# A tap that left a viewer whose picture is late still counts, but nobody waits for ever.
GRACE_MS_MAX = 10_000
GRACE_MS_DEFAULT = 3_000

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")


class Scheduled(Struct, frozen=True, tag="scheduled"):
    starts_at: datetime


class Live(Struct, frozen=True, tag="live"):
    started_at: datetime


class Ended(Struct, frozen=True, tag="ended"):
    ended_at: datetime


class Cancelled(Struct, frozen=True, tag="cancelled"):
    cancelled_at: datetime


ShowState: TypeAlias = Scheduled | Live | Ended | Cancelled


class RunKind(Enum):
    REHEARSAL = "rehearsal"
    LIVE = "live"


class Room(Struct, frozen=True):
    id: RoomId
    slug: str
    store_id: StoreId
    title: str


class Run(Struct, frozen=True):
    id: RunId
    show_id: ShowId
    kind: RunKind
    started_at: datetime
    ended_at: datetime | None = None

    @property
    def on(self) -> bool:
        return self.ended_at is None


class Show(Struct, frozen=True):
    id: ShowId
    slug: str
    room: Room
    title: str
    description: str
    state: ShowState
    starts_at: datetime
    grace_ms: int = GRACE_MS_DEFAULT
    simulated: bool = False
    source: str = ""
    run: Run | None = None

    @property
    def recorded(self) -> bool:
        return isinstance(self.state, Ended) and self.run is not None


def rehearse(show: Show, run: Run) -> Show:
    """Begin a rehearsal, which only the staff can find."""
    match show.state:
        case Scheduled():
            if show.run is not None and show.run.on:
                raise RehearsalRunning
            return replace(show, run=run)
        case Live():
            raise AlreadyLive
        case Ended() | Cancelled():
            raise ShowOver
        case _:
            assert_never(show.state)


def go_live(show: Show, run: Run) -> Show:
    match show.state:
        case Scheduled():
            if show.run is not None and show.run.on:
                raise RehearsalRunning
            return replace(show, run=run, state=Live(run.started_at))
        case Live():
            raise AlreadyLive
        case Ended() | Cancelled():
            raise ShowOver
        case _:
            assert_never(show.state)


def end(show: Show, now: datetime) -> Show:
    """End what is on: a rehearsal leaves the show scheduled, the live run ends it for good."""
    if show.run is None or not show.run.on:
        raise NotLive
    over = replace(show.run, ended_at=now)
    if show.run.kind is RunKind.REHEARSAL:
        return replace(show, run=over)
    return replace(show, run=over, state=Ended(now))


def cancel(show: Show, now: datetime) -> Show:
    match show.state:
        case Scheduled():
            if show.run is not None and show.run.on:
                raise RehearsalRunning
            return replace(show, state=Cancelled(now))
        case Live():
            raise AlreadyLive
        case Ended() | Cancelled():
            raise ShowOver
        case _:
            assert_never(show.state)


def checked_slug(slug: str) -> str:
    """A public address: lower-case ASCII letters, digits and inner hyphens."""
    slug = slug.strip()
    if not _SLUG.fullmatch(slug):
        raise InvalidInput(field="slug", problem=N_("use a-z, 0-9 and inner hyphens, at most 64"))
    return slug


def checked_title(title: str) -> str:
    title = " ".join(title.split())
    if not 1 <= len(title) <= TITLE_CHARACTERS_MAX:
        raise InvalidInput(field="title", problem=N_("write 1 to 120 characters"))
    return title
