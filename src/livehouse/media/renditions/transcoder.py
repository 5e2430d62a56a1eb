"""Encodes the pieces of a run anew, in smaller sizes, cut and timed exactly as they are.

Blocking, without a clock: a thread calls it, or a test.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Set
from fractions import Fraction
from time import thread_time
from typing import TypeAlias

import av
from av.video.codeccontext import VideoCodecContext
from av.video.reformatter import Interpolation, VideoReformatter
from msgspec import Struct
from msgspec.structs import replace

from livehouse.media.fmp4 import VIDEO_TRACK, Sample, TrackRun, fragment, init_segment
from livehouse.media.packager import Init, Part, Piece, Segment
from livehouse.media.packets import VIDEO_RATE, VideoFormat
from livehouse.media.playlist import SegmentLine
from livehouse.media.renditions.limits import SPACING_SECONDS_MIN
from livehouse.media.renditions.rungs import RUNGS, Rung, RungName, Size, sizes
from livehouse.media.sources.encoding import VideoEncoder

CLOCK = Fraction(1, VIDEO_RATE)
SPACING_TICKS_MIN = round(SPACING_SECONDS_MIN * VIDEO_RATE)
PRESET = "superfast"
# For the encoder's book-keeping alone: pictures carry their own times.
FPS_ASSUMED = 30
DECODING = "decoding"

RungOutput: TypeAlias = Init | Part | Segment


class Made(Struct, frozen=True):
    """What came out for one rung; `format` goes with an `Init`."""

    rung: RungName
    output: RungOutput
    format: VideoFormat | None = None


class Transcoder:
    """Takes the pieces and lines of a run in their order, and gives those of each rung.

    A piece of a rung has the source's number, place and length, and a keyframe where the source
    has one. Pictures that come out of order (B-frames) are known a few pictures later, and so is
    the piece that they are in.
    """

    def __init__(self) -> None:
        self._sizes: dict[RungName, Size] = {}
        self._stretch: _Stretch | None = None
        # Processor time (s) by what it was spent on.
        self.spent: dict[str, float] = {}

    def take(self, item: Piece | SegmentLine, on: Set[RungName]) -> Iterator[Made]:
        """`on`: the rungs that are wanted now; one that is new begins with the next segment."""
        if not on:
            self._stretch = None
            return
        if isinstance(item, SegmentLine):
            if self._stretch is not None:
                yield from self._stretch.add_line(item)
            return
        if self._stretch is None or self._stretch.init != item.start.init:
            yield from self.finish()
            if not _begins(item):
                return
            video = item.formats.video
            self._sizes = sizes(Size(video.width, video.height), self._sizes)
            self._stretch = _Stretch(item, self.spent)
        wanted = {name: size for name, size in self._sizes.items() if name in on}
        yield from self._stretch.want(wanted, item)
        yield from self._stretch.add(item)

    def finish(self) -> Iterator[Made]:
        """What is left, where nothing more comes, or something of another form."""
        if self._stretch is not None:
            yield from self._stretch.finish()
        self._stretch = None


class _Stretch:
    """Pieces of one form: one decoder, and an encoder for each rung."""

    def __init__(self, first: Piece, spent: dict[str, float]) -> None:
        self.init = first.start.init
        self._spent = spent
        self._reorder = first.reorder
        decoder = av.CodecContext.create("h264", "r")
        assert isinstance(decoder, VideoCodecContext)
        decoder.extradata = first.formats.video.parameters.record()
        decoder.thread_count = 1
        self._decoder = decoder
        self._rungs: dict[RungName, _RungEncoder] = {}
        self._waiting: deque[Piece | SegmentLine] = deque()
        self._keys: set[int] = set()

    def want(self, wanted: Mapping[RungName, Size], piece: Piece) -> Iterator[Made]:
        for name in self._rungs.keys() - wanted.keys():
            del self._rungs[name]
        if not _begins(piece):
            return
        for rung in RUNGS:
            size = wanted.get(rung.name)
            if size is not None and rung.name not in self._rungs:
                made = self._rungs[rung.name] = _RungEncoder(rung, size, begins=piece.begins)
                data = init_segment(made.format, piece.formats.audio)
                yield Made(rung.name, Init(piece.start.init, data), made.format)

    def add(self, piece: Piece) -> Iterator[Made]:
        self._waiting.append(piece)
        dts = piece.video.start
        for sample in piece.video.samples:
            pts = dts + sample.shown_after - self._reorder
            if sample.key:
                self._keys.add(pts)
            for frame in self._decoded(sample.data, pts, dts):
                yield from self._show(frame)
            dts += sample.duration
        if not self._reorder:
            yield from self._close_all()

    def add_line(self, line: SegmentLine) -> Iterator[Made]:
        self._waiting.append(line)
        if len(self._waiting) == 1:
            yield from self._close_all()

    def finish(self) -> Iterator[Made]:
        for frame in self._decoded(None, 0, 0):
            yield from self._show(frame)
        yield from self._close_all()

    def _decoded(self, data: bytes | None, pts: int, dts: int) -> list[av.VideoFrame]:
        """Pictures that cannot be decoded are missing: the one before stands for longer."""
        began = thread_time()
        packet = None
        if data is not None:
            packet = av.Packet(data)
            packet.pts, packet.dts, packet.time_base = pts, dts, CLOCK
        try:
            return self._decoder.decode(packet)
        except av.error.FFmpegError:
            return []
        finally:
            self._count(DECODING, began)

    def _show(self, frame: av.VideoFrame) -> Iterator[Made]:
        if frame.pts is None:
            return
        while self._waiting and _ends_before(self._waiting[0], frame.pts):
            yield from self._close(self._waiting.popleft())
        key = frame.pts in self._keys
        if key:
            self._keys = {pts for pts in self._keys if pts > frame.pts}
        for name, rung in self._rungs.items():
            began = thread_time()
            rung.add(frame, frame.pts, key=key)
            self._count(name, began)

    def _close_all(self) -> Iterator[Made]:
        while self._waiting:
            yield from self._close(self._waiting.popleft())

    def _close(self, item: Piece | SegmentLine) -> Iterator[Made]:
        for name, rung in self._rungs.items():
            made = rung.segment(item) if isinstance(item, SegmentLine) else rung.part(item)
            if made is not None:
                yield Made(name, made)

    def _count(self, what: str, began: float) -> None:
        self._spent[what] = self._spent.get(what, 0.0) + thread_time() - began


class _RungEncoder:
    """One size, from the segment that begins at `begins` (ticks of the run) on."""

    def __init__(self, rung: Rung, size: Size, *, begins: int) -> None:
        self._size = size
        self._begins = begins
        self._encoder = VideoEncoder(
            width=size.width, height=size.height, fps=FPS_ASSUMED, kbps=rung.kbps, preset=PRESET
        )
        self._scaler = VideoReformatter()
        self._pictures: list[tuple[int, Sample]] = []
        self._parts: list[Part] = []
        self._pictures_in_segment = 0
        self._sequence = 0
        self._last: int | None = None
        self._is_first_in_part = True

    @property
    def format(self) -> VideoFormat:
        return self._encoder.format

    def add(self, frame: av.VideoFrame, pts: int, *, key: bool) -> None:
        if pts < self._begins:
            return
        near = self._last is not None and pts - self._last < SPACING_TICKS_MIN
        if near and not key and not self._is_first_in_part:
            return
        key = key or self._last is None
        self._last, self._is_first_in_part = pts, False
        small = self._scaler.reformat(
            frame, self._size.width, self._size.height, "yuv420p",
            interpolation=Interpolation.BILINEAR, threads=1,
        )  # fmt: skip
        for made in self._encoder.encode(small, pts=pts, key=key):
            self._pictures.append((made.pts, Sample(0, made.data, key=made.key)))

    def part(self, piece: Piece) -> Part | None:
        if piece.begins < self._begins:
            return None
        ends = _shown_until(piece)
        shown = [one for one in self._pictures if one[0] < ends or not piece.reorder]
        self._pictures = self._pictures[len(shown) :]
        self._is_first_in_part = True
        self._sequence += 1
        part = Part(
            start=piece.start,
            index=piece.index,
            ticks=piece.ticks,
            independent=bool(shown) and shown[0][1].key,
            data=fragment(self._sequence, [_timed(shown, piece, ends), piece.audio]),
        )
        if piece.index == 0:
            self._parts, self._pictures_in_segment = [], 0
        self._parts.append(part)
        self._pictures_in_segment += len(shown)
        return part

    def segment(self, line: SegmentLine) -> Segment | None:
        if not self._parts or self._parts[0].start.number != line.number:
            return None
        line = replace(line, bytes=sum(len(part.data) for part in self._parts))
        return Segment(line, tuple(self._parts), self._pictures_in_segment)


def _timed(shown: list[tuple[int, Sample]], piece: Piece, ends: int) -> TrackRun:
    """The first picture stands where the source's does, and the last until its last one ends."""
    if not shown:
        return TrackRun(VIDEO_TRACK, piece.begins, [])
    starts = [piece.video.start, *(pts for pts, _ in shown[1:]), ends]
    return TrackRun(
        VIDEO_TRACK,
        piece.video.start,
        [
            replace(sample, duration=max(after - start, 1))
            for (_, sample), start, after in zip(shown, starts, starts[1:], strict=False)
        ],
    )


def _begins(piece: Piece) -> bool:
    samples = piece.video.samples
    return piece.index == 0 and bool(samples) and samples[0].key


def _shown_until(piece: Piece) -> int:
    """Where the piece's last picture ends: late pictures let it stand beyond the piece."""
    if not piece.video.samples:
        return piece.ends
    return piece.video.start + sum(sample.duration for sample in piece.video.samples)


def _ends_before(item: Piece | SegmentLine, pts: int) -> bool:
    return isinstance(item, SegmentLine) or _shown_until(item) <= pts
