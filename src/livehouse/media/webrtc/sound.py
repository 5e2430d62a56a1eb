"""Opus in, AAC out, each sample at its place: what was lost is silence, drift is stretched away."""

from collections.abc import Iterator

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from msgspec import Struct
from numpy.typing import NDArray

from livehouse.media.packets import AUDIO_FRAME_SAMPLES, AudioFormat, Kind, Packet
from livehouse.media.sources.encoding import AUDIO_CHANNELS, AUDIO_RATE, audio_encoder
from livehouse.media.webrtc.limits import (
    REORDER_PACKETS,
    SOUND_GAP_SAMPLES_MAX,
    SOUND_JUMP_SAMPLES,
)

# At most so many samples are added to or taken from a packet of 20 ms: less than anybody hears.
STRETCH_SAMPLES_MAX = 4
# The error is averaged over about a second, and corrected from 5 ms on.
ERROR_GAIN = 1 / 50
ERROR_PER_SAMPLE = 240

Sound = NDArray[np.float32]


class Arrived(Struct, frozen=True):
    """A packet of Opus with its timestamp (48 kHz)."""

    timestamp: int
    data: bytes


class InOrder:
    """Sorts packets that overtook each other; a missing one is waited for a few packets long."""

    def __init__(self) -> None:
        self._waiting: list[Arrived] = []
        self._next: int | None = None

    def add(self, packet: Arrived) -> Iterator[Arrived]:
        if self._next is not None and packet.timestamp < self._next:
            return
        if any(one.timestamp == packet.timestamp for one in self._waiting):
            return
        self._waiting.append(packet)
        self._waiting.sort(key=lambda one: one.timestamp)
        while self._waiting and self._is_due(self._waiting[0]):
            yield self._waiting.pop(0)

    def follows(self, timestamp: int) -> None:
        """What was given out last ends at `timestamp`."""
        self._next = timestamp

    def _is_due(self, first: Arrived) -> bool:
        is_next = self._next is None or first.timestamp <= self._next
        return is_next or len(self._waiting) > REORDER_PACKETS


class SoundTrack:
    """Writes one gapless track. `place` is in samples on the picture's timeline."""

    def __init__(self) -> None:
        self._decoder = _opus_decoder()
        self._order = InOrder()
        self._encoder = audio_encoder(rate=AUDIO_RATE, channels=AUDIO_CHANNELS)
        self.format = AudioFormat(
            config=bytes(self._encoder.extradata or b""), rate=AUDIO_RATE, channels=AUDIO_CHANNELS
        )
        self._fed = 0
        self._base = 0
        self._left: Sound = _silence(0)
        self._expected: int | None = None
        self._error = 0.0
        self._is_cutting = False
        # Where the next sample will stand; None before the first.
        self.end: int | None = None
        self.lost = 0

    def sort(self, packet: Arrived) -> Iterator[Arrived]:
        return self._order.add(packet)

    def write(self, packet: Arrived, place: float, at: float) -> Iterator[Packet]:
        """Take a packet in order, whose first sample belongs at `place`; `at` is the programme
        time (ms) of the timeline's zero."""
        samples = self._decoded(packet)
        length = samples.shape[1]
        missing = 0 if self._expected is None else packet.timestamp - self._expected
        self._expected = packet.timestamp + length
        self._order.follows(self._expected)
        if self.end is None or abs(place - self.end) > SOUND_GAP_SAMPLES_MAX:
            self._start_at(round(place))
        assert self.end is not None
        if 0 < missing <= place - self.end + SOUND_JUMP_SAMPLES:
            self.lost += 1
            yield from self._append(_silence(missing), at)
        yield from self._append(self._fitted(samples, place - self.end), at)

    def silence_until(self, place: int, at: float) -> Iterator[Packet]:
        """Nothing was heard: fill up to `place`."""
        if self.end is None:
            self._start_at(0)
        assert self.end is not None
        if place - self.end > SOUND_GAP_SAMPLES_MAX:
            self._start_at(place)
        if place > self.end:
            yield from self._append(_silence(place - self.end), at)

    def _fitted(self, samples: Sound, error: float) -> Sound:
        """`error`: how much later these samples belong than they would stand."""
        if error > SOUND_JUMP_SAMPLES:
            self._error = 0.0
            return np.concatenate((_silence(round(error)), samples), axis=1)
        # Once something is cut away, it is cut until it fits.
        self._is_cutting = error < (0 if self._is_cutting else -SOUND_JUMP_SAMPLES)
        if self._is_cutting:
            self._error = 0.0
            return samples[:, min(round(-error), samples.shape[1]) :]
        self._error += (error - self._error) * ERROR_GAIN
        wanted = round(self._error / ERROR_PER_SAMPLE)
        change = max(-STRETCH_SAMPLES_MAX, min(STRETCH_SAMPLES_MAX, wanted))
        return _stretched(samples, change) if change else samples

    def _decoded(self, packet: Arrived) -> Sound:
        try:
            frames = self._decoder.decode(av.Packet(packet.data))
            pieces = [frame.to_ndarray().reshape(-1, AUDIO_CHANNELS).T for frame in frames]
        except (av.error.FFmpegError, ValueError):
            self.lost += 1
            return _silence(0)
        return np.concatenate(pieces, axis=1) if pieces else _silence(0)

    def _start_at(self, place: int) -> None:
        """Sound begins anew at `place`: what waits to be a whole frame is dropped."""
        self._left = _silence(0)
        self._base = place - self._fed
        self.end = place
        self._error = 0.0

    def _append(self, samples: Sound, at: float) -> Iterator[Packet]:
        assert self.end is not None
        self.end += samples.shape[1]
        waiting = np.concatenate((self._left, samples), axis=1)
        whole = waiting.shape[1] - waiting.shape[1] % AUDIO_FRAME_SAMPLES
        self._left = waiting[:, whole:]
        for start in range(0, whole, AUDIO_FRAME_SAMPLES):
            yield from self._encoded(waiting[:, start : start + AUDIO_FRAME_SAMPLES], at)

    def _encoded(self, piece: Sound, at: float) -> Iterator[Packet]:
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(piece), format="fltp", layout="stereo"
        )
        frame.sample_rate = AUDIO_RATE
        frame.pts = self._fed
        self._fed += AUDIO_FRAME_SAMPLES
        for packet in self._encoder.encode(frame):
            # The encoder begins with a packet before the first sample: nobody needs it.
            if packet.pts is not None and packet.pts >= 0:
                pts = self._base + packet.pts
                yield Packet(
                    kind=Kind.AUDIO,
                    dts=pts,
                    pts=pts,
                    duration=AUDIO_FRAME_SAMPLES,
                    key=True,
                    data=bytes(packet),
                    at=round(at + pts * 1000 / AUDIO_RATE),
                )


def _opus_decoder() -> AudioCodecContext:
    decoder = av.CodecContext.create("libopus", "r")
    assert isinstance(decoder, AudioCodecContext)
    decoder.sample_rate = AUDIO_RATE
    decoder.layout = "stereo"
    decoder.format = "flt"
    return decoder


def _silence(samples: int) -> Sound:
    return np.zeros((AUDIO_CHANNELS, samples), np.float32)


def _stretched(samples: Sound, change: int) -> Sound:
    length = samples.shape[1]
    if length <= STRETCH_SAMPLES_MAX:
        return samples
    places = np.linspace(0, length - 1, length + change)
    grid = np.arange(length)
    return np.stack([np.interp(places, grid, channel) for channel in samples]).astype(np.float32)
