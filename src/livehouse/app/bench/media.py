"""`bench media`: what a camera passed through costs the media process, and how many it carries."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from time import perf_counter, process_time

import aiohttp
import av
from msgspec import Struct

from livehouse.app.bench.cache import free_port
from livehouse.app.bench.cameras import Film, Publish, shoot
from livehouse.app.bench.certificates import whip_options
from livehouse.app.bench.crews import Crew, CrewFailed, crew
from livehouse.app.bench.furnishing import open_room
from livehouse.app.bench.house import HouseProcess, a_folder, open_house
from livehouse.app.bench.machine import Machine, cpu_seconds, describe, media_of
from livehouse.app.bench.visitor import Ready
from livehouse.app.build import Platform
from livehouse.app.lifespan import opened
from livehouse.app.settings import Settings
from livehouse.domains.shows import CAMERA
from livehouse.foundation.clock import SystemClock
from livehouse.foundation.ids import RunId
from livehouse.media.packets import VIDEO_RATE
from livehouse.media.profile import PROFILES
from livehouse.media.sources.encoding import VideoEncoder
from livehouse.media.sources.scene import StagePicture
from livehouse.media.sources.stage import PRESET, planes_of

AGAINST = "the same picture encoded anew for each size (x264, superfast, one thread)"
SETTLE = timedelta(seconds=6)
PROFILE = PROFILES["default"]
# A player at the advised distance has three parts; it stands still when two are overdue.
LATE_SECONDS = 2 * PROFILE.part_seconds_max
ANSWER_SECONDS_MAX = 20.0
READY_SECONDS_MAX = 60.0
FPS = 30
# Of the room whose camera comes over WebRTC; the others are counted from 0.
WHIP_NUMBER = 1_000
# Width, height and rate of what is encoded.
RENDITIONS = {"720p": (1280, 720, 2_500), "540p": (960, 540, 1_500), "360p": (640, 360, 800)}

Say = Callable[[str], None]
_PART = re.compile(r'#EXT-X-PART:DURATION=([0-9.]+),URI="(\d+)\.(\d+)\.m4s"')
_PART_NAME = re.compile(r'#EXT-X-PART:[^\n]*URI="([^"]+)"')
_SEGMENT = re.compile(r"#EXTINF:([0-9.]+),\n(?:#[^\n]*\n)*(\d+\.m4s)$", re.MULTILINE)
_HINT = re.compile(r'#EXT-X-PRELOAD-HINT:TYPE=PART,URI="(\d+)\.(\d+)\.m4s"')


class MediaPlan(Struct, frozen=True, kw_only=True):
    """How many shows at once, and for how long one, then all of them, are measured."""

    shows: int = 10
    one_seconds: float = 15
    whip_seconds: float = 15
    all_seconds: float = 20
    encode_seconds: float = 6


class MediaFigures(Struct, frozen=True, kw_only=True):
    """What `bench media` prints. Shares are of one core.

    `passthrough_core_share` is the media process with one camera of 720p30 over RTMP and one
    viewer, without what it takes when nothing is on, and `whip_core_share` the same over WebRTC
    (H.264 passed through, Opus to AAC); with `shows_at_once` on,
    `passthrough_core_share_each` is a show's part of it. A part is late when it comes so long
    after the soonest ones, counted from its own moment, that a player at the advised distance
    would stand still. `encode_core_shares` is what each size of a ladder would cost on top.
    """

    bench: str = "media"
    machine: Machine
    pids: dict[str, int]
    seconds: float
    against: str
    passthrough_core_share: float
    passthrough_core_share_each: float
    whip_core_share: float
    idle_core_share: float
    encode_core_share: float
    encode_core_shares: dict[str, float]
    shows_at_once: int
    parts: int
    late_parts: int
    latest_part_ms: float
    kbps: int


class Heard:
    """What one viewer has of a show: when each part was there, and how long it is."""

    def __init__(self) -> None:
        self._ends = 0.0
        self._newest = (-1, -1)
        self.delays: list[float] = []

    def take(self, playlist: str, now: float) -> None:
        for match in _PART.finditer(playlist):
            place = (int(match[2]), int(match[3]))
            if place > self._newest:
                self._newest = place
                self._ends += float(match[1])
                self.delays.append(now - self._ends)

    def clear(self) -> None:
        self.delays.clear()

    def lateness(self) -> list[float]:
        """Of each part, against the soonest one (s)."""
        soonest = min(self.delays, default=0.0)
        return [delay - soonest for delay in self.delays]


class _Show(Struct, frozen=True):
    slug: str
    room_slug: str
    run_id: RunId
    stream_key: str


class _Scene(Struct, frozen=True):
    machine: Machine
    house: HouseProcess
    media_pid: int
    cameras: Crew
    film: Film
    rtmp: str
    platform: Platform
    shows: list[_Show]
    http: aiohttp.ClientSession


async def bench_media(plan: MediaPlan, say: Say) -> MediaFigures:
    """One camera, then many, each with a viewer; then what encoding would cost."""
    began = perf_counter()
    with a_folder("bench-media", say) as folder:
        async with _scene(folder, say) as scene:
            await SystemClock().sleep(SETTLE)
            idle = await _share(scene, 5.0)
            say("one camera over WebRTC")
            whip = await _whip_share(scene, plan.whip_seconds)
            say("one camera")
            first = await _carried(scene, 1, plan.one_seconds)
            say(f"{plan.shows} cameras")
            every = await _carried(scene, plan.shows, plan.all_seconds)
            pids = {
                "server": scene.house.pid, "media": scene.media_pid, "cameras": scene.cameras.pid
            }  # fmt: skip
    say("encoding")
    costs = {name: _encode_share(*size, plan.encode_seconds) for name, size in RENDITIONS.items()}
    late = [seconds for heard in every.heard for seconds in heard.lateness()]
    return MediaFigures(
        machine=scene.machine,
        pids=pids,
        seconds=round(perf_counter() - began, 1),
        against=AGAINST,
        passthrough_core_share=round(first.share - idle, 4),
        passthrough_core_share_each=round((every.share - idle) / plan.shows, 4),
        whip_core_share=round(whip - idle, 4),
        idle_core_share=round(idle, 4),
        encode_core_share=round(sum(costs.values()), 3),
        encode_core_shares=costs,
        shows_at_once=plan.shows,
        parts=len(late),
        late_parts=sum(seconds > LATE_SECONDS for seconds in late),
        latest_part_ms=round(max(late) * 1_000, 1),
        kbps=scene.film.kbps,
    )


@asynccontextmanager
async def _scene(folder: Path, say: Say) -> AsyncIterator[_Scene]:
    port = free_port()
    film = Film(str(folder / "film.flv"))
    say("shooting the film")
    await asyncio.to_thread(shoot, film)
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(
            open_house(folder, {"LIVEHOUSE_RTMP_PORT": str(port)})
        )
        platform = await stack.enter_async_context(opened(Settings(data=str(folder))))
        machine = await describe(platform.database.pool, folder)
        cameras = await stack.enter_async_context(crew("cameras"))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        yield _Scene(machine, house, media_of(house.pid), cameras, film,
                     f"rtmp://127.0.0.1:{port}/live", platform, [], http)  # fmt: skip


async def _a_show(platform: Platform, number: int) -> _Show:
    """Live in a room of its own, with the room's camera as its picture."""
    show = await open_room(platform, number, source=CAMERA)
    assert show.run is not None, "a live show has a run"
    key, _ = await platform.stream_keys.of_room(show.room.id)
    return _Show(show.slug, show.room.slug, show.run.id, key)


class _Carried(Struct, frozen=True):
    share: float
    heard: list[Heard]


async def _whip_share(scene: _Scene, seconds: float) -> float:
    """The media process' share with one camera over WebRTC, whose show is over afterwards."""
    show = await _a_show(scene.platform, WHIP_NUMBER)
    folder = scene.house.folder
    film = Film(str(folder / "film.mkv"), profile="baseline", sound="libopus")
    await asyncio.to_thread(shoot, film)
    options = await asyncio.to_thread(whip_options, folder, show.stream_key)
    address = f"{scene.house.address}/whip/{show.room_slug}"
    async with crew("cameras") as cameras, asyncio.TaskGroup() as tasks:
        await cameras.ask(Publish(film, [address], "whip", options), Ready)
        watching = tasks.create_task(_watch(scene, show, Heard()))
        await SystemClock().sleep(SETTLE)
        share = await _share(scene, seconds)
        await _check_film(scene, show)
        watching.cancel()
    await scene.platform.shows.end(show.slug)
    return share


async def _check_film(scene: _Scene, show: _Show) -> None:
    """It was the camera that was measured, and not the still that stands in for it."""
    folder = f"{scene.house.address}/live/{show.run_id}/video"
    async with scene.http.get(f"{folder}/index.m3u8") as answer:
        seconds, name = _SEGMENT.findall(await answer.text())[-1]
    async with scene.http.get(f"{folder}/{name}") as segment:
        kbps = len(await segment.read()) * 8 / 1_000 / float(seconds)
    if kbps < scene.film.kbps / 2:
        raise CrewFailed(f"the camera over WebRTC sent {kbps:.0f} of {scene.film.kbps} kbit/s")


async def _carried(scene: _Scene, shows: int, seconds: float) -> _Carried:
    """Begin the shows that are not on yet, and measure with a camera and a viewer at each."""
    new = [await _a_show(scene.platform, number) for number in range(len(scene.shows), shows)]
    scene.shows.extend(new)
    addresses = [f"{scene.rtmp}/{show.stream_key}" for show in new]
    await scene.cameras.ask(Publish(scene.film, addresses), Ready)
    heard = [Heard() for _ in scene.shows]
    async with asyncio.TaskGroup() as tasks:
        watching = [
            tasks.create_task(_watch(scene, show, one))
            for show, one in zip(scene.shows, heard, strict=True)
        ]
        await SystemClock().sleep(SETTLE)
        for one in heard:
            one.clear()
        share = await _share(scene, seconds)
        for task in watching:
            task.cancel()
    return _Carried(share, heard)


async def _watch(scene: _Scene, show: _Show, heard: Heard) -> None:
    """Follow the playlist and fetch each part, as a player does."""
    folder = f"{scene.house.address}/live/{show.run_id}/video"
    query, known = "", ""
    until = perf_counter() + READY_SECONDS_MAX
    timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS_MAX)
    while True:
        async with scene.http.get(f"{folder}/index.m3u8{query}", timeout=timeout) as answer:
            playlist = await answer.text()
        if not answer.ok:
            # The picture may be a few seconds in coming.
            if perf_counter() > until:
                raise CrewFailed(f"no picture of a show: {answer.status} {playlist}")
            await SystemClock().sleep(timedelta(milliseconds=200))
            continue
        heard.take(playlist, perf_counter())
        hint = _HINT.search(playlist)
        if hint is None:
            raise CrewFailed("a show's playlist has ended")
        query = f"?_HLS_msn={hint[1]}&_HLS_part={hint[2]}"
        newest = _PART_NAME.findall(playlist)[-1:]
        if newest and newest[0] != known:
            known = newest[0]
            async with scene.http.get(f"{folder}/{known}", timeout=timeout) as part:
                await part.read()


async def _share(scene: _Scene, seconds: float) -> float:
    """The media process' share of a core."""
    used, began = cpu_seconds(scene.media_pid), perf_counter()
    await SystemClock().sleep(timedelta(seconds=seconds))
    return (cpu_seconds(scene.media_pid) - used) / (perf_counter() - began)


def _encode_share(width: int, height: int, kbps: int, seconds: float) -> float:
    """Blocking: processor time of one second of the stage's picture, without drawing it."""
    picture = StagePicture(width, height, "The Bench", "")
    encoder = VideoEncoder(width=width, height=height, fps=FPS, kbps=kbps, preset=PRESET)
    spent, pictures = 0.0, round(seconds * FPS)
    for number in range(pictures):
        frame = av.VideoFrame(width, height, "yuv420p")
        picture.put_on(planes_of(frame), number * 1_000 // FPS)
        began = process_time()
        for _ in encoder.encode(frame, pts=number * VIDEO_RATE // FPS, key=number % (2 * FPS) == 0):
            pass
        spent += process_time() - began
    return round(spent * FPS / pictures, 3)
