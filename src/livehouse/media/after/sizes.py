"""A recording in its smaller sizes: cut as the source is, with gaps where a size was not made."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from struct import unpack_from
from typing import TypeAlias

from msgspec import Struct

from livehouse.media.after.boxes import BrokenRecording, boxes, tracks
from livehouse.media.after.footage import parameter_record
from livehouse.media.after.mp4 import PICTURE_SIZE_AT
from livehouse.media.fmp4 import AUDIO_TRACK, VIDEO_TRACK
from livehouse.media.folder import JOURNAL, RunFolder
from livehouse.media.playlist import NO_INIT, MissingLine, SegmentLine, init_name
from livehouse.media.renditions.multivariant import Variant, measured, sound_codec
from livehouse.media.renditions.rungs import RENDITION_NAMES, RenditionName

# While a show goes on, what a size has not got after so long it will not get any more. Longer than
# encoding may be behind and a disk may take.
LATE_MS_MAX = 20_000
# A size is offered when it holds so much of the recording: gaps cost players a change each.
OFFERED_SHARE = 0.9
RUNS_REMEMBERED_MAX = 16
# So many forms of one recording are looked at to say what a player must be able to decode.
INITS_READ_MAX = 32
ENTRY_BYTES, SOUND_ENTRY_BYTES = 8, 28
# Where in an `esds` of ours the length of the decoder's configuration stands.
CONFIG_LENGTH_AT = 25


_State: TypeAlias = tuple[tuple[RenditionName, int, int], ...]
Sizes: TypeAlias = Mapping[RenditionName, Mapping[int, SegmentLine]]


class Form(Struct, frozen=True):
    """What players must be able to decode, and the largest picture."""

    codecs: str = ""
    width: int = 0
    height: int = 0


def in_size(
    lines: Sequence[SegmentLine], own: Mapping[int, SegmentLine], *, ended: bool
) -> list[SegmentLine]:
    """The recording's segments as a size has them: same numbers, moments and discontinuities.

    What may still come is not listed, since a gap that was told stays one.
    """
    found: list[SegmentLine] = []
    newest_at = lines[-1].ends_at if lines else 0
    init = NO_INIT
    for line in lines:
        mine = own.get(line.number)
        if mine is not None:
            init = mine.init
            found.append(mine)
        elif ended or line.ends_at < newest_at - LATE_MS_MAX:
            found.append(_missing(line, init))
        else:
            break
    return found


def is_offered(lines: Sequence[SegmentLine], own: Mapping[int, SegmentLine]) -> bool:
    ticks = sum(line.ticks for line in lines)
    kept = sum(line.ticks for line in lines if line.number in own)
    return kept > 0 and kept >= OFFERED_SHARE * ticks


class KeptSizes:
    """What is kept of runs in each size; remembered until one of their journals changes."""

    def __init__(self) -> None:
        self._known: OrderedDict[Path, tuple[_State, Sizes]] = OrderedDict()

    async def of(self, folder: RunFolder) -> Sizes:
        """Every size of which something is there, by the numbers of its segments."""
        state = await asyncio.to_thread(_state, folder)
        known = self._known.get(folder.path)
        if known is None or known[0] != state:
            known = self._known[folder.path] = state, await asyncio.to_thread(_read, folder)
        self._known.move_to_end(folder.path)
        while len(self._known) > RUNS_REMEMBERED_MAX:
            self._known.popitem(last=False)
        return known[1]


def _state(folder: RunFolder) -> _State:
    found = []
    for name in RENDITION_NAMES:
        with suppress(OSError):
            stat = (folder.beside(name).path / JOURNAL).stat()
            found.append((name, stat.st_mtime_ns, stat.st_size))
    return tuple(found)


def _read(folder: RunFolder) -> Sizes:
    read = {name: folder.beside(name).lines() for name in RENDITION_NAMES}
    return {name: {line.number: line for line in lines} for name, lines in read.items() if lines}


def variant(uri: str, folder: RunFolder, lines: Sequence[SegmentLine]) -> Variant:
    """Blocking: what is true of a form of the recording; of `lines`, which are there."""
    rates = measured(lines)
    form = form_of(folder.path, lines)
    return Variant(uri, rates.peak, rates.average, form.codecs, form.width, form.height)


def form_of(folder: Path, lines: Sequence[SegmentLine]) -> Form:
    """Blocking: reads init sections. Nothing is said where one cannot be read."""
    inits = sorted({line.init for line in lines})[-INITS_READ_MAX:]
    pictures: set[str] = set()
    sounds: set[str] = set()
    size = (0, 0)
    try:
        for init in inits:
            found = tracks((folder / init_name(init)).read_bytes())
            if video := found.get(VIDEO_TRACK):
                pictures.add(f"avc1.{parameter_record(video.descriptions)[1:4].hex()}")
                size = max(size, unpack_from(">HH", video.descriptions, PICTURE_SIZE_AT))
            sounds.add(sound_codec(_sound_config(found[AUDIO_TRACK].descriptions)))
    except (OSError, BrokenRecording, KeyError, IndexError, StopIteration):
        return Form()
    # The most demanding one first: some players look at no other.
    return Form(",".join([*sorted(pictures, reverse=True), *sorted(sounds)]), *size)


def _sound_config(descriptions: bytes) -> bytes:
    """The AudioSpecificConfig of a track's descriptions."""
    entry = next(boxes(descriptions, 8 + ENTRY_BYTES, len(descriptions)))
    for box in boxes(descriptions, entry.start + SOUND_ENTRY_BYTES, entry.end):
        if box.name == b"esds":
            at = box.start + CONFIG_LENGTH_AT
            return descriptions[at + 1 : at + 1 + descriptions[at]]
    message = "there is no esds"
    raise BrokenRecording(message)


def _missing(line: SegmentLine, init: int) -> MissingLine:
    return MissingLine(
        number=line.number,
        at=line.at,
        ticks=line.ticks,
        init=init,
        discontinuity=line.discontinuity,
        series=line.series,
        bytes=0,
        independent=line.independent,
    )
