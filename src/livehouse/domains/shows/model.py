"""The life of rooms, shows and runs. Pure: no clock, no database, no network.

A room is permanent. A show is one planned session in it. Each rehearsal and each going live is a
run with an unguessable id, under which frames and video live.
"""

import hmac
import re
import unicodedata
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from enum import Enum
from hashlib import sha256
from typing import Literal, TypeAlias, assert_never
from urllib.parse import urlsplit

import msgspec
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
from livehouse.foundation.roles import Role
from livehouse.foundation.text import N_

TITLE_CHARACTERS_MAX = 120
DESCRIPTION_CHARACTERS_MAX = 2_000
# A tap that left a viewer whose picture is late still counts, but nobody waits for ever.
GRACE_MS_MAX = 10_000
GRACE_MS_DEFAULT = 3_000

SLUG_CHARACTERS_MAX = 64
# Who may start and end shows; owners may whatever their people may.
RUNNING_ROLES = (Role.HOST, Role.EDITOR)
# A show may have begun a while ago when it is written down; one in some years is a typing mistake.
STARTS_AGO_MAX = timedelta(days=1)
STARTS_AHEAD_MAX = timedelta(days=731)

# What a show's `source` says beside the path of a file: its room's camera, the test stage, or as
# JSON what takes more words.
CAMERA = "camera"
TEST_STAGE = ""
STREAM_NONCE_BYTES = 32
FETCHED_BY = frozenset({"rtsp", "rtsps", "rtmp", "rtmps", "http", "https"})
URL_CHARACTERS_MAX = 1_000
FILES_MAX = 50
# Who was away when a show was due begins it this much later at most: nobody waits any more then.
BEGINS_BY_ITSELF_FOR = timedelta(minutes=15)

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


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


SecondCamera: TypeAlias = Literal["refuse", "take_over"]


class StreamAccess(Struct, frozen=True):
    """Who may send the picture of a room, and what becomes of a second camera.

    The stream key itself is kept nowhere: it is made of `nonce` and of a secret of the house.
    """

    room_id: RoomId
    nonce: bytes
    second: SecondCamera = "take_over"


class CameraState(Struct, frozen=True):
    """What arrives from a room's camera; rates are those of the last five seconds."""

    protocol: str
    since: datetime
    width: int
    height: int
    fps: float
    kbps: int
    key_interval_seconds: float
    dropped: int
    rtt_ms: float | None
    loss: float | None


class FilmedBefore(Struct, frozen=True, tag="files"):
    """Files one after the other. Such a show begins by itself, and ends with the last of them if
    it does not begin anew; `since` is when they were chosen."""

    paths: tuple[str, ...]
    loops: bool
    since: datetime


class Elsewhere(Struct, frozen=True, tag="address"):
    """What a server elsewhere shows. The address may hold a password: it is told to nobody."""

    url: str

    @property
    def shown(self) -> str:
        """Without name and password, and without what follows a question mark."""
        url = urlsplit(self.url)
        return url._replace(netloc=url.netloc.rpartition("@")[2], query="", fragment="").geturl()


_Worded: TypeAlias = FilmedBefore | Elsewhere


def source_text(source: _Worded) -> str:
    """How a show's `source` says it."""
    return msgspec.json.encode(source).decode()


def checked_url(url: str) -> str:
    """An address by RTSP, RTMP or HTTP; where it leads is looked at when it is fetched."""
    url = url.strip()
    try:
        given = urlsplit(url)
        is_usable = given.scheme in FETCHED_BY and bool(given.hostname) and given.port != 0
    except ValueError:
        is_usable = False
    if not is_usable or len(url) > URL_CHARACTERS_MAX or " " in url or not url.isprintable():
        raise InvalidInput(field="address", problem=N_("write it as rtsp://host/path"))
    return url


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


def stream_key(secret: bytes, nonce: bytes) -> str:
    """256 bits in 43 characters that go through every address and form unchanged."""
    key = hmac.digest(secret, b"stream key\0" + nonce, "sha256")
    return urlsafe_b64encode(key).decode().rstrip("=")


def stream_key_hash(key: str) -> bytes:
    """What a key is found by. It has 256 random bits, so a plain hash tells nothing of it."""
    return sha256(key.encode()).digest()


def checked_start(starts_at: datetime, now: datetime) -> datetime:
    if not now - STARTS_AGO_MAX <= starts_at <= now + STARTS_AHEAD_MAX:
        raise InvalidInput(field="starts_at", problem=N_("choose a time within two years"))
    return starts_at.astimezone(UTC)


def suggested_slug(title: str, otherwise: str) -> str:
    """An address made of the title, or `otherwise` where nothing of the title is Latin."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = _NOT_IN_SLUG.sub("-", plain).strip("-") or otherwise
    return words[:SLUG_CHARACTERS_MAX].strip("-")


def is_slug(text: str) -> bool:
    """Whether anything could stand at this address at all."""
    return _SLUG.fullmatch(text) is not None


def checked_slug(slug: str) -> str:
    """A public address: lower-case ASCII letters, digits and inner hyphens."""
    slug = slug.strip()
    if not is_slug(slug):
        raise InvalidInput(field="slug", problem=N_("use a-z, 0-9 and inner hyphens, at most 64"))
    return slug


def checked_title(title: str) -> str:
    title = " ".join(title.split())
    if not 1 <= len(title) <= TITLE_CHARACTERS_MAX:
        raise InvalidInput(field="title", problem=N_("write 1 to 120 characters"))
    return title
