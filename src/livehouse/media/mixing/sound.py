"""Sound on the stage: each voice at its moment, their sum within what can be heard undistorted."""

from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np
from msgspec import Struct

from livehouse.media.mixing.limits import (
    LOUDEST,
    SOUND_JUMP_SAMPLES,
    SOUND_OFF_SAMPLES,
    SOUND_SPAN_SAMPLES,
)
from livehouse.media.packets import AUDIO_FRAME_SAMPLES, AudioFormat
from livehouse.media.sources.encoding import AUDIO_CHANNELS, AUDIO_RATE, Samples, audio_encoder

SAMPLES_PER_MS = AUDIO_RATE // 1000
# How much of what is missing to full loudness comes back with each 1024 samples: half in 0.4 s.
RECOVERY = 0.035
ERROR_GAIN = 1 / 50


class Voice:
    """The newest seconds of one sender's sound, by the moment (ms since 1970) at which it began.

    What was never said is silence. A sender's clock that drifts is followed a sample at a time.
    """

    def __init__(self) -> None:
        self._ring = np.zeros((AUDIO_CHANNELS, SOUND_SPAN_SAMPLES), np.float32)
        self._next: int | None = None
        self._read: int | None = None
        self._error = 0.0

    def write(self, at: float, samples: Samples) -> None:
        place = round(at * SAMPLES_PER_MS)
        off = 0 if self._next is None else place - self._next
        if self._next is None or abs(off) > SOUND_JUMP_SAMPLES:
            self._next, self._error = place, 0.0
        else:
            self._error += (off - self._error) * ERROR_GAIN
            if abs(self._error) > SOUND_OFF_SAMPLES:
                samples = _longer(samples) if self._error > 0 else samples[:, :-1]
        self._put(self._next, samples)
        self._next += samples.shape[1]

    def read(self, start: int, length: int) -> Samples:
        """What sounds from a place on (samples since 1970); places are read in order, once."""
        if self._read is not None and start > self._read:
            self._take(self._read, min(start - self._read, SOUND_SPAN_SAMPLES))
        self._read = start + length
        return self._take(start, length)

    def _put(self, place: int, samples: Samples) -> None:
        """Too late is never heard, and far ahead would be heard too soon."""
        if self._read is None:
            self._read = place
        late = max(0, self._read - place)
        samples, place = samples[:, late:], place + late
        if place + samples.shape[1] > self._read + SOUND_SPAN_SAMPLES:
            return
        done = 0
        for piece in self._pieces(place, samples.shape[1]):
            size = piece.stop - piece.start
            self._ring[:, piece] = samples[:, done : done + size]
            done += size

    def _take(self, place: int, length: int) -> Samples:
        """And silence in its stead."""
        found = np.empty((AUDIO_CHANNELS, length), np.float32)
        done = 0
        for piece in self._pieces(place, length):
            size = piece.stop - piece.start
            found[:, done : done + size] = self._ring[:, piece]
            self._ring[:, piece] = 0.0
            done += size
        return found

    @staticmethod
    def _pieces(place: int, length: int) -> Iterator[slice]:
        begin = place % SOUND_SPAN_SAMPLES
        first = min(length, SOUND_SPAN_SAMPLES - begin)
        yield slice(begin, begin + first)
        if first < length:
            yield slice(0, length - first)


class Limiter:
    """Turns a sum down before it would be cut off, at once; and up again slowly."""

    def __init__(self) -> None:
        self._gain = 1.0

    def limited(self, samples: Samples) -> Samples:
        peak = float(np.abs(samples).max(initial=0.0))
        bearable = LOUDEST / peak if peak > LOUDEST else 1.0
        before = self._gain
        self._gain = min(bearable, before + (1.0 - before) * RECOVERY)
        if before == self._gain == 1.0:
            return samples
        # Down within the first millisecond or so; what stands out in it is cut off.
        falls = self._gain < before
        ramp = np.full(samples.shape[1], self._gain, np.float32)
        length = min(64, ramp.size) if falls else ramp.size
        ramp[:length] = np.linspace(before, self._gain, length, dtype=np.float32)
        bounded: Samples = np.clip(samples * ramp, -LOUDEST, LOUDEST)
        return bounded


class Piece(Struct, frozen=True):
    """An AAC frame whose first sample is the `start`-th since 1970."""

    start: int
    data: bytes


class SoundOut:
    """One unbroken track of AAC."""

    def __init__(self, start: int) -> None:
        self._encoder = audio_encoder(rate=AUDIO_RATE, channels=AUDIO_CHANNELS)
        self._start = start
        self._fed = 0
        self._limiter = Limiter()
        self.format = AudioFormat(
            config=bytes(self._encoder.extradata or b""), rate=AUDIO_RATE, channels=AUDIO_CHANNELS
        )

    def encode(self, samples: Samples) -> Iterator[Piece]:
        """1024 samples, those after the ones before."""
        limited = np.ascontiguousarray(self._limiter.limited(samples))
        frame = av.AudioFrame.from_ndarray(limited, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = AUDIO_RATE, self._fed
        frame.time_base = Fraction(1, AUDIO_RATE)
        self._fed += AUDIO_FRAME_SAMPLES
        for packet in self._encoder.encode(frame):
            # The encoder begins with a packet before the first sample: nobody needs it.
            if packet.pts is not None and packet.pts >= 0:
                yield Piece(self._start + packet.pts, bytes(packet))


def _longer(samples: Samples) -> Samples:
    """By one sample."""
    longer: Samples = np.concatenate((samples, samples[:, -1:]), axis=1)
    return longer
