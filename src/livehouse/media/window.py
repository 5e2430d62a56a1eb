"""The live end of a run, in memory: what its players are reading and waiting for now."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeAlias

from msgspec import Struct

from livehouse.media.delivery import AHEAD_MAX, BadDirectives, Directives
from livehouse.media.limits import (
    BLOCK_SECONDS_MAX,
    FIRST_SEGMENTS,
    KEPT_SEGMENTS,
    WAITING_MAX,
    WINDOW_SEGMENTS,
)
from livehouse.media.low_latency import Edge, Report, low_latency_playlist
from livehouse.media.packager import Init, Part, Segment
from livehouse.media.playlist import SegmentLine, live_playlist
from livehouse.media.profile import PROFILES, Profile

Form: TypeAlias = Callable[[Edge], str]


class Rates(Struct, frozen=True):
    """What the last segments come to."""

    kbps: int
    fps: float


class LiveWindow:
    """Lists the newest segments and parts, and keeps a few older ones for players that lag."""

    def __init__(
        self,
        lines: list[SegmentLine],
        next_number: int,
        profile: Profile = PROFILES["default"],
        *,
        prefix: str = "",
    ) -> None:
        self.profile = profile
        self._prefix = prefix
        # How far the other renditions of the run are, asked whenever a playlist is written.
        self.reports: Callable[[], Sequence[Report]] = tuple
        self._lines = deque(lines[-WINDOW_SEGMENTS:], maxlen=WINDOW_SEGMENTS)
        self._next_number = next_number
        self._segments: deque[Segment] = deque(maxlen=WINDOW_SEGMENTS + KEPT_SEGMENTS)
        self._parts: list[Part] = []
        self._inits: dict[int, bytes] = {}
        self._news = asyncio.Event()
        self._waiting = 0
        self._written: dict[str, bytes] = {}
        self.ended = False
        self.withdrawn = False
        self.poster: bytes | None = None

    def add_init(self, init: Init) -> None:
        self._inits[init.init] = init.data
        kept = {segment.line.init for segment in self._segments} | {init.init}
        self._inits = {number: data for number, data in self._inits.items() if number in kept}

    def add_part(self, part: Part) -> None:
        """Parts come in their order, and before the segment that they make."""
        if part.index == 0:
            self._follow(part.start.number)
            self._parts = []
        self._parts.append(part)
        self._tell()

    def add(self, segment: Segment) -> None:
        self._follow(segment.line.number)
        self._lines.append(segment.line)
        self._segments.append(segment)
        self._parts = []
        self._next_number = segment.line.number + 1
        self._tell()

    def end(self) -> None:
        """Nothing more comes."""
        self.ended = True
        self._tell()

    def withdraw(self) -> None:
        """This rendition is given up: nobody waits for it any longer."""
        self.withdrawn = True
        self._tell()

    async def filled(self, segments: int = FIRST_SEGMENTS) -> None:
        """Wait for the first segments: an empty playlist stops some players for good."""
        while len(self._lines) < segments and not self.ended and not self.withdrawn:
            await self._news.wait()

    def playlist(self) -> bytes:
        """Whole segments alone, for players that know no parts."""
        first = self._next_number
        return self._text("plain", lambda _: live_playlist(
            self._lines, next_number=first, ended=self.ended,
            target_seconds=self.profile.target_seconds,
        ))  # fmt: skip

    def low_latency(self, *, skip: bool = False) -> bytes:
        """All that there is, parts included; with `skip` without what a player has long had."""
        if skip:
            return self._text("update", lambda edge: low_latency_playlist(edge, skip=True))
        return self._text("whole", low_latency_playlist)

    async def reaches(self, asked: Directives) -> bool:
        """Wait until the playlist holds what was asked for; False if that takes too long.

        Refuses with `BadDirectives` what cannot come within a wait.
        """
        if asked.number is None or self._holds(asked.number, asked.part):
            return True
        number, part = asked.number, asked.part
        if number > self._next_number - 1 + AHEAD_MAX or self._is_far(number, part or 0):
            message = "too far ahead"
            raise BadDirectives(message)
        return await self._until(lambda: self._holds(number, part))

    async def part(self, number: int, index: int) -> bytes | None:
        """A part; of the one that is hinted at, as soon as it is there."""
        hinted = (number, index)

        def settled() -> bool:
            return self._hint != hinted or self.ended

        if not settled():
            await self._until(settled)
        return next((part.data for part in self._parts_of(number) if part.index == index), None)

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

    @property
    def newest(self) -> tuple[int, int] | None:
        """The number and index of the newest part; None before there is one."""
        if self._parts:
            return self._parts[-1].start.number, self._parts[-1].index
        parts = self._parts_of(self._next_number - 1)
        return (self._next_number - 1, parts[-1].index) if parts else None

    def rates(self) -> Rates:
        window = self.profile.segment_seconds * 6
        recent: list[Segment] = []
        for segment in reversed(self._segments):
            if sum(found.line.seconds for found in recent) >= window:
                break
            recent.append(segment)
        seconds = sum(segment.line.seconds for segment in recent)
        if not seconds:
            return Rates(kbps=0, fps=0.0)
        bits = sum(segment.line.bytes for segment in recent) * 8
        pictures = sum(segment.pictures for segment in recent)
        return Rates(kbps=round(bits / seconds / 1000), fps=round(pictures / seconds, 2))

    @property
    def _hint(self) -> tuple[int, int]:
        if self._parts:
            return self._parts[0].start.number, len(self._parts)
        return self._next_number, 0

    def _holds(self, number: int, part: int | None) -> bool:
        if self.ended:
            return True
        if number < self._next_number:
            # A part beyond a segment's last is the first one of the segment after it.
            parts = self._parts_of(number)
            is_beyond = bool(parts) and part is not None and part >= len(parts)
            return not is_beyond or self._holds(number + 1, 0)
        return part is not None and (number, part) < self._hint

    def _is_far(self, number: int, part: int) -> bool:
        """Beyond the draft's limit of parts to come: those of three seconds."""
        growing, count = self._hint
        return part - (count if number == growing else 0) > 3 / self.profile.part_seconds_max

    def _parts_of(self, number: int) -> list[Part] | tuple[Part, ...]:
        if self._parts and self._parts[0].start.number == number:
            return self._parts
        found = (segment.parts for segment in self._segments if segment.line.number == number)
        return next(found, ())

    def _follow(self, number: int) -> None:
        if self._lines and self._lines[-1].number + 1 != number:
            # A playlist's numbers follow one another: after a hole it starts anew.
            self._lines.clear()
        self._next_number = number

    def _text(self, name: str, write: Form) -> bytes:
        """A playlist is written once, however many read it."""
        if name not in self._written:
            edge = Edge(
                profile=self.profile,
                lines=list(self._lines),
                parts={segment.line.number: segment.parts for segment in self._segments},
                growing=tuple(self._parts),
                hint=self._hint,
                ended=self.ended,
                prefix=self._prefix,
                reports=self.reports(),
            )
            self._written[name] = write(edge).encode()
        return self._written[name]

    def _tell(self) -> None:
        self._written.clear()
        self._news.set()
        self._news = asyncio.Event()

    async def _until(self, settled: Callable[[], bool]) -> bool:
        """Wait for it, but not for ever, nor with any number of others."""
        if self._waiting >= WAITING_MAX:
            return False
        self._waiting += 1
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(BLOCK_SECONDS_MAX):
                    while not settled() and not self.withdrawn:
                        await self._news.wait()
        finally:
            self._waiting -= 1
        return settled()
