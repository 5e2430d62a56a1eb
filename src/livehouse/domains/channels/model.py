"""Other platforms of a room. Pure: no clock, no database, no network."""

from datetime import datetime
from typing import Literal, TypeAlias
from urllib.parse import urlsplit
from uuid import UUID

from msgspec import Struct

from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import PersonId, RoomId, RunId
from livehouse.foundation.text import N_

CHANNELS_MAX = 12
NAME_CHARACTERS_MAX = 60
SERVER_CHARACTERS_MAX = 500
KEY_CHARACTERS_MAX = 500
SCHEMES = frozenset({"rtmp", "rtmps"})

ChannelState: TypeAlias = Literal["waiting", "connecting", "live", "lost", "refused", "ended"]


class Channel(Struct, frozen=True):
    """`key` is sealed. `starts` counts how often somebody pressed start: who was refused and left
    alone is tried again with the next."""

    id: UUID
    room_id: RoomId
    name: str
    server: str
    key: bytes
    is_on: bool
    starts: int
    confirmed_by: PersonId
    confirmed_at: datetime
    state: ChannelState
    problem: str
    kbps: int
    dropped: int
    restarts: int

    @property
    def known_as(self) -> str:
        """Under which the media process has it."""
        return f"{self.id}.{self.starts}"


class PushedRun(Struct, frozen=True):
    """A run that is on, and its channels with their keys."""

    run_id: RunId
    channels: tuple[Channel, ...]


def checked_server(server: str) -> str:
    """An address of RTMP or RTMPS, without name and password: the key has a field of its own."""
    server = server.strip()
    if not _is_server(server) or any(c.isspace() or not c.isprintable() for c in server):
        raise InvalidInput(field="server", problem=N_("write it as rtmps://host/path"))
    return server.rstrip("/")


def _is_server(server: str) -> bool:
    try:
        url = urlsplit(server)
        is_port = url.port is None or url.port > 0
    except ValueError:
        return False
    return url.scheme in SCHEMES and bool(url.hostname) and is_port and "@" not in url.netloc


def checked_key(key: str) -> str:
    key = key.strip()
    if not key or any(c.isspace() or not c.isprintable() for c in key):
        raise InvalidInput(field="key", problem=N_("a key has no spaces"))
    return key


def checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= NAME_CHARACTERS_MAX:
        raise InvalidInput(field="name", problem=N_("write 1 to 60 characters"))
    return name


def full_address(server: str, key: str) -> str:
    return f"{server}/{key.lstrip('/')}"
