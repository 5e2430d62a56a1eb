"""Encodes the beginning of a clip anew, up to the next keyframe, so that it hides nothing."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain
from struct import pack
from typing import Any

import av
from av.codec.context import Flags
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from livehouse.media.after.boxes import boxes
from livehouse.media.after.footage import (
    ENTRY_BYTES,
    PICTURE_ENTRY_BYTES,
    Chunk,
    Strip,
    bytes_of,
    parameter_record,
)
from livehouse.media.after.mp4 import Progress, Shown
from livehouse.media.h264 import for_container, parameter_sets
from livehouse.media.packets import VIDEO_RATE

# Far from the numbers that encoders give their parameter sets: both stand in one description.
OWN_PARAMETERS = 31
QUALITY = "18"
HIGH_PROFILES = frozenset({100, 110, 122, 144, 244})


def encoded_head(strip: Strip, shown: Shown, progress: Progress) -> Strip:
    """The same pictures, the first of them a keyframe.

    `strip` begins with a keyframe at or before the first picture that is shown. Each picture is
    decoded, encoded and let go before the next: a keyframe may be ten seconds away.
    """
    if strip.shown(0) >= shown.start:
        return strip
    later = (n for n in range(1, len(strip.keys)) if strip.keys[n] and strip.shown(n) > shown.start)
    key = next(later, len(strip.starts))
    frames = _decoded(strip, key, shown)
    first = next(frames)
    context = _encoder(first, strip)
    head = Strip(strip.rate, _with(strip.descriptions, context), strip.reorder)
    _encode(context, chain([first], frames), head, progress)
    if key == len(strip.starts):
        head.end = strip.end
        return head
    rest = strip.cut(key, len(strip.starts))
    return Strip(
        strip.rate, head.descriptions, strip.reorder, head.starts + rest.starts,
        head.sizes + rest.sizes, head.waits + rest.waits, head.keys + rest.keys,
        head.chunks + rest.chunks, rest.end,
    )  # fmt: skip


def _decoded(strip: Strip, until: int, shown: Shown) -> Iterator[av.VideoFrame]:
    """The pictures before `until` that are shown, in that order, timed by the recording."""
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, VideoCodecContext)
    decoder.extradata = parameter_record(strip.descriptions)
    # Within the workshop's own thread, which gives way to everything that is live.
    decoder.thread_count = 1
    for packet in chain(_packets(strip, until), [None]):
        for frame in decoder.decode(packet):
            if frame.pts is not None and shown.start <= frame.pts < shown.end:
                yield frame


def _packets(strip: Strip, until: int) -> Iterator["av.Packet[Any]"]:
    for number, data in zip(range(until), bytes_of(strip), strict=False):
        packet = av.Packet(data)
        packet.pts, packet.dts = strip.shown(number), strip.starts[number]
        packet.time_base = Fraction(1, VIDEO_RATE)
        yield packet


def _encoder(like: av.VideoFrame, strip: Strip) -> VideoCodecContext:
    context = av.CodecContext.create("libx264", "w")
    assert isinstance(context, VideoCodecContext)
    context.width, context.height = like.width, like.height
    context.pix_fmt = "yuv420p"
    context.time_base = Fraction(1, VIDEO_RATE)
    context.thread_count = 1
    context.flags |= Flags.global_header
    profile = parameter_record(strip.descriptions)[1]
    context.options = {
        "preset": "veryfast",
        "tune": "zerolatency",
        "profile": "high" if profile in HIGH_PROFILES else "main",
        "crf": QUALITY,
        "forced-idr": "1",
        "x264-params": f"sps-id={OWN_PARAMETERS}:colorprim=bt709:transfer=bt709:colormatrix=bt709",
    }
    context.open()
    return context


def _encode(
    context: VideoCodecContext, frames: Iterable[av.VideoFrame], head: Strip, progress: Progress
) -> None:
    for frame in chain(frames, [None]):
        if frame is not None:
            frame.time_base = Fraction(1, VIDEO_RATE)
            frame.pict_type = PictureType.NONE if head.starts else PictureType.I
        # So that what is not wanted any more ends between two pictures.
        progress(0.0)
        for packet in context.encode(frame):
            data = for_container(bytes(packet), None)
            assert packet.pts is not None
            head.starts.append(packet.pts)
            head.waits.append(head.reorder)
            head.sizes.append(len(data))
            head.keys.append(not head.keys)
            head.chunks.append(Chunk(None, 0, 0, 1, data))


def _with(descriptions: bytes, context: VideoCodecContext) -> bytes:
    """The descriptions with the encoder's parameter sets beside those of the recording."""
    own = parameter_sets(bytes(context.extradata or b""))
    table = next(boxes(descriptions))
    entry = next(boxes(descriptions, table.start + ENTRY_BYTES, table.end))
    inside = entry.start + PICTURE_ENTRY_BYTES
    record = parameter_record(descriptions)
    parts = [
        _box(b"avcC", _joined(record, own.sequence, own.picture))
        if box.name == b"avcC"
        else box.of(descriptions)
        for box in boxes(descriptions, inside, entry.end)
    ]
    made = _box(entry.name, descriptions[entry.start : inside], *parts)
    return _box(b"stsd", descriptions[table.start : table.start + ENTRY_BYTES], made)


def _joined(record: bytes, sequence: bytes, picture: bytes) -> bytes:
    """One AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1) with two sets of parameters."""
    out, place = bytearray(record[:5]), 5
    for mask, more in ((0x1F, sequence), (0xFF, picture)):
        count = record[place] & mask
        out.append((record[place] & ~mask & 0xFF) | (count + 1))
        place += 1
        for _ in range(count):
            length = int.from_bytes(record[place : place + 2], "big")
            out += record[place : place + 2 + length]
            place += 2 + length
        out += len(more).to_bytes(2, "big") + more
    return bytes(out) + record[place:]


def _box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return pack(">I4s", 8 + len(body), name) + body
