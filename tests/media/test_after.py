"""What is made of a recording: whole files, clips to the picture, small pictures, its timeline."""

import asyncio
import gc
import io
import threading
from collections.abc import Awaitable, Callable
from itertools import pairwise
from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from livehouse.foundation.clock import SystemClock
from livehouse.media import timecode
from livehouse.media.after.dvr import dvr_playlist
from livehouse.media.after.film import make_clip, make_whole
from livehouse.media.after.mp4 import Shown
from livehouse.media.after.recordings import Recordings
from livehouse.media.after.thumbs import draw_sheet, tile_size, tiles, webvtt
from livehouse.media.after.timeline import RecordedTime
from livehouse.media.after.workshop import WAITING_MAX, Workshop
from livehouse.media.errors import TooMuchToMake
from livehouse.media.folder import RunFolder
from livehouse.media.host import Host
from livehouse.media.ingest.gate import ClosedGate
from livehouse.media.packager import Packager
from livehouse.media.packets import TICKS_PER_MS
from livehouse.media.playlist import SegmentLine
from livehouse.media.sources.loop_file import LoopProducer
from livehouse.media.sources.prepare import ready_clip
from livehouse.media.specs import DiskRoom, StartRun
from tests.support.media_material import (
    NOON,
    SMALL,
    Film,
    Packaged,
    a_stage,
    luma,
    packaged,
    produced,
)
from tests.support.media_waiting import eventually


def kept(path: Path, *recordings: Packaged) -> RunFolder:
    folder = RunFolder(path)
    for made in recordings:
        for init in made.inits:
            folder.write_init(init.init, init.data)
        for segment in made.segments:
            folder.write_segment(segment.line, segment.data)
    return folder


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """Eight seconds at 15 pictures a second; each tells its own time."""
    return kept(tmp_path_factory.mktemp("stage"), a_stage())


@pytest.fixture(scope="module")
def out_of_order(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """Pictures of a camera that sends them out of order."""
    folder = tmp_path_factory.mktemp("b-frames")
    options = {"g": "25", "bf": "3", "b_strategy": "0"}
    film = ready_clip(Film(options=options).write(folder / "b.mp4"), folder, lambda _: None)
    return kept(folder / "video", packaged(produced(LoopProducer(film), seconds=6)))


async def test_where_there_is_no_room_the_alarm_is_told_and_the_show_goes_on(
    tmp_path: Path,
) -> None:
    host = Host(tmp_path, SystemClock(), gate=ClosedGate(), room=DiskRoom(bytes_max=1))
    async with host.carrying():
        host.start("run", StartRun(source=SMALL, owner="tea-house"))
        await eventually(_says(lambda: host.health().recording_alarm))
        info = await Recordings(host).info("run")
        status = host.status("run")
        assert status is not None
        await eventually(_says(lambda: host.health().runs[0].next_number > status.next_number))
        await host.stop("run")

    assert (info.ms, info.is_on, info.problem) == (0, True, "house_full")
    assert status.recording_problem == "house_full"
    assert not host.health().recording_alarm


def _says(fact: Callable[[], bool]) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        return fact()

    return ask


class Frames:
    """The pictures of a file: when each is shown (ms), and the clock burnt into it."""

    def __init__(self, path: Path, *, edits: bool = True) -> None:
        options = {} if edits else {"ignore_editlist": "1"}
        with av.open(str(path), options=options) as container:
            found = [(round((frame.time or 0) * 1000), timecode.read(luma(frame)))
                     for frame in container.decode(video=0)]  # fmt: skip
        self.times = [time for time, _ in found]
        self.clocks = [clock for _, clock in found]


def clip(
    folder: RunFolder, path: Path, start: int, end: int, *, begins_with_key: bool = False
) -> Path:
    time = RecordedTime(folder.lines())
    shown = Shown(time.recorded(NOON + start), time.recorded(NOON + end))
    make_clip(
        path, folder.path, time, shown, begins_with_key=begins_with_key, progress=lambda _: None
    )
    return path


def whole(folder: RunFolder, path: Path) -> Path:
    make_whole(path, folder.path, RecordedTime(folder.lines()), lambda _: None)
    return path


def test_the_whole_recording_is_one_file(stage: RunFolder, tmp_path: Path) -> None:
    path = whole(stage, tmp_path / "whole.mp4")

    frames = Frames(path)
    assert len(frames.times) == 120
    assert [NOON + time for time in frames.times] == pytest.approx(frames.clocks, abs=1)
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_what_is_missing_leaves_no_hole(tmp_path: Path) -> None:
    made = a_stage()
    folder = kept(
        tmp_path / "video", Packaged([*made.inits, *made.segments[:1], *made.segments[2:]])
    )

    with av.open(str(whole(folder, tmp_path / "whole.mp4"))) as container:
        pictures = [frame.time or 0 for frame in container.decode(video=0)]
    with av.open(str(tmp_path / "whole.mp4")) as container:
        sounds = [frame.time or 0 for frame in container.decode(audio=0)]

    assert len(pictures) == 90
    for times, longest in ((pictures, 0.07), (sounds, 0.045)):
        assert max(b - a for a, b in pairwise(times)) < longest


def test_another_camera_after_the_first_is_in_the_same_file(tmp_path: Path) -> None:
    first = a_stage(seconds=4)
    folder = kept(tmp_path / "video", first)
    position = folder.position(folder.lines())
    film = ready_clip(
        Film(width=512, height=288, options={"bf": "0", "profile": "baseline"}).write(
            tmp_path / "b.mp4"
        ),
        tmp_path,
        lambda _: None,
    )
    later = produced(LoopProducer(film), start=NOON + 60_000, seconds=3)
    kept(folder.path, packaged(later, Packager(position)))

    frames = Frames(whole(folder, tmp_path / "whole.mp4"))

    assert frames.clocks[0] == NOON
    assert frames.clocks[60] == 0
    assert len(frames.clocks) == 60 + 75


@pytest.mark.parametrize(("start", "end"), [(0, 1000), (1967, 2034), (3334, 5000), (6100, 7999)])
@pytest.mark.parametrize("begins_with_key", [False, True])
def test_a_clip_begins_and_ends_at_any_picture(
    stage: RunFolder, tmp_path: Path, start: int, end: int, *, begins_with_key: bool
) -> None:
    path = clip(stage, tmp_path / "clip.mp4", start, end, begins_with_key=begins_with_key)

    frames = Frames(path)
    times = [number * 1000 // 15 for number in range(121)]
    expected = [at for at, until in pairwise(times) if until > start and at < end]
    assert [clock - NOON for clock in frames.clocks if clock] == expected
    assert frames.times[0] == 0


def test_a_clip_of_pictures_out_of_order_is_exact(out_of_order: RunFolder, tmp_path: Path) -> None:
    for number, begins_with_key in enumerate((False, True)):
        path = clip(
            out_of_order, tmp_path / f"{number}.mp4", 1_400, 2_280, begins_with_key=begins_with_key
        )

        assert Frames(path).clocks == list(range(1_400, 2_280, 40))


def test_a_clip_encodes_nothing_anew(stage: RunFolder, tmp_path: Path) -> None:
    path = clip(stage, tmp_path / "clip.mp4", 3_334, 5_000)

    with av.open(str(path)) as container:
        packets = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    recorded = b"".join((stage.path / f"{line.number}.m4s").read_bytes() for line in stage.lines())
    assert all(packet in recorded for packet in packets)


def test_who_ignores_edit_lists_sees_the_right_beginning_on_request(
    stage: RunFolder, tmp_path: Path
) -> None:
    plain = clip(stage, tmp_path / "plain.mp4", 3_334, 5_000)
    with_key = clip(stage, tmp_path / "key.mp4", 3_334, 5_000, begins_with_key=True)

    assert Frames(plain, edits=False).clocks[0] == NOON + 2_000
    assert Frames(with_key, edits=False).clocks[0] == NOON + 3_333


def test_a_long_way_to_the_next_keyframe_is_never_held_at_once(tmp_path: Path) -> None:
    """OBS sends a keyframe every ten seconds: of 1080p that is a gigabyte, decoded."""
    film = ready_clip(Film(seconds=4, options={"g": "100"}).write(tmp_path / "f.mp4"), tmp_path,
                      lambda _: None)  # fmt: skip
    folder = kept(tmp_path / "video", packaged(produced(LoopProducer(film), seconds=3.9)))
    time = RecordedTime(folder.lines())
    before, held = _pictures_in_memory(), []
    make_clip(
        tmp_path / "clip.mp4", folder.path, time, Shown(1_000 * TICKS_PER_MS, 3_000 * TICKS_PER_MS),
        begins_with_key=True, progress=lambda _: held.append(_pictures_in_memory() - before),
    )  # fmt: skip

    assert len(Frames(tmp_path / "clip.mp4", edits=False).times) == 50
    assert len(held) > 20
    assert 0 < max(held) < 10


def _pictures_in_memory() -> int:
    return sum(isinstance(one, av.VideoFrame) for one in gc.get_objects())


def test_a_recording_has_small_pictures(stage: RunFolder) -> None:
    time = RecordedTime(stage.lines())
    shown = tiles(time, is_on=False)
    size = tile_size((stage.path / "init-0.mp4").read_bytes())

    sheet = Image.open(io.BytesIO(draw_sheet(stage.path, shown)))

    assert size == (160, 90)
    assert sheet.size == (800, 180)
    for tile in shown:
        x, y = tile.place % 5 * 160, tile.place // 5 * 90
        middle = sheet.crop((x + 40, y + 20, x + 120, y + 70)).convert("L")
        assert middle.point(lambda value: value > 40 and 255).getbbox()
    assert f"thumbs-{NOON // 60_000}.jpg#xywh=0,0,160,90" in webvtt(time, shown, size)
    assert "00:00:06.000 --> 00:00:08.000" in webvtt(time, shown, size)
    assert tiles(time, is_on=True) == []


def line(number: int, at: int, *, ticks: int = 180_000, apart: bool = False) -> SegmentLine:
    return SegmentLine(number, at, ticks, 0, apart, 0, 1000)


def test_the_show_so_far_is_a_playlist_that_only_grows() -> None:
    lines = [line(n, NOON + n * 2000) for n in range(40)]

    some, more = (dvr_playlist(lines[:n], whole=True, ended=False) for n in (30, 40))

    assert more.startswith(some)
    assert "EXT-X-PLAYLIST-TYPE:EVENT" in more
    assert more.count("PROGRAM-DATE-TIME") == 3
    assert "ENDLIST" not in more
    assert dvr_playlist(lines, whole=True, ended=True).endswith("#EXT-X-ENDLIST\n")


lengths = st.lists(
    st.tuples(st.integers(100, 3_000), st.integers(0, 60_000)), min_size=1, max_size=20
)


@given(lengths, st.data())
def test_every_moment_has_its_place_in_the_recording(
    made: list[tuple[int, int]], data: st.DataObject
) -> None:
    at, lines = NOON, []
    for number, (lasts_ms, missing_ms) in enumerate(made):
        lines.append(line(number, at, ticks=lasts_ms * TICKS_PER_MS, apart=missing_ms > 0))
        at += lasts_ms + missing_ms
    time = RecordedTime(lines)

    place = data.draw(st.integers(0, time.ticks - 1))
    moment = time.programme(place)
    pieces = time.pieces()
    in_piece = next(one for one in reversed(pieces) if one.starts * TICKS_PER_MS <= place)

    assert abs(time.recorded(moment) - place) < TICKS_PER_MS
    assert abs(in_piece.at + place // TICKS_PER_MS - in_piece.starts - moment) <= 20
    assert sum(one.lasts for one in pieces) * TICKS_PER_MS == time.ticks


async def test_the_workshop_does_one_thing_at_a_time_and_so_many_wait() -> None:
    workshop, go = Workshop(), threading.Event()

    def make(progress: Callable[[float], None]) -> int:
        go.wait(10)
        progress(0.5)
        return 7

    async with workshop.open():
        for number in range(WAITING_MAX):
            workshop.order(str(number), make)
        with pytest.raises(TooMuchToMake):
            workshop.order("one more", make)
        forgetting = asyncio.ensure_future(workshop.forget("1"))
        await asyncio.wait({forgetting}, timeout=0)
        go.set()
        await forgetting

        async def done() -> bool:
            status = workshop.status(str(WAITING_MAX - 1))
            return status is not None and status.state == "done"

        assert await eventually(done)
        again = workshop.order("0", make)

    assert (again.state, again.bytes) == ("done", 7)
    assert workshop.status("1") is None
