"""How frames come in and commands go out; the room is the same whichever way it comes."""

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias
from uuid import UUID

import msgspec
from typing_extensions import override

from livehouse.client import limits
from livehouse.client.following import Replica
from livehouse.client.wire import ABNORMAL, Wire, connect
from livehouse.engine.protocol import Frame, decode_frame

# A close code or an HTTP status, and the reason that came with it.
End: TypeAlias = tuple[int, str]
Answer: TypeAlias = Mapping[str, Any]

ASTRAY: End = (4900, "astray")  # ours: the copy has a gap or differs, so that we hung up

_PING = b'{"type":"ping"}'


class Listener(Protocol):
    """Who hears what a carrier brings."""

    def welcomed(self, welcome: Answer) -> None: ...
    def framed(self, frame: Frame) -> End | None:
        """Why the visit ends with this frame, if it does: it misled us, or the show is over."""
        ...

    def answered(self, answer: Answer) -> None: ...


class Carrier(Protocol):
    async def carry(self, ticket: str, since: Replica | None, listener: Listener) -> End:
        """Bring the room until the visit ends, and tell why; `NotJoined` where it never began."""
        ...

    def send(self, command: bytes) -> None:
        """Queue one command; while nothing is joined it is dropped, and the room asks again."""
        ...


class SocketCarrier:
    """The WebSocket: the tail of the room, at the lowest latency."""

    def __init__(self, address: str, run: UUID) -> None:
        self._address = address
        self._run = run
        self._wire: _Wire | None = None

    async def carry(self, ticket: str, since: Replica | None, listener: Listener) -> End:
        wire = self._wire = _Wire(ticket, since.n if since else None, listener)
        try:
            await connect(self._address, self._run, wire)
            return await wire.until_ended()
        finally:
            self._wire = None
            wire.close()

    def send(self, command: bytes) -> None:
        if self._wire is not None:
            self._wire.send(command)


class _Wire(Wire):
    def __init__(self, ticket: str, since: int | None, listener: Listener) -> None:
        super().__init__(ticket, since)
        self._listener = listener
        self._heard = True
        self._end: asyncio.Future[End] = asyncio.get_running_loop().create_future()

    async def until_ended(self) -> End:
        """Listen; ask whether anyone is there when it is quiet, and give up when nobody is."""
        asked = False
        while not (await asyncio.wait({self._end}, timeout=limits.QUIET_SECONDS))[0]:
            if not self._heard and asked:
                return ABNORMAL, "silent"
            asked = not self._heard
            if asked:
                self.send(_PING)
            self._heard = False
        return self._end.result()

    @override
    def welcome(self, payload: bytes) -> None:
        self._listener.welcomed(msgspec.json.decode(payload))

    @override
    def frame(self, payload: bytes) -> None:
        self._heard = True
        if not self._end.done():
            end = self._listener.framed(decode_frame(payload))
            if end is not None:
                self._end.set_result(end)

    @override
    def answer(self, payload: bytes) -> None:
        self._heard = True
        self._listener.answered(msgspec.json.decode(payload))

    @override
    def lost(self, code: int, reason: str) -> None:
        if not self._end.done():
            self._end.set_result((code, reason))
