"""A crew of viewers without a socket: each reads the room over HTTP, on a connection of its own.

Each joins by the newest keyframe and goes on with one segment after the other, as the guide says.
The first body of a segment is decoded, and all others are compared with it byte by byte.
"""

import asyncio
import gc
import gzip
from array import array
from collections import Counter
from functools import lru_cache
from time import perf_counter
from typing import Final, cast
from uuid import UUID

import uvloop
from msgspec import Struct
from typing_extensions import override

from livehouse.app.bench.crews import wishes
from livehouse.app.bench.responses import take
from livehouse.app.bench.visitor import ARRIVE_SECONDS_MAX, Ready
from livehouse.engine.canonical import hash_of
from livehouse.engine.folding import follow
from livehouse.engine.protocol import decode_frame
from livehouse.engine.segments import segment_of, unpack
from livehouse.foundation.clock import SystemClock, to_ms

CONNECTING_AT_ONCE = 50
RETRY_SECONDS = 1.0
OK: Final = 200
_GZIP: Final = b"\x1f\x8b"
# One address has some 28,000 ports: readers come from several, as viewers do.
SOURCES = tuple(f"127.0.0.{last}" for last in range(2, 10))


class Enter(Struct, frozen=True, tag=True):
    """Bring in so many more."""

    host: str
    port: int
    run: UUID
    readers: int


class Tell(Struct, frozen=True, tag=True):
    """Say what was read since the last time."""


_Wish = cast(type[Enter | Tell], Enter | Tell)  # mypy knows unions as types, not as values


class SegmentRead(Struct, frozen=True):
    """One segment: when its oldest frame was made (ms since 1970), its compressed size in bytes,
    and when each reader had all of it (seconds since 1970)."""

    number: int
    oldest_ms: int
    frames: int
    lines: int
    size: int
    receipts: list[float]


class Read(Struct, frozen=True):
    """`joins` counts requests that readers needed until they had a segment: how many needed n."""

    readers: int
    segments: list[SegmentRead]
    joins: dict[int, int]
    statuses: dict[int, int]
    differing: int
    lost_connections: int
    gaps: int
    hashes_right: int
    hashes_wrong: int


class _Segment:
    """What the first reader got, which the others are compared with."""

    def __init__(self, number: int, body: bytes) -> None:
        self.number = number
        self.body = body
        self.receipts = array("d")
        self.frames = unpack(body).frames


class Library:
    """What all readers of this process have read."""

    def __init__(self) -> None:
        self._segments: dict[int, _Segment] = {}
        self._epoch_seconds = to_ms(SystemClock().now()) / 1_000 - perf_counter()
        self._newest = 0
        self._n = 0
        self.gaps = self.hashes_right = self.hashes_wrong = 0
        self.clear()

    def clear(self) -> None:
        self._segments.clear()
        self.joins: Counter[int] = Counter()
        self.statuses: Counter[int] = Counter()
        self.differing = self.lost = 0

    def read(self, number: int, body: bytes) -> None:
        seen = self._segments.get(number)
        if seen is None:
            seen = self._segments[number] = _Segment(number, body)
            self._check(seen)
        elif seen.body != body:
            self.differing += 1
        seen.receipts.append(perf_counter())

    def _check(self, segment: _Segment) -> None:
        """Whether frames follow each other, also from segment to segment, and give their state."""
        if segment.number <= self._newest:
            return
        state = None
        for frame in segment.frames:
            self.gaps += self._n > 0 and frame.n != self._n + 1
            self._n = frame.n
            state = follow(state, frame)
            if frame.hash and frame.hash == hash_of(state):
                self.hashes_right += 1
            elif frame.hash:
                self.hashes_wrong += 1
        self._newest = segment.number

    def tell(self, readers: int) -> Read:
        told = Read(
            readers=readers,
            segments=[self._told(each) for _, each in sorted(self._segments.items())],
            joins=dict(self.joins),
            statuses=dict(self.statuses),
            differing=self.differing,
            lost_connections=self.lost,
            gaps=self.gaps,
            hashes_right=self.hashes_right,
            hashes_wrong=self.hashes_wrong,
        )
        self.clear()
        return told

    def _told(self, segment: _Segment) -> SegmentRead:
        return SegmentRead(
            number=segment.number,
            oldest_ms=min((frame.at for frame in segment.frames), default=0),
            frames=len(segment.frames),
            lines=sum(len(frame.says) for frame in segment.frames),
            size=len(segment.body),
            receipts=[receipt + self._epoch_seconds for receipt in segment.receipts],
        )


class Reader(asyncio.Protocol):
    """One viewer: one connection, one request at a time."""

    __slots__ = ("_asked", "_held", "_library", "_number", "_run", "_transport", "joined")

    def __init__(self, run: UUID, library: Library) -> None:
        self._run = run
        self._library = library
        self._number = 0  # the segment it waits for; none yet: the newest keyframe
        self._asked = 0
        self._held = b""
        self.joined: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._ask()

    @override
    def data_received(self, data: bytes) -> None:
        if self._held:
            data, self._held = self._held + data, b""
        taken = take(data)
        if taken is None:
            self._held = data
        elif taken.status != OK:
            self._library.statuses[taken.status] += 1
            asyncio.get_running_loop().call_later(RETRY_SECONDS, self._ask)
        elif self._number:
            self._library.read(self._number, taken.body)
            if not self.joined.done():
                self._library.joins[self._asked] += 1
                self.joined.set_result(None)
            self._number += 1
            self._ask()
        else:
            self._number = segment_of(decode_frame(_plain(taken.body)).at)
            self._ask()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._library.lost += 1

    def _ask(self) -> None:
        self._asked += 1
        self._transport.write(request(self._run, self._number))


@lru_cache(maxsize=16)
def request(run: UUID, number: int) -> bytes:
    path = f"/live/{run}/frames/{number or 'latest'}.json"
    return f"GET {path} HTTP/1.1\r\nHost: room\r\nAccept-Encoding: gzip\r\n\r\n".encode()


def _plain(body: bytes) -> bytes:
    return gzip.decompress(body) if body.startswith(_GZIP) else body


async def _enter(enter: Enter, readers: list[Reader], library: Library) -> None:
    """Connect all of them, a few at a time, and wait until each has a segment."""
    loop = asyncio.get_running_loop()
    gate = asyncio.Semaphore(CONNECTING_AT_ONCE)

    async def connect(number: int) -> None:
        reader = Reader(enter.run, library)
        source = SOURCES[number % len(SOURCES)], 0
        async with gate:
            await loop.create_connection(lambda: reader, enter.host, enter.port, local_addr=source)
        readers.append(reader)
        await reader.joined

    async with asyncio.timeout(ARRIVE_SECONDS_MAX), asyncio.TaskGroup() as tasks:
        for number in range(enter.readers):
            tasks.create_task(connect(number))


async def main() -> None:
    lines = await wishes()
    library = Library()
    readers: list[Reader] = []
    while (wish := await lines.next(_Wish)) is not None:
        if isinstance(wish, Tell):
            lines.answer(library.tell(len(readers)))
            continue
        await _enter(wish, readers, library)
        gc.freeze()
        lines.answer(Ready(len(readers)))


if __name__ == "__main__":
    uvloop.run(main())
