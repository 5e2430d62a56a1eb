"""What a show plays: cameras and their keys, files, servers elsewhere. Pure."""

import hmac
from base64 import urlsafe_b64encode
from datetime import datetime
from hashlib import sha256
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import RoomId
from livehouse.foundation.text import N_

# What a show's `source` says beside the path of a file: its room's camera, the test stage, or as
# JSON what takes more words.
CAMERA = "camera"
TEST_STAGE = ""
STREAM_NONCE_BYTES = 32
FETCHED_BY = frozenset({"rtsp", "rtsps", "rtmp", "rtmps", "http", "https"})
URL_CHARACTERS_MAX = 1_000
FILES_MAX = 50
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
    """What a server elsewhere shows. The address may hold a password: it lies `sealed`, and only
    what is `shown` of it is told."""

    shown: str
    sealed: str


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


def shown_url(url: str) -> str:
    """Without name and password, and without what follows a question mark."""
    given = urlsplit(url)
    return given._replace(netloc=given.netloc.rpartition("@")[2], query="", fragment="").geturl()


def stream_key(secret: bytes, nonce: bytes) -> str:
    """256 bits in 43 characters that go through every address and form unchanged."""
    key = hmac.digest(secret, b"stream key\0" + nonce, "sha256")
    return urlsafe_b64encode(key).decode().rstrip("=")


def stream_key_hash(key: str) -> bytes:
    """What a key is found by. It has 256 random bits, so a plain hash tells nothing of it."""
    return sha256(key.encode()).digest()
