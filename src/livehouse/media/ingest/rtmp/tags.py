"""Pictures and sound as RTMP carries them: the bodies of FLV tags (Adobe FLV 10.1, annex E)."""

from collections.abc import Iterator

from livehouse.media.h264 import (
    BITS_8,
    CHROMA_420,
    PICTURE_PARAMETERS,
    SEQUENCE_PARAMETERS,
    MalformedStream,
    ParameterSets,
    for_container,
    is_keyframe,
    length_bytes,
    parameter_sets,
    picture_shape,
    split_avcc,
    unit_type,
)
from livehouse.media.ingest.feed import AAC_LC, Feed
from livehouse.media.ingest.rtmp.errors import Garbage, UnsupportedCodec
from livehouse.media.limits import PICTURE_SIDE_MAX
from livehouse.media.packets import TICKS_PER_MS, AudioFormat, VideoFormat

H264, AAC, ENHANCED_AUDIO = 7, 10, 9
ENHANCED = 0x80
COMMAND_FRAME = 5
CONFIGURATION, CODED = 0, 1
# ISO/IEC 14496-3, 1.6.3.4 and table 1.17.
RATES = (96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025,
         8_000, 7_350)  # fmt: skip
LONG_FRAME_TYPES = frozenset({2, 5, 29})
VIDEO_CODECS = {2: "H.263", 3: "Screen video", 4: "VP6", 5: "VP6", 6: "Screen video", 12: "HEVC"}
SOUND_CODECS = {0: "PCM", 1: "ADPCM", 2: "MP3", 3: "PCM", 7: "G.711", 8: "G.711", 11: "Speex"}
HALF_RANGE, RANGE = 1 << 31, 1 << 32


class Tags:
    """Hands tags over to a feed; what cannot be shown everywhere is refused by its name."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._times = _Times()
        self._unit_length: int | None = None
        self._parameters: ParameterSets | None = None
        self._has_sound = False

    def video(self, time: int, data: bytes, *, now_ms: int) -> None:
        """`time` in ms, as it wraps at 2**32."""
        if len(data) < 5:  # noqa: PLR2004 - codec, kind and composition time
            return  # an empty tag says nothing
        if data[0] & ENHANCED:
            raise UnsupportedCodec(found=_four_letters(data[1:5]))
        frame, codec = data[0] >> 4, data[0] & 0x0F
        if codec != H264:
            raise UnsupportedCodec(found=VIDEO_CODECS.get(codec, f"video {codec}"))
        if frame == COMMAND_FRAME:
            return
        if data[1] == CONFIGURATION:
            self._configure(data[5:])
        elif data[1] == CODED and self._parameters is not None:
            composition = int.from_bytes(data[2:5], "big", signed=True)
            self._picture(self._times.whole(time), composition, data[5:], now_ms)

    def sound(self, time: int, data: bytes) -> None:
        if len(data) < 2:  # noqa: PLR2004 - format and kind
            return
        codec = data[0] >> 4
        if codec == ENHANCED_AUDIO:
            raise UnsupportedCodec(found=_four_letters(data[1:5]))
        if codec != AAC:
            raise UnsupportedCodec(found=SOUND_CODECS.get(codec, f"sound {codec}"))
        if data[1] == CONFIGURATION:
            self._feed.audio_format(audio_format(data[2:]))
            self._has_sound = True
        elif self._has_sound and len(data) > 2:  # noqa: PLR2004 - behind the two of the tag
            self._feed.sound(self._times.whole(time) * TICKS_PER_MS, data[2:])

    def _configure(self, record: bytes) -> None:
        try:
            self._unit_length = length_bytes(record)
            self._use(parameter_sets(record))
        except MalformedStream as error:
            raise Garbage(str(error)) from error

    def _picture(self, time: int, composition: int, data: bytes, now_ms: int) -> None:
        try:
            units = for_container(data, self._unit_length)
            key = is_keyframe(units)
            if key:
                self._look_for_parameters(data)
        except MalformedStream as error:
            raise Garbage(str(error)) from error
        if units:
            dts = time * TICKS_PER_MS
            pts = dts + composition * TICKS_PER_MS
            self._feed.picture(dts, pts, units, key=key, now_ms=now_ms)

    def _look_for_parameters(self, data: bytes) -> None:
        """Some encoders change their parameters within the stream, and say it nowhere else."""
        units = list(_units(data, self._unit_length))
        sequences = [unit for unit in units if unit_type(unit) == SEQUENCE_PARAMETERS]
        pictures = [unit for unit in units if unit_type(unit) == PICTURE_PARAMETERS]
        if len(sequences) == 1 and len(pictures) == 1:
            self._use(ParameterSets(sequence=sequences[0], picture=pictures[0]))

    def _use(self, parameters: ParameterSets) -> None:
        if parameters == self._parameters:
            return
        self._parameters = parameters
        self._feed.video_format(video_format(parameters))


def video_format(parameters: ParameterSets) -> VideoFormat:
    """The format of pictures that browsers decode, or `UnsupportedCodec`."""
    shape = picture_shape(parameters.sequence)
    if shape.chroma != CHROMA_420 or shape.depth != BITS_8:
        raise UnsupportedCodec(found=f"H.264 {shape.depth} bits, chroma {shape.chroma}")
    if max(shape.width, shape.height) > PICTURE_SIDE_MAX:
        raise UnsupportedCodec(found=f"H.264 {shape.width}x{shape.height}")
    return VideoFormat(parameters, shape.width, shape.height)


def audio_format(config: bytes) -> AudioFormat:
    """Read an AudioSpecificConfig; of HE-AAC the core counts, the rest is the decoder's."""
    if len(config) < 2:  # noqa: PLR2004 - the least that says rate and channels
        raise Garbage("no sound configuration")
    kind, rate, channels = (
        config[0] >> 3,
        (config[0] & 7) << 1 | config[1] >> 7,
        config[1] >> 3 & 15,
    )
    if kind not in LONG_FRAME_TYPES or rate >= len(RATES) or not channels:
        raise UnsupportedCodec(found=f"AAC {kind}, rate {rate}, channels {channels}")
    if kind == AAC_LC and config[1] & 4:
        raise UnsupportedCodec(found="AAC of 960 samples")
    return AudioFormat(config, RATES[rate], channels)


def _units(data: bytes, unit_length: int | None) -> Iterator[bytes]:
    return split_avcc(data, unit_length or 4)


def _four_letters(data: bytes) -> str:
    return data.decode("ascii", "replace").replace("\ufffd", "?").strip()


class _Times:
    """RTMP's times of 32 bits as whole numbers: after 49.7 days they begin anew at 0."""

    def __init__(self) -> None:
        self._last: int | None = None

    def whole(self, time: int) -> int:
        if self._last is None:
            self._last = time
        step = (time - self._last + HALF_RANGE) % RANGE - HALF_RANGE
        self._last += step
        return self._last
