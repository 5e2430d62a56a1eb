"""The life of rooms, shows and runs. Pure: no clock, no database, no network.

A room is permanent. A show is one planned session in it. Each rehearsal and each going live is a
run with an unguessable id, under which frames and video live.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import Enum
from typing import TypeAlias, assert_never

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from livehouse.domains.shows.errors import (
    AlreadyLive,
    FormFrozen,
    NotLive,
    RehearsalRunning,
    ShowOver,
)
from livehouse.domains.shows.model.forms import PictureForm
from livehouse.domains.shows.model.sources import Elsewhere, FilmedBefore
from livehouse.domains.shows.model.wording import (
    Where,
    checked_description,
    checked_start,
    checked_title,
    checked_where,
)
from livehouse.foundation.ids import RoomId, RunId, ShowId, StoreId
from livehouse.foundation.places import Spot, distance_km
from livehouse.foundation.roles import Role

# A tap that left a viewer whose picture is late still counts, but nobody waits for ever.
GRACE_MS_MAX = 10_000
GRACE_MS_DEFAULT = 3_000
# Who may start and end shows; owners may whatever their people may.
RUNNING_ROLES = (Role.HOST, Role.EDITOR)
# Who was away when a show was due begins it this much later at most: nobody waits any more then.
BEGINS_BY_ITSELF_FOR = timedelta(minutes=15)


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


class Hosts(Struct, frozen=True):
    """Base addresses of video and of frames, where other hosts than ours serve them."""

    video: str = ""
    frames: str = ""


class Notice(Struct, frozen=True, kw_only=True):
    """Something beside single shows that the front page points to, as a campaign is."""

    path: str
    title: str
    starts_at: datetime
    ends_at: datetime


class Show(Struct, frozen=True):
    """`version` grows with every change of what the show says of itself."""

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
    form: PictureForm = PictureForm()
    where: Where = Where()
    version: int = 0
    run: Run | None = None

    @property
    def plays(self) -> FilmedBefore | Elsewhere | None:
        """What `source` says in more words than one."""
        if not self.source.startswith("{"):
            return None
        return msgspec.json.decode(self.source, type=FilmedBefore | Elsewhere)

    @property
    def filmed_before(self) -> bool:
        """Whether what seems live was filmed before: viewers are told."""
        return isinstance(self.plays, FilmedBefore)

    @property
    def recorded(self) -> bool:
        return isinstance(self.state, Ended) and self.run is not None


class Edit(Struct, frozen=True, kw_only=True):
    """What a show says of itself from now on; what is None stays as it is."""

    title: str | None = None
    description: str | None = None
    starts_at: datetime | None = None
    where: Where | None = None


class Nearby(Struct, frozen=True):
    """`km` is None where nobody has said where they are."""

    show: Show
    km: float | None


def by_distance(shows: Iterable[Show], spot: Spot) -> list[Nearby]:
    """Shows with a spot of their own, the nearest first."""
    found = [Nearby(show, distance_km(show.where.spot, spot)) for show in shows if show.where.spot]
    return sorted(found, key=lambda one: one.km or 0.0)


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
            return replace(show, state=Cancelled(now), version=show.version + 1)
        case Live():
            raise AlreadyLive
        case Ended() | Cancelled():
            raise ShowOver
        case _:
            assert_never(show.state)


def edited(show: Show, edit: Edit, now: datetime) -> Show:
    """The show after the edit, with a version of its own if anything has changed."""
    match show.state:
        case Scheduled():
            pass
        case Live():
            raise AlreadyLive
        case Ended() | Cancelled():
            raise ShowOver
        case _:
            assert_never(show.state)
    starts_at = show.starts_at
    if edit.starts_at not in {None, starts_at}:
        assert edit.starts_at is not None
        starts_at = checked_start(edit.starts_at, now)
    after = replace(
        show,
        title=show.title if edit.title is None else checked_title(edit.title),
        description=show.description
        if edit.description is None
        else checked_description(edit.description),
        starts_at=starts_at,
        state=Scheduled(starts_at),
        where=show.where if edit.where is None else checked_where(edit.where),
    )
    return show if after == show else replace(after, version=show.version + 1)


def state_name(state: ShowState) -> str:
    match state:
        case Scheduled():
            return "scheduled"
        case Live():
            return "live"
        case Ended():
            return "ended"
        case Cancelled():
            return "cancelled"
        case _:
            assert_never(state)


def may_enter(show: Show, *, staff: bool) -> bool:
    """Whether somebody may be in the show's run: a rehearsal is there for its staff alone."""
    return show.run is not None and (staff or show.run.kind is RunKind.LIVE)


def shown_run(show: Show, *, staff: bool) -> Run | None:
    """The run that a public address leads to: on air or recorded, or for staff a rehearsal."""
    if show.run is None or not may_enter(show, staff=staff):
        return None
    return show.run if show.run.on or show.run.kind is RunKind.LIVE else None


def is_due(show: Show, now: datetime) -> bool:
    """Whether a show that was filmed before is to begin by itself now."""
    is_on = show.run is not None and show.run.on
    return (
        show.filmed_before
        and isinstance(show.state, Scheduled)
        and not is_on
        and show.starts_at <= now <= show.starts_at + BEGINS_BY_ITSELF_FOR
    )


def choose_source(show: Show, source: str) -> Show:
    """Play something else, also while the show is on."""
    match show.state:
        case Scheduled() | Live():
            return replace(show, source=source)
        case Ended() | Cancelled():
            raise ShowOver
        case _:
            assert_never(show.state)


def choose_form(show: Show, form: PictureForm) -> Show:
    """Only while nothing is on: a playlist keeps its lengths, and players their sizes."""
    if isinstance(show.state, Ended | Cancelled):
        raise ShowOver
    if show.run is not None and show.run.on:
        raise FormFrozen
    return replace(show, form=form)
