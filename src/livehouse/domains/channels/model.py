"""Other platforms of a room. Pure: no clock, no database, no network."""

from datetime import datetime
from typing import Literal, TypeAlias
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from msgspec import Struct

from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import PersonId, RoomId, RunId
from livehouse.foundation.text import N_

CHANNELS_MAX = 12
NAME_CHARACTERS_MAX = 60
SERVER_CHARACTERS_MAX = 500
KEY_CHARACTERS_MAX = 500
RTMP = frozenset({"rtmp", "rtmps"})
# Plain HTTP is refused when it comes to sending, but in the house's own network.
WHIP = frozenset({"https", "http"})

ChannelState: TypeAlias = Literal["waiting", "connecting", "live", "lost", "refused", "ended"]


class Channel(Struct, frozen=True):
    """`server` is as much of the address as may be shown, `sealed` a `Destination`. `starts`
    counts how often somebody pressed start: who was given up is tried again with the next."""

    id: UUID
    room_id: RoomId
    name: str
    server: str
    sealed: bytes
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
    def protocol(self) -> str:
        return "WHIP" if _is_whip(self.server) else "RTMP"

    @property
    def known_as(self) -> str:
        """Under which the media process has it."""
        return f"{self.id}.{self.starts}"


class Destination(Struct, frozen=True):
    """Where it is pushed to. RTMP has its key in the address, WHIP shows it as a bearer token."""

    server: str
    key: str

    @property
    def address(self) -> str:
        return self.server if _is_whip(self.server) else f"{self.server}/{self.key.lstrip('/')}"

    @property
    def token(self) -> str:
        return self.key if _is_whip(self.server) else ""

    @property
    def shown(self) -> str:
        """What says where it is and is no secret: addresses of WHIP often hold their key."""
        url = urlsplit(self.server)
        path = "" if _is_whip(self.server) else url.path
        return url._replace(path=path, query="", fragment="").geturl()

    @property
    def text(self) -> str:
        """To be sealed."""
        return msgspec.json.encode(self).decode()


class PushedRun(Struct, frozen=True):
    """A run that is on, and its channels."""

    run_id: RunId
    channels: tuple[Channel, ...]


def checked_destination(server: str, key: str) -> Destination:
    """The address says by itself how it is spoken to: rtmp(s):// or, for WHIP, https://."""
    server, key = server.strip(), key.strip()
    if not _is_server(server) or not _is_one_word(server):
        problem = N_("write it as rtmps://host/path or https://host/path")
        raise InvalidInput(field="server", problem=problem)
    if not _is_one_word(key) or not key.isascii():
        raise InvalidInput(field="key", problem=N_("a key has no spaces"))
    if _is_whip(server):
        return Destination(server, key)
    if not key:
        raise InvalidInput(field="key", problem=N_("RTMP needs a key"))
    return Destination(server.rstrip("/"), key)


def _is_server(server: str) -> bool:
    try:
        url = urlsplit(server)
        is_port = url.port is None or url.port > 0
    except ValueError:
        return False
    is_known = url.scheme in RTMP | WHIP
    return is_known and bool(url.hostname) and is_port and "@" not in url.netloc


def _is_one_word(text: str) -> bool:
    return text.isprintable() and not any(c.isspace() for c in text)


def _is_whip(server: str) -> bool:
    return urlsplit(server).scheme in WHIP


def checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= NAME_CHARACTERS_MAX:
        raise InvalidInput(field="name", problem=N_("write 1 to 60 characters"))
    return name
