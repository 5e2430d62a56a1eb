"""A lean client of the live connection, for thousands in one process."""

import asyncio
from collections.abc import Sequence
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from msgspec import Struct
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect
from typing_extensions import override

JOIN_SECONDS_MAX = 60.0
CONNECTING_AT_ONCE = 50

FRAME = b'{"n":'
_WELCOME = b'{"type":"welcome"'


class Arrivals(Struct, frozen=True):
    """Where a crew's visitors go, each with a ticket."""

    address: str
    run: UUID
    tickets: list[str]


class Ready(Struct, frozen=True):
    visitors: int


class Visitor(WSListener):
    """Joins with its ticket, and hands on what it hears: `frame` and `answer` are the subclass'."""

    def __init__(self, ticket: str) -> None:
        self._ticket = ticket
        self.joined: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.wire: WSTransport

    def frame(self, payload: bytes) -> None:
        """A frame of the room."""

    def answer(self, payload: bytes) -> None:
        """Anything that is said to this visitor alone."""

    def lost(self) -> None:
        """The server hung up after the join."""

    @override
    def on_ws_connected(self, transport: WSTransport) -> None:
        self.wire = transport
        transport.send(WSMsgType.TEXT, b'{"type":"join","ticket":"%s"}' % self._ticket.encode())

    @override
    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type is not WSMsgType.TEXT:
            if frame.msg_type is WSMsgType.CLOSE:
                transport.disconnect()
            return
        payload = frame.get_payload_as_bytes()
        if payload.startswith(FRAME):
            self.frame(payload)
        elif payload.startswith(_WELCOME):
            self.joined.set_result(None)
        elif self.joined.done():
            self.answer(payload)
        else:
            self.joined.set_exception(ConnectionError(payload.decode()))

    @override
    def on_ws_disconnected(self, transport: WSTransport) -> None:
        if self.joined.done():
            self.lost()
        else:
            self.joined.set_exception(ConnectionError("hung up before the join"))


V = TypeVar("V", bound=Visitor)


async def arrive(arrivals: Arrivals, visitors: Sequence[V]) -> None:
    """Connect all of them, a few at a time, and wait until each is in the room."""
    host = urlsplit(arrivals.address).netloc
    gate = asyncio.Semaphore(CONNECTING_AT_ONCE)

    async def enter(visitor: V) -> None:
        async with gate:
            await ws_connect(lambda: visitor, f"ws://{host}/live/{arrivals.run}")
            await visitor.joined

    async with asyncio.timeout(JOIN_SECONDS_MAX), asyncio.TaskGroup() as tasks:
        for visitor in visitors:
            tasks.create_task(enter(visitor))


def leave(visitors: Sequence[V]) -> None:
    for visitor in visitors:
        visitor.wire.disconnect()
