"""The multivariant playlist (RFC 8216, 4.3.4): which forms of the picture a player may choose."""

from collections.abc import Sequence

from msgspec import Struct

from livehouse.media.packets import AudioFormat, VideoFormat
from livehouse.media.playlist import SegmentLine

VERSION = 7
OBJECT_ESCAPE = 31
# What is declared of a rate: no segment may exceed it, and the next may be larger than the last.
PEAK_MARGIN = 1.1
# What a smaller picture takes at most of its source's rate.
SMALLER_SHARE = 0.9


class Variant(Struct, frozen=True):
    """Rates in bits a second; a height of 0 means sound alone, empty codecs that none are known."""

    uri: str
    peak: int
    average: int
    codecs: str = ""
    width: int = 0
    height: int = 0
    fps: float = 0.0


class Measured(Struct, frozen=True):
    """What whole segments come to, in bits a second."""

    peak: int = 0
    average: int = 0


def measured(lines: Sequence[SegmentLine]) -> Measured:
    seconds = sum(line.seconds for line in lines)
    if not seconds:
        return Measured()
    # A segment that a gap has cut short says nothing of the rate.
    usual = max(line.seconds for line in lines) / 2
    peak = max(line.bytes * 8 / line.seconds for line in lines if line.seconds >= usual)
    average = sum(line.bytes for line in lines) * 8 / seconds
    return Measured(round(max(peak, average)), round(average))


def declared(rate: int, source: int) -> int:
    """What is said of a smaller picture, before it is known, that may take `rate` bits a second.

    A plain picture takes less than its encoder may spend. What is declared as more than the source
    would never be chosen instead of it; 0 means that nothing is known of the source.
    """
    return min(rate, round(source * SMALLER_SHARE)) if source else rate


def multivariant_playlist(variants: Sequence[Variant]) -> str:
    """The first is the one that players begin with, unless they know better."""
    tags = ["#EXTM3U", f"#EXT-X-VERSION:{VERSION}"]
    for variant in variants:
        tags += [f"#EXT-X-STREAM-INF:{_attributes(variant)}", variant.uri]
    return "\n".join(tags) + "\n"


def codecs_of(video: VideoFormat | None, audio: AudioFormat) -> str:
    """As RFC 6381 names them: profile, constraints and level; the kind of AAC."""
    sound = sound_codec(audio.config)
    if video is None:
        return sound
    return f"avc1.{video.parameters.sequence[1:4].hex()},{sound}"


def sound_codec(config: bytes) -> str:
    """Of an AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1)."""
    kind = config[0] >> 3
    if kind == OBJECT_ESCAPE:
        kind = 32 + (int.from_bytes(config[:2], "big") >> 5 & 0x3F)
    return f"mp4a.40.{kind}"


def _attributes(variant: Variant) -> str:
    found = [f"BANDWIDTH={round(variant.peak * PEAK_MARGIN)}"]
    if variant.average:
        found.append(f"AVERAGE-BANDWIDTH={variant.average}")
    if variant.codecs:
        found.append(f'CODECS="{variant.codecs}"')
    if variant.height:
        found.append(f"RESOLUTION={variant.width}x{variant.height}")
    if variant.height and variant.fps:
        found.append(f"FRAME-RATE={variant.fps:.3f}")
    return ",".join(found)
