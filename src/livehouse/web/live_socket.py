"""The WebSocket at `/live/{run}`: uvicorn's upgrade handed to picows, and that to the engine.

It comes before the web framework, so it does for itself what the framework does elsewhere: path
and origin, the client's address, its place among the server's connections, and the end.
"""

import asyncio
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from multidict import CIMultiDict
from picows import (
    WSFrame,
    WSListener,
    WSMsgType,
    WSTransport,
    WSUpgradeRequest,
    WSUpgradeResponse,
    WSUpgradeResponseWithListener,
)
from picows.picows import WSProtocol  # type: ignore[attr-defined]  # its stub leaves it out
from typing_extensions import override
from uvicorn.config import Config
from uvicorn.server import ServerState

from livehouse.engine import limits
from livehouse.engine.gateway import Gateway
from livehouse.engine.outbox import Hand
from livehouse.engine.protocol import CloseCode
from livehouse.engine.session import Session
from livehouse.foundation.ids import RunId
from livehouse.web.addresses import client_address
from livehouse.web.deflate import AGREED, Bomb, Packer, inflated, is_offered
from livehouse.web.limits import address_key
from livehouse.web.origins import is_welcome

log = structlog.get_logger()

PATH_START = "/live/"
REASON_BYTES_MAX = 123  # what a close frame holds
NORMAL = 1000
PLAIN_NUMBER = cast(Any, 1)  # TEXT as a plain number: picows need not convert an enum each time
_WHOLE_TEXT = 0x81
_SIZE_IN_TWO_BYTES, _SIZE_IN_EIGHT_BYTES = 126, 127
_FULL = 503
_STATUS = {403: "Forbidden", 404: "Not Found", 503: "Service Unavailable"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSockets:
    """What all live sockets of this process share.

    `origins` are other sites that may embed the room (`https://shop.example`), beside our own
    host; a client without an Origin is no browser and needs none. `retry_ms` tells one of so many
    clients how long to wait before it comes back after a restart, each a different time.
    """

    gateway: Gateway
    retry_ms: Callable[[int], int]
    origins: Collection[str] = ()
    trusted_proxies: tuple[str, ...] = ()
    packer: Packer = field(default_factory=Packer)

    def protocol(self) -> type[asyncio.Protocol]:
        """What uvicorn takes as its setting `ws`."""
        # uvicorn only calls it, with config, server_state and app_state: a partial does.
        return cast(type[asyncio.Protocol], partial(_Upgrade, self))

    def admit(self, head: "_Head", peer: str, connections: int) -> tuple[RunId, str]:
        """The run that is asked for and the address that limits count by, or `_Refused`;
        `connections` are those that the server has open."""
        run = _run_of(head.target)
        origin = head.headers.get("origin")
        host = head.headers.get("host", "")
        if origin is not None and not is_welcome(origin, host=host, others=self.origins):
            raise _Refused(403)
        if self.gateway.is_closed_to(connections):
            raise _Refused(503)
        return run, address_key(client_address(peer, head.headers, self.trusted_proxies))


class _Head:
    """The request as uvicorn hands it on: it has parsed it once, so it is well formed."""

    def __init__(self, data: bytes) -> None:
        first, *lines = data.decode("latin-1").split("\r\n")
        self.target = first.split(" ")[1]
        self.headers: CIMultiDict[str] = CIMultiDict()
        for line in lines:
            name, colon, value = line.partition(":")
            if colon:
                self.headers.add(name, value.strip())

    def for_picows(self) -> bytes:
        """Only what the handshake needs. Browsers write `Connection: keep-alive, Upgrade`, which
        picows does not take, and a long head would make its read buffer grow for good."""
        kept = [
            f"{name}: {self.headers.get(name, '')}\r\n"
            for name in ("Sec-WebSocket-Key", "Sec-WebSocket-Version")
        ]
        upgrade = "Connection: upgrade\r\nUpgrade: websocket\r\n"
        return f"GET / HTTP/1.1\r\n{upgrade}{''.join(kept)}\r\n".encode("latin-1")


class _Refused(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class _Upgrade(WSProtocol):  # type: ignore[misc]  # picows brings no type for it
    """One connection: picows' protocol, fed with a head that uvicorn has read already."""

    __slots__ = ("_begun", "_shared", "_state", "_transport", "_viewer")

    def __init__(
        self,
        shared: LiveSockets,
        config: Config,  # noqa: ARG002 - uvicorn passes it
        server_state: ServerState,
        app_state: dict[str, Any],  # noqa: ARG002 - uvicorn passes it
    ) -> None:
        self._shared = shared
        self._state = server_state
        self._begun = False
        self._viewer: _Viewer | None = None
        self._transport: asyncio.Transport | None = None
        super().__init__(
            host_port=None,
            ws_path=None,
            is_client_side=False,
            ws_listener_factory=self._answer,
            logger=_QUIET,
            disconnect_on_exception=True,
            websocket_handshake_timeout=None,  # the head is here already: nothing to wait for
            enable_auto_ping=False,  # the gateway pings; a task per viewer would cost memory
            auto_ping_idle_timeout=0,
            auto_ping_reply_timeout=0,
            auto_ping_strategy=1,
            enable_auto_pong=False,  # a ping counts as a message, or a flood would fill our buffers
            max_frame_size=limits.MESSAGE_BYTES_MAX,
            extra_headers=None,
            read_buffer_init_size=limits.SOCKET_READ_BUFFER_BYTES,
        )

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        peer = transport.get_extra_info("socket")
        # Small on purpose: what a viewer does not read waits where we can count it.
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, limits.SOCKET_SEND_BUFFER_BYTES)
        transport.set_write_buffer_limits(
            high=limits.OUTBOX_BYTES_SLOW, low=limits.OUTBOX_BYTES_RESUME
        )
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Called once, by uvicorn, with the head; from then on picows reads the socket itself."""
        assert self._transport is not None, "uvicorn connects before it hands data on"
        if self._begun:
            self._feed(data)
            return
        self._begun = True
        peer = self._transport.get_extra_info("peername")
        try:
            head = _Head(data)
            host = peer[0] if isinstance(peer, tuple) else ""
            run, address = self._shared.admit(head, host, len(self._state.connections))
        except _Refused as refused:
            self._refuse(refused.status)
            return
        packs = is_offered(head.headers.get("sec-websocket-extensions", ""))
        self._viewer = _Viewer(self._shared, self._state, run, address, packs=packs)
        self._feed(head.for_picows())

    def _answer(self, _request: WSUpgradeRequest) -> WSUpgradeResponseWithListener:
        assert self._viewer is not None, "whoever is not admitted is answered before"
        extra = {"Sec-WebSocket-Extensions": AGREED} if self._viewer.packs else None
        return WSUpgradeResponseWithListener(
            WSUpgradeResponse.create_101_response(extra), self._viewer
        )

    def _feed(self, data: bytes) -> None:
        while data:
            space = self.get_buffer(len(data))
            size = min(len(space), len(data))
            space[:size] = data[:size]
            self.buffer_updated(size)
            data = data[size:]

    def _refuse(self, status: int) -> None:
        assert self._transport is not None, "only a connection can be refused"
        retry = "retry-after: 5\r\n" if status == _FULL else ""
        head = f"HTTP/1.1 {status} {_STATUS[status]}\r\n{retry}"
        self._transport.write(f"{head}content-length: 0\r\nconnection: close\r\n\r\n".encode())
        self._transport.close()


class _Viewer(WSListener):
    """The engine's transport, and among uvicorn's connections the one to shut down."""

    def __init__(
        self, shared: LiveSockets, state: ServerState, run: RunId, address: str, *, packs: bool
    ) -> None:
        self.packs = packs
        self._shared = shared
        self._state = state
        self._run = run
        self._address = address
        self._wire: WSTransport | None = None
        self._session: Session | None = None
        self._last_resort: asyncio.TimerHandle | None = None

    # What picows calls.

    @override
    def on_ws_connected(self, transport: WSTransport) -> None:
        self._wire = transport
        self._connections().add(self)
        self._session = self._shared.gateway.accept(self, self._run, self._address)

    @override
    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        assert self._session is not None, "frames come after the handshake"
        kind = frame.msg_type
        if kind == WSMsgType.TEXT and frame.fin and not (frame.rsv2 or frame.rsv3):
            self._message(self._session, frame.get_payload_as_bytes(), packed=frame.rsv1)
        elif kind == WSMsgType.CLOSE:
            transport.send_close(cast(Any, NORMAL))  # ignored when ours went first
            transport.disconnect()
        elif kind == WSMsgType.PONG:
            self._session.heard = True
        elif kind == WSMsgType.PING:
            if self._session.may_ping():
                transport.send_pong(frame.get_payload_as_bytes())
        else:
            self._session.close(CloseCode.UNSUPPORTED)

    def _message(self, session: Session, payload: bytes, *, packed: bool) -> None:
        if packed:
            if not self.packs:
                session.close(CloseCode.UNSUPPORTED)
                return
            try:
                payload = inflated(payload)
            except Bomb:
                session.close(CloseCode.TOO_BIG)
                return
            except ValueError:
                session.close(CloseCode.UNSUPPORTED)
                return
        session.received(payload)

    @override
    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self._connections().discard(self)
        if self._last_resort is not None:
            self._last_resort.cancel()
        if self._session is not None:
            self._session.lost()

    @override
    def pause_writing(self) -> None:
        if self._session is not None:
            self._session.pause()

    @override
    def resume_writing(self) -> None:
        if self._session is not None:
            self._session.resume()

    # What the engine calls.

    @property
    def hand(self) -> Hand:
        assert self._wire is not None, "a session begins after the handshake"
        if self.packs:
            return self._hand_packed
        return partial(self._wire.send_reuse_external_bytearray, PLAIN_NUMBER)

    def send(self, payload: bytes) -> None:
        # Through the loop's own buffer: what follows at once, as the frames after a welcome, leaves
        # with it in one system call at the end of the loop's turn.
        if self._wire is not None and not self._wire.is_close_frame_sent:
            self._wire.underlying_transport.write(_framed(payload))

    def _hand_packed(self, shared: bytearray, offset: int) -> None:
        assert self._wire is not None, "a session begins after the handshake"
        packed = self._shared.packer.packed(shared)
        if packed is None:
            self._wire.send_reuse_external_bytearray(PLAIN_NUMBER, shared, offset)
        else:
            # The last two say that it is whole, and compressed.
            self._wire.send_reuse_external_bytearray(PLAIN_NUMBER, packed, offset, True, True)  # noqa: FBT003 - picows' arguments

    def waiting_bytes(self) -> int:
        return 0 if self._wire is None else self._wire.underlying_transport.get_write_buffer_size()

    def ping(self) -> None:
        if self._wire is not None:
            self._wire.send_ping()

    def close(self, code: CloseCode, reason: str = "") -> None:
        wire = self._wire
        if wire is None or wire.is_disconnected:
            return
        wire.send_close(cast(Any, int(code)), reason.encode()[:REASON_BYTES_MAX])
        # The other side answers and we hang up; one that does not, or reads nothing, is cut off.
        self._last_resort = asyncio.get_running_loop().call_later(
            limits.CLOSE_SECONDS_MAX, wire.underlying_transport.abort
        )

    # What uvicorn calls.

    def shutdown(self) -> None:
        """Ask the client to come back, each after a time of its own, so that no storm follows."""
        if self._session is not None:
            # Those who hang up first are among them still, so all are told the same window.
            retry_ms = self._shared.retry_ms(len(self._connections()))
            self._session.close(CloseCode.RESTART, f'{{"retry_ms":{retry_ms}}}')

    def _connections(self) -> set[object]:
        return cast(set[object], self._state.connections)


class _QuietLog:
    """picows' log without a logger object per connection; clients' faults are no errors of ours."""

    def isEnabledFor(self, _level: int) -> bool:  # noqa: N802 - logging's name
        return False

    def log(self, *_: object) -> None: ...
    def debug(self, *_: object) -> None: ...
    def info(self, *_: object) -> None: ...
    def warning(self, *_: object) -> None: ...
    def error(self, message: str, *arguments: object) -> None:
        log.info("socket_closed_on_fault", why=message % arguments)

    def exception(self, message: str, *arguments: object) -> None:
        log.error("socket_failed", why=message % arguments, exc_info=True)  # noqa: LOG014 - picows calls it inside one


_QUIET = _QuietLog()


def _framed(payload: bytes) -> bytes:
    """A text message with its header, as a server writes it (RFC 6455, 5.2)."""
    size = len(payload)
    if size < _SIZE_IN_TWO_BYTES:
        return b"%c%c%b" % (_WHOLE_TEXT, size, payload)
    marked = (_SIZE_IN_TWO_BYTES, 2) if size < 1 << 16 else (_SIZE_IN_EIGHT_BYTES, 8)
    return b"%c%c%b%b" % (_WHOLE_TEXT, marked[0], size.to_bytes(marked[1]), payload)


def _run_of(target: str) -> RunId:
    path = urlsplit(target).path
    name = path.removeprefix(PATH_START)
    try:
        run = UUID(name)
    except ValueError:
        raise _Refused(404) from None
    if path != f"{PATH_START}{run}":  # one address for one run
        raise _Refused(404)
    return RunId(run)
