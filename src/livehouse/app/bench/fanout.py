"""`bench fanout`: what happens in a room, seen by all its viewers, and what each of them costs."""

import asyncio
import importlib.util
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from uuid import UUID

from msgspec import Struct

from livehouse.app.bench.broadcasting import Events, Sent, Where
from livehouse.app.bench.crews import Crew, CrewFailed, crew
from livehouse.app.bench.furnishing import Sale, guests, invite, open_sale, tickets
from livehouse.app.bench.house import HouseProcess, a_folder, open_house
from livehouse.app.bench.machine import (
    Machine,
    children_of,
    cpu_seconds,
    describe,
    family_cpu_seconds,
    resident_bytes,
)
from livehouse.app.bench.sightings import Shown, Stage, StageFigures, Totals, measured
from livehouse.app.bench.talkers import Said, Talk
from livehouse.app.bench.viewers import Tell, Watched
from livehouse.app.bench.visitor import Arrivals, Ready
from livehouse.app.lifespan import opened
from livehouse.app.open_files import OTHERS, allow_open_files
from livehouse.app.platform import Platform
from livehouse.app.settings import Settings
from livehouse.engine import limits
from livehouse.foundation.clock import SystemClock

AGAINST = "websockets.broadcast of every event to every viewer, on uvloop, without compression"
# A busy room, where what an event costs is measured, and a full one, where it is how soon everybody
# sees it: 20 lines of chat a second while the room's state changes twice a second.
BUSY = Stage("busy", viewers=5_000, lines=100, likes=170, stock=30, seconds=6)
CROWD = Stage("crowd", viewers=15_000, lines=20, likes=0, stock=2, seconds=10)
SETTLE = timedelta(seconds=1)
# A crowd that pours in slows the room for a while; it is measured after that has passed.
CALM = timedelta(milliseconds=limits.PACE_CALM_MS) + SETTLE
BASELINE_PER_SECOND = 20.0

Say = Callable[[str], None]


def a_stage(viewers: int, events: float, seconds: float = BUSY.seconds) -> Stage:
    """A stage of another size with the mix of the busy one."""
    per = events / BUSY.events
    return Stage("own", viewers, BUSY.lines * per, BUSY.likes * per, BUSY.stock * per, seconds)


class FanoutPlan(Struct, frozen=True, kw_only=True):
    """One stage after the other, in one room that fills up; the defaults fit into a minute.

    The first stage is compared with broadcasting.
    """

    stages: tuple[Stage, ...] = (BUSY, CROWD)
    speakers: int = 40
    baseline_events: int = 40


class FanoutFigures(Struct, frozen=True, kw_only=True):
    """What `bench fanout` prints. How soon and how many is of the last stage; what an event costs,
    of the first, beside broadcasting to as many. `stages` has both of each."""

    bench: str = "fanout"
    machine: Machine
    pids: dict[str, int]
    seconds: float
    against: str
    viewers: int
    events_per_second: float
    events_sent: int
    events_seen: int
    lines_hidden: int
    receipts: int
    receipts_missing: int
    frames_per_second: float
    p50_ms: float
    p99_ms: float
    frame_p99_ms: float
    gaps: int
    hashes_right: int
    hashes_wrong: int
    lost_connections: int
    cpu_us_per_viewer_event: float
    baseline_cpu_us_per_viewer_event: float
    ratio: float
    ratio_with_database: float
    bytes_per_idle_viewer: int
    joins_per_second: float
    server_cores: float
    stages: dict[str, StageFigures]


class _Run(Struct, frozen=True):
    """What all stages gave."""

    stages: list[StageFigures]
    idle_bytes: int
    joins_per_second: float
    pids: dict[str, int]


async def bench_fanout(plan: FanoutPlan, say: Say) -> FanoutFigures:
    """Fill a room, let it talk, and compare each receipt with its sending."""
    if importlib.util.find_spec("websockets") is None:
        raise CrewFailed("the comparison needs the package `websockets`: run it in a checkout")
    crowd = max(stage.viewers for stage in plan.stages)
    with enough_files(crowd + plan.speakers), a_folder("bench-fanout", say) as folder:
        environment = {"LIVEHOUSE_MEDIA": "false", "LIVEHOUSE_CONNECTIONS_PER_ADDRESS": "100000"}
        async with (
            open_house(folder, environment) as house,
            opened(Settings(data=str(folder))) as platform,
        ):
            machine = await _described(platform, folder)
            sale = await open_sale(platform, offers=1)
            run = await _all_stages(plan, house, platform, sale, say)
        base_us = await _broadcast_us(plan.stages[0].viewers, plan.baseline_events, say)
    return _figures(machine, plan, run, base_us)


async def _described(platform: Platform, folder: Path) -> Machine:
    return await describe(platform.database.pool, folder)


@contextmanager
def enough_files(connections: int) -> Iterator[None]:
    """The processes that we start inherit what we may open."""
    wanted = connections + OTHERS
    allowed = allow_open_files(wanted)
    if allowed < wanted:
        raise CrewFailed(
            f"{connections} connections need {wanted} open files, and this shell allows {allowed}:"
            f" `ulimit -n {wanted}` as root, or fewer --viewers"
        )
    yield


async def _all_stages(
    plan: FanoutPlan, house: HouseProcess, platform: Platform, sale: Sale, say: Say
) -> _Run:
    crowd = tickets(platform, sale.run_id, guests(max(stage.viewers for stage in plan.stages)))
    done: list[StageFigures] = []
    totals = Totals()
    async with crew("viewers") as viewers, crew("talkers") as talkers:
        names = tickets(platform, sale.run_id, await invite(platform, plan.speakers))
        await talkers.ask(Arrivals(house.address, sale.run_id, names), Ready)
        before_bytes = resident_bytes(house.pid)
        inside, idle_bytes, entering_seconds = 0, 0, 0.0
        for stage in plan.stages:
            say(f"{stage.name}: {stage.viewers} viewers, {stage.events:g} events a second")
            began = perf_counter()
            comers = crowd[inside : stage.viewers]
            await viewers.ask(Arrivals(house.address, sale.run_id, comers), Ready)
            entering_seconds += perf_counter() - began
            inside = stage.viewers
            await platform.clock.sleep(CALM if len(comers) > limits.FANOUT_SLICE else SETTLE)
            idle_bytes = (resident_bytes(house.pid) - before_bytes) // inside
            shown = await _show(stage, house, (viewers, talkers), platform, sale)
            done.append(measured(stage, shown, totals))
        pids = {
            "server": house.pid,
            "postgres": children_of(house.pid)[0],
            "viewers": viewers.pid,
            "talkers": talkers.pid,
        }
    return _Run(done, idle_bytes, round(inside / entering_seconds), pids)


async def _show(
    stage: Stage,
    house: HouseProcess,
    crews: tuple[Crew, Crew],
    platform: Platform,
    sale: Sale,
) -> Shown:
    viewers, talkers = crews
    await viewers.ask(Tell(), Watched)
    before, with_before = cpu_seconds(house.pid), family_cpu_seconds(house.pid)
    began = perf_counter()
    said, stocked = await talk(stage, talkers, platform, sale)
    await platform.clock.sleep(SETTLE)  # the last frames are on their way
    seconds = perf_counter() - began
    used = cpu_seconds(house.pid) - before
    with_database = family_cpu_seconds(house.pid) - with_before
    watched = await viewers.ask(Tell(), Watched)
    return Shown(said, stocked, watched, seconds, used, with_database)


async def talk(
    stage: Stage, talkers: Crew, platform: Platform, sale: Sale
) -> tuple[Said, list[float]]:
    """Everybody talks and likes, and the host puts more and more on offer."""
    stocked: list[float] = []
    clock = SystemClock()

    async def stock() -> None:
        began = perf_counter()
        while (passed := perf_counter() - began) < stage.seconds:
            if len(stocked) < passed * stage.stock:
                stocked.append(perf_counter())
                await platform.offers.enlarge(sale.offers[0].id, by=1)
            await clock.sleep(timedelta(milliseconds=10))

    async with asyncio.TaskGroup() as tasks:
        talk = Talk(stage.lines, stage.likes, stage.seconds)
        answer = tasks.create_task(talkers.ask(talk, Said))
        tasks.create_task(stock())
    return answer.result(), stocked


async def _broadcast_us(crowd: int, events: int, say: Say) -> float:
    """What one event costs the other server per viewer, in microseconds of processor time."""
    say(f"{crowd} viewers by websockets.broadcast")
    async with crew("broadcasting") as server, crew("viewers") as viewers:
        address = (await server.answer(Where)).address
        await viewers.ask(Arrivals(address, UUID(int=0), [""] * crowd), Ready)
        await viewers.ask(Tell(), Watched)
        before = cpu_seconds(server.pid)
        await server.ask(Events(events, BASELINE_PER_SECOND), Sent)
        await SystemClock().sleep(SETTLE)
        used = cpu_seconds(server.pid) - before
        watched = await viewers.ask(Tell(), Watched)
    receipts = sum(len(seen.receipts) for seen in watched.frames)
    assert receipts == events * crowd, f"the baseline delivered {receipts} of {events * crowd}"
    return used / receipts * 1_000_000


def _figures(machine: Machine, plan: FanoutPlan, run: _Run, base_us: float) -> FanoutFigures:
    first, last = run.stages[0], run.stages[-1]
    return FanoutFigures(
        machine=machine,
        pids=run.pids,
        seconds=last.seconds,
        against=AGAINST,
        viewers=last.viewers,
        events_per_second=last.events_per_second,
        events_sent=last.events_sent,
        events_seen=last.events_seen,
        lines_hidden=last.lines_hidden,
        receipts=last.receipts,
        receipts_missing=_sum(run.stages, "receipts_missing"),
        frames_per_second=last.frames_per_second,
        p50_ms=last.p50_ms,
        p99_ms=last.p99_ms,
        frame_p99_ms=last.frame_p99_ms,
        gaps=_sum(run.stages, "gaps"),
        hashes_right=_sum(run.stages, "hashes_right"),
        hashes_wrong=_sum(run.stages, "hashes_wrong"),
        lost_connections=last.lost_connections,
        cpu_us_per_viewer_event=first.cpu_us_per_viewer_event,
        baseline_cpu_us_per_viewer_event=round(base_us, 3),
        ratio=round(base_us / first.cpu_us_per_viewer_event, 1),
        ratio_with_database=round(base_us / first.cpu_us_with_database, 1),
        bytes_per_idle_viewer=run.idle_bytes,
        joins_per_second=run.joins_per_second,
        server_cores=last.server_cores,
        stages={
            stage.name: figures for stage, figures in zip(plan.stages, run.stages, strict=True)
        },
    )


def _sum(stages: Sequence[StageFigures], name: str) -> int:
    return sum(int(getattr(stage, name)) for stage in stages)
