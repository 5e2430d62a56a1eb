"""The time of a recording beside that of the programme: a recording leaves out what is missing."""

from bisect import bisect_right
from collections.abc import Sequence

from msgspec import Struct

from livehouse.media.packets import TICKS_PER_MS
from livehouse.media.playlist import SegmentLine

# So far a piece of the timeline may be off: a picture at 25 a second lasts twice as long.
APART_MS_MAX = 20


class Piece(Struct, frozen=True):
    """Goes evenly: `at` is the programme time (ms) of the picture at `starts` (ms)."""

    at: int
    starts: int
    lasts: int


class RecordedTime:
    """Where each moment of the programme is in the recording, and the other way round.

    The recording's own time is in video ticks, and 0 at its first picture.
    """

    def __init__(self, lines: Sequence[SegmentLine]) -> None:
        self.lines = lines
        self.starts: list[int] = []
        total = 0
        for line in lines:
            self.starts.append(total)
            total += line.ticks
        self.ticks = total
        self._ats = [line.at for line in lines]

    def recorded(self, at: int) -> int:
        """The place (ticks) of a moment; what is missing is where the recording goes on."""
        number = max(bisect_right(self._ats, at) - 1, 0)
        if not self.lines:
            return 0
        line = self.lines[number]
        within = min(max((at - line.at) * TICKS_PER_MS, 0), line.ticks)
        return self.starts[number] + within

    def programme(self, ticks: int) -> int:
        """The programme time (ms) at a place of the recording."""
        number = max(bisect_right(self.starts, ticks) - 1, 0)
        return self.lines[number].at + (ticks - self.starts[number]) // TICKS_PER_MS

    def stands_apart(self, number: int) -> bool:
        """Whether the segment at this place of the list does not go on from the one before."""
        line = self.lines[number]
        if number == 0 or line.discontinuity:
            return True
        before = self.lines[number - 1]
        return line.number != before.number + 1 or line.init != before.init

    def pieces(self) -> list[Piece]:
        """The whole in a few lines, for those who only need to translate times."""
        found: list[Piece] = []
        for line, start in zip(self.lines, self.starts, strict=True):
            starts = start // TICKS_PER_MS
            ends = (start + line.ticks) // TICKS_PER_MS
            last = found[-1] if found else None
            if last and abs(last.at + starts - last.starts - line.at) <= APART_MS_MAX:
                found[-1] = Piece(last.at, last.starts, ends - last.starts)
            else:
                found.append(Piece(line.at, starts, ends - starts))
        return found
