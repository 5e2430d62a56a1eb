"""The real process under the real supervisor: serving, dying, going on, leaving nothing."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import UUID

import aiohttp
import m3u8
import msgspec
import psutil
import pytest

from livehouse.foundation.clock import SystemClock, to_ms
from livehouse.foundation.ids import RunId
from livehouse.media.after.desk import RecordingDesk
from livehouse.media.after.specs import ClipFile, WholeFile, Work
from livehouse.media.errors import NoSuchVideo, NotInRecording, StillRecording
from livehouse.media.specs import LoopFile, RunStatus, TestStage
from livehouse.media.supervisor import MediaSupervisor
from tests.support.media_material import Film, shown
from tests.support.media_waiting import eventually

RUN = RunId(UUID("01900000-0000-7000-8000-000000000001"))
STAGE = TestStage(title="Warm evening", width=512, height=288, fps=15, kbps=400)


class Viewer:
    """Reads what the process serves."""

    def __init__(self, session: aiohttp.ClientSession, media: MediaSupervisor) -> None:
        self._session = session
        self._media = media

    async def get(self, name: str, **headers: str) -> tuple[aiohttp.ClientResponse, bytes]:
        url = f"{self._media.base_url}/live/{RUN}/video/{name}"
        async with self._session.get(url, headers=headers) as answer:
            return answer, await answer.read()

    async def file(self, name: str, **headers: str) -> tuple[aiohttp.ClientResponse, bytes]:
        url = f"{self._media.base_url}/live/{RUN}/files/{name}"
        async with self._session.get(url, headers=headers) as answer:
            return answer, await answer.read()

    async def playlist(self, name: str = "index.m3u8") -> m3u8.M3U8:
        """Without the segment that is not whole yet."""
        _, body = await self.get(name)
        playlist = m3u8.loads(body.decode())
        playlist.segments[:] = [found for found in playlist.segments if found.uri]
        return playlist

    def holding(self, segments: int) -> Callable[[], Awaitable[m3u8.M3U8 | None]]:
        async def look() -> m3u8.M3U8 | None:
            playlist = await self.playlist()
            return playlist if len(playlist.segments) >= segments else None

        return look


@pytest.fixture
async def media(tmp_path: Path) -> AsyncIterator[MediaSupervisor]:
    async with MediaSupervisor(tmp_path, SystemClock()).running() as supervisor:
        yield supervisor


@pytest.fixture
async def viewer(media: MediaSupervisor) -> AsyncIterator[Viewer]:
    async with aiohttp.ClientSession() as session:
        yield Viewer(session, media)


def known(media: MediaSupervisor, state: str) -> Callable[[], Awaitable[RunStatus | None]]:
    async def look() -> RunStatus | None:
        status = media.status(RUN)
        return status if status is not None and status.state == state else None

    return look


async def test_a_stage_is_on_the_air_and_tells_the_time(
    media: MediaSupervisor, viewer: Viewer
) -> None:
    await media.start(RUN, STAGE)

    playlist = await eventually(viewer.holding(1))

    _, init = await viewer.get(playlist.segments[0].init_section.uri)
    answer, data = await viewer.get(playlist.segments[0].uri)
    first = shown(init + data)[0]
    at = round(playlist.segments[0].program_date_time.timestamp() * 1000)
    assert first.clock is not None
    assert abs(first.clock - at) <= 40
    assert abs(to_ms(SystemClock().now()) - at) < 15_000
    assert answer.content_type == "video/iso.segment"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


async def test_the_end_is_the_end_and_the_recording_plays(
    media: MediaSupervisor, viewer: Viewer
) -> None:
    await media.start(RUN, STAGE)
    await eventually(viewer.holding(2))
    growing = await viewer.playlist("vod.m3u8")

    await media.stop(RUN)

    live, recorded = await viewer.playlist(), await viewer.playlist("vod.m3u8")
    poster, _ = await viewer.get("poster.jpg")
    assert not growing.is_endlist
    assert live.is_endlist
    assert recorded.is_endlist
    assert recorded.media_sequence == 0
    assert poster.content_type == "image/jpeg"
    for segment in recorded.segments:
        answer, _ = await viewer.get(segment.uri)
        assert answer.status == 200


async def test_after_a_kill_the_same_run_goes_on(media: MediaSupervisor, viewer: Viewer) -> None:
    await media.start(RUN, STAGE)
    before = await eventually(viewer.holding(2))
    await eventually(known(media, "live"))
    assert media.pid is not None

    os.kill(media.pid, signal.SIGKILL)
    await eventually(known(media, "interrupted"))
    await media.ready()

    async def gone_on() -> m3u8.M3U8 | None:
        playlist = await viewer.playlist()
        return playlist if any(found.discontinuity for found in playlist.segments) else None

    after = await eventually(gone_on)
    numbers = [int(found.uri.removesuffix(".m4s")) for found in after.segments]
    apart = next(found for found in after.segments if found.discontinuity)
    assert media.restarts == 1
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert numbers[-1] >= before.media_sequence + len(before.segments)
    assert apart.init_section.uri == "init-1.mp4"
    await media.stop(RUN)
    assert (await viewer.playlist("vod.m3u8")).is_endlist


async def test_a_run_that_ended_while_the_process_was_gone_is_closed_later(
    media: MediaSupervisor, viewer: Viewer
) -> None:
    await media.start(RUN, STAGE)
    await eventually(viewer.holding(1))
    assert media.pid is not None
    os.kill(media.pid, signal.SIGKILL)

    await media.stop(RUN)
    await eventually(_restarted(media))
    await media.ready()

    assert (await viewer.playlist()).is_endlist


async def test_a_broken_file_is_told_by_its_code(media: MediaSupervisor, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_text("not a video")

    await media.start(RUN, LoopFile(str(broken)))

    status = await eventually(known(media, "failed"))
    assert status.problem == "broken_video"


async def test_a_looped_file_is_on_the_air(
    media: MediaSupervisor, viewer: Viewer, tmp_path: Path
) -> None:
    await media.start(RUN, LoopFile(str(Film().write(tmp_path / "film.mp4"))))

    playlist = await viewer.playlist()
    status = await eventually(known(media, "live"))

    assert (status.width, status.height) == (320, 240)
    assert status.kbps > 0
    assert playlist.target_duration == 2


async def test_who_is_kicked_comes_back_apart(media: MediaSupervisor, viewer: Viewer) -> None:
    await media.start(RUN, STAGE)
    await eventually(viewer.holding(1))

    await media.kick(RUN)

    async def apart() -> bool:
        return any(found.discontinuity for found in (await viewer.playlist()).segments)

    assert await eventually(apart)


async def test_other_names_lead_nowhere(
    media: MediaSupervisor, viewer: Viewer, tmp_path: Path
) -> None:
    folder = tmp_path / "live" / str(RUN) / "video"
    folder.mkdir(parents=True)
    for file in ("journal.jsonl", "0.m4s.tmp"):
        (folder / file).write_text("{}")

    for name in ELSEWHERE:
        answer, body = await viewer.get(name)

        assert answer.status == 404, name
        assert answer.content_type == "application/problem+json"
        assert msgspec.json.decode(body)["status"] == 404
    assert media.restarts == 0


async def test_a_part_of_a_file_can_be_asked_for(media: MediaSupervisor, viewer: Viewer) -> None:
    await media.start(RUN, STAGE)
    await eventually(viewer.holding(1))

    _, whole = await viewer.get("0.m4s")
    answer, part = await viewer.get("0.m4s", Range="bytes=100-199")

    assert answer.status == 206
    assert part == whole[100:200]


async def test_only_who_has_the_token_commands(media: MediaSupervisor) -> None:
    url = f"{media.base_url}/control/runs/{RUN}"
    async with aiohttp.ClientSession() as session:
        for method in ("GET", "PUT", "DELETE"):
            async with session.request(
                method, url, headers={"Authorization": "Bearer x"}
            ) as answer:
                assert answer.status == 403


async def test_a_clean_stop_leaves_no_process(tmp_path: Path) -> None:
    async with MediaSupervisor(tmp_path, SystemClock()).running() as media:
        await media.start(RUN, STAGE)
        pid = media.pid

    assert pid is not None
    assert not psutil.pid_exists(pid)


async def test_the_process_leaves_when_its_parent_is_killed(tmp_path: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    pid = int(await asyncio.wait_for(parent.stdout.readline(), 30))
    assert psutil.pid_exists(pid)

    parent.kill()
    await parent.wait()

    async def gone() -> bool:
        return not psutil.pid_exists(pid)

    assert await eventually(gone)


ELSEWHERE = (
    "../journal.jsonl",
    "journal.jsonl",
    "..%2f..%2f..%2fetc%2fpasswd",
    "-1.m4s",
    "01.m4s",
    "0.m4s.tmp",
    "init-x.mp4",
    "index.m3u8%00",
    "999.m4s",
)
PARENT = """
import asyncio, sys
from pathlib import Path
from livehouse.foundation.clock import SystemClock
from livehouse.media.supervisor import MediaSupervisor

async def main():
    async with MediaSupervisor(Path(sys.argv[1]), SystemClock()).running() as media:
        print(media.pid, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


def _restarted(media: MediaSupervisor) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        return media.restarts > 0

    return look


async def test_what_is_made_of_a_recording_can_be_fetched(
    media: MediaSupervisor, viewer: Viewer
) -> None:
    await media.start(RUN, STAGE)
    await eventually(viewer.holding(3))
    playlist = await viewer.playlist("dvr.m3u8")
    growing, sheets = playlist.is_endlist, (await viewer.get("thumbs.vtt"))[0].status
    early = await viewer.get("thumbs-1.jpg")
    await media.stop(RUN)
    desk = RecordingDesk(media)

    info = await desk.info(RUN)
    clip = ClipFile(info.first_at + 700, info.first_at + 2_100)
    orders: dict[str, Work] = {"whole": WholeFile(), str(RUN): clip}
    for work_id, work in orders.items():

        async def done(work_id: str = work_id, work: Work = work) -> bool:
            return (await desk.order(RUN, work_id, work)).state == "done"

        await eventually(done)

    sizes = [(await desk.order(RUN, *one)).bytes for one in orders.items()]
    thumbs = (await viewer.get("thumbs.vtt"))[1].decode()
    sheet, _ = await viewer.get(thumbs.split("-->")[1].split()[1].split("#")[0])
    answer, part = await viewer.file(f"made-{RUN}.mp4", Range="bytes=4-7")
    timeline = msgspec.json.decode((await viewer.get("timeline.json"))[1])
    assert not growing
    assert (sheets, early[0].status) == (200, 404)
    assert sheet.content_type == "image/jpeg"
    assert (answer.status, part) == (206, b"ftyp")
    assert timeline["pieces"][0]["at"] == info.first_at
    assert info.bytes < (await desk.info(RUN)).bytes <= info.bytes + sum(sizes) + 50_000

    await desk.discard(RUN, "whole")
    gone, _ = await viewer.file("made-whole.mp4")
    await desk.remove(RUN)
    assert gone.status == 404
    assert (await viewer.get("vod.m3u8"))[0].status == 404
    with pytest.raises(NoSuchVideo):
        await desk.info(RUN)


async def test_while_it_is_recorded_nothing_is_removed(
    media: MediaSupervisor, viewer: Viewer
) -> None:
    await media.start(RUN, STAGE)
    await eventually(viewer.holding(1))
    desk = RecordingDesk(media)

    for refused in (desk.remove(RUN), desk.order(RUN, "whole", WholeFile())):
        with pytest.raises(StillRecording):
            await refused
    with pytest.raises(NotInRecording):
        await desk.order(RUN, str(RUN), ClipFile(5, 5))
