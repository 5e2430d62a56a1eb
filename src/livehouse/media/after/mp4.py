"""Writes an MP4 file from samples that lie elsewhere: what describes them first, then their bytes.

Edit lists say which of them are shown, so that a file may begin and end within a group of pictures
(ISO/IEC 14496-12, 8.6.6).
"""

import os
from array import array
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from struct import pack, unpack_from
from typing import BinaryIO

from msgspec import Struct

from livehouse.media.after.footage import Chunk, Footage, Strip
from livehouse.media.fmp4 import AUDIO_TRACK, FULL_VOLUME, MATRIX, UNDEFINED_LANGUAGE, VIDEO_TRACK
from livehouse.media.packets import VIDEO_RATE

COPY_BYTES = 1024 * 1024
NOTHING_SHOWN = -1
ONE = 0x00010000
MDAT_HEAD_BYTES = 16
PICTURE_SIZE_AT = 16 + 8 + 24

Progress = Callable[[float], None]


class Shown(Struct, frozen=True):
    """What of a recording is shown, in its ticks."""

    start: int
    end: int

    @property
    def ticks(self) -> int:
        return self.end - self.start


def write_mp4(path: Path, footage: Footage, shown: Shown, progress: Progress) -> int:
    """Blocking: tells how many bytes were written."""
    order = _interleaved(footage)
    moov_bytes = len(_movie(footage, shown, order, 0))
    kind = _box(b"ftyp", b"isom", pack(">I", 0x200), b"isomiso2avc1mp41")
    offset = len(kind) + moov_bytes + MDAT_HEAD_BYTES
    data_bytes = sum(len(chunk.before) + chunk.size for _, chunk in order)
    with path.open("wb") as file:
        file.write(kind + _movie(footage, shown, order, offset))
        file.write(pack(">I4sQ", 1, b"mdat", MDAT_HEAD_BYTES + data_bytes))
        _copy(file, [chunk for _, chunk in order], data_bytes, progress)
        file.flush()
        os.fsync(file.fileno())
    return offset + data_bytes


_Order = list[tuple[int, Chunk]]


def _interleaved(footage: Footage) -> _Order:
    """Chunks of both tracks by when they begin, as a player reads them."""
    timed = [
        *_timed(VIDEO_TRACK, footage.video),
        *_timed(AUDIO_TRACK, footage.audio),
    ]
    return [(track, chunk) for _, track, chunk in sorted(timed, key=lambda one: one[:2])]


def _timed(track: int, strip: Strip) -> Iterator[tuple[float, int, Chunk]]:
    at = 0
    for chunk in strip.chunks:
        yield strip.starts[at] / strip.rate, track, chunk
        at += chunk.samples


def _copy(file: BinaryIO, chunks: list[Chunk], total: int, progress: Progress) -> None:
    written = 0
    for path, group in groupby(chunks, lambda chunk: chunk.path):
        source = os.open(path, os.O_RDONLY) if path else None
        try:
            for chunk in group:
                file.write(chunk.before)
                left, at = chunk.size, chunk.offset
                while left and source is not None:
                    piece = os.pread(source, min(left, COPY_BYTES), at)
                    if not piece:
                        raise OSError(f"{path} is shorter than it was")
                    file.write(piece)
                    left -= len(piece)
                    at += len(piece)
                written += len(chunk.before) + chunk.size
        finally:
            if source is not None:
                os.close(source)
        progress(written / max(total, 1))


def _movie(footage: Footage, shown: Shown, order: _Order, offset: int) -> bytes:
    places: dict[int, array[int]] = {VIDEO_TRACK: array("Q"), AUDIO_TRACK: array("Q")}
    for track, chunk in order:
        places[track].append(offset)
        offset += len(chunk.before) + chunk.size
    header = _full(
        b"mvhd", 1, 0, pack(">QQIQIH10x", 0, 0, VIDEO_RATE, shown.ticks, ONE, FULL_VOLUME), MATRIX,
        bytes(24), pack(">I", AUDIO_TRACK + 1),
    )  # fmt: skip
    parts = [_track(VIDEO_TRACK, footage.video, shown, places[VIDEO_TRACK])]
    if footage.audio.starts:
        parts.append(_track(AUDIO_TRACK, footage.audio, shown, places[AUDIO_TRACK]))
    return _box(b"moov", header, *parts)


def _track(number: int, strip: Strip, shown: Shown, places: "array[int]") -> bytes:
    is_video = number == VIDEO_TRACK
    size = pack(">II", *_picture_size(strip)) if is_video else bytes(8)
    volume = 0 if is_video else FULL_VOLUME
    head = _full(
        b"tkhd", 1, 3, pack(">QQI4xQ8x", 0, 0, number, shown.ticks),
        pack(">hhHH", 0, 0, volume, 0), MATRIX, size,
    )  # fmt: skip
    base = strip.starts[0]
    clock = _full(
        b"mdhd", 1, 0, pack(">QQIQHH", 0, 0, strip.rate, strip.end - base, UNDEFINED_LANGUAGE, 0)
    )
    kind, name = (b"vide", b"video\x00") if is_video else (b"soun", b"sound\x00")
    handler = _full(b"hdlr", 0, 0, pack(">I4s12x", 0, kind), name)
    media = _full(b"vmhd", 0, 1, bytes(8)) if is_video else _full(b"smhd", 0, 0, bytes(4))
    here = _box(b"dinf", _full(b"dref", 0, 0, pack(">I", 1), _full(b"url ", 0, 1)))
    inside = _box(b"minf", media, here, _table(strip, places))
    return _box(
        b"trak", head, _box(b"edts", _edits(strip, shown)), _box(b"mdia", clock, handler, inside)
    )


def _edits(strip: Strip, shown: Shown) -> bytes:
    """From which moment of the track to which it is shown; first nothing, if it begins later."""
    base = strip.starts[0]
    start = shown.start * strip.rate // VIDEO_RATE
    into = start + strip.reorder - base
    late = max(-into, 0) * VIDEO_RATE // strip.rate
    edits = [(late, NOTHING_SHOWN)] if late else []
    lasts = min(shown.ticks - late, (strip.end - base) * VIDEO_RATE // strip.rate)
    edits.append((lasts, max(into, 0)))
    body = b"".join(pack(">QqI", ticks, place, ONE) for ticks, place in edits)
    return _full(b"elst", 1, 0, pack(">I", len(edits)), body)


def _table(strip: Strip, places: "array[int]") -> bytes:
    ends = [*strip.starts[1:], max(strip.end, strip.starts[-1] + 1)]
    durations = (end - start for start, end in zip(strip.starts, ends, strict=True))
    parts = [strip.descriptions, _full(b"stts", 0, 0, _counted(durations))]
    if any(strip.waits):
        parts.append(_full(b"ctts", 1, 0, _counted(iter(strip.waits), signed=True)))
    keys = array("I", (n for n, key in enumerate(strip.keys, 1) if key))
    if len(keys) < len(strip.keys):
        parts.append(_full(b"stss", 0, 0, pack(">I", len(keys)), _big(keys)))
    parts += [
        _full(b"stsc", 0, 0, _samples_of_chunks(strip.chunks)),
        _full(b"stsz", 0, 0, pack(">II", 0, len(strip.sizes)), _big(strip.sizes)),
        _full(b"co64", 0, 0, pack(">I", len(places)), _big(places)),
    ]
    return _box(b"stbl", *parts)


def _counted(values: Iterator[int], *, signed: bool = False) -> bytes:
    form = ">Ii" if signed else ">II"
    rows = [pack(form, sum(1 for _ in same), value) for value, same in groupby(values)]
    return pack(">I", len(rows)) + b"".join(rows)


def _samples_of_chunks(chunks: list[Chunk]) -> bytes:
    rows, before = [], 0
    for number, chunk in enumerate(chunks, 1):
        if chunk.samples != before:
            rows.append(pack(">III", number, chunk.samples, 1))
            before = chunk.samples
    return pack(">I", len(rows)) + b"".join(rows)


def _picture_size(strip: Strip) -> tuple[int, int]:
    width, height = unpack_from(">HH", strip.descriptions, PICTURE_SIZE_AT)
    return width << 16, height << 16


def _big(values: "array[int]") -> bytes:
    turned = array(values.typecode, values)
    turned.byteswap()
    return turned.tobytes()


def _box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return pack(">I4s", 8 + len(body), name) + body


def _full(name: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    return _box(name, pack(">I", version << 24 | flags), *parts)
