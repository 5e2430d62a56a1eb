"""A client that speaks WebSocket byte by byte, and so may speak it wrongly."""

import asyncio
import json
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from livehouse.client.wire import Wire, connect, number_of
from tests.support.live_house import RUN, LiveHouse

WAIT = 30.0
TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG = 1, 2, 0, 8, 9, 10
FINAL = 0x80
MASK = b"\x01\x02\x03\x04"
GONE = 0  # in place of a close code: the connection ended without one


def frame(
    opcode: int, payload: bytes = b"", *, first: int = FINAL, masked: bool = True, size: int = -1
) -> bytes:
    """`first` are the bits beside the opcode; `size` is what the head says, if it is to lie."""
    length = len(payload) if size < 0 else size
    mask = 0x80 if masked else 0
    if length < 126:
        head = bytes([first | opcode, mask | length])
    elif length < 2**16:
        head = bytes([first | opcode, mask | 126]) + struct.pack("!H", length)
    else:
        head = bytes([first | opcode, mask | 127]) + struct.pack("!Q", length)
    return head + (MASK + _masked(payload) if masked else payload)


def _masked(payload: bytes) -> bytes:
    return bytes(byte ^ MASK[place % 4] for place, byte in enumerate(payload))


class Intruder:
    """One raw connection, after its handshake."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def send(self, raw: bytes) -> None:
        self._writer.write(raw)

    async def join(self, ticket: str = "u666") -> None:
        self.send(frame(TEXT, json.dumps({"type": "join", "ticket": ticket}).encode()))
        async with asyncio.timeout(WAIT):
            while b'"welcome"' not in (await self.hear())[1]:
                pass

    async def hear(self) -> tuple[int, bytes]:
        """The next frame of the server: its opcode and its payload."""
        first, second = await self._reader.readexactly(2)
        size = second
        if size == 126:
            (size,) = struct.unpack("!H", await self._reader.readexactly(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", await self._reader.readexactly(8))
        return first & 0x0F, await self._reader.readexactly(size)

    async def hear_kind(self, opcode: int) -> bytes:
        async with asyncio.timeout(WAIT):
            while (heard := await self.hear())[0] != opcode:
                pass
        return heard[1]

    async def closed(self) -> int:
        """How the server closed the connection; `GONE` where it said nothing."""
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            return int.from_bytes((await self.hear_kind(CLOSE))[:2])
        return GONE

    async def flood(self, raw: bytes, chunks: int) -> int:
        """Send without end, as far as the server lets us; how many chunks it took."""
        for number in range(chunks):
            try:
                self.send(raw)
                await self._writer.drain()
            except ConnectionError:
                return number
        return chunks


@asynccontextmanager
async def intruder(house: LiveHouse, *, extensions: str = "") -> AsyncIterator[Intruder]:
    """A connection after its handshake, where an extension is agreed on only if offered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    offered = f"Sec-WebSocket-Extensions: {extensions}\r\n" if extensions else ""
    writer.write(
        f"GET /live/{RUN} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
        f"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n{offered}"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    try:
        async with asyncio.timeout(WAIT):
            head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101")
        assert (b"extensions" in head.lower()) == bool(extensions)
        yield Intruder(reader, writer)
    finally:
        writer.transport.abort()
        with suppress(ConnectionError):
            await writer.wait_closed()


class Honest(Wire):
    """Another viewer of the same house: hears every frame, or says that it did not."""

    def __init__(self, house: LiveHouse) -> None:
        super().__init__("u1")
        self._house = house
        self.numbers: list[int] = []
        self.more = asyncio.Event()
        self.hung_up = False

    def frame(self, payload: bytes) -> None:  # type: ignore[explicit-override]  # plain here
        self.numbers.append(number_of(payload))
        self.more.set()

    def lost(self, code: int, reason: str) -> None:  # type: ignore[explicit-override]  # noqa: ARG002
        self.hung_up = True

    async def hear_more(self, count: int) -> None:
        """Frames that come after this moment; something happens, so that they come soon."""
        async with asyncio.timeout(WAIT):
            for _ in range(count):
                self._house.facts.happen(RUN, "note", str(len(self.numbers)).encode())
                self.more.clear()
                await self.more.wait()


@asynccontextmanager
async def undisturbed(house: LiveHouse) -> AsyncIterator[Honest]:
    """Whatever happens inside, another viewer goes on getting frames, without a gap."""
    honest = await connect(house.http, RUN, Honest(house))
    await honest.hear_more(1)
    try:
        yield honest
        await honest.hear_more(2)
        assert not honest.hung_up
        first = honest.numbers[0]
        assert honest.numbers == list(range(first, first + len(honest.numbers)))
    finally:
        honest.close()
