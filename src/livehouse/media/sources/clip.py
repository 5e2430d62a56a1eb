"""Looks into a video file: can it be played as it is, must it be encoded, is it broken?"""

from fractions import Fraction
from pathlib import Path

import av
from av.container.input import InputContainer
from av.stream import Disposition
from msgspec import Struct

from livehouse.media.errors import BrokenVideo, VideoTooLarge, VideoTooLong
from livehouse.media.h264 import (
    BITS_8,
    CHROMA_420,
    MalformedStream,
    for_container,
    is_keyframe,
    length_bytes,
    parameter_sets,
    picture_shape,
)
from livehouse.media.limits import LOOP_SECONDS_MIN, PICTURE_SIDE_MAX, SEGMENT_SECONDS_MAX
from livehouse.media.packets import VIDEO_RATE, AudioFormat, Formats, VideoFormat

# Only formats that hold everything in the one file: playlists could name other files to read.
FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,mpeg,avi,flv,ogg,asf,wmv,mpegvideo,h264,hevc,"
    "ivf,mxf,nut,gif,m4v"
)
OPTIONS = {"format_whitelist": FORMATS, "protocol_whitelist": "file"}
OPEN_SECONDS_MAX = 20.0
SOUND_RATES = (44_100, 48_000)
SOUND_CHANNELS_MAX = 2
AAC_LC = 2
WHOLE_SHARE = 0.9


class Clip(Struct, frozen=True):
    """A file that can go out packet by packet. Ticks are video ticks from its first picture."""

    path: str
    formats: Formats
    ticks: int
    has_sound: bool


class MustEncode(Exception):
    """The file is sound, but not in the form that goes out."""


def opened(path: Path) -> InputContainer:
    try:
        return av.open(str(path), options=OPTIONS, timeout=OPEN_SECONDS_MAX)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise BrokenVideo(reason=f"{type(error).__name__}: {error}") from error


def picture_stream(container: InputContainer) -> av.VideoStream:
    """The stream of moving pictures; a cover in a music file is none."""
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            context = stream.codec_context
            if max(context.width, context.height) > PICTURE_SIDE_MAX:
                raise VideoTooLarge(side=PICTURE_SIDE_MAX)
            if min(context.width, context.height) > 0:
                return stream
    raise BrokenVideo(reason="no moving pictures")


def sound_stream(container: InputContainer) -> av.AudioStream | None:
    streams = [stream for stream in container.streams.audio if stream.codec_context.sample_rate]
    return streams[0] if streams else None


def inspect(path: Path, *, seconds_max: int | None = None) -> Clip:
    """Read the whole file, without decoding it, and say whether it can go out as it is.

    One that lasts longer than `seconds_max` is refused, however it is made.
    """
    try:
        rotation = _rotation(path)
        with opened(path) as container:
            clip = _inspect(path, container, seconds_max)
    except (av.error.FFmpegError, MalformedStream, IndexError) as error:
        raise BrokenVideo(reason=f"{type(error).__name__}: {error}") from error
    if rotation:
        message = "the picture lies on its side"
        raise MustEncode(message)
    return clip


def video_format(stream: av.VideoStream) -> VideoFormat:
    """The format of an H.264 stream that decoders everywhere take, or `MustEncode`."""
    context = stream.codec_context
    ratio = stream.sample_aspect_ratio
    if context.name != "h264" or context.pix_fmt not in {"yuv420p", "yuvj420p"}:
        message = f"{context.name} {context.pix_fmt}"
        raise MustEncode(message)
    if ratio is not None and ratio not in (0, 1):
        message = "pixels are not square"
        raise MustEncode(message)
    try:
        parameters = parameter_sets(bytes(context.extradata or b""))
        shape = picture_shape(parameters.sequence)
    except MalformedStream as error:
        raise MustEncode(str(error)) from error
    even = shape.width % 2 == 0 and shape.height % 2 == 0
    if not (shape.progressive and even and shape.depth == BITS_8 and shape.chroma == CHROMA_420):
        message = "interlaced, odd in size, or rich in colour"
        raise MustEncode(message)
    return VideoFormat(parameters, shape.width, shape.height)


def sound_format(stream: av.AudioStream) -> AudioFormat:
    context = stream.codec_context
    config = bytes(context.extradata or b"")
    fits = (
        context.name == "aac"
        and context.sample_rate in SOUND_RATES
        and 1 <= context.channels <= SOUND_CHANNELS_MAX
        and len(config) > 1
        and config[0] >> 3 == AAC_LC
    )
    if not fits:
        message = f"{context.name} at {context.sample_rate}"
        raise MustEncode(message)
    return AudioFormat(config, context.sample_rate, context.channels)


def in_ticks(time: int, base: Fraction, rate: int = VIDEO_RATE) -> int:
    return round(time * base * rate)


def _rotation(path: Path) -> int:
    """Decode one picture: proof that there is one, and it alone knows how it is turned."""
    with opened(path) as container:
        for frame in container.decode(picture_stream(container)):
            return round(frame.rotation)
    raise BrokenVideo(reason="no picture can be decoded")


def _inspect(path: Path, container: InputContainer, seconds_max: int | None) -> Clip:
    stream = picture_stream(container)
    sound = sound_stream(container)
    times = _Times()
    refused: MustEncode | None = None
    form, sound_form = None, None
    try:
        form = video_format(stream)
        sound_form = AudioFormat(b"", 48_000, 2) if sound is None else sound_format(sound)
    except MustEncode as reason:
        refused = reason
    unit_length = length_bytes(bytes(stream.codec_context.extradata or b""))
    there = 0.0
    for packet in container.demux(*(s for s in (stream, sound) if s)):
        there = max(there, _ends_after(packet, container))
        if packet.stream is stream and packet.size:
            times.add(packet, unit_length, look=refused is None)
    declared = (container.duration or 0) / av.time_base
    if times.pictures == 0 or times.ticks < LOOP_SECONDS_MIN * VIDEO_RATE:
        raise BrokenVideo(reason="no pictures")
    if seconds_max is not None and times.ticks > seconds_max * VIDEO_RATE:
        raise VideoTooLong
    if there < declared * WHOLE_SHARE:
        raise BrokenVideo(reason=f"{there:.1f} s of {declared:.1f} s are there")
    if refused is not None:
        raise refused
    assert form is not None
    assert sound_form is not None
    times.check()
    formats = Formats(form, sound_form, key_interval_seconds=times.key_interval)
    return Clip(str(path), formats, times.ticks, has_sound=sound is not None)


def _ends_after(packet: "av.Packet[av.stream.Stream]", container: InputContainer) -> float:
    """How long after the start of the file a packet ends (s)."""
    if packet.pts is None:
        return 0.0
    start = (container.start_time or 0) / av.time_base
    return float((packet.pts + (packet.duration or 0)) * packet.time_base) - start


class _Times:
    """The times of a file's pictures, and what is wrong with them."""

    def __init__(self) -> None:
        self.pictures = 0
        self.key_interval = 0.0
        self._first: int | None = None
        self._end = 0
        self._last_dts: int | None = None
        self._last_key = 0
        self._problem = ""

    @property
    def ticks(self) -> int:
        return self._end - (self._first or 0)

    def add(
        self, packet: "av.Packet[av.stream.Stream]", unit_length: int | None, *, look: bool
    ) -> None:
        """Count a packet, and `look` into its units: only they know where it starts anew."""
        self.pictures += 1
        if packet.pts is None or packet.dts is None:
            self._problem = self._problem or "pictures without times"
            return
        base = packet.time_base
        pts, dts = in_ticks(packet.pts, base), in_ticks(packet.dts, base)
        if self._last_dts is not None and dts <= self._last_dts:
            self._problem = self._problem or "times that run back"
        self._last_dts = dts
        self._end = max(self._end, pts + in_ticks(packet.duration or 0, base))
        if look and packet.is_keyframe:
            self._at_key(pts, bytes(packet), unit_length)
        if self._first is None:
            self._first = self._last_key = pts
            if not packet.is_keyframe:
                self._problem = self._problem or "it starts in the middle"

    def _at_key(self, pts: int, data: bytes, unit_length: int | None) -> None:
        try:
            anew = is_keyframe(for_container(data, unit_length))
        except MalformedStream as error:
            self._problem = self._problem or str(error)
            return
        if anew:
            if self._first is not None:
                self.key_interval = max(self.key_interval, (pts - self._last_key) / VIDEO_RATE)
            self._last_key = pts

    def check(self) -> None:
        self.key_interval = max(self.key_interval, (self._end - self._last_key) / VIDEO_RATE)
        if self._problem:
            raise MustEncode(self._problem)
        if self.key_interval > SEGMENT_SECONDS_MAX:
            message = f"keyframes {self.key_interval:.1f} s apart"
            raise MustEncode(message)
