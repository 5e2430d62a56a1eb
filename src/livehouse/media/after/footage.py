"""Which pictures and sounds of a recording belong into a file, and where their bytes lie."""

import os
from array import array
from collections.abc import Iterator
from pathlib import Path
from struct import unpack_from

from msgspec import Struct, field

from livehouse.media.after.boxes import (
    BrokenRecording,
    SampleRun,
    Track,
    boxes,
    fragment_runs,
    tracks,
)
from livehouse.media.after.timeline import RecordedTime
from livehouse.media.fmp4 import AUDIO_TRACK, VIDEO_TRACK
from livehouse.media.h264 import join_avcc
from livehouse.media.packets import VIDEO_RATE
from livehouse.media.playlist import SegmentLine, init_name, segment_name

HEAD_BYTES = 8
MOOF_BYTES_MAX = 4 * 1024 * 1024
# A box of eight bytes of head, and what stands in an avc1 before its own boxes.
ENTRY_BYTES = 8
PICTURE_ENTRY_BYTES = 78


class Chunk(Struct, frozen=True):
    """Bytes of samples in a row; `before` stands in front of them and belongs to the first."""

    path: Path | None
    offset: int
    size: int
    samples: int
    before: bytes = b""


class Strip(Struct):
    """The samples of one track. `starts` are decoding times in the track's own ticks, 0 at the
    recording's first picture; `waits` tell how much later each is shown."""

    rate: int = 1
    descriptions: bytes = b""
    reorder: int = 0
    starts: "array[int]" = field(default_factory=lambda: array("q"))
    sizes: "array[int]" = field(default_factory=lambda: array("I"))
    waits: "array[int]" = field(default_factory=lambda: array("i"))
    keys: "array[int]" = field(default_factory=lambda: array("B"))
    chunks: list[Chunk] = field(default_factory=list)
    end: int = 0

    def shown(self, number: int) -> int:
        """When a sample is shown, in ticks of the recording."""
        return self.starts[number] + self.waits[number] - self.reorder

    def cut(self, first: int, until: int) -> "Strip":
        """The samples from `first` on and before `until`."""
        end = self.end if until >= len(self.starts) else self.starts[until]
        return Strip(
            self.rate, self.descriptions, self.reorder, self.starts[first:until],
            self.sizes[first:until], self.waits[first:until], self.keys[first:until],
            list(self._chunks(first, until)), end,
        )  # fmt: skip

    def _chunks(self, first: int, until: int) -> Iterator[Chunk]:
        at = 0
        for chunk in self.chunks:
            low, high = max(first - at, 0), min(until - at, chunk.samples)
            if low < high:
                skipped = sum(self.sizes[at : at + low]) - (len(chunk.before) if low else 0)
                size = sum(self.sizes[at + low : at + high]) - (0 if low else len(chunk.before))
                before = b"" if low else chunk.before
                yield Chunk(chunk.path, chunk.offset + skipped, size, high - low, before)
            at += chunk.samples


class Footage(Struct):
    """Picture and sound of a stretch of a recording."""

    video: Strip = field(default_factory=Strip)
    audio: Strip = field(default_factory=Strip)


def gather(folder: Path, time: RecordedTime, first: int = 0, until: int | None = None) -> Footage:
    """Blocking: read what the segments `first` to `until` (places in the list) hold.

    Each stretch that stands apart is moved to where the one before ended. Sound of another form
    than that at the beginning is left out; pictures of another bring their parameters along.
    """
    footage, reader = Footage(), _Reader(folder)
    until = len(time.lines) if until is None else until
    for number in range(first, until):
        line = time.lines[number]
        runs = reader.runs(line)
        if time.stands_apart(number) or number == first:
            reader.begin(line, runs, time.starts[number], footage)
        for run in runs:
            reader.take(run, line, footage)
    footage.video.end = time.starts[until - 1] + time.lines[until - 1].ticks if until > first else 0
    return footage


class _Reader:
    """Moves along the segments of one recording."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shift: dict[int, int] = {}
        self._now: dict[int, Track] = {}
        self._before = b""
        self._sounds = True

    def begin(
        self, line: SegmentLine, runs: list[SampleRun], starts: int, footage: Footage
    ) -> None:
        self._now = tracks((self._folder / init_name(line.init)).read_bytes())
        video, audio = self._now[VIDEO_TRACK], self._now[AUDIO_TRACK]
        begun = next(run.start for run in runs if run.track == VIDEO_TRACK)
        shift = starts - begun
        self._shift = {
            VIDEO_TRACK: shift,
            AUDIO_TRACK: round(shift * audio.rate / VIDEO_RATE),
        }
        strip = footage.video
        if not strip.starts:
            strip.rate, strip.descriptions = video.rate, video.descriptions
            footage.audio.rate, footage.audio.descriptions = audio.rate, audio.descriptions
        if video.reorder > strip.reorder:
            longer = video.reorder - strip.reorder
            strip.waits = array("i", (wait + longer for wait in strip.waits))
            strip.reorder = video.reorder
        same = video.descriptions == strip.descriptions
        self._before = b"" if same else _parameters(video.descriptions)
        self._sounds = audio.descriptions == footage.audio.descriptions

    def runs(self, line: SegmentLine) -> list[SampleRun]:
        """The samples of a segment, read without its pictures."""
        with (self._folder / segment_name(line.number)).open("rb") as file:
            return list(_runs(file.fileno(), line.bytes))

    def take(self, run: SampleRun, line: SegmentLine, footage: Footage) -> None:
        path = self._folder / segment_name(line.number)
        if run.track == VIDEO_TRACK:
            _append(footage.video, run, self._shift[VIDEO_TRACK], path, self._before)
            longer = footage.video.reorder - self._now[VIDEO_TRACK].reorder
            footage.video.waits.extend(wait + longer for wait in run.waits)
        elif run.track == AUDIO_TRACK and self._sounds:
            run = _not_before(run, footage.audio.end - self._shift[AUDIO_TRACK])
            _append(footage.audio, run, self._shift[AUDIO_TRACK], path, b"")
            footage.audio.waits.extend(run.waits)


def _append(strip: Strip, run: SampleRun, shift: int, path: Path, before: bytes) -> None:
    if not run.sizes:
        return
    before = before if run.keys[0] else b""
    at = run.start + shift
    for duration in run.durations:
        strip.starts.append(at)
        at += duration
    strip.end = at
    place = len(strip.sizes)
    strip.sizes.extend(run.sizes)
    strip.sizes[place] += len(before)
    strip.keys.extend(run.keys)
    strip.chunks.append(Chunk(path, run.offset, sum(run.sizes), len(run.sizes), before))


def _not_before(run: SampleRun, end: int) -> SampleRun:
    """Without the samples that would begin before the last stretch has ended."""
    skipped, start, offset = 0, run.start, run.offset
    while skipped < len(run.sizes) and start < end:
        start += run.durations[skipped]
        offset += run.sizes[skipped]
        skipped += 1
    if not skipped:
        return run
    return SampleRun(run.track, start, offset, run.durations[skipped:], run.sizes[skipped:],
                     run.waits[skipped:], run.keys[skipped:])  # fmt: skip


def _runs(file: int, size: int) -> Iterator[SampleRun]:
    at = 0
    while at + HEAD_BYTES <= size:
        length, name = unpack_from(">I4s", os.pread(file, HEAD_BYTES, at))
        if length < HEAD_BYTES or at + length > size:
            message = "a segment is cut short"
            raise BrokenRecording(message)
        if name == b"moof":
            if length > MOOF_BYTES_MAX:
                message = "a fragment says too much of itself"
                raise BrokenRecording(message)
            yield from fragment_runs(os.pread(file, length, at), at)
        at += length


def bytes_of(strip: Strip) -> Iterator[bytes]:
    """Blocking: the samples themselves, one after the other."""
    at = 0
    for chunk in strip.chunks:
        data = chunk.before
        if chunk.path is not None:
            with chunk.path.open("rb") as file:
                data += os.pread(file.fileno(), chunk.size, chunk.offset)
        place = 0
        for size in strip.sizes[at : at + chunk.samples]:
            yield data[place : place + size]
            place += size
        at += chunk.samples


def parameter_record(descriptions: bytes) -> bytes:
    """The AVCDecoderConfigurationRecord of a track's descriptions."""
    table = next(boxes(descriptions))
    entry = next(boxes(descriptions, table.start + ENTRY_BYTES, table.end))
    for box in boxes(descriptions, entry.start + PICTURE_ENTRY_BYTES, entry.end):
        if box.name == b"avcC":
            return descriptions[box.start : box.end]
    message = "there is no avcC"
    raise BrokenRecording(message)


def _parameters(descriptions: bytes) -> bytes:
    """A track's parameter sets as units that can stand in front of a keyframe."""
    record = parameter_record(descriptions)
    units, place = [], 5
    for mask in (0x1F, 0xFF):
        count = record[place] & mask
        place += 1
        for _ in range(count):
            length = int.from_bytes(record[place : place + 2], "big")
            units.append(record[place + 2 : place + 2 + length])
            place += 2 + length
    return join_avcc(units)
