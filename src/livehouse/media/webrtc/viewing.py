"""What viewers over WebRTC get of a run: its pictures as they are, its sound as Opus, made once."""

import asyncio
from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from typing import TypeAlias

import av
from aiortc import RTCRtpSender
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from aiortc.rtcrtpparameters import RTCRtpCodecCapability
from av.audio.codeccontext import AudioCodecContext
from av.audio.resampler import AudioResampler
from typing_extensions import override

from livehouse.media.h264 import START_CODE, split_avcc
from livehouse.media.packets import (
    VIDEO_RATE,
    Aside,
    AudioFormat,
    Formats,
    Kind,
    Packet,
    SourceItem,
)
from livehouse.media.sources.encoding import AUDIO_CHANNELS, AUDIO_RATE, silence
from livehouse.media.webrtc.limits import VIEWER_PACKETS_MAX

OPUS_RATE = 48_000
OPUS_SAMPLES = 960
OPUS_KBPS = 96
# A guest to whom nothing was told apart for so long hears what all others hear.
APART_MS = 500
LONG_START_CODE = b"\x00" + START_CODE

EncodedPacket: TypeAlias = "av.Packet[av.stream.Stream]"


def pictures_to_send() -> list[RTCRtpCodecCapability]:
    """H.264 of every profile that aiortc knows, and what is sent again."""
    capabilities = RTCRtpSender.getCapabilities("video")
    return [codec for codec in capabilities.codecs if codec.name in {"H264", "rtx"}]


class ViewerTrack(MediaStreamTrack):
    """One viewer's way of one kind; a slow one loses the rest of a group of pictures."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self._packets: deque[EncodedPacket] = deque()
        self._arrived = asyncio.Event()
        self.awaits_key = kind == "video"

    def put(self, packet: EncodedPacket, *, key: bool) -> None:
        if len(self._packets) >= VIEWER_PACKETS_MAX:
            self.awaits_key = self.kind == "video"
            return
        if self.awaits_key and not key:
            return
        self.awaits_key = False
        self._packets.append(packet)
        self._arrived.set()

    @override
    async def recv(self) -> EncodedPacket:
        while not self._packets:
            if self.readyState != "live":
                raise MediaStreamError
            self._arrived.clear()
            await self._arrived.wait()
        return self._packets.popleft()

    @override
    def stop(self) -> None:
        super().stop()
        self._arrived.set()


class Translation:
    """Turns what a source gives into what WebRTC sends, on one timeline from stretch to stretch."""

    def __init__(self) -> None:
        self._formats: Formats | None = None
        self._zero_at: int | None = None
        self._shift: int | None = None
        self._sound: OpusMaker | None = None
        self._newest_at = 0
        self._apart: dict[str, tuple[OpusMaker, int]] = {}

    def aside(self, aside: Aside) -> Iterator[EncodedPacket]:
        """Sound for one guest, on the timeline of all."""
        if self._zero_at is None:
            return
        known = self._apart.get(aside.without)
        maker = known[0] if known else OpusMaker(_mixed_sound())
        self._apart[aside.without] = maker, aside.at
        place = (aside.at - self._zero_at) * OPUS_RATE // 1000
        yield from maker.take(aside.data, place)

    def is_told_apart(self, guest: str) -> bool:
        """Whether a guest now hears the stage without himself, and not what all others hear."""
        return guest in self._apart and self._newest_at - self._apart[guest][1] < APART_MS

    def take(self, item: SourceItem) -> Iterator[tuple[Kind, EncodedPacket, bool]]:
        """Packets to send, and whether each is a keyframe."""
        if isinstance(item, Formats):
            if self._formats is None or item.audio != self._formats.audio:
                self._sound = OpusMaker(item.audio)
            self._formats = item
            self._shift = None
            return
        if self._formats is None:
            return
        if item.kind is Kind.VIDEO:
            yield Kind.VIDEO, self._picture(item, self._formats), item.key
        elif self._shift is not None and self._sound is not None:
            self._newest_at = item.at
            start = item.pts * OPUS_RATE // self._formats.audio.rate
            place = start + self._shift * OPUS_RATE // VIDEO_RATE
            for packet in self._sound.take(item.data, place):
                yield Kind.AUDIO, packet, True

    def _picture(self, packet: Packet, formats: Formats) -> EncodedPacket:
        if self._shift is None:
            if self._zero_at is None:
                self._zero_at = packet.at
            self._shift = (packet.at - self._zero_at) * VIDEO_RATE // 1000 - packet.pts
        units = list(split_avcc(packet.data))
        if packet.key:
            sets = formats.video.parameters
            units = [sets.sequence, sets.picture, *units]
        made: EncodedPacket = av.Packet(b"".join(LONG_START_CODE + unit for unit in units))
        made.pts = made.dts = packet.pts + self._shift
        made.time_base = Fraction(1, VIDEO_RATE)
        return made


def _mixed_sound() -> AudioFormat:
    return silence(rate=AUDIO_RATE, channels=AUDIO_CHANNELS)[0]


class OpusMaker:
    """AAC to Opus in pieces of 20 ms."""

    def __init__(self, form: AudioFormat) -> None:
        decoder = av.CodecContext.create("aac", "r")
        assert isinstance(decoder, AudioCodecContext)
        decoder.extradata = form.config
        decoder.sample_rate = form.rate
        decoder.layout = "stereo" if form.channels > 1 else "mono"
        self._decoder = decoder
        self._resampler = AudioResampler("s16", "stereo", OPUS_RATE, frame_size=OPUS_SAMPLES)
        encoder = av.CodecContext.create("libopus", "w")
        assert isinstance(encoder, AudioCodecContext)
        encoder.sample_rate, encoder.layout, encoder.format = OPUS_RATE, "stereo", "s16"
        encoder.bit_rate = OPUS_KBPS * 1000
        encoder.options = {"application": "lowdelay"}
        encoder.open()
        self._encoder = encoder
        self._end: int | None = None

    def take(self, data: bytes, place: int) -> Iterator[EncodedPacket]:
        """`place`: where the sound begins, in samples at 48 kHz; gaps stay gaps."""
        try:
            frames = self._decoder.decode(av.Packet(data))
        except av.error.FFmpegError:
            return
        if self._end is None or abs(place - self._end) > OPUS_RATE // 10:
            self._end = place
        for frame in frames:
            frame.pts = None
            for piece in self._resampler.resample(frame):
                piece.pts = None
                for packet in self._encoder.encode(piece):
                    made: EncodedPacket = av.Packet(bytes(packet))
                    made.pts = made.dts = self._end
                    made.time_base = Fraction(1, OPUS_RATE)
                    self._end += OPUS_SAMPLES
                    yield made
