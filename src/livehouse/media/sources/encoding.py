"""H.264 and AAC encoders, set up the way live pictures need them."""

from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.codec.context import Flags
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType
from msgspec import Struct
from numpy.typing import NDArray

from livehouse.media.h264 import for_container, is_keyframe, parameter_sets
from livehouse.media.packets import AUDIO_FRAME_SAMPLES, VIDEO_RATE, AudioFormat, VideoFormat

AUDIO_RATE = 48_000
AUDIO_CHANNELS = 2
AUDIO_KBPS = 128


class EncodedPicture(Struct, frozen=True):
    dts: int
    pts: int
    key: bool
    data: bytes


class VideoEncoder:
    """x264 on one thread, keyframes only where we ask for them, no pictures held back."""

    def __init__(self, *, width: int, height: int, fps: int, kbps: int, preset: str) -> None:
        context = av.CodecContext.create("libx264", "w")
        assert isinstance(context, VideoCodecContext)
        context.width, context.height = width, height
        context.pix_fmt = "yuv420p"
        context.time_base = Fraction(1, VIDEO_RATE)
        context.framerate = Fraction(fps)
        context.bit_rate = kbps * 1000
        context.thread_count = 1
        context.flags |= Flags.global_header
        rate = f"{kbps}k"
        context.options = {
            "preset": preset,
            "tune": "zerolatency",
            "profile": "main",
            "g": str(fps * 60),
            "forced-idr": "1",
            "sc_threshold": "0",
            "maxrate": rate,
            "bufsize": rate,
            "x264-params": "colorprim=bt709:transfer=bt709:colormatrix=bt709",
        }
        context.open()
        self._context = context
        parameters = parameter_sets(bytes(context.extradata or b""))
        self.format = VideoFormat(parameters=parameters, width=width, height=height)

    def encode(
        self, frame: av.VideoFrame | None, *, pts: int = 0, key: bool = False
    ) -> Iterator[EncodedPicture]:
        """Encode one frame, `pts` in video ticks; None gives out what is left."""
        if frame is not None:
            frame.pts = pts
            frame.time_base = self._context.time_base
            # A frame that says nothing of its type keeps that of its maker: often "I".
            frame.pict_type = PictureType.I if key else PictureType.NONE
        for packet in self._context.encode(frame):
            assert packet.dts is not None
            assert packet.pts is not None
            data = for_container(bytes(packet), None)
            yield EncodedPicture(packet.dts, packet.pts, is_keyframe(data), data)


Samples = NDArray[np.float32]


def encode_sound(samples: Samples, *, rate: int = AUDIO_RATE) -> tuple[AudioFormat, list[bytes]]:
    """AAC packets of 1024 samples each, one for each piece of `samples` (channels x time).

    The encoder's priming packet is left out: packet 0 then sounds at sample 0.
    """
    channels, length = samples.shape
    assert length % AUDIO_FRAME_SAMPLES == 0, "whole frames only"
    encoder = audio_encoder(rate=rate, channels=channels)
    packets: list[bytes] = []
    for start in range(0, length, AUDIO_FRAME_SAMPLES):
        piece = np.ascontiguousarray(samples[:, start : start + AUDIO_FRAME_SAMPLES])
        layout = "stereo" if channels == AUDIO_CHANNELS else "mono"
        frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout=layout)
        frame.sample_rate = rate
        frame.pts = start
        frame.time_base = Fraction(1, rate)
        packets += [bytes(packet) for packet in encoder.encode(frame) if _after_priming(packet)]
    packets += [bytes(packet) for packet in encoder.encode(None) if _after_priming(packet)]
    config = bytes(encoder.extradata or b"")
    return AudioFormat(config=config, rate=rate, channels=channels), packets


def audio_encoder(*, rate: int, channels: int) -> AudioCodecContext:
    encoder = av.CodecContext.create("aac", "w")
    assert isinstance(encoder, AudioCodecContext)
    encoder.sample_rate = rate
    encoder.layout = "stereo" if channels == AUDIO_CHANNELS else "mono"
    encoder.format = "fltp"
    encoder.bit_rate = AUDIO_KBPS * 1000
    encoder.flags |= Flags.global_header
    encoder.open()
    return encoder


def silence(*, rate: int, channels: int) -> tuple[AudioFormat, bytes]:
    """One AAC packet of silence that may be repeated for ever, and its format."""
    form, packets = encode_sound(
        np.zeros((channels, AUDIO_FRAME_SAMPLES * 4), np.float32), rate=rate
    )
    return form, packets[1]


def _after_priming(packet: "av.Packet[av.AudioStream]") -> bool:
    return packet.pts is not None and packet.pts >= 0
