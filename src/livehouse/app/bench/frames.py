"""`bench frames`: a busy room over plain HTTP, through Varnish, read by more and more viewers."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from statistics import fmean, median
from time import perf_counter
from urllib.parse import urlsplit

import aiohttp
from msgspec import Struct

from livehouse.app.bench.cache import Cache, open_cache
from livehouse.app.bench.crews import Crew, CrewFailed, crew
from livehouse.app.bench.fanout import enough_files, talk
from livehouse.app.bench.figures import percentile
from livehouse.app.bench.furnishing import Sale, invite, open_sale, tickets
from livehouse.app.bench.house import HouseProcess, a_folder, open_house
from livehouse.app.bench.machine import (
    Machine,
    children_of,
    cpu_seconds,
    describe,
    family_cpu_seconds,
)
from livehouse.app.bench.readers import Enter, Read, SegmentRead, Tell
from livehouse.app.bench.sightings import Stage
from livehouse.app.bench.visitor import Arrivals, Ready
from livehouse.app.lifespan import opened
from livehouse.app.platform import Platform
from livehouse.app.settings import Settings
from livehouse.engine.limits import SEGMENT_MS
from livehouse.engine.segments import segment_of, start_of
from livehouse.foundation.clock import from_ms, to_ms

AGAINST = "every viewer asking the house itself: a read at the origin for every read of a viewer"
READER_PROCESSES = 2
COUNTER = "livehouse_segments_asked_total"
# In the middle of a segment everybody has the one before and waits for this one, so that a count
# begun and ended there is of whole segments.
MIDDLE = timedelta(seconds=1.5)

Say = Callable[[str], None]


class Crowd(Struct, frozen=True):
    """How many follow, and for how many segments that is measured."""

    viewers: int
    segments: int


class FramesPlan(Struct, frozen=True, kw_only=True):
    """Events a second in the room, and how many read it, one crowd after the other."""

    crowds: tuple[Crowd, ...] = (Crowd(100, 3), Crowd(1_000, 3), Crowd(10_000, 6))
    lines: float = 20
    likes: float = 250
    stock: float = 30
    speakers: int = 40


class CrowdFigures(Struct, frozen=True, kw_only=True):
    """What one crowd had, and what it asked of the house.

    `staleness` is the age of a segment's oldest frame when a viewer has the whole segment.
    `cores` are processors that were busy; of the house without its database.
    """

    viewers: int
    segments: int
    reads: int
    reads_missing: int
    origin_requests: int
    origin_requests_per_segment: float
    reads_per_origin_read: float
    staleness_p50_ms: float
    staleness_p99_ms: float
    join_requests_max: int
    joins: dict[int, int]
    statuses: dict[int, int]
    house_cores: float
    cache_cores: float
    reader_cores: float


class FramesFigures(Struct, frozen=True, kw_only=True):
    """What `bench frames` prints; without a name beside it, a figure is of the largest crowd.

    `frame_bytes_median` is, over all segments measured, the median of a segment's size as it is
    sent (gzip, with its keyframe and its names) divided by the frames in it.
    `flatness` is how far any crowd's requests per segment lie from those of the first, as a share.
    """

    bench: str = "frames"
    machine: Machine
    pids: dict[str, int]
    seconds: float
    against: str
    viewers: int
    segments: int
    events_per_second: float
    lines_per_second: float
    frames_per_segment: float
    origin_requests_per_segment: float
    flatness: float
    reads_per_origin_read: float
    frame_bytes_median: float
    segment_bytes_median: float
    join_requests: int
    staleness_p99_ms: float
    differing: int
    gaps: int
    hashes_right: int
    hashes_wrong: int
    lost_connections: int
    crowds: list[CrowdFigures]


class _Shown(Struct, frozen=True):
    """What one crowd's time gave."""

    crowd: Crowd
    joins: dict[int, int]
    reads: list[Read]
    segments: range
    origin_requests: int
    events_per_second: float
    cores: list[float]


class _Scene(Struct, frozen=True):
    """All that takes part."""

    platform: Platform
    house: HouseProcess
    cache: Cache
    readers: Sequence[Crew]
    talkers: Crew
    sale: Sale
    http: aiohttp.ClientSession


async def bench_frames(plan: FramesPlan, say: Say) -> FramesFigures:
    """Fill the cache's door with more and more viewers, and count what reaches the house."""
    began = perf_counter()
    most = max(crowd.viewers for crowd in plan.crowds)
    # The cache holds a connection for each viewer and some to the house.
    with enough_files(most + plan.speakers):
        async with _scene(plan, say) as (scene, machine):
            shown: list[_Shown] = []
            inside = 0
            for crowd in plan.crowds:
                say(f"{crowd.viewers} viewers, {crowd.segments} segments")
                shown.append(await _show(scene, plan, crowd, inside))
                inside = crowd.viewers
            pids = _pids(scene)
    return _figures(machine, pids, shown, perf_counter() - began)


@asynccontextmanager
async def _scene(plan: FramesPlan, say: Say) -> AsyncIterator[tuple[_Scene, Machine]]:
    environment = {"LIVEHOUSE_MEDIA": "false", "LIVEHOUSE_CONNECTIONS_PER_ADDRESS": "100000"}
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(a_folder("bench-frames", say))
        house = await stack.enter_async_context(open_house(folder, environment))
        platform = await stack.enter_async_context(opened(Settings(data=str(folder))))
        machine = await describe(platform.database.pool, folder)
        sale = await open_sale(platform, offers=1)
        port = urlsplit(house.address).port
        assert port, "the house says its port"
        cache = await stack.enter_async_context(open_cache(folder, port))
        readers = [
            await stack.enter_async_context(crew("readers")) for _ in range(READER_PROCESSES)
        ]
        talkers = await stack.enter_async_context(crew("talkers"))
        names = tickets(platform, sale.run_id, await invite(platform, plan.speakers))
        await talkers.ask(Arrivals(house.address, sale.run_id, names), Ready)
        http = await stack.enter_async_context(aiohttp.ClientSession())
        yield _Scene(platform, house, cache, readers, talkers, sale, http), machine


async def _show(scene: _Scene, plan: FramesPlan, crowd: Crowd, inside: int) -> _Shown:
    """Let the rest of the crowd in, then measure its segments while the room is busy."""
    await _enter(scene, crowd.viewers - inside)
    joined = [await one.ask(Tell(), Read) for one in scene.readers]
    now_ms = to_ms(scene.platform.clock.now())
    first = segment_of(now_ms) + 1
    segments = range(first, first + crowd.segments)
    # Busy from before the first segment until after the last.
    stage = Stage(
        "frames", crowd.viewers, plan.lines, plan.likes, plan.stock,
        seconds=(start_of(segments.stop + 1) - now_ms) / 1_000,
    )  # fmt: skip
    async with asyncio.TaskGroup() as tasks:
        talking = tasks.create_task(talk(stage, scene.talkers, scene.platform, scene.sale))
        await _middle_of(scene, first)
        asked, used, began = await _asked(scene), _used(scene), perf_counter()
        await _middle_of(scene, segments.stop)
        asked, seconds = await _asked(scene) - asked, perf_counter() - began
        cores = [(now - then) / seconds for now, then in zip(_used(scene), used, strict=True)]
    said, stocked = talking.result()
    return _Shown(
        crowd=crowd,
        joins=_added(read.joins for read in joined),
        reads=[await one.ask(Tell(), Read) for one in scene.readers],
        segments=segments,
        origin_requests=asked,
        events_per_second=(len(said.lines) + len(said.likes) + len(stocked)) / stage.seconds,
        cores=cores,
    )


async def _enter(scene: _Scene, comers: int) -> None:
    share, more = divmod(comers, len(scene.readers))
    async with asyncio.TaskGroup() as tasks:
        for number, readers in enumerate(scene.readers):
            mine = share + (number < more)
            wish = Enter(scene.cache.host, scene.cache.port, scene.sale.run_id, mine)
            tasks.create_task(readers.ask(wish, Ready))


async def _middle_of(scene: _Scene, number: int) -> None:
    clock = scene.platform.clock
    await clock.sleep(from_ms(start_of(number)) + MIDDLE - clock.now())


async def _asked(scene: _Scene) -> int:
    """How many requests for segments the house has had, as it counts itself."""
    async with scene.http.get(f"{scene.house.address}/metrics") as answer:
        for line in (await answer.text()).splitlines():
            if line.startswith(COUNTER):
                return int(float(line.removeprefix(COUNTER)))
    raise CrewFailed(f"the house does not tell {COUNTER}")


def _used(scene: _Scene) -> list[float]:
    """Processor seconds so far of the house, the cache, and all readers."""
    return [
        cpu_seconds(scene.house.pid),
        family_cpu_seconds(scene.cache.pid),
        sum(cpu_seconds(readers.pid) for readers in scene.readers),
    ]


def _pids(scene: _Scene) -> dict[str, int]:
    readers = {f"readers-{n}": one.pid for n, one in enumerate(scene.readers, start=1)}
    return {
        "server": scene.house.pid,
        "postgres": children_of(scene.house.pid)[0],
        "cache": scene.cache.pid,
        "talkers": scene.talkers.pid,
        **readers,
    }


def _crowd_figures(shown: _Shown) -> CrowdFigures:
    viewers, segments = shown.crowd.viewers, len(shown.segments)
    measured = _measured(shown)
    reads = sum(len(each.receipts) for each in measured)
    ages = sorted(
        receipt * 1_000 - each.oldest_ms for each in measured for receipt in each.receipts
    )
    house, cache, readers = (round(cores, 2) for cores in shown.cores)
    return CrowdFigures(
        viewers=viewers,
        segments=segments,
        reads=reads,
        reads_missing=viewers * segments - reads,
        origin_requests=shown.origin_requests,
        origin_requests_per_segment=round(shown.origin_requests / segments, 3),
        reads_per_origin_read=round(reads / max(1, shown.origin_requests), 1),
        staleness_p50_ms=round(percentile(ages, 50), 1),
        staleness_p99_ms=round(percentile(ages, 99), 1),
        join_requests_max=max(shown.joins, default=0),
        joins=shown.joins,
        statuses=_added(read.statuses for read in shown.reads),
        house_cores=house,
        cache_cores=cache,
        reader_cores=readers,
    )


def _figures(
    machine: Machine, pids: dict[str, int], shown: Sequence[_Shown], seconds: float
) -> FramesFigures:
    crowds = [_crowd_figures(each) for each in shown]
    few, many = crowds[0], crowds[-1]
    # Every process of readers has the same segments: those of one are all.
    segments = [segment for each in shown for segment in _measured(each)[: len(each.segments)]]
    reads = [read for each in shown for read in each.reads]
    flat = few.origin_requests_per_segment
    return FramesFigures(
        machine=machine,
        pids=pids,
        seconds=round(seconds, 1),
        against=AGAINST,
        viewers=many.viewers,
        segments=sum(crowd.segments for crowd in crowds),
        events_per_second=round(fmean(each.events_per_second for each in shown), 1),
        lines_per_second=round(fmean(each.lines for each in segments) * 1_000 / SEGMENT_MS, 1),
        frames_per_segment=round(fmean(each.frames for each in segments), 2),
        origin_requests_per_segment=many.origin_requests_per_segment,
        flatness=round(
            max(abs(crowd.origin_requests_per_segment - flat) for crowd in crowds)
            / max(flat, 1e-9),
            4,
        ),
        reads_per_origin_read=many.reads_per_origin_read,
        frame_bytes_median=round(median(each.size / max(1, each.frames) for each in segments), 1),
        segment_bytes_median=median(each.size for each in segments),
        join_requests=max(crowd.join_requests_max for crowd in crowds),
        staleness_p99_ms=many.staleness_p99_ms,
        differing=sum(read.differing for read in reads),
        gaps=max(read.gaps for read in reads),
        hashes_right=min(read.hashes_right for read in reads),
        hashes_wrong=max(read.hashes_wrong for read in reads),
        lost_connections=sum(read.lost_connections for read in reads),
        crowds=crowds,
    )


def _measured(shown: _Shown) -> list[SegmentRead]:
    return [
        segment
        for read in shown.reads
        for segment in read.segments
        if segment.number in shown.segments
    ]


def _added(counts: Iterable[Mapping[int, int]]) -> dict[int, int]:
    total: Counter[int] = Counter()
    for count in counts:
        total.update(count)
    return dict(total)
