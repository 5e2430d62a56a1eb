"""`bench media`: what a camera passed through costs the media process, and how many it carries."""

import asyncio
import io
import re
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from time import perf_counter, process_time

import aiohttp
import av
from msgspec import Struct
from msgspec.structs import replace

from livehouse.app.bench.cameras import Film, Publish, shoot
from livehouse.app.bench.certificates import whip_options
from livehouse.app.bench.crews import Crew, CrewFailed, crew
from livehouse.app.bench.furnishing import open_room
from livehouse.app.bench.house import HouseProcess, a_folder, open_house
from livehouse.app.bench.machine import Machine, cpu_seconds, describe, media_of
from livehouse.app.bench.ports import free_port
from livehouse.app.bench.visitor import Ready
from livehouse.app.lifespan import opened
from livehouse.app.platform import Platform
from livehouse.app.settings import Settings
from livehouse.domains.shows import CAMERA
from livehouse.foundation.clock import SystemClock
from livehouse.foundation.ids import RunId
from livehouse.media.limits import GUESTS_MAX
from livehouse.media.mixing.limits import HEIGHT as MIX_HEIGHT
from livehouse.media.mixing.limits import WIDTH as MIX_WIDTH
from livehouse.media.packager import Output, Packager, Piece
from livehouse.media.packets import VIDEO_RATE, Formats, Kind, Packet
from livehouse.media.profile import PROFILES
from livehouse.media.renditions.rungs import RUNGS
from livehouse.media.renditions.transcoder import Transcoder
from livehouse.media.sources.encoding import AUDIO_CHANNELS, AUDIO_RATE, VideoEncoder, silence
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
# Width, height and rate of what is encoded at its own size, as a ladder's source.
SOURCE = (1280, 720, 2_500)

Say = Callable[[str], None]
_PART = re.compile(r'#EXT-X-PART:DURATION=([0-9.]+),URI="(\d+)\.(\d+)\.m4s"')
_PART_NAME = re.compile(r'#EXT-X-PART:[^\n]*URI="([^"]+)"')
_SEGMENT = re.compile(r"#EXTINF:([0-9.]+),\n(?:#[^\n]*\n)*(\d+\.m4s)$", re.MULTILINE)
_MAP = re.compile(r'#EXT-X-MAP:URI="([^"]+)"')
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
    (H.264 passed through, Opus to AAC). `stage_core_share` is that with one guest on stage, so that
    both are decoded, mixed and encoded, `full_stage_core_share` with three, and
    `full_stage_pictures_per_second` says whether the machine still keeps up. With `shows_at_once`
    on,
    `passthrough_core_share_each` is a show's part of it. A part is late when it comes so long
    after the soonest ones, counted from its own moment, that a player at the advised distance
    would stand still. `encode_core_shares` is what encoding takes: `source` a 720p30 picture at its
    own size, then of a ladder the `decoding` and each size; `encode_core_share` is the sum of
    these.
    """

    bench: str = "media"
    machine: Machine
    pids: dict[str, int]
    seconds: float
    against: str
    passthrough_core_share: float
    passthrough_core_share_each: float
    whip_core_share: float
    stage_core_share: float
    full_stage_core_share: float
    full_stage_pictures_per_second: float
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
            whip = await _over_whip(scene, plan.whip_seconds, say)
            say("one camera")
            first = await _carried(scene, 1, plan.one_seconds)
            say(f"{plan.shows} cameras")
            every = await _carried(scene, plan.shows, plan.all_seconds)
            pids = {
                "server": scene.house.pid, "media": scene.media_pid, "cameras": scene.cameras.pid
            }  # fmt: skip
    say("encoding")
    costs = _encode_shares(plan.encode_seconds)
    late = [seconds for heard in every.heard for seconds in heard.lateness()]
    return MediaFigures(
        machine=scene.machine,
        pids=pids,
        seconds=round(perf_counter() - began, 1),
        against=AGAINST,
        passthrough_core_share=round(first.share - idle, 4),
        passthrough_core_share_each=round((every.share - idle) / plan.shows, 4),
        whip_core_share=round(whip.alone - idle, 4),
        stage_core_share=round(whip.one_guest - idle, 4),
        full_stage_core_share=round(whip.guests - idle, 4),
        full_stage_pictures_per_second=whip.pictures_per_second,
        idle_core_share=round(idle, 4),
        encode_core_share=round(sum(costs.values()) - costs["source"], 3),
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


class _Whip(Struct, frozen=True):
    """Shares with a camera over WebRTC alone, with one guest on stage, and with three."""

    alone: float
    one_guest: float
    guests: float
    pictures_per_second: float


async def _over_whip(scene: _Scene, seconds: float, say: Say) -> _Whip:
    """A show whose cameras come over WebRTC; it is over afterwards."""
    show = await _a_show(scene.platform, WHIP_NUMBER)
    folder = scene.house.folder
    film = Film(str(folder / "film.mkv"), profile="baseline", sound="libopus")
    await asyncio.to_thread(shoot, film)
    options = await asyncio.to_thread(whip_options, folder, show.stream_key)
    camera = Publish(film, [f"{scene.house.address}/whip/{show.room_slug}"], "whip", options)
    async with crew("cameras") as cameras, asyncio.TaskGroup() as tasks:
        await cameras.ask(camera, Ready)
        watching = tasks.create_task(_watch(scene, show, Heard()))
        await SystemClock().sleep(SETTLE)
        alone = await _share(scene, seconds)
        await _check_film(scene, show)
        shares = []
        for guests in (1, GUESTS_MAX - 1):
            say("guests come on stage")
            for _ in range(guests):
                await _let_on_stage(scene, show, cameras, camera)
            await SystemClock().sleep(SETTLE)
            shares.append(await _share(scene, seconds))
        pictures = await _pictures_per_second(scene, show)
        watching.cancel()
    await scene.platform.shows.end(show.slug)
    return _Whip(alone, shares[0], shares[1], pictures)


async def _let_on_stage(scene: _Scene, show: _Show, cameras: Crew, camera: Publish) -> None:
    guests = scene.platform.guests
    show_id = (await scene.platform.shows.by_slug(show.slug)).id
    guest = await guests.invite(show_id)
    address = f"{scene.house.address}/guest-camera/{guest.id}"
    options = {**camera.options, "authorization": guests.link(guest.id)}
    await cameras.ask(replace(camera, addresses=[address], options=options), Ready)
    await guests.bring(show_id, guest.id, on_stage=True)


async def _pictures_per_second(scene: _Scene, show: _Show) -> float:
    """Of the newest segment, which must be the mix."""
    folder = f"{scene.house.address}/live/{show.run_id}/video"
    async with scene.http.get(f"{folder}/index.m3u8") as answer:
        playlist = await answer.text()
    seconds, name = _SEGMENT.findall(playlist)[-1]
    stream = b""
    for part in (_MAP.findall(playlist)[-1], name):
        async with scene.http.get(f"{folder}/{part}") as found:
            stream += await found.read()
    with av.open(io.BytesIO(stream), "r", format="mp4") as container:
        shown = container.streams.video[0]
        if (shown.width, shown.height) != (MIX_WIDTH, MIX_HEIGHT):
            raise CrewFailed("the guests are not on stage")
        count = sum(packet.size > 0 for packet in container.demux(shown))
    return round(count / float(seconds), 1)


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


def _encode_shares(seconds: float) -> dict[str, float]:
    """Blocking: what a second of the stage's picture costs, without drawing it: to encode it at its
    own size, as the stage does, and then to make its renditions, as a show with a ladder does."""
    width, height, kbps = SOURCE
    picture = StagePicture(width, height, "The Bench", "")
    encoder = VideoEncoder(width=width, height=height, fps=FPS, kbps=kbps, preset=PRESET)
    packager, transcoder = Packager(), Transcoder()
    packager.begin(Formats(encoder.format, silence(rate=AUDIO_RATE, channels=AUDIO_CHANNELS)[0]))
    spent, pictures = 0.0, round(seconds * FPS)
    for number in range(pictures):
        frame = av.VideoFrame(width, height, "yuv420p")
        at, ticks = number * 1_000 // FPS, VIDEO_RATE // FPS
        picture.put_on(planes_of(frame), at)
        began = process_time()
        made = list(encoder.encode(frame, pts=number * ticks, key=number % (2 * FPS) == 0))
        spent += process_time() - began
        for one in made:
            packet = Packet(Kind.VIDEO, one.dts, one.pts, ticks, one.key, one.data, at)
            _encode_pieces(transcoder, packager.add(packet))
    _encode_pieces(transcoder, packager.finish())
    found = {"source": spent, **transcoder.spent}
    return {what: round(used * FPS / pictures, 3) for what, used in found.items()}


def _encode_pieces(transcoder: Transcoder, outputs: list[Output]) -> None:
    every = frozenset(rung.name for rung in RUNGS)
    for output in outputs:
        if isinstance(output, Piece):
            deque(transcoder.take(output, every), maxlen=0)
