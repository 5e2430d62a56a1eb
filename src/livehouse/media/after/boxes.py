"""Reads the boxes (ISO/IEC 14496-12) that our packager has written; old recordings included."""

from array import array
from collections.abc import Iterator
from struct import unpack_from

from msgspec import Struct

HEAD_BYTES = 8
FULL_HEAD_BYTES = 4
# Flags of tfhd, then of trun.
BASE_OFFSET, DESCRIPTION, DURATION, SIZE, FLAGS = 0x1, 0x2, 0x8, 0x10, 0x20
RUN_OFFSET, RUN_FIRST_FLAGS = 0x1, 0x4
RUN_DURATION, RUN_SIZE, RUN_FLAGS, RUN_WAIT = 0x100, 0x200, 0x400, 0x800
NOT_SYNC = 0x10000


class BrokenRecording(ValueError):
    """A file of a recording is not what was written."""


class Box(Struct, frozen=True):
    """`start` and `end` are those of the body."""

    name: bytes
    start: int
    end: int

    def of(self, data: bytes) -> bytes:
        """The whole box, with its head."""
        return data[self.start - HEAD_BYTES : self.end]


class SampleRun(Struct, frozen=True):
    """Samples of one track that lie side by side in a file, `start` in the track's ticks."""

    track: int
    start: int
    offset: int
    durations: "array[int]"
    sizes: "array[int]"
    waits: "array[int]"
    keys: "array[int]"


class Track(Struct, frozen=True):
    """What an init segment says of a track; `reorder` is what its edit list takes off."""

    rate: int
    descriptions: bytes
    reorder: int


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Box]:
    end = len(data) if end is None else end
    while start + HEAD_BYTES <= end:
        size, name = unpack_from(">I4s", data, start)
        if size < HEAD_BYTES or start + size > end:
            message = f"the box {name!r} reaches beyond its place"
            raise BrokenRecording(message)
        yield Box(name, start + HEAD_BYTES, start + size)
        start += size


def find(data: bytes, within: Box, *path: bytes) -> Box:
    """The first box of that path."""
    for name in path:
        found = next(
            (box for box in boxes(data, within.start, within.end) if box.name == name), None
        )
        if found is None:
            message = f"there is no box {name!r}"
            raise BrokenRecording(message)
        within = found
    return within


def tracks(init: bytes) -> dict[int, Track]:
    """The tracks of an init segment by their number."""
    whole = Box(b"", 0, len(init))
    movie = find(init, whole, b"moov")
    found = {}
    for box in boxes(init, movie.start, movie.end):
        if box.name == b"trak":
            # Both stand behind two times, in version 0 of four bytes each.
            number = unpack_from(">I", init, find(init, box, b"tkhd").start + 12)[0]
            rate = unpack_from(">I", init, find(init, box, b"mdia", b"mdhd").start + 12)[0]
            table = find(init, box, b"mdia", b"minf", b"stbl", b"stsd")
            found[number] = Track(rate, table.of(init), _reorder(init, box))
    return found


def _reorder(init: bytes, track: Box) -> int:
    try:
        edits = find(init, track, b"edts", b"elst")
    except BrokenRecording:
        return 0
    return int(unpack_from(">i", init, edits.start + 12)[0])


def fragment_runs(moof: bytes, at: int) -> Iterator[SampleRun]:
    """The samples of a fragment whose `moof` lies `at` that place of its file."""
    whole = find(moof, Box(b"", 0, len(moof)), b"moof")
    for traf in boxes(moof, whole.start, whole.end):
        if traf.name != b"traf":
            continue
        track, given = _track_head(moof, find(moof, traf, b"tfhd"))
        times = find(moof, traf, b"tfdt")
        form = ">Q" if moof[times.start] else ">I"
        start = unpack_from(form, moof, times.start + FULL_HEAD_BYTES)[0]
        for box in boxes(moof, traf.start, traf.end):
            if box.name == b"trun":
                run = _run(moof, box, track, start, at, given)
                start += sum(run.durations)
                yield run


def _track_head(moof: bytes, box: Box) -> tuple[int, dict[int, int]]:
    flags = unpack_from(">I", moof, box.start)[0] & 0xFFFFFF
    track = unpack_from(">I", moof, box.start + FULL_HEAD_BYTES)[0]
    if flags & BASE_OFFSET:
        message = "offsets from the start of a file are not ours"
        raise BrokenRecording(message)
    place, given = box.start + 8, {}
    for flag in (DESCRIPTION, DURATION, SIZE, FLAGS):
        if flags & flag:
            given[flag] = unpack_from(">I", moof, place)[0]
            place += 4
    return track, given


def _run(  # noqa: PLR0917 - the pieces of one box
    moof: bytes, box: Box, track: int, start: int, at: int, given: dict[int, int]
) -> SampleRun:
    flags, count = unpack_from(">II", moof, box.start)
    place, offset, first_flags = box.start + 8, 0, given.get(FLAGS, 0)
    if flags & RUN_OFFSET:
        offset = unpack_from(">i", moof, place)[0]
        place += 4
    if flags & RUN_FIRST_FLAGS:
        first_flags = unpack_from(">I", moof, place)[0]
        place += 4
    columns = [flag for flag in (RUN_DURATION, RUN_SIZE, RUN_FLAGS, RUN_WAIT) if flags & flag]
    if place + 4 * count * len(columns) > box.end:
        message = "a run of samples is cut short"
        raise BrokenRecording(message)
    table = array("I", moof[place : place + 4 * count * len(columns)])
    table.byteswap()
    by_flag: dict[int, array[int]] = {}
    for number, flag in enumerate(columns):
        by_flag[flag] = table[number :: len(columns)]

    def column(flag: int, otherwise: int) -> "array[int]":
        return by_flag[flag] if flag in by_flag else array("I", [otherwise]) * count

    said = column(RUN_FLAGS, given.get(FLAGS, 0))
    if flags & RUN_FIRST_FLAGS and count:
        said[0] = first_flags
    return SampleRun(
        track=track,
        start=start,
        offset=at + offset,
        durations=column(RUN_DURATION, given.get(DURATION, 0)),
        sizes=column(RUN_SIZE, given.get(SIZE, 0)),
        waits=array("i", column(RUN_WAIT, 0).tobytes()),
        keys=array("B", (not one & NOT_SYNC for one in said)),
    )
