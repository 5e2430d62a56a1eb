"""What is recorded can be seen in smaller sizes, at the same moments, whatever went missing."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import aiohttp
import m3u8
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from livehouse.foundation.clock import SystemClock
from livehouse.foundation.ids import RunId
from livehouse.media.after.dvr import dvr_playlist
from livehouse.media.after.sizes import LATE_MS_MAX, form_of, in_size, is_offered
from livehouse.media.folder import RunFolder, recorded_bytes, video_folder
from livehouse.media.packager import Packager
from livehouse.media.playlist import MissingLine, SegmentLine, recorded_playlist
from livehouse.media.quota import DiskQuota
from livehouse.media.recorder import Recorder
from livehouse.media.renditions.keeping import Keeper, Keeping
from livehouse.media.specs import DiskRoom, StartRun, TestStage
from livehouse.media.supervisor import MediaSupervisor
from tests.support import hls_rules
from tests.support.hls_player import Player
from tests.support.media_material import NOON, Packaged, formats, packaged, pictures, shown
from tests.support.media_origin import an_origin, served
from tests.support.media_waiting import eventually

RUN = "01900000-0000-7000-8000-000000000001"
PLENTY = 1 << 40
STAGE = TestStage(title="Evening", width=704, height=396, fps=15, kbps=500, key_seconds=1)


def some(seconds: float = 20, packager: Packager | None = None) -> Packaged:
    return packaged(iter([formats(), *pictures(seconds)]), packager)


def lines_of(count: int, apart: frozenset[int] = frozenset()) -> list[SegmentLine]:
    """Two seconds each; at those `apart` another source begins, a minute later."""
    found = []
    for number in range(count):
        series = sum(place <= number for place in apart)
        found.append(
            SegmentLine(
                number=number, at=NOON + number * 2000 + series * 60_000, ticks=180_000,
                init=series, discontinuity=number in apart, series=series, bytes=5_000,
            )
        )  # fmt: skip
    return found


def places(listing: hls_rules.Listing) -> list[tuple[object, ...]]:
    return [(one.number, one.at_ms, one.seconds, one.series) for one in listing.segments]


@given(
    count=st.integers(1, 40),
    apart=st.frozensets(st.integers(1, 39), max_size=4),
    missing=st.frozensets(st.integers(0, 39)),
)
def test_a_size_is_cut_as_the_source_is_whatever_of_it_is_missing(
    count: int, apart: frozenset[int], missing: frozenset[int]
) -> None:
    lines = lines_of(count, apart)
    own = {line.number: replace(line, bytes=900) for line in lines if line.number not in missing}

    kept = in_size(lines, own, ended=True)
    for write, dated in ((recorded_playlist, True), (_dvr, False)):
        source = hls_rules.read(write(lines, ended=True), dated=dated)
        small = hls_rules.read(write(kept, ended=True, prefix="360p-"), dated=dated)
        assert places(small) == places(source)
        assert small.target_seconds == source.target_seconds
        for listed, line in zip(small.segments, lines, strict=True):
            assert listed.missing is (line.number in missing)
            assert listed.uri == f"360p-{line.number}.m4s"
            assert listed.missing or listed.init == f"360p-init-{line.init}.mp4"


def _dvr(lines: Sequence[SegmentLine], *, ended: bool, prefix: str = "") -> str:
    return dvr_playlist(lines, whole=True, ended=ended, prefix=prefix)


def _grown(lines: Sequence[SegmentLine], own: dict[int, SegmentLine]) -> hls_rules.Listing:
    text = _dvr(in_size(lines, own, ended=False), ended=False, prefix="360p-")
    return hls_rules.read(text, dated=False)


def test_what_may_still_come_is_not_told_as_missing() -> None:
    """A playlist that grows never takes back what it has said."""
    lines = lines_of(30)
    own = {line.number: line for line in lines if line.number not in {3, 28, 29}}
    before = _grown(lines, own)
    own |= {28: lines[28]}
    later = lines_of(32)
    after = _grown(later, own)

    hls_rules.check_reload(before, after)
    assert [one.number for one in before.segments if one.missing] == [3]
    assert [one.segments[-1].number for one in (before, after)] == [27, 28]


def test_a_size_that_stopped_for_good_goes_on_as_a_gap() -> None:
    lines = lines_of(60)
    kept = in_size(lines, {line.number: line for line in lines[:20]}, ended=False)

    gap = [line for line in kept if isinstance(line, MissingLine)]
    assert [line.number for line in gap] == list(range(20, 60 - LATE_MS_MAX // 2000 - 1))


@pytest.mark.parametrize(("missing", "offered"), [(0, True), (2, True), (3, False), (20, False)])
def test_a_size_with_many_gaps_is_not_offered(missing: int, offered: bool) -> None:  # noqa: FBT001 - of the table
    lines = lines_of(20)
    assert is_offered(lines, {line.number: line for line in lines[missing:]}) is offered


def a_keeper(folder: RunFolder, quota: DiskQuota) -> Keeper:
    return Keeper(Keeping(folder, quota, RUN, "tea-house", None))


async def kept(keeper: Keeper, made: Packaged) -> None:
    async with keeper.open():
        keeper.begin("360p", made.inits[0])
        for segment in made.segments:
            keeper.put("360p", segment)


async def test_sizes_count_and_go_with_their_recording(tmp_path: Path) -> None:
    folder = RunFolder(video_folder(tmp_path, RUN))
    folder.own("tea-house")
    quota = DiskQuota(tmp_path, DiskRoom(PLENTY, PLENTY))
    made = some()
    first, again = a_keeper(folder, quota), a_keeper(folder, quota)

    await kept(first, made)
    await kept(again, Packaged([*made.inits]))

    assert first.lines() == again.lines()
    assert list(again.lines()["360p"].values()) == [one.line for one in made.segments]
    assert first.bytes == quota.used == folder.size() == recorded_bytes(tmp_path)["tea-house"] > 0


async def test_the_last_of_the_room_is_left_to_the_source(tmp_path: Path) -> None:
    folder = RunFolder(video_folder(tmp_path, RUN))
    made = some(60)
    room = sum(one.line.bytes for one in made.segments)
    quota = DiskQuota(tmp_path, DiskRoom(room, room))
    keeper = a_keeper(folder, quota)

    await kept(keeper, made)

    assert 0 < len(keeper.lines()["360p"]) < len(made.segments)
    assert quota.refusal(made.segments[0].line.bytes, "tea-house") == ""


async def test_of_a_torn_size_only_what_is_whole_is_there(tmp_path: Path) -> None:
    """As a kill leaves it: the segment in hand is missing, and the next begin with another init."""
    folder = RunFolder(video_folder(tmp_path, RUN))
    keeper = a_keeper(folder, DiskQuota(tmp_path, DiskRoom(PLENTY, PLENTY)))
    made = some()
    await kept(keeper, made)
    last = made.segments[-1].line.number
    (folder.beside("360p").path / f"{last}.m4s").write_bytes(b"half")

    assert max(line.number for line in folder.beside("360p").lines()) == last - 1


async def test_a_recording_is_served_in_its_sizes_by_a_process_that_did_not_make_it(
    tmp_path: Path,
) -> None:
    folder = RunFolder(video_folder(tmp_path, RUN))
    quota, made = DiskQuota(tmp_path, DiskRoom(PLENTY, PLENTY)), some()
    recorder = Recorder(folder, quota, run_id=RUN, keep_seconds=None, lines=[])
    await recorder.store_init(made.inits[0])
    for segment in made.segments:
        await recorder.store(segment)
    await recorder.finish()
    hole = made.segments[4].line.number
    await kept(a_keeper(folder, quota), Packaged(
        [*made.inits, *(one for one in made.segments if one.line.number != hole)]
    ))  # fmt: skip

    async with served(tmp_path) as (base, _), aiohttp.ClientSession() as session:
        player = Player(session, f"{base}/live/{RUN}/video")
        seen = await _read(player, "recorded.m3u8")
        rewound = await _read(player, "rewind.m3u8")
        answer, data = await player.get("360p-3.m4s")
        gone, _ = await player.get(f"360p-{hole}.m4s")
        ranged = await session.get(answer.url, headers={"Range": "bytes=0-9"})
        odd = [(await player.get(name))[0].status for name in (
            "540p-vod.m3u8", "audio-dvr.m3u8", "720p-vod.m3u8", "360p-journal.jsonl",
            "360p-0.0.m4s", "360p.m3u8", "360p-..%2F3.m4s",
        )]  # fmt: skip

    assert list(seen) == ["vod.m3u8", "360p-vod.m3u8"]
    assert list(rewound) == ["dvr.m3u8", "360p-dvr.m3u8"]
    assert [one.number for one in seen["360p-vod.m3u8"].segments if one.missing] == [hole]
    assert places(seen["360p-vod.m3u8"]) == places(seen["vod.m3u8"])
    assert data == next(one.data for one in made.segments if one.line.number == 3)
    assert answer.headers["Cache-Control"].endswith("immutable")
    assert gone.status == 404
    assert (ranged.status, await ranged.read()) == (206, data[:10])
    assert set(odd) == {404}


@pytest.mark.torture
async def test_after_a_kill_every_size_is_whole_but_for_the_segment_in_hand(
    tmp_path: Path,
) -> None:
    run = RunId(UUID(RUN))
    async with (
        MediaSupervisor(tmp_path, SystemClock()).running() as media,
        aiohttp.ClientSession() as session,
    ):
        await media.start(run, STAGE, encodes=True, keeps_sizes=True)

        async def player() -> Player:
            await media.ready()
            return Player(session, f"{media.base_url}/live/{run}/video")

        for _ in range(3):
            so_far = await _count(await player())
            await eventually(lambda: _has(player, so_far + 4), within=60)  # noqa: B023 - awaited here
            assert media.pid is not None
            life = media.restarts
            os.kill(media.pid, signal.SIGKILL)
            await eventually(lambda: _has_lived(media, life), within=60)  # noqa: B023 - awaited here
        await eventually(lambda: _has(player, so_far + 8), within=60)
        await media.stop(run)
        found = await _read(await player(), "recorded.m3u8")

        source, *others = found.values()
        assert len(found) == 3
        stretches = {one.series for one in source.segments}
        assert len(stretches) >= 4
        for listing in others:
            assert places(listing) == places(source)
            gaps = [one.series for one in listing.segments if one.missing]
            assert len(gaps) == len(set(gaps)), "of each life at most the segment in hand"
        small = found["360p-vod.m3u8"]
        for series in stretches:
            both = [await _stretch(await player(), one, series, small) for one in (source, small)]
            assert both[0] == both[1], "to the tick"
            # A stage that is late leaves pictures out, in all sizes alike.
            assert max(after - before for before, after in pairwise(both[1])) < 1, "continuous"


async def _stretch(
    player: Player, listing: hls_rules.Listing, series: int, there: hls_rules.Listing
) -> list[float]:
    """The moments of a stretch's pictures, of the segments that are in both."""
    numbers = [one.number for one in there.segments if one.series == series and not one.missing]
    mine = [one for one in listing.segments if one.number in numbers]
    return await _pictures(player, mine)


async def _count(player: Player) -> int:
    answer, text = await player.get("360p-dvr.m3u8")
    return text.count(b"#EXTINF") if answer.status == 200 else 0


async def _has(player: Callable[[], Awaitable[Player]], segments: int) -> bool:
    return await _count(await player()) >= segments


async def _has_lived(media: MediaSupervisor, lives: int) -> bool:
    return media.restarts > lives


@pytest.mark.torture
async def test_a_show_is_rewound_and_seen_again_in_every_size(tmp_path: Path) -> None:
    """What the playlists say is true of each of them, and of their media."""
    wanted = StartRun(source=STAGE, profile="fast", encodes=True, keeps_sizes=True)
    async with an_origin(tmp_path, wanted) as origin, aiohttp.ClientSession() as session:
        player = Player(session, origin.folder)
        await eventually(lambda: _offers(player, "rewind.m3u8", 3), within=60)
        rewound = await _read(player, "rewind.m3u8")
        grown = await _read(player, "rewind.m3u8")
        for uri in rewound:
            hls_rules.check_reload(rewound[uri], grown[uri])
        await origin.stop()
        seen = await _read(player, "recorded.m3u8")
        text = (await player.get("recorded.m3u8"))[1].decode()
        pictures = [await _pictures(player, seen[uri].segments) for uri in list(seen)[:2]]
        odd = [(await player.get(name))[0].status for name in (
            "540p-vod.m3u8", "540p-dvr.m3u8", "720p-vod.m3u8", "360p-9999.m4s",
            "360p-journal.jsonl",
        )]  # fmt: skip

    assert list(rewound) == ["dvr.m3u8", "360p-dvr.m3u8", "audio-dvr.m3u8"]
    assert list(seen) == ["vod.m3u8", "360p-vod.m3u8", "audio-vod.m3u8"]
    assert all(listing.ended for listing in seen.values())
    source, *others = seen.values()
    assert all(places(other) == places(source) for other in others)
    assert pictures[0] == pictures[1], "the same pictures at the same moments, to the tick"
    assert set(odd) == {404}
    infos = [one.stream_info for one in m3u8.loads(text).playlists]
    assert [info.resolution for info in infos] == [(704, 396), (640, 360), None]
    assert [info.codecs for info in infos] == [
        form_of(RunFolder(video_folder(tmp_path, RUN)).beside(beside).path, [SEGMENT]).codecs
        for beside in (".", "360p", "audio")
    ]
    assert infos[0].codecs.startswith("avc1.4d40")
    assert infos[2].codecs == "mp4a.40.2"
    assert all(info.average_bandwidth <= info.bandwidth for info in infos)


SEGMENT = lines_of(1)[0]


async def _offers(player: Player, name: str, count: int) -> bool:
    answer, text = await player.get(name)
    return answer.status == 200 and len(m3u8.loads(text.decode()).playlists) == count


async def _read(player: Player, name: str) -> dict[str, hls_rules.Listing]:
    offered = m3u8.loads((await player.get(name))[1].decode()).playlists
    found = {}
    for one in offered:
        answer, text = await player.get(one.uri)
        assert answer.status == 200
        found[one.uri] = hls_rules.read(text.decode(), dated="dvr" not in one.uri)
        measured = await _peak(player, found[one.uri]) if "vod" in one.uri else 0
        assert measured <= one.stream_info.bandwidth, "no segment exceeds what was declared"
    return found


async def _peak(player: Player, listing: hls_rules.Listing) -> float:
    usual = max(one.seconds for one in listing.segments) / 2
    return max(
        [
            len((await player.get(one.uri))[1]) * 8 / one.seconds
            for one in listing.segments
            if one.seconds >= usual and not one.missing
        ]
    )


async def _pictures(player: Player, segments: Sequence[hls_rules.Listed]) -> list[float]:
    init = (await player.get(segments[0].init))[1]
    media = [(await player.get(one.uri))[1] for one in segments]
    found = await asyncio.to_thread(shown, init + b"".join(media))
    return [one.time for one in found]
