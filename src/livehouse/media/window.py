"""The live end of a run, in memory: what its players are reading now."""

import asyncio
from collections import deque

from msgspec import Struct

from livehouse.media.limits import FIRST_SEGMENTS, KEPT_SEGMENTS, WINDOW_SEGMENTS
from livehouse.media.packager import Init, Segment
from livehouse.media.playlist import SegmentLine, live_playlist


class Rates(Struct, frozen=True):
    """What the last segments come to."""

    kbps: int
    fps: float


class LiveWindow:
    """Lists the newest segments, and keeps a few older ones for players that lag."""

    def __init__(self, lines: list[SegmentLine], next_number: int) -> None:
        self._lines = deque(lines[-WINDOW_SEGMENTS:], maxlen=WINDOW_SEGMENTS)
        self._first_number = next_number
        self._segments: deque[Segment] = deque(maxlen=WINDOW_SEGMENTS + KEPT_SEGMENTS)
        self._inits: dict[int, bytes] = {}
        self._filled = asyncio.Event()
        if len(lines) >= FIRST_SEGMENTS:
            self._filled.set()
        self.ended = False
        self.poster: bytes | None = None

    def add_init(self, init: Init) -> None:
        self._inits[init.init] = init.data
        kept = {segment.line.init for segment in self._segments} | {init.init}
        self._inits = {number: data for number, data in self._inits.items() if number in kept}

    def add(self, segment: Segment) -> None:
        if self._lines and self._lines[-1].number + 1 != segment.line.number:
            # A playlist's numbers follow one another: after a hole it starts anew.
            self._lines.clear()
        self._lines.append(segment.line)
        self._segments.append(segment)
        if len(self._lines) >= FIRST_SEGMENTS:
            self._filled.set()

    def end(self) -> None:
        """Nothing more comes."""
        self.ended = True
        self._filled.set()

    async def filled(self) -> None:
        """Wait for the first segments: an empty playlist stops some players for good."""
        await self._filled.wait()

    def playlist(self) -> str:
        return live_playlist(self._lines, next_number=self._first_number, ended=self.ended)

    def segment(self, number: int) -> bytes | None:
        found = (segment.data for segment in self._segments if segment.line.number == number)
        return next(found, None)

    def init(self, number: int) -> bytes | None:
        return self._inits.get(number)

    def lines(self) -> list[SegmentLine]:
        return list(self._lines)

    @property
    def newest_at(self) -> int:
        return self._lines[-1].ends_at if self._lines else 0

    def rates(self) -> Rates:
        recent = list(self._segments)[-WINDOW_SEGMENTS:]
        seconds = sum(segment.line.seconds for segment in recent)
        if not seconds:
            return Rates(kbps=0, fps=0.0)
        bits = sum(segment.line.bytes for segment in recent) * 8
        pictures = sum(segment.pictures for segment in recent)
        return Rates(kbps=round(bits / seconds / 1000), fps=round(pictures / seconds, 2))
