"""The one form in which every source hands over pictures and sound."""

from collections import deque
from collections.abc import Iterator
from enum import Enum
from typing import TypeAlias

from msgspec import Struct

from livehouse.media.h264 import ParameterSets

# Video ticks. Audio ticks are samples.
VIDEO_RATE = 90_000
TICKS_PER_MS = VIDEO_RATE // 1000
AUDIO_FRAME_SAMPLES = 1024
# How long one track may wait for the other before it goes on alone.
TRACK_WAIT_SECONDS = 1.0


class Kind(Enum):
    VIDEO = "video"
    AUDIO = "audio"


class VideoFormat(Struct, frozen=True):
    parameters: ParameterSets
    width: int
    height: int


class AudioFormat(Struct, frozen=True):
    """AAC; `config` is the AudioSpecificConfig of ISO/IEC 14496-3."""

    config: bytes
    rate: int
    channels: int


class Formats(Struct, frozen=True):
    """Opens a stretch of packets: what follows has nothing to do with what was before."""

    video: VideoFormat
    audio: AudioFormat
    # The longest time between two keyframes, where the source knows it.
    key_interval_seconds: float = 2.0


class Packet(Struct, frozen=True):
    """One encoded picture or piece of sound.

    `dts` and `pts` count in ticks of the track, `data` is AVCC or raw AAC, and `at` is the
    programme time (ms since 1970) at which the picture was taken or the sound began.
    """

    kind: Kind
    dts: int
    pts: int
    duration: int
    key: bool
    data: bytes
    at: int

    @property
    def begins_group(self) -> bool:
        """Whether it can be decoded, and what follows it, without anything before it."""
        return self.key and self.kind is Kind.VIDEO


class Aside(Packet, frozen=True):
    """A piece of sound for one guest alone: the stage without what he says himself (`without`)."""

    without: str = ""


SourceItem: TypeAlias = Formats | Packet


class WholeGroups:
    """After a gap nothing goes on before the next keyframe, so that what arrives can be decoded.

    The one rule of all queues that lose packets when they are full.
    """

    def __init__(self, *, awaits_key: bool = True) -> None:
        self.awaits_key = awaits_key

    def break_off(self) -> None:
        """Something was lost, or a new stretch begins."""
        self.awaits_key = True

    def admits(self, packet: Packet) -> bool:
        if packet.begins_group:
            self.awaits_key = False
        return not self.awaits_key


class Interleaver:
    """Gives out the packets of both tracks in the order of their decoding times.

    The packager can then close a segment at a keyframe and know that its sound is complete.
    """

    def __init__(self, audio_rate: int) -> None:
        self._audio_rate = audio_rate
        self._video: deque[Packet] = deque()
        self._audio: deque[Packet] = deque()

    def push(self, packet: Packet) -> Iterator[Packet]:
        track = self._video if packet.kind is Kind.VIDEO else self._audio
        track.append(packet)
        while self._video and self._audio:
            yield self._earlier()
        while track and self._seconds(packet) - self._seconds(track[0]) > TRACK_WAIT_SECONDS:
            yield track.popleft()

    def flush(self) -> Iterator[Packet]:
        while self._video and self._audio:
            yield self._earlier()
        yield from self._video
        yield from self._audio
        self._video.clear()
        self._audio.clear()

    def _earlier(self) -> Packet:
        audio_first = self._seconds(self._audio[0]) < self._seconds(self._video[0])
        return (self._audio if audio_first else self._video).popleft()

    def _seconds(self, packet: Packet) -> float:
        rate = VIDEO_RATE if packet.kind is Kind.VIDEO else self._audio_rate
        return packet.dts / rate
