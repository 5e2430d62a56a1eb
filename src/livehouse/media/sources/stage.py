"""The test stage as a source: a picture for every moment of the wall clock, and its sound."""

from collections.abc import Iterator
from itertools import count

import av
import numpy as np

from livehouse.media.packets import (
    AUDIO_FRAME_SAMPLES,
    TICKS_PER_MS,
    VIDEO_RATE,
    Formats,
    Kind,
    Packet,
    SourceItem,
)
from livehouse.media.sources.encoding import AUDIO_RATE, VideoEncoder
from livehouse.media.sources.pace import Pace
from livehouse.media.sources.scene import StagePicture
from livehouse.media.sources.scene.paint import Planes
from livehouse.media.sources.sound import SoundLoop, stage_sound
from livehouse.media.specs import TestStage

PRESET = "superfast"
SAMPLES_PER_MS = AUDIO_RATE // 1000
# A picture this late is left out; one this far from its time means that the clock was set.
LATE_MS = 500
CLOCK_SET_MS = 2000


class StageProducer:
    """Draws and encodes. Picture `k` belongs to the moment k / fps since 1970, exactly.

    So pictures, sound and programme time can never drift apart, and pictures that come too
    late are left out instead of shifting all that follow.
    """

    def __init__(self, spec: TestStage) -> None:
        self._spec = spec
        self.dropped = 0

    def items(self, pace: Pace) -> Iterator[SourceItem]:
        spec = self._spec
        picture = StagePicture(spec.width, spec.height, spec.title, spec.subtitle)
        sound = stage_sound()
        while pace.wait_until(pace.now_ms()):
            yield from self._stretch(pace, picture, sound)

    def _stretch(self, pace: Pace, picture: StagePicture, sound: SoundLoop) -> Iterator[SourceItem]:
        """Go on until the clock is set, or the pace ends."""
        spec = self._spec
        encoder = VideoEncoder(
            width=spec.width, height=spec.height, fps=spec.fps, kbps=spec.kbps, preset=PRESET
        )
        yield Formats(encoder.format, sound.format, key_interval_seconds=spec.key_seconds)
        track = _Track(pace.now_ms(), spec.fps, sound)
        group = spec.fps * spec.key_seconds
        key_due = 0
        for number in count(track.first):
            at = track.at(number)
            while pace.now_ms() < at:
                if not pace.wait_until(at):
                    return
                if at - pace.now_ms() > CLOCK_SET_MS:
                    return
            late = pace.now_ms() - at
            if late > CLOCK_SET_MS:
                return
            if late > LATE_MS:
                self.dropped += 1
                continue
            key = number >= key_due
            if key:
                # Keyframes stand on whole segments of the wall clock, like the room's frames.
                key_due = (number // group + 1) * group
            yield from _encoded(encoder, track, picture, number, key=key)
            yield from track.sound_until(track.at(number + 1))


class _Track:
    """Counts pictures and sound from one common zero, a moment of the wall clock."""

    def __init__(self, zero_at: int, fps: int, sound: SoundLoop) -> None:
        self._zero_at = zero_at
        self._fps = fps
        self._sound = sound
        self.first = -(-zero_at * fps // 1000)
        self._next_sound = zero_at * SAMPLES_PER_MS // AUDIO_FRAME_SAMPLES + 1

    def at(self, number: int) -> int:
        """Programme time (ms) of a picture."""
        return number * 1000 // self._fps

    def ticks(self, number: int) -> int:
        return number * VIDEO_RATE // self._fps - self._zero_at * TICKS_PER_MS

    def sound_until(self, at: int) -> Iterator[Packet]:
        while (start := self._next_sound * AUDIO_FRAME_SAMPLES) < at * SAMPLES_PER_MS:
            pts = start - self._zero_at * SAMPLES_PER_MS
            yield Packet(
                kind=Kind.AUDIO,
                dts=pts,
                pts=pts,
                duration=AUDIO_FRAME_SAMPLES,
                key=True,
                data=self._sound.packet(self._next_sound),
                at=start // SAMPLES_PER_MS,
            )
            self._next_sound += 1


def _encoded(
    encoder: VideoEncoder, track: _Track, picture: StagePicture, number: int, *, key: bool
) -> Iterator[Packet]:
    form = encoder.format
    frame = av.VideoFrame(form.width, form.height, "yuv420p")
    picture.put_on(planes_of(frame), track.at(number))
    for encoded in encoder.encode(frame, pts=track.ticks(number), key=key):
        yield Packet(
            kind=Kind.VIDEO,
            dts=encoded.dts,
            pts=encoded.pts,
            duration=track.ticks(number + 1) - track.ticks(number),
            key=encoded.key,
            data=encoded.data,
            at=track.at(number),
        )


def planes_of(frame: av.VideoFrame) -> Planes:
    """The frame's own memory, so that painting needs no copy."""
    views = []
    for plane in frame.planes:
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
        views.append(rows[: plane.height, : plane.width])
    return Planes(*views)
