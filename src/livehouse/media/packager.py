"""Turns packets into parts and segments of fMP4 on one timeline. No clock, no disk."""

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
from livehouse.media.limits import GAP_SECONDS_MAX, LONGER_SHARE, PART_SHORTEST_SHARE
from livehouse.media.packets import VIDEO_RATE, Formats, Interleaver, Kind, Packet
from livehouse.media.playlist import SegmentLine
from livehouse.media.profile import PROFILES, Profile
from livehouse.media.timeline import Timeline

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


class SegmentStart(Struct, frozen=True):
    """What is known of a segment from its first part on; see `SegmentLine`."""

    number: int
    at: int
    init: int
    discontinuity: bool
    series: int
    independent: bool


class Part(Struct, frozen=True):
    """A piece of a segment, to be shown before the whole is there (EXT-X-PART)."""

    start: SegmentStart
    index: int
    ticks: int
    independent: bool
    data: bytes

    @property
    def seconds(self) -> float:
        return self.ticks / VIDEO_RATE


class Piece(Struct, frozen=True):
    """The samples of a part, said after it: other renditions are made of them, cut at its places.

    `begins` and `ticks` count on the run's timeline. Pictures are shown `reorder` ticks before
    their decoding time and composition offset say.
    """

    start: SegmentStart
    index: int
    begins: int
    ticks: int
    formats: Formats
    reorder: int
    video: TrackRun
    audio: TrackRun

    @property
    def ends(self) -> int:
        return self.begins + self.ticks


class Segment(Struct, frozen=True):
    """A whole segment: its parts went before it."""

    line: SegmentLine
    parts: tuple[Part, ...]
    pictures: int

    @property
    def data(self) -> bytes:
        return b"".join(part.data for part in self.parts)


Output: TypeAlias = Init | Part | Piece | Segment


class Packager:
    """Cuts at keyframes; the time of a segment is that of its first picture.

    Only where a source leaves a player too long without a keyframe, a segment begins without one.
    """

    def __init__(
        self, position: Position | None = None, profile: Profile = PROFILES["default"]
    ) -> None:
        position = position or Position()
        self._aim = round(profile.segment_seconds * LONGER_SHARE * VIDEO_RATE)
        self._longest = round(profile.segment_seconds_max * VIDEO_RATE)
        self._part_longest = round(profile.part_seconds_max * VIDEO_RATE)
        self._part_shortest = round(profile.part_seconds_max * PART_SHORTEST_SHARE * VIDEO_RATE)
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
        self._sound_left: list[_Sound] = []
        self.key_interval_seconds = 0.0
        self._last_key = 0

    @property
    def next_number(self) -> int:
        """The first number of which no viewer can have seen anything."""
        return self._number + (self._open is not None)

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
        outputs += self._close_for_good()
        self._stand_apart()
        return outputs

    def _take(self, packet: Packet) -> list[Output]:
        return self._picture(packet) if packet.kind is Kind.VIDEO else self._sound(packet)

    def _picture(self, packet: Packet) -> list[Output]:
        outputs: list[Output] = []
        if self._running and self._has_parted(packet):
            outputs += self._close_for_good()
            self._stand_apart()
        if not self._running:
            if not packet.key:
                return outputs
            self._start_stretch(packet)
        assert self._timeline is not None
        dts = max(self._timeline.video(packet.dts), self._end)
        outputs += self._cut_before(packet, dts)
        self._append(packet, dts)
        return outputs

    def _cut_before(self, packet: Packet, dts: int) -> list[Output]:
        """Close what would become too long with this picture, or ends where it begins."""
        outputs = self._catch_up(dts)
        if self._open is None:
            return outputs
        end = dts + packet.duration
        is_full = end > self._open.start + self._longest
        if is_full or (packet.key and self._ends_at_keyframe(dts)):
            outputs += self._close(dts, shown_until=dts)
        elif end > self._open.part_start + self._part_longest and (
            dts >= self._open.part_start + self._part_shortest
        ):
            outputs += self._close_part(dts, shown_until=dts)
        # Too short to end here: it ends where the next picture begins, or at its full length.
        return outputs

    def _catch_up(self, dts: int) -> list[Output]:
        """A late picture leaves parts behind in which the one before stands, and sound goes on."""
        outputs: list[Output] = []
        while self._open is not None:
            part_end = self._open.part_start + self._part_longest
            segment_end = self._open.start + self._longest
            if dts <= min(part_end, segment_end):
                break
            if part_end < segment_end:
                outputs += self._close_part(part_end, shown_until=dts)
            else:
                outputs += self._close(segment_end, shown_until=dts)
                self._begin_segment(segment_end, segment_end, independent=False)
        return outputs

    def _ends_at_keyframe(self, dts: int) -> bool:
        assert self._formats is not None
        assert self._open is not None
        another = round(self._formats.key_interval_seconds * VIDEO_RATE)
        return not self._open.begun.independent or dts - self._open.start + another > self._aim

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

    def _append(self, packet: Packet, dts: int) -> None:
        assert self._timeline is not None
        if packet.key and dts > self._last_key:
            self.key_interval_seconds = (dts - self._last_key) / VIDEO_RATE
            self._last_key = dts
        shown = self._timeline.video(packet.pts)
        if self._open is None:
            self._begin_segment(dts, shown, independent=packet.key)
        assert self._open is not None
        waits = shown + (self._reorder or 0) - dts
        self._open.add_picture(dts, max(waits, 0), packet)
        self._end = dts + 1

    def _begin_segment(self, dts: int, shown: int, *, independent: bool) -> None:
        assert self._timeline is not None
        self._series += self._apart
        begun = SegmentStart(
            number=self._number,
            at=self._timeline.programme_at(shown),
            init=self._init,
            discontinuity=self._apart,
            series=self._series,
            independent=independent,
        )
        self._open = _OpenSegment(begun, dts, self._sound_left)
        self._sound_left = []
        self._apart = False

    def _sound(self, packet: Packet) -> list[Output]:
        if self._open is not None:
            assert self._timeline is not None
            assert self._formats is not None
            rate = self._formats.audio.rate
            start = self._timeline.audio(packet.pts, rate)
            ticks = start * VIDEO_RATE // rate
            # What sounded before the first picture would start before the segment does.
            if ticks >= self._open.start or self._open.has_sound:
                self._open.add_sound(ticks, start, packet)
        return []

    def _close_part(self, until: int, *, shown_until: int) -> list[Output]:
        assert self._open is not None
        assert self._formats is not None
        self._sequence += 1
        return self._open.close_part(
            self._sequence, until, shown_until, formats=self._formats, reorder=self._reorder or 0
        )

    def _close(self, until: int, *, shown_until: int) -> list[Output]:
        assert self._open is not None
        outputs = self._close_part(until, shown_until=shown_until)
        done, self._open = self._open, None
        self._sound_left = done.sound_left()
        self._end = max(self._end, until)
        begun = done.begun
        line = SegmentLine(
            number=begun.number,
            at=begun.at,
            ticks=until - done.start,
            init=begun.init,
            discontinuity=begun.discontinuity,
            series=begun.series,
            bytes=sum(len(part.data) for part in done.parts),
            independent=begun.independent,
        )
        self._number += 1
        return [*outputs, Segment(line, tuple(done.parts), done.pictures)]

    def _close_for_good(self) -> list[Output]:
        """End with the last picture's own length, as far as that fits."""
        if self._open is None:
            return []
        longest = min(self._open.part_start + self._part_longest, self._open.start + self._longest)
        end = min(self._open.shown_until, longest)
        outputs = self._close(end, shown_until=end)
        self._sound_left = []
        return outputs

    def _stand_apart(self) -> None:
        self._apart = self._apart or self._running
        self._running = False


class _Sound(Struct, frozen=True):
    """A piece of sound, with its start in the video's ticks and in its own."""

    ticks: int
    start: int
    sample: Sample


class _OpenSegment:
    """The segment that is being filled: closed parts, and the one that grows."""

    def __init__(self, begun: SegmentStart, start: int, sound: list[_Sound]) -> None:
        self.begun = begun
        self.start = start
        self.parts: list[Part] = []
        self.part_start = start
        self.pictures = 0
        self.has_sound = bool(sound)
        self._video: list[tuple[int, Sample]] = []
        self._audio = sound

    @property
    def shown_until(self) -> int:
        """Where the last picture ends by its own word."""
        if not self._video:
            return self.part_start + 1
        last_start, last = self._video[-1]
        return last_start + max(last.duration, 1)

    def add_picture(self, dts: int, shown_after: int, packet: Packet) -> None:
        self.pictures += 1
        sample = Sample(packet.duration, packet.data, key=packet.key, shown_after=shown_after)
        self._video.append((dts, sample))

    def add_sound(self, ticks: int, start: int, packet: Packet) -> None:
        self.has_sound = True
        self._audio.append(_Sound(ticks, start, Sample(packet.duration, packet.data)))

    def close_part(
        self, sequence: int, until: int, shown_until: int, *, formats: Formats, reorder: int
    ) -> list[Output]:
        """The part ends at `until`, its last picture where the next one begins."""
        heard = [(sound.start, sound.sample) for sound in self._audio if sound.ticks < until]
        video = _run(VIDEO_TRACK, self._video, shown_until, at=self.part_start)
        audio = _run(AUDIO_TRACK, heard, None)
        part = Part(
            start=self.begun,
            index=len(self.parts),
            ticks=until - self.part_start,
            independent=bool(self._video) and self._video[0][1].key,
            data=fragment(sequence, [video, audio]),
        )
        piece = Piece(
            part.start, part.index, self.part_start, part.ticks, formats, reorder, video, audio
        )
        self.parts.append(part)
        self.part_start = until
        self._video, self._audio = [], self._audio[len(heard) :]
        return [part, piece]

    def sound_left(self) -> list[_Sound]:
        """What belongs to the segment after this one."""
        return self._audio


def _run(track: int, timed: list[tuple[int, Sample]], end: int | None, *, at: int = 0) -> TrackRun:
    """Samples that last until the next begins, so that a late one moves no other."""
    if not timed:
        return TrackRun(track, at, [])
    starts = [start for start, _ in timed]
    samples = []
    for (start, sample), following in zip(timed, [*starts[1:], end], strict=True):
        duration = sample.duration if following is None else max(following - start, 1)
        samples.append(replace(sample, duration=duration))
    return TrackRun(track, starts[0], samples)
