"""The lowest layer: one connection, its join, and raw messages handed on as they come.

It decodes nothing but the first bytes, so that thousands of viewers fit into one process. Whoever
wants a room that heals itself takes `Room`.
"""

import asyncio
from typing import Any, Final, TypeVar, cast
from urllib.parse import urlsplit
from uuid import UUID

from picows import (
    WSError,
    WSFrame,
    WSHandshakeError,
    WSListener,
    WSMsgType,
    WSTransport,
    ws_connect,
)
from typing_extensions import override

from livehouse.client import limits
from livehouse.client.errors import NotJoined
from livehouse.engine.protocol import Join, encode

FRAME: Final = b'{"n":'  # how every frame begins, and nothing else
_WELCOME: Final = b'{"type":"welcome"'
NO_STATUS: Final = 1005  # RFC 6455: the other side closed and did not say why
ABNORMAL: Final = 1006  # RFC 6455: the connection ended without a close frame


class Wire(WSListener):
    """One connection. A subclass says what to do with what it hears: `frame`, `answer`, `lost`."""

    def __init__(self, ticket: str, since: int | None = None) -> None:
        self._join = encode(Join(ticket=ticket, since=since))
        self._transport: WSTransport | None = None
        self._ended = (ABNORMAL, "")
        self.joined: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    # What a subclass may override. None of them waits.

    def welcome(self, payload: bytes) -> None:
        """The room is entered; frames follow."""

    def frame(self, payload: bytes) -> None:
        """A frame of the room; `number_of` tells which."""

    def answer(self, payload: bytes) -> None:
        """Anything else that the server says to this connection alone."""

    def lost(self, code: int, reason: str) -> None:
        """The connection ended after the join, other than by `close`."""

    # What others call.

    def send(self, payload: bytes) -> None:
        """Queue one command; one for a connection that is gone is dropped."""
        if self._transport is not None:
            self._transport.send(WSMsgType.TEXT, payload)

    def waiting_bytes(self) -> int:
        """How much of what was sent has not left yet."""
        wire = self._transport
        return 0 if wire is None else wire.underlying_transport.get_write_buffer_size()

    def close(self) -> None:
        """Hang up at once; nothing is heard after it."""
        wire, self._transport = self._transport, None
        if wire is not None:
            wire.disconnect(graceful=False)

    # What picows calls.

    @override
    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport
        transport.send(WSMsgType.TEXT, self._join)

    @override
    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        # Asking for the kind first would cost three times as much as this comparison; no close
        # frame can begin like one of ours, whose first two bytes would be the code 31522.
        payload = frame.get_payload_as_bytes()
        if payload.startswith(FRAME):
            self.frame(payload)
        elif frame.msg_type is WSMsgType.TEXT:
            self._hear(payload)
        elif frame.msg_type is WSMsgType.CLOSE:
            code = int.from_bytes(payload[:2]) or NO_STATUS
            self._ended = (code, payload[2:].decode(errors="replace"))
            transport.disconnect()

    @override
    def on_ws_disconnected(self, transport: WSTransport) -> None:
        ours, self._transport = self._transport is None, None
        if self.joined.done():
            if not ours:
                self.lost(*self._ended)
        elif ours:
            self.joined.cancel()
        else:
            self.joined.set_exception(NotJoined(*self._ended))

    def _hear(self, payload: bytes) -> None:
        if payload.startswith(_WELCOME) and not self.joined.done():
            self.joined.set_result(None)
            self.welcome(payload)
        else:
            self.answer(payload)


W = TypeVar("W", bound=Wire)


async def connect(address: str, run: UUID, wire: W) -> W:
    """Connect to the house at `address` (`https://…`) and enter the run's room, or `NotJoined`."""
    try:
        async with asyncio.timeout(limits.CONNECT_SECONDS_MAX):
            await ws_connect(
                lambda: wire,
                socket_address(address, run),
                logger_name=cast(Any, _SILENCE),
                max_frame_size=limits.MESSAGE_BYTES_MAX,
                read_buffer_init_size=limits.READ_BUFFER_BYTES,
                max_redirects=0,
            )
        async with asyncio.timeout(limits.JOIN_SECONDS_MAX):
            await wire.joined
    except BaseException as error:
        wire.close()
        if isinstance(error, WSHandshakeError) and error.response is not None:
            raise NotJoined(int(error.response.status), str(error)) from error
        if isinstance(error, OSError | WSError) and not isinstance(error, NotJoined):
            raise NotJoined(ABNORMAL, str(error)) from error
        raise
    return wire


def socket_address(address: str, run: UUID) -> str:
    """Where the run's room is, as a WebSocket address."""
    base = urlsplit(address)
    scheme = "wss" if base.scheme == "https" else "ws"
    return f"{scheme}://{base.netloc}{base.path.rstrip('/')}/live/{run}"


def number_of(payload: bytes) -> int:
    """The `n` of a frame that begins with `FRAME`, without decoding the rest."""
    return int(payload[len(FRAME) : payload.index(b",")])


class _Silence:
    """picows' log: what happens to a connection is told to its listener."""

    def isEnabledFor(self, _level: int) -> bool:  # noqa: N802 - logging's name
        return False

    def log(self, *_: object) -> None: ...
    def debug(self, *_: object) -> None: ...
    def info(self, *_: object) -> None: ...
    def warning(self, *_: object) -> None: ...
    def error(self, *_: object) -> None: ...
    def exception(self, *_: object) -> None: ...


_SILENCE = _Silence()
