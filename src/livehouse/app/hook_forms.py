"""The forms in which video servers ask: ours, and those of nginx-rtmp, MediaMTX and SRS. Pure."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from livehouse.media.ingest.errors import UnknownStreamKey

Dialect: TypeAlias = Literal["own", "nginx", "mediamtx", "srs"]
# With which method each of them is told to drop a publisher.
KICK_METHODS: Mapping[Dialect, str] = {
    "own": "POST", "nginx": "GET", "mediamtx": "POST", "srs": "DELETE",
}  # fmt: skip
WORD_CHARACTERS_MAX = 100


class Asked(Struct, frozen=True):
    """What a server wants to know. `reads` is set for who wants to watch there, and `password` is
    what that one shows; `id` and `kind` name the connection by the server's own words."""

    key: str
    protocol: str
    address: str
    dialect: Dialect = "own"
    id: str = ""
    kind: str = ""
    reads: bool = False
    password: str = ""


class _Body(Struct, frozen=True):
    """All that any of them says in JSON, and that is of use here."""

    key: str = ""
    protocol: str = ""
    address: str = ""
    # MediaMTX and SRS
    action: str = ""
    ip: str = ""
    # MediaMTX
    path: str = ""
    id: str | None = ""
    password: str | None = ""
    # SRS: a number before its fifth version
    stream: str = ""
    client_id: str | int = ""


def of_json(body: bytes) -> Asked:
    """`UnknownStreamKey` for whatever is none of the forms."""
    try:
        said = msgspec.json.decode(body, type=_Body)
    except msgspec.MsgspecError:
        raise UnknownStreamKey from None
    if said.stream:
        client = _word(str(said.client_id))
        return Asked(said.stream, said.action, said.ip, "srs", client)
    if said.path:
        return Asked(
            _last(said.path), said.protocol, said.ip, "mediamtx", _word(said.id or ""),
            reads=said.action != "publish", password=said.password or "",
        )  # fmt: skip
    return Asked(said.key, said.protocol, said.address)


def of_form(form: Mapping[str, object]) -> Asked:
    """As nginx-rtmp sends it (the stream's name is the key, `addr` the publisher's address), or as
    curl does from MediaMTX, with its variables `path`, `id` and `type`."""
    said = {
        name: str(form.get(name, "")) for name in ("name", "call", "addr", "path", "id", "type")
    }
    if said["path"]:
        return Asked(
            _last(said["path"]), said["type"], said["addr"], "mediamtx", _word(said["id"]),
            _plural(said["type"]),
        )  # fmt: skip
    return Asked(said["name"], said["call"] or "publish", said["addr"], "nginx")


def _last(path: str) -> str:
    """Encoders that know an application and a key make a path of both: live/KEY."""
    return path.rpartition("/")[2]


def _plural(kind: str) -> str:
    """`rtmpConn` is among the `rtmpconns`."""
    kind = _word(kind).lower()
    return f"{kind}s" if kind else ""


def _word(text: str) -> str:
    """What may stand in an address without changing it: no part of a path."""
    fits = len(text) <= WORD_CHARACTERS_MAX and all(one.isalnum() or one in "-_" for one in text)
    return text if fits and text.isascii() else ""
