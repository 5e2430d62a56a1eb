"""`bench soak`: two shows for long, with cameras that drop and a media process that is killed.

In the first half something happens every half minute, in the second nothing: there one sees
whether anything grows.
"""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from itertools import cycle, pairwise
from pathlib import Path
from statistics import linear_regression
from time import perf_counter

import aiohttp
from msgspec import Struct

from livehouse.app.bench.certificates import whip_options
from livehouse.app.bench.crews import Crew, CrewFailed, crew
from livehouse.app.bench.figures import percentile
from livehouse.app.bench.furnishing import guests, open_room, tickets
from livehouse.app.bench.house import HouseProcess, a_folder, open_house
from livehouse.app.bench.machine import Machine, describe, media_of
from livehouse.app.bench.ports import free_port
from livehouse.app.bench.recorded import Recorded, judged
from livehouse.app.bench.soak_cameras import ClockCamera
from livehouse.app.bench.soak_viewer import SoakViewer
from livehouse.app.bench.viewers import Tell, Watched
from livehouse.app.bench.visitor import Arrivals, Ready
from livehouse.app.lifespan import opened
from livehouse.app.platform import Platform
from livehouse.app.settings import Settings
from livehouse.domains.shows import CAMERA, Show
from livehouse.engine.protocol import decode_frame
from livehouse.foundation.clock import SystemClock, to_ms
from livehouse.foundation.ids import RunId
from livehouse.media.folder import RECORDED, video_folder

AGAINST = "the second half of the same run, in which nothing happens"
BEGIN_SECONDS_MAX = 60.0
END_SECONDS_MAX = 60.0
AWAY = timedelta(seconds=4)
# Longer than a camera may be silent before the slate stands in for it.
HUSH = timedelta(seconds=6)
LOOK = timedelta(milliseconds=200)
# So many fit in twice, whatever the length.
TROUBLES_MIN = 14
TICKETS_LAST_LONGER = timedelta(minutes=10)
MINUTE_MS = 60_000
# So long after the last trouble a camera may still be on its way back.
SETTLED_MS = 15_000
# What must hold, or the soak has failed.
LIPS_MS_MAX = 40.0
GROWTH_MS_MAX = 100.0
ROOM_PAUSE_SECONDS_MAX = 3.0
STALL_SECONDS_MAX = 3.0

Say = Callable[[str], None]


class SoakPlan(Struct, frozen=True, kw_only=True):
    """How long in all, how often something happens in the first half, and who is in the room."""

    seconds: float = 600
    trouble_every_seconds: float = 30
    viewers: int = 20

    @property
    def every(self) -> timedelta:
        """A short soak has its troubles sooner."""
        return timedelta(seconds=min(self.trouble_every_seconds, self.seconds / TROUBLES_MIN))


class ShowFigures(Struct, frozen=True, kw_only=True):
    """One show. `late` is how old a part's first picture is when a viewer has the whole part;
    growth is the slope over the quiet half. `lips` is how far tone and picture of the same second
    are apart in the recording. A pause is a time without a new part."""

    late_p50_ms: float
    late_p95_ms: float
    late_growth_ms_per_minute: float
    looks: int
    lips_p50_ms: float
    lips_max_ms: float
    lips_growth_ms_per_minute: float
    tones: int
    longest_pause_seconds: float
    longest_quiet_pause_seconds: float
    recorded_seconds: float
    missing_seconds: float
    gaps_declared: int
    gaps_undeclared: int
    pictures: int
    camera_starts: int
    quiet_camera_starts: int
    damaged_parts: int


class SoakFigures(Struct, frozen=True, kw_only=True):
    """What `bench soak` prints; `broken` says which laws did not hold."""

    bench: str = "soak"
    machine: Machine
    pids: dict[str, int]
    seconds: float
    against: str
    rtmp: ShowFigures
    whip: ShowFigures
    drops: int
    hushes: int
    kills: int
    room_frames: int
    room_gaps: int
    room_longest_pause_seconds: float
    # By the moments that the frames themselves tell: what is missing of the pause above was lost on
    # the way to the disk and to the viewer.
    room_longest_pause_told_seconds: float
    broken: list[str]

    @property
    def is_clean(self) -> bool:
        return not self.broken


class _Filmed(Struct, frozen=True):
    """A show, its camera, and who watches it."""

    show: Show
    camera: ClockCamera
    viewer: SoakViewer

    @property
    def run_id(self) -> RunId:
        assert self.show.run is not None, "a live show has a run"
        return self.show.run.id


class _Scene(Struct, frozen=True):
    machine: Machine
    house: HouseProcess
    platform: Platform
    folder: Path
    room: Crew
    rtmp: _Filmed
    whip: _Filmed

    @property
    def shows(self) -> tuple[_Filmed, _Filmed]:
        return self.rtmp, self.whip


class _Troubles(Struct):
    drops: int = 0
    hushes: int = 0
    kills: int = 0


class _Seen(Struct, frozen=True):
    """`quiet` is from when until when (ms) nothing happened."""

    troubles: _Troubles
    quiet: tuple[int, int]
    room: Watched
    pids: dict[str, int]


async def bench_soak(plan: SoakPlan, say: Say) -> SoakFigures:
    began = perf_counter()
    with a_folder("bench-soak", say) as folder:
        async with _scene(folder, plan, say) as scene:
            seen = await _seen(scene, plan, say)
            say("reading the recordings")
            rtmp = await _judged(scene, scene.rtmp, seen.quiet)
            whip = await _judged(scene, scene.whip, seen.quiet)
    frames = [frame.receipts[0] for frame in seen.room.frames if frame.receipts]
    pause = max((after - before for before, after in pairwise(frames)), default=0.0)
    told = _pause([decode_frame(frame.payload.encode()).at for frame in seen.room.frames])
    minutes = plan.seconds / 2 / 60
    broken = [
        *(f"rtmp: {law}" for law in _broken(*rtmp, minutes=minutes)),
        *(f"whip: {law}" for law in _broken(*whip, minutes=minutes)),
        *_broken_room(seen.room, pause),
    ]
    return SoakFigures(
        machine=scene.machine,
        pids=seen.pids,
        seconds=round(perf_counter() - began, 1),
        against=AGAINST,
        rtmp=rtmp[0],
        whip=whip[0],
        drops=seen.troubles.drops,
        hushes=seen.troubles.hushes,
        kills=seen.troubles.kills,
        room_frames=len(seen.room.frames),
        room_gaps=seen.room.gaps,
        room_longest_pause_seconds=round(pause, 2),
        room_longest_pause_told_seconds=round(told, 2),
        broken=broken,
    )


async def _seen(scene: _Scene, plan: SoakPlan, say: Say) -> _Seen:
    """Both halves of the run, to the end of the shows."""
    half = timedelta(seconds=plan.seconds / 2)
    async with asyncio.TaskGroup() as tasks:
        cameras = [tasks.create_task(one.camera.run()) for one in scene.shows]
        watching = [tasks.create_task(one.viewer.watch()) for one in scene.shows]
        await _all_are_seen(scene)
        say("cameras drop and the media process is killed")
        troubles = await _trouble(scene, half, plan.every, say)
        say("nothing happens")
        quiet_from = _now()
        await SystemClock().sleep(half)
        quiet_until = _now()
        room = await scene.room.ask(Tell(), Watched)
        for task in watching:
            task.cancel()
        for one in scene.shows:
            await scene.platform.shows.end(one.show.slug)
        for task in cameras:
            task.cancel()
    pids = {
        "server": scene.house.pid, "media": media_of(scene.house.pid), "viewers": scene.room.pid
    }  # fmt: skip
    return _Seen(troubles, (quiet_from, quiet_until), room, pids)


@asynccontextmanager
async def _scene(folder: Path, plan: SoakPlan, say: Say) -> AsyncIterator[_Scene]:
    port = free_port()
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(
            open_house(folder, {"LIVEHOUSE_RTMP_PORT": str(port)})
        )
        platform = await stack.enter_async_context(opened(Settings(data=str(folder))))
        machine = await describe(platform.database.pool, folder)
        room = await stack.enter_async_context(crew("viewers"))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        say("two shows")
        by_rtmp, by_whip = [await open_room(platform, n, source=CAMERA) for n in range(2)]
        options = await asyncio.to_thread(whip_options, folder, await _key(platform, by_whip))
        cameras = (
            ClockCamera("rtmp", f"rtmp://127.0.0.1:{port}/live/{await _key(platform, by_rtmp)}"),
            ClockCamera("whip", f"{house.address}/whip/{by_whip.room.slug}", json.dumps(options)),
        )
        filmed = [
            _Filmed(show, camera, SoakViewer(session, _folder_of(house, show)))
            for show, camera in zip((by_rtmp, by_whip), cameras, strict=True)
        ]
        lasting = timedelta(seconds=plan.seconds) + TICKETS_LAST_LONGER
        comers = tickets(platform, filmed[0].run_id, guests(plan.viewers), lasting=lasting)
        await room.ask(Arrivals(house.address, filmed[0].run_id, comers), Ready)
        yield _Scene(machine, house, platform, folder, room, *filmed)


async def _key(platform: Platform, show: Show) -> str:
    return (await platform.stream_keys.of_room(show.room.id))[0]


def _folder_of(house: HouseProcess, show: Show) -> str:
    assert show.run is not None, "a live show has a run"
    return f"{house.address}/live/{show.run.id}/video"


async def _all_are_seen(scene: _Scene) -> None:
    """Until both cameras are on the air."""
    try:
        async with asyncio.timeout(BEGIN_SECONDS_MAX):
            while not all(one.viewer.looks for one in scene.shows):
                await SystemClock().sleep(LOOK)
    except TimeoutError:
        raise CrewFailed(f"no picture of a camera:\n{scene.house.said[-2_000:]}") from None


async def _trouble(scene: _Scene, lasting: timedelta, every: timedelta, say: Say) -> _Troubles:
    """One after the other, until the time is over."""
    done = _Troubles()
    until = perf_counter() + lasting.total_seconds()
    for kind in cycle(("drop rtmp", "drop whip", "kill", "hush rtmp")):
        if perf_counter() + (every + AWAY).total_seconds() > until:
            break
        await SystemClock().sleep(every)
        say(kind)
        match kind:
            case "drop rtmp":
                await scene.rtmp.camera.drop(AWAY)
                done.drops += 1
            case "drop whip":
                await scene.whip.camera.drop(AWAY)
                done.drops += 1
            case "kill":
                os.kill(media_of(scene.house.pid), signal.SIGKILL)
                done.kills += 1
            case _:
                await scene.rtmp.camera.hush(HUSH)
                done.hushes += 1
    await SystemClock().sleep(timedelta(seconds=max(0.0, until - perf_counter())))
    return done


async def _judged(
    scene: _Scene, one: _Filmed, quiet: tuple[int, int]
) -> tuple[ShowFigures, Recorded]:
    folder = video_folder(scene.folder, str(one.run_id))
    try:
        async with asyncio.timeout(END_SECONDS_MAX):
            while not (folder / RECORDED).exists():
                await SystemClock().sleep(LOOK)
    except TimeoutError:
        raise CrewFailed("a recording was not closed") from None
    recorded = await asyncio.to_thread(judged, folder)
    return _figures(one, recorded, quiet), recorded


def _figures(one: _Filmed, recorded: Recorded, quiet: tuple[int, int]) -> ShowFigures:
    looks = [look for look in one.viewer.looks if quiet[0] <= look.at <= quiet[1]]
    late = sorted(float(look.late_ms) for look in looks)
    off = sorted(abs(lip.off_ms) for lip in recorded.lips)
    calm = [lip for lip in recorded.lips if quiet[0] <= lip.at <= quiet[1]]
    parts = [at for at in one.viewer.parts if at <= quiet[1]]
    return ShowFigures(
        late_p50_ms=percentile(late, 50),
        late_p95_ms=percentile(late, 95),
        late_growth_ms_per_minute=growth([(look.at, look.late_ms) for look in looks]),
        looks=len(looks),
        lips_p50_ms=percentile(off, 50),
        lips_max_ms=max(off, default=0.0),
        lips_growth_ms_per_minute=growth([(lip.at, lip.off_ms) for lip in calm]),
        tones=len(off),
        longest_pause_seconds=_pause(parts),
        longest_quiet_pause_seconds=_pause([at for at in parts if at >= quiet[0]]),
        recorded_seconds=recorded.seconds,
        missing_seconds=recorded.missing_seconds,
        gaps_declared=recorded.gaps,
        gaps_undeclared=len(recorded.holes),
        pictures=recorded.pictures,
        camera_starts=len(one.camera.starts),
        quiet_camera_starts=sum(
            quiet[0] + SETTLED_MS <= at <= quiet[1] for at in one.camera.starts
        ),
        damaged_parts=one.viewer.damaged,
    )


def growth(points: Sequence[tuple[int, float]]) -> float:
    """The slope of the line through all points: what each minute (of ms) adds."""
    if not points or points[0][0] == points[-1][0]:
        return 0.0
    minutes = [(at - points[0][0]) / MINUTE_MS for at, _ in points]
    return round(linear_regression(minutes, [value for _, value in points]).slope, 2)


def _pause(moments: Sequence[int]) -> float:
    return max((after - before for before, after in pairwise(moments)), default=0) / 1_000


def _broken(figures: ShowFigures, recorded: Recorded, *, minutes: float) -> list[str]:
    """The laws of a show that lasts."""
    laws = {
        "nothing was seen or heard": not (figures.looks and figures.tones),
        "parts could not be decoded": figures.damaged_parts > 0,
        "sound and picture are apart": figures.lips_max_ms > LIPS_MS_MAX,
        "the delay grows": figures.late_growth_ms_per_minute * minutes > GROWTH_MS_MAX,
        "its camera began anew while nothing happened": figures.quiet_camera_starts > 0,
        "it stood still while nothing happened":
            figures.longest_quiet_pause_seconds > STALL_SECONDS_MAX,
    }  # fmt: skip
    return [*(law for law, broken in laws.items() if broken), *recorded.holes, *recorded.unrest]


def _broken_room(room: Watched, pause: float) -> list[str]:
    laws = {
        "the room lost viewers or frames": bool(room.gaps or room.lost_connections),
        "viewers of the room saw different things": bool(room.differing or room.hashes_wrong),
        "the room fell silent": pause > ROOM_PAUSE_SECONDS_MAX or not room.frames,
    }
    return [law for law, broken in laws.items() if broken]


def _now() -> int:
    return to_ms(SystemClock().now())
