"""Turns packets into fragments and segments of fMP4 on one timeline. No clock, no disk."""

from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from livehouse.media.fmp4 import (
    AUDIO_TRACK,
    VIDEO_TRACK,
    Sample,
    TrackRun,
    fragment,
    init_segment,
)
from livehouse.media.limits import FRAGMENT_SECONDS, GAP_SECONDS_MAX, SEGMENT_SECONDS_MAX
from livehouse.media.packets import VIDEO_RATE, Formats, Interleaver, Kind, Packet
from livehouse.media.playlist import SegmentLine
from livehouse.media.timeline import Timeline

FRAGMENT_TICKS = round(FRAGMENT_SECONDS * VIDEO_RATE)
SEGMENT_TICKS_MAX = round(SEGMENT_SECONDS_MAX * VIDEO_RATE)
GAP_TICKS_MAX = round(GAP_SECONDS_MAX * VIDEO_RATE)


class Position(Struct, frozen=True):
    """Where a run stands, so that it can go on after a restart."""

    next_number: int = 0
    next_init: int = 0
    series: int = 0
    anchor_at: int | None = None


class Init(Struct, frozen=True):
    init: int
    data: bytes


class Fragment(Struct, frozen=True):
    """A piece of a segment; what LL-HLS calls a part."""

    ticks: int
    independent: bool
    data: bytes


class Segment(Struct, frozen=True):
    line: SegmentLine
    fragments: tuple[Fragment, ...]
    pictures: int

    @property
    def data(self) -> bytes:
        return b"".join(piece.data for piece in self.fragments)


Output: TypeAlias = Init | Segment


class Packager:
    """Cuts at keyframes; the time of a segment is that of its first picture."""

    def __init__(self, position: Position | None = None) -> None:
        position = position or Position()
        self._number = position.next_number
        self._init = position.next_init - 1
        self._series = position.series
        self._timeline = None if position.anchor_at is None else Timeline(position.anchor_at)
        self._formats: Formats | None = None
        self._interleaver = Interleaver(1)
        self._reorder: int | None = None
        self._end = 0
        self._sequence = 0
        self._apart = position.next_number > 0
        self._running = False
        self._open: _OpenSegment | None = None
        self.key_interval_seconds = 0.0
        self._last_key = 0

    @property
    def next_number(self) -> int:
        return self._number

    def begin(self, formats: Formats) -> list[Output]:
        """A new source, or the same one anew."""
        outputs = self.finish()
        self._formats = formats
        self._interleaver = Interleaver(formats.audio.rate)
        self._reorder = None
        return outputs

    def add(self, packet: Packet) -> list[Output]:
        assert self._formats is not None, "a source says its formats first"
        outputs: list[Output] = []
        if packet.kind is Kind.VIDEO:
            if self._reorder is None:
                if not packet.key:
                    return []
                outputs.append(self._start_source(packet))
            # Decoding times move to where a keyframe is shown: so the time at which a segment
            # begins is that of its first picture. The init segment tells players of the shift.
            packet = replace(packet, dts=packet.dts + (self._reorder or 0))
        for ready in self._interleaver.push(packet):
            outputs += self._take(ready)
        return outputs

    def finish(self) -> list[Output]:
        """Close what is open, so that what comes next stands apart."""
        outputs: list[Output] = []
        for ready in self._interleaver.flush():
            outputs += self._take(ready)
        outputs += self._close(None)
        self._part()
        return outputs

    def _take(self, packet: Packet) -> list[Output]:
        return self._picture(packet) if packet.kind is Kind.VIDEO else self._sound(packet)

    def _picture(self, packet: Packet) -> list[Output]:
        outputs: list[Output] = []
        if self._running and self._has_parted(packet):
            outputs += self._close(None)
            self._part()
        if not self._running:
            if not packet.key:
                return outputs
            self._start_stretch(packet)
        assert self._timeline is not None
        dts = max(self._timeline.video(packet.dts), self._end)
        if packet.key:
            outputs += self._at_keyframe(dts)
        self._append(packet, dts)
        return outputs

    def _start_source(self, first: Packet) -> Init:
        """Pictures out of order show in the first keyframe: it waits for those before it."""
        assert self._formats is not None
        self._reorder = max(0, first.pts - first.dts)
        self._init += 1
        video, audio = self._formats.video, self._formats.audio
        return Init(self._init, init_segment(video, audio, reorder=self._reorder))

    def _has_parted(self, packet: Packet) -> bool:
        assert self._timeline is not None
        gap = self._timeline.video(packet.dts) - self._end > GAP_TICKS_MAX
        return not self._timeline.follow(packet) or gap

    def _start_stretch(self, packet: Packet) -> None:
        if self._timeline is None:
            self._timeline = Timeline(packet.at)
        self._timeline.begin(packet, not_before=self._end)
        self._last_key = self._timeline.video(packet.dts)
        self._running = True

    def _at_keyframe(self, dts: int) -> list[Output]:
        assert self._formats is not None
        outputs: list[Output] = []
        if self._open is not None:
            self.key_interval_seconds = (dts - self._last_key) / VIDEO_RATE
            another = round(self._formats.key_interval_seconds * VIDEO_RATE)
            if dts - self._open.start + another > SEGMENT_TICKS_MAX:
                outputs = self._close(dts)
        self._last_key = dts
        return outputs

    def _append(self, packet: Packet, dts: int) -> None:
        assert self._timeline is not None
        shown = self._timeline.video(packet.pts)
        if self._open is None:
            self._series += self._apart
            at = self._timeline.programme_at(shown)
            self._open = _OpenSegment(dts, at, discontinuity=self._apart)
            self._apart = False
        elif dts - self._open.fragment_start >= FRAGMENT_TICKS:
            self._close_fragment(dts)
        waits = shown + (self._reorder or 0) - dts
        self._open.add_picture(dts, max(waits, 0), packet)
        self._end = dts + 1

    def _sound(self, packet: Packet) -> list[Output]:
        if self._open is not None:
            assert self._timeline is not None
            assert self._formats is not None
            rate = self._formats.audio.rate
            start = self._timeline.audio(packet.pts, rate)
            # What sounded before the first picture would start before the segment does.
            if start * VIDEO_RATE >= self._open.start * rate or self._open.has_sound:
                self._open.add_sound(start, packet)
        return []

    def _close_fragment(self, until: int | None) -> None:
        assert self._open is not None
        self._sequence += 1
        self._open.close_fragment(self._sequence, until)

    def _close(self, until: int | None) -> list[Output]:
        if self._open is None:
            return []
        self._close_fragment(until)
        done, self._open = self._open, None
        self._end = max(self._end, done.start + done.ticks)
        line = SegmentLine(
            number=self._number,
            at=done.at,
            ticks=done.ticks,
            init=self._init,
            discontinuity=done.discontinuity,
            series=self._series,
            bytes=sum(len(piece.data) for piece in done.fragments),
        )
        self._number += 1
        return [Segment(line, tuple(done.fragments), done.pictures)]

    def _part(self) -> None:
        self._apart = self._apart or self._running
        self._running = False


class _OpenSegment:
    """The segment that is being filled: closed fragments, and the one that grows."""

    def __init__(self, start: int, at: int, *, discontinuity: bool) -> None:
        self.start = start
        self.at = at
        self.discontinuity = discontinuity
        self.fragments: list[Fragment] = []
        self.fragment_start = start
        self.ticks = 0
        self.pictures = 0
        self.has_sound = False
        self._video: list[tuple[int, Sample]] = []
        self._audio: list[tuple[int, Sample]] = []

    def add_picture(self, dts: int, shown_after: int, packet: Packet) -> None:
        self.pictures += 1
        sample = Sample(packet.duration, packet.data, key=packet.key, shown_after=shown_after)
        self._video.append((dts, sample))

    def add_sound(self, start: int, packet: Packet) -> None:
        self.has_sound = True
        self._audio.append((start, Sample(packet.duration, packet.data)))

    def close_fragment(self, sequence: int, until: int | None) -> None:
        last_start, last = self._video[-1]
        end = until if until is not None else last_start + max(last.duration, 1)
        runs = [
            _run(VIDEO_TRACK, self._video, end),
            _run(AUDIO_TRACK, self._audio, None),
        ]
        independent = self._video[0][1].key
        data = fragment(sequence, runs)
        self.fragments.append(Fragment(end - self.fragment_start, independent, data))
        self.ticks = end - self.start
        self.fragment_start = end
        self._video, self._audio = [], []


def _run(track: int, timed: list[tuple[int, Sample]], end: int | None) -> TrackRun:
    """Samples that last until the next begins, so that a late one moves no other."""
    if not timed:
        return TrackRun(track, 0, [])
    starts = [start for start, _ in timed]
    samples = []
    for (start, sample), following in zip(timed, [*starts[1:], end], strict=True):
        duration = sample.duration if following is None else max(following - start, 1)
        samples.append(replace(sample, duration=duration))
    return TrackRun(track, starts[0], samples)
