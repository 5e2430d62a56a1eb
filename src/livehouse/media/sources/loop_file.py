"""A file that plays over and over, packet by packet, in the pace of the clock."""

from collections.abc import AsyncGenerator, Generator, Iterator
from fractions import Fraction
from itertools import count
from pathlib import Path

from msgspec.structs import replace

from livehouse.foundation.clock import Clock
from livehouse.media.h264 import for_container, is_keyframe, length_bytes
from livehouse.media.packets import (
    AUDIO_FRAME_SAMPLES,
    VIDEO_RATE,
    Kind,
    Packet,
    SourceItem,
)
from livehouse.media.sources.clip import Clip, in_ticks, opened, picture_stream, sound_stream
from livehouse.media.sources.encoding import silence
from livehouse.media.sources.pace import Pace
from livehouse.media.sources.prepare import prepared
from livehouse.media.sources.source import ThreadedSource
from livehouse.media.specs import LoopFile, SourceSpec

CLOCK_SET_MS = 2000
# Sound that is missing for so long is silence, not merely late.
SOUND_WAIT_TICKS = VIDEO_RATE // 2


class LoopFileSource:
    """Prepares the file, then loops it in a thread."""

    problem = ""
    is_patient = False

    def __init__(self, spec: LoopFile, cache: Path, clock: Clock) -> None:
        self._spec = spec
        self._cache = cache
        self._clock = clock
        self._source: ThreadedSource | None = None
        self.progress = 0.0

    @property
    def dropped(self) -> int:
        return self._source.dropped if self._source else 0

    @property
    def load(self) -> float:
        return self._source.load if self._source else 0.0

    async def start(self) -> None:
        clip = await prepared(Path(self._spec.path), self._cache, self._advance)
        self.progress = 1.0
        self._source = ThreadedSource(LoopProducer(clip), self._clock, name="loop-file")
        await self._source.start()

    def packets(self) -> AsyncGenerator[SourceItem]:
        assert self._source is not None, "start first"
        return self._source.packets()

    def direct(self, _: SourceSpec) -> bool:
        return False

    async def stop(self) -> None:
        if self._source is not None:
            await self._source.stop()

    def _advance(self, progress: float) -> None:
        self.progress = progress


class LoopProducer:
    """Blocking part: reads, shifts every turn by the file's length, waits for each packet."""

    def __init__(self, clip: Clip) -> None:
        self._clip = clip
        audio = clip.formats.audio
        form, self._silence = silence(rate=audio.rate, channels=audio.channels)
        self._formats = clip.formats if clip.has_sound else replace(clip.formats, audio=form)
        self.dropped = 0

    def items(self, pace: Pace) -> Iterator[SourceItem]:
        while pace.wait_until(pace.now_ms()):
            yield self._formats
            yield from self._stretch(pace, pace.now_ms())

    @property
    def lasts_ms(self) -> int:
        return self._clip.ticks * 1000 // VIDEO_RATE

    def once(self, pace: Pace, begins_at: int) -> Generator[SourceItem, None, bool]:
        """The file to its end, as if it had begun at that moment (ms): what is long over is left
        out, up to a keyframe. False when the source is to stop."""
        sound = _SoundTrack(self._formats.audio.rate, self._clip.ticks, self._silence)
        sound.begin(0)
        zero_at, is_on = begins_at, False
        for packet in self._turn(0, sound):
            after = packet.dts * 1000 // self._rate(packet)
            if zero_at + after - pace.now_ms() > CLOCK_SET_MS:
                zero_at, is_on = pace.now_ms() - after, False
            while zero_at + after > pace.now_ms():
                if not pace.wait_until(zero_at + after):
                    return False
            if pace.now_ms() - zero_at - after > CLOCK_SET_MS:
                is_on = False
                continue
            if not is_on and packet.kind is Kind.VIDEO and packet.key:
                is_on = True
                yield self._formats
            if is_on:
                yield replace(packet, at=zero_at + round(packet.pts * 1000 / self._rate(packet)))
        return pace.wait_until(pace.now_ms())

    def _rate(self, packet: Packet) -> int:
        return VIDEO_RATE if packet.kind is Kind.VIDEO else self._formats.audio.rate

    def _stretch(self, pace: Pace, zero_at: int) -> Iterator[SourceItem]:
        """Turn after turn, until the clock is set or the pace ends."""
        sound = _SoundTrack(self._formats.audio.rate, self._clip.ticks, self._silence)
        for turn in count():
            sound.begin(turn)
            for packet in self._turn(turn, sound):
                rate = self._rate(packet)
                due = zero_at + packet.dts * 1000 // rate
                while (early := due - pace.now_ms()) > 0:
                    if early > CLOCK_SET_MS or not pace.wait_until(due):
                        return
                if early < -CLOCK_SET_MS:
                    return
                yield replace(packet, at=zero_at + round(packet.pts * 1000 / rate))

    def _turn(self, turn: int, sound: "_SoundTrack") -> Iterator[Packet]:
        """The file once, its times in those of the run; `at` is filled in later."""
        offset = turn * self._clip.ticks
        with opened(Path(self._clip.path)) as container:
            pictures, audible = picture_stream(container), sound_stream(container)
            unit_length = length_bytes(bytes(pictures.codec_context.extradata or b""))
            first: int | None = None
            for packet in container.demux(*(s for s in (pictures, audible) if s)):
                if packet.pts is None or packet.dts is None or not packet.size:
                    continue
                base: Fraction = packet.time_base
                if packet.stream is not pictures:
                    start = in_ticks(packet.pts, base, sound.rate)
                    yield from sound.take(bytes(packet), start)
                    continue
                pts, dts = in_ticks(packet.pts, base), in_ticks(packet.dts, base)
                if first is None:
                    first = pts
                    sound.align(first)
                data = for_container(bytes(packet), unit_length)
                place = dts - first + offset
                yield from sound.fill(place, waiting=audible is not None)
                yield Packet(
                    kind=Kind.VIDEO,
                    dts=place,
                    pts=pts - first + offset,
                    duration=max(1, in_ticks(packet.duration or 0, base)),
                    key=is_keyframe(data),
                    data=data,
                    at=0,
                )
        yield from sound.end()


class _SoundTrack:
    """Sound on a grid of whole AAC frames that never breaks, also where the loop closes.

    A turn of the file is seldom a whole number of frames: each turn starts at the frame
    nearest to its first picture, half a frame (11 ms) off at most, and errors never add up.
    """

    def __init__(self, rate: int, turn_ticks: int, silence: bytes) -> None:
        self.rate = rate
        self._turn_ticks = turn_ticks
        self._silence = silence
        self._next = 0
        self._base = 0
        self._limit = 0
        self._first_picture = 0
        self._held: list[tuple[bytes, int]] = []
        self._aligned = False

    def begin(self, turn: int) -> None:
        self._base = self._frame_at(turn * self._turn_ticks)
        self._limit = self._frame_at((turn + 1) * self._turn_ticks)
        self._aligned = False
        self._held = []

    def align(self, first_picture: int) -> None:
        """Know the time of the first picture, from which the file's sound is counted."""
        self._first_picture = first_picture * self.rate // VIDEO_RATE
        self._aligned = True

    def take(self, data: bytes, start: int) -> Iterator[Packet]:
        """A packet of the file that starts at `start` samples of the file's own time."""
        if not self._aligned:
            self._held.append((data, start))
            return
        held, self._held = self._held, []
        for piece, time in [*held, (data, start)]:
            frame = self._base + round((time - self._first_picture) / AUDIO_FRAME_SAMPLES)
            # Before the first picture lie the encoder's priming and what nobody would see.
            if self._next <= frame < self._limit and time >= self._first_picture:
                while self._next < frame:
                    yield self._packet(self._silence)
                yield self._packet(piece)

    def fill(self, place: int, *, waiting: bool) -> Iterator[Packet]:
        """Silence where the file has no sound, up to a picture's time."""
        until = place - SOUND_WAIT_TICKS if waiting else place
        while self._next < min(self._limit, self._frame_at(until)):
            yield self._packet(self._silence)

    def end(self) -> Iterator[Packet]:
        while self._next < self._limit:
            yield self._packet(self._silence)

    def _frame_at(self, ticks: int) -> int:
        return round(ticks * self.rate / VIDEO_RATE / AUDIO_FRAME_SAMPLES)

    def _packet(self, data: bytes) -> Packet:
        start = self._next * AUDIO_FRAME_SAMPLES
        self._next += 1
        return Packet(
            kind=Kind.AUDIO,
            dts=start,
            pts=start,
            duration=AUDIO_FRAME_SAMPLES,
            key=True,
            data=data,
            at=0,
        )
