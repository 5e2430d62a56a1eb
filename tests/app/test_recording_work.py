"""The node that has a show's files measures, makes and removes what the database asks for."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import av

from livehouse.app.recordings import RecordingWork
from livehouse.foundation.clock import SystemClock
from livehouse.foundation.ids import RunId, SystemIds
from livehouse.media.after.desk import RecordingDesk
from livehouse.media.specs import TestStage
from livehouse.media.supervisor import MediaSupervisor
from livehouse.storage.database import Database
from livehouse.storage.nodes import MediaOwners
from tests.support.clock import ManualClock
from tests.support.media_waiting import eventually
from tests.support.shows_world import ShowsWorld

# The clip below ends 1,150 ms after the beginning.
LONG_ENOUGH_MS = 1_300
STAGE = TestStage(title="Tea", width=256, height=256, fps=10, kbps=200)


async def test_a_recording_is_measured_cut_and_removed(
    database: Database, clock: ManualClock, ids: SystemIds, tmp_path: Path
) -> None:
    world = ShowsWorld(database, clock, ids)
    await world.a_show()
    show = await world.shows.go_live("tea-time")
    assert show.run is not None
    run = show.run.id
    owners = MediaOwners(database.pool, lasts=timedelta(minutes=1))
    async with MediaSupervisor(tmp_path, SystemClock()).running() as media:
        here = RecordingWork(world.recordings, RecordingDesk(media), lambda: "here")
        elsewhere = RecordingWork(world.recordings, RecordingDesk(media), lambda: "elsewhere")
        await owners.take("here", [run])
        await media.start(run, STAGE)
        await eventually(_measured(here, world, run))
        await elsewhere.make()

        on = await world.recordings.recording(run)
        start = on.pieces[0].at + 150
        await world.recordings.make_clip(
            run, start, start + 1_000, title="Tea", begins_with_key=False
        )
        await elsewhere.make()
        waiting = (await world.recordings.files(run))[0].state
        await eventually(_made(here, world, run))
        await media.stop(run)
        await world.shows.end("tea-time")
        await here.look()
        kept = await world.recordings.recording(run)
        await world.recordings.make_whole(run)
        await eventually(_made(here, world, run))
        lengths = {
            file.kind: _seconds(tmp_path / "live" / str(run) / "video" / f"made-{file.name}.mp4")
            for file in await world.recordings.files(run)
        }
        await world.recordings.remove(run)
        await here.look()

    assert (on.state, kept.state, waiting) == ("on", "kept", "waiting")
    assert kept.ms >= on.ms > 0
    assert abs(lengths["clip"] - 1.0) < 0.11
    assert abs(lengths["whole"] - kept.ms / 1000) < 0.05
    assert not list((tmp_path / "live").glob("*/video/*"))
    assert await world.recordings.files(run) == []


def _measured(work: RecordingWork, world: ShowsWorld, run: RunId) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        await work.look()
        return (await world.recordings.recording(run)).ms >= LONG_ENOUGH_MS

    return look


def _made(work: RecordingWork, world: ShowsWorld, run: RunId) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        await work.make()
        return all(file.state == "done" for file in await world.recordings.files(run))

    return look


def _seconds(path: Path) -> float:
    with av.open(str(path)) as container:
        return (container.duration or 0) / 1_000_000
