"""Small pictures of a recording, ten to a sheet, and the WebVTT that tells which is where.

A sheet holds a minute of the clock, a picture every six seconds. It is drawn when somebody first
asks for it, and then kept; a minute that still goes on has none yet.
"""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from struct import unpack_from

import av
from msgspec import Struct
from PIL import Image

from livehouse.media.after.boxes import tracks
from livehouse.media.after.mp4 import PICTURE_SIZE_AT
from livehouse.media.after.timeline import RecordedTime
from livehouse.media.fmp4 import VIDEO_TRACK
from livehouse.media.packets import TICKS_PER_MS
from livehouse.media.playlist import SegmentLine, init_name, segment_name

EVERY_MS = 6_000
SHEET_MS = 60_000
COLUMNS = 5
SIDE_MAX = 160
QUALITY = 72
FIRST_FRAGMENT_BYTES_MAX = 8 * 1024 * 1024


class Tile(Struct, frozen=True):
    """A small picture: of which segment, where it stands in the recording (ticks), and where."""

    line: SegmentLine
    starts: int
    sheet: int
    place: int


def sheet_name(sheet: int) -> str:
    return f"thumbs-{sheet}.jpg"


def tiles(time: RecordedTime, *, is_on: bool) -> list[Tile]:
    """All that there are; of the minute that still goes on none."""
    found: dict[int, Tile] = {}
    for line, starts in zip(time.lines, time.starts, strict=True):
        slot = line.at // EVERY_MS
        if slot not in found and line.independent:
            place = slot % (SHEET_MS // EVERY_MS)
            found[slot] = Tile(line, starts, line.at // SHEET_MS, place)
    going_on = time.lines[-1].at // SHEET_MS if is_on and time.lines else -1
    return sorted(
        (tile for tile in found.values() if tile.sheet != going_on), key=lambda tile: tile.starts
    )


def tile_size(init: bytes) -> tuple[int, int]:
    width, height = unpack_from(">HH", tracks(init)[VIDEO_TRACK].descriptions, PICTURE_SIZE_AT)
    scale = SIDE_MAX / max(width, height, 1)
    return max(round(width * scale), 1), max(round(height * scale), 1)


def webvtt(time: RecordedTime, shown: Sequence[Tile], size: tuple[int, int]) -> str:
    """One cue for each picture, in the recording's own time; addresses are beside this file."""
    lines = ["WEBVTT", ""]
    ends = [tile.starts for tile in shown[1:]] + [time.ticks] * bool(shown)
    width, height = size
    for tile, end in zip(shown, ends, strict=True):
        x, y = tile.place % COLUMNS * width, tile.place // COLUMNS * height
        lines += [
            f"{clock(tile.starts // TICKS_PER_MS)} --> {clock(end // TICKS_PER_MS)}",
            f"{sheet_name(tile.sheet)}#xywh={x},{y},{width},{height}",
            "",
        ]
    return "\n".join(lines)


def clock(ms: int) -> str:
    """A time as WebVTT writes it."""
    minutes, rest = divmod(ms, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def draw_sheet(folder: Path, shown: Sequence[Tile]) -> bytes:
    """Blocking: a JPEG with the pictures at their places; one that cannot be read stays dark."""
    size = tile_size((folder / init_name(shown[0].line.init)).read_bytes())
    rows = SHEET_MS // EVERY_MS // COLUMNS
    sheet = Image.new("RGB", (size[0] * COLUMNS, size[1] * rows))
    for tile in shown:
        init = (folder / init_name(tile.line.init)).read_bytes()
        for picture in _first_picture(init + _first_fragment(folder, tile.line), size):
            sheet.paste(picture, (tile.place % COLUMNS * size[0], tile.place // COLUMNS * size[1]))
    written = io.BytesIO()
    sheet.save(written, "JPEG", quality=QUALITY, progressive=True)
    return written.getvalue()


def _first_fragment(folder: Path, line: SegmentLine) -> bytes:
    """Up to and with the first `mdat`: the keyframe is in it."""
    with (folder / segment_name(line.number)).open("rb") as file:
        head = file.read(8)
        while head[4:] != b"mdat" and len(head) == 8:  # noqa: PLR2004 - the head of a box
            file.seek(unpack_from(">I", head)[0] - 8, 1)
            head = file.read(8)
        size = file.tell() - 8 + (unpack_from(">I", head)[0] if len(head) == 8 else 0)  # noqa: PLR2004
        file.seek(0)
        return file.read(min(size, FIRST_FRAGMENT_BYTES_MAX))


def _first_picture(data: bytes, size: tuple[int, int]) -> Iterator[Image.Image]:
    try:
        with av.open(io.BytesIO(data), "r", format="mp4") as container:
            for frame in container.decode(video=0):
                small = frame.reformat(width=size[0], height=size[1], format="rgb24")
                yield Image.fromarray(small.to_ndarray())
                return
    except av.error.FFmpegError:
        return
