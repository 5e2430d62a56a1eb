"""What stays on disk, also after a crash, and what happens when there is no room."""

import json
from pathlib import Path

import m3u8
import pytest

from livehouse.media.folder import RunFolder, recorded_bytes, video_folder
from livehouse.media.packager import Packager
from livehouse.media.quota import DiskQuota
from livehouse.media.recorder import Recorder
from livehouse.media.specs import DiskRoom
from tests.support.media_material import Packaged, a_stage, formats, packaged, pictures, shown

PLENTY = 1 << 40


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder(video_folder(tmp_path, "01900000-0000-7000-8000-000000000001"))


def a_recorder(
    folder: RunFolder, quota: DiskQuota, *, keep: int | None = None, owner: str = ""
) -> Recorder:
    return Recorder(
        folder, quota, run_id="run", owner=owner, keep_seconds=keep, lines=folder.lines()
    )


def a_quota(
    path: Path, *, bytes_max: int = PLENTY, owner_bytes_max: int = PLENTY, free: int = PLENTY
) -> DiskQuota:
    return DiskQuota(path, DiskRoom(bytes_max, owner_bytes_max), free=lambda _: free)


async def recorded(recorder: Recorder, made: Packaged) -> None:
    for init in made.inits:
        await recorder.store_init(init)
    for segment in made.segments:
        await recorder.store(segment)


def some(seconds: float = 10, packager: Packager | None = None) -> Packaged:
    return packaged(iter([formats(), *pictures(seconds)]), packager)


async def test_the_recording_plays_from_the_start(tmp_path: Path, folder: RunFolder) -> None:
    made = a_stage(seconds=5)
    recorder = a_recorder(folder, a_quota(tmp_path))
    await recorded(recorder, made)
    await recorder.finish()

    playlist = m3u8.loads((folder.path / "vod.m3u8").read_text())
    init = (folder.path / playlist.segments[0].init_section.uri).read_bytes()
    media = b"".join((folder.path / found.uri).read_bytes() for found in playlist.segments)

    assert playlist.is_endlist
    assert len(shown(init + media)) == sum(segment.pictures for segment in made.segments)
    assert not list(folder.path.glob("*.tmp"))


async def test_a_torn_last_line_costs_only_itself(tmp_path: Path, folder: RunFolder) -> None:
    await recorded(a_recorder(folder, a_quota(tmp_path)), some())
    journal = folder.path / "journal.jsonl"
    journal.write_bytes(journal.read_bytes()[:-9])

    lines = folder.lines()

    assert [line.number for line in lines] == [0, 1, 2, 3]
    # What was open when it tore had a number, too, and viewers may have seen its parts.
    assert folder.position(lines).next_number == 6


async def test_after_a_torn_line_the_journal_goes_on(tmp_path: Path, folder: RunFolder) -> None:
    await recorded(a_recorder(folder, a_quota(tmp_path)), some())
    journal = folder.path / "journal.jsonl"
    journal.write_bytes(journal.read_bytes()[:-9])

    again = some(4, Packager(folder.position(folder.lines())))
    await recorded(a_recorder(folder, a_quota(tmp_path)), again)

    assert [line.number for line in folder.lines()] == [0, 1, 2, 3, 6, 7]
    assert [line.init for line in folder.lines()] == [0, 0, 0, 0, 1, 1]


async def test_a_file_cut_short_by_a_power_cut_is_not_listed(
    tmp_path: Path, folder: RunFolder
) -> None:
    await recorded(a_recorder(folder, a_quota(tmp_path)), some())
    (folder.path / "4.m4s").write_bytes(b"")

    assert [line.number for line in folder.lines()] == [0, 1, 2, 3]


async def test_the_journal_names_only_what_is_there(tmp_path: Path, folder: RunFolder) -> None:
    await recorded(a_recorder(folder, a_quota(tmp_path)), some())

    for raw in (folder.path / "journal.jsonl").read_text().splitlines():
        line = json.loads(raw)
        assert (folder.path / f"{line['number']}.m4s").stat().st_size == line["bytes"]


async def test_over_quota_the_recording_stops_with_an_alarm(
    tmp_path: Path, folder: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    made = some(20)
    room = sum(segment.line.bytes for segment in made.segments[:3])
    recorder = a_recorder(folder, a_quota(tmp_path, bytes_max=room + 10))

    await recorded(recorder, made)

    assert (recorder.state, recorder.problem) == ("stopped", "house_full")
    assert [line.number for line in folder.lines()] == [0, 1, 2]
    assert capsys.readouterr().out.count("recording_stopped") == 1


async def test_a_full_disk_stops_the_recording_before_it_hurts_others(
    tmp_path: Path, folder: RunFolder
) -> None:
    recorder = a_recorder(folder, a_quota(tmp_path, free=1 << 20))

    await recorded(recorder, some())

    assert (recorder.state, recorder.problem) == ("stopped", "disk_full")
    assert folder.lines() == []


async def test_one_store_cannot_end_the_recordings_of_the_others(tmp_path: Path) -> None:
    made = some(20)
    share = sum(segment.line.bytes for segment in made.segments[:3]) + 10
    quota = a_quota(tmp_path, owner_bytes_max=share)
    quota.begin({"modest": 1})
    greedy, modest = (
        a_recorder(RunFolder(video_folder(tmp_path, name)), quota, owner=name)
        for name in ("greedy", "modest")
    )

    await recorded(greedy, made)
    await recorded(modest, Packaged([*made.inits, *made.segments[:3]]))

    assert (greedy.state, greedy.problem) == ("stopped", "store_full")
    assert (modest.state, modest.problem) == ("on", "")


async def test_a_store_that_is_alone_has_all_of_the_room(tmp_path: Path) -> None:
    made = some(20)
    quota = a_quota(tmp_path, owner_bytes_max=made.segments[0].line.bytes)
    only = a_recorder(RunFolder(video_folder(tmp_path, "run")), quota, owner="only")

    await recorded(only, made)

    assert (only.state, only.problem) == ("on", "")
    quota.count(1, "another")
    assert quota.refusal(1, "only") == "store_full"


async def test_whose_recordings_lie_there_is_known_after_a_restart(
    tmp_path: Path, folder: RunFolder
) -> None:
    folder.own("tea-house")
    await recorded(a_recorder(folder, a_quota(tmp_path), owner="tea-house"), some())
    again = a_quota(tmp_path, owner_bytes_max=folder.size())
    again.begin(recorded_bytes(tmp_path))

    assert again.used == folder.size() > 0
    again.count(1, "other-house")
    assert again.refusal(1, "tea-house") == "store_full"
    assert again.refusal(1, "other-house") == ""


async def test_a_disk_that_refuses_does_not_stop_the_show(tmp_path: Path) -> None:
    (tmp_path / "live").write_text("a file where a folder should be")
    folder = RunFolder(video_folder(tmp_path, "run"))
    recorder = a_recorder(folder, a_quota(tmp_path))

    await recorded(recorder, some())

    assert (recorder.state, recorder.problem) == ("stopped", "disk_broken")


async def test_when_there_is_room_again_the_recording_goes_on(
    tmp_path: Path, folder: RunFolder
) -> None:
    made = some(20)
    quota = a_quota(tmp_path, bytes_max=sum(s.line.bytes for s in made.segments))
    recorder = a_recorder(folder, quota)
    others = sum(segment.line.bytes for segment in made.segments[:9])
    quota.count(others)
    await recorded(recorder, Packaged([*made.inits, *made.segments[:3]]))
    quota.count(-others)

    await recorded(recorder, Packaged([*made.segments[3:6]]))
    await recorder.finish()

    assert (recorder.state, recorder.problem) == ("on", "")
    assert [line.number for line in folder.lines()] == [0, 3, 4, 5]
    assert "DISCONTINUITY\n" in (folder.path / "vod.m3u8").read_text()


async def test_only_the_last_while_is_kept_if_so_wished(tmp_path: Path, folder: RunFolder) -> None:
    quota = a_quota(tmp_path)
    recorder = a_recorder(folder, quota, keep=10)

    await recorded(recorder, some(60))
    await recorder.finish()

    playlist = m3u8.loads((folder.path / "vod.m3u8").read_text())
    kept = [line.number for line in folder.lines()]
    assert kept == list(range(kept[0], 30))
    assert len(kept) == 6
    assert playlist.media_sequence == kept[0]
    assert recorder.bytes == quota.used == recorded_bytes(tmp_path).total()
