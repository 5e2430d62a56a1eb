"""`bench fanout`: what happens in a room, seen by all its viewers, and what each of them costs."""

import asyncio
import importlib.util
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from uuid import UUID

import numpy as np
import numpy.typing as npt
from msgspec import UNSET, Struct

from livehouse.app.bench.broadcasting import Events, Sent, Where
from livehouse.app.bench.crews import Crew, CrewFailed, crew
from livehouse.app.bench.furnishing import STOCK, Sale, guests, invite, open_sale, tickets
from livehouse.app.bench.house import HouseProcess, a_folder, open_house
from livehouse.app.bench.machine import (
    Machine,
    children_of,
    cpu_seconds,
    describe,
    resident_bytes,
)
from livehouse.app.bench.talkers import Said, Talk
from livehouse.app.bench.viewers import Tell, Watched
from livehouse.app.bench.visitor import Arrivals, Ready
from livehouse.app.build import Platform
from livehouse.app.lifespan import opened
from livehouse.app.settings import Settings
from livehouse.engine.protocol import Frame, decode_frame
from livehouse.foundation.clock import SystemClock

AGAINST = "websockets.broadcast of every event to every viewer, on uvloop, without compression"
# What the events are: mostly talk, some likes, and a host who puts more on offer. One person sends
# all likes, so that the n-th is the one that makes the sum n, and nobody may send more than ten
# messages a second.
LINES_SHARE, LIKES_SHARE = 0.82, 0.09
SETTLE = timedelta(seconds=1)
BASELINE_PER_SECOND = 20.0

Say = Callable[[str], None]
_Event = tuple[str, object]  # a line by its id, a like or more stock by the sum it makes
Times = npt.NDArray[np.float64]


class FanoutPlan(Struct, frozen=True, kw_only=True):
    """How large and how long; the defaults fit into a minute."""

    viewers: int = 2_000
    speakers: int = 40
    events_per_second: float = 100.0
    seconds: float = 10.0
    baseline_events: int = 80


class FanoutFigures(Struct, frozen=True, kw_only=True):
    """What `bench fanout` prints; `p50_ms` and `p99_ms` are from the send to each receipt."""

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
    gaps: int
    hashes_right: int
    hashes_wrong: int
    cpu_us_per_viewer_event: float
    baseline_cpu_us_per_viewer_event: float
    ratio: float
    bytes_per_idle_viewer: int
    server_cores: float


class _Show(Struct, frozen=True):
    """What was sent and what was seen of it."""

    said: Said
    stocked: list[float]
    watched: Watched
    seconds: float
    server_seconds: float
    idle_bytes: int
    pids: dict[str, int]


async def bench_fanout(plan: FanoutPlan, say: Say) -> FanoutFigures:
    """Fill a room, let it talk, and compare each receipt with its sending."""
    if importlib.util.find_spec("websockets") is None:
        raise CrewFailed("the comparison needs the package `websockets`: run it in a checkout")
    with a_folder("bench-fanout", say) as folder:
        environment = {"LIVEHOUSE_MEDIA": "false", "LIVEHOUSE_CONNECTIONS_PER_ADDRESS": "100000"}
        async with (
            open_house(folder, environment) as house,
            opened(Settings(data=str(folder))) as platform,
        ):
            machine = await _described(platform, folder)
            sale = await open_sale(platform, offers=1)
            show = await _show(plan, house, platform, sale, say)
        base_us = await _broadcast_us(plan, say)
    return _figures(machine, plan, show, base_us)


async def _described(platform: Platform, folder: Path) -> Machine:
    return await describe(platform.database.pool, folder)


async def _show(
    plan: FanoutPlan, house: HouseProcess, platform: Platform, sale: Sale, say: Say
) -> _Show:
    async with crew("viewers") as viewers, crew("talkers") as talkers:
        people = await invite(platform, plan.speakers)
        names = tickets(platform, sale.run_id, people)
        await talkers.ask(Arrivals(house.address, sale.run_id, names), Ready)
        before_bytes = resident_bytes(house.pid)
        say(f"{plan.viewers} viewers enter")
        crowd = tickets(platform, sale.run_id, guests(plan.viewers))
        await viewers.ask(Arrivals(house.address, sale.run_id, crowd), Ready)
        await platform.clock.sleep(SETTLE)
        idle_bytes = (resident_bytes(house.pid) - before_bytes) // plan.viewers
        await viewers.ask(Tell(), Watched)
        say(f"{plan.events_per_second:g} events a second for {plan.seconds:g} s")
        before, began = cpu_seconds(house.pid), perf_counter()
        said, stocked = await _talk(plan, talkers, platform, sale)
        await platform.clock.sleep(SETTLE)  # the last frames are on their way
        used, seconds = cpu_seconds(house.pid) - before, perf_counter() - began
        watched = await viewers.ask(Tell(), Watched)
        pids = {
            "server": house.pid,
            "postgres": children_of(house.pid)[0],
            "viewers": viewers.pid,
            "talkers": talkers.pid,
        }
    return _Show(said, stocked, watched, seconds, used, idle_bytes, pids)


async def _talk(
    plan: FanoutPlan, talkers: Crew, platform: Platform, sale: Sale
) -> tuple[Said, list[float]]:
    """Everybody talks and likes, and the host puts more and more on offer."""
    total = plan.events_per_second
    talk = Talk(total * LINES_SHARE, total * LIKES_SHARE, plan.seconds)
    stocked: list[float] = []
    clock = SystemClock()

    async def stock() -> None:
        per_second = total * (1 - LINES_SHARE - LIKES_SHARE)
        began = perf_counter()
        while (passed := perf_counter() - began) < plan.seconds:
            if len(stocked) < passed * per_second:
                stocked.append(perf_counter())
                await platform.offers.enlarge(sale.offers[0].id, by=1)
            await clock.sleep(timedelta(milliseconds=10))

    async with asyncio.TaskGroup() as tasks:
        answer = tasks.create_task(talkers.ask(talk, Said))
        tasks.create_task(stock())
    return answer.result(), stocked


async def _broadcast_us(plan: FanoutPlan, say: Say) -> float:
    """What one event costs the other server per viewer, in microseconds of processor time."""
    say("the same viewers, by websockets.broadcast")
    async with crew("broadcasting") as server, crew("viewers") as viewers:
        address = (await server.answer(Where)).address
        run = UUID(int=0)
        await viewers.ask(Arrivals(address, run, [""] * plan.viewers), Ready)
        await viewers.ask(Tell(), Watched)
        before = cpu_seconds(server.pid)
        await server.ask(Events(plan.baseline_events, BASELINE_PER_SECOND), Sent)
        await SystemClock().sleep(SETTLE)
        used = cpu_seconds(server.pid) - before
        watched = await viewers.ask(Tell(), Watched)
    receipts = sum(len(seen.receipts) for seen in watched.frames)
    expected = plan.baseline_events * plan.viewers
    assert receipts == expected, f"the baseline delivered {receipts} of {expected}"
    return used / receipts * 1_000_000


def _figures(machine: Machine, plan: FanoutPlan, show: _Show, base_us: float) -> FanoutFigures:
    events: dict[_Event, float] = {}
    events |= {("line", f"c{id_}"): sent for id_, sent in show.said.lines.items()}
    events |= {("like", number + 1): sent for number, sent in enumerate(show.said.likes)}
    events |= {("stock", STOCK + number + 1): sent for number, sent in enumerate(show.stocked)}
    waits, seen = _waits(events, show.watched)
    watched = show.watched
    us = show.server_seconds / max(1, waits.size) * 1_000_000
    return FanoutFigures(
        machine=machine,
        pids=show.pids,
        seconds=round(show.seconds, 2),
        against=AGAINST,
        viewers=watched.viewers - watched.lost_connections,
        events_per_second=round(len(events) / plan.seconds, 1),
        events_sent=len(events),
        events_seen=seen,
        lines_hidden=show.said.hidden,
        receipts=int(waits.size),
        receipts_missing=seen * watched.viewers - int(waits.size),
        frames_per_second=round(len(watched.frames) / show.seconds, 2),
        p50_ms=round(float(np.percentile(waits, 50)) * 1_000, 1) if waits.size else 0.0,
        p99_ms=round(float(np.percentile(waits, 99)) * 1_000, 1) if waits.size else 0.0,
        gaps=watched.gaps + watched.differing,
        hashes_right=watched.hashes_right,
        hashes_wrong=watched.hashes_wrong,
        cpu_us_per_viewer_event=round(us, 3),
        baseline_cpu_us_per_viewer_event=round(base_us, 3),
        ratio=round(base_us / us, 1),
        bytes_per_idle_viewer=show.idle_bytes,
        server_cores=round(show.server_seconds / show.seconds, 2),
    )


def _waits(events: dict[_Event, float], watched: Watched) -> tuple[Times, int]:
    """How long every viewer waited for every event, and how many events were seen at all."""
    waits: list[Times] = []
    totals = {"like": 0, "stock": STOCK}
    for seen in watched.frames:
        frame = decode_frame(seen.payload.encode())
        keys: list[_Event] = [("line", say[0]) for say in frame.says]
        for kind, total in _totals(frame).items():
            keys += [(kind, at) for at in range(totals[kind] + 1, total + 1)]
            totals[kind] = max(totals[kind], total)
        receipts = np.asarray(seen.receipts)
        waits += [receipts - events[key] for key in keys if key in events]
    return (np.concatenate(waits) if waits else np.zeros(0)), len(waits)


def _totals(frame: Frame) -> dict[str, int]:
    """The sums that a frame tells: likes so far, and how many are on offer."""
    news = frame.patch if frame.state is UNSET else frame.state
    found = {}
    counts = news.get("counts")
    if isinstance(counts, dict) and "likes" in counts:
        found["like"] = int(counts["likes"])
    offers = news.get("offers")
    for card in offers.values() if isinstance(offers, dict) else ():
        if isinstance(card, dict) and "total" in card:
            found["stock"] = int(card["total"])
    return found
