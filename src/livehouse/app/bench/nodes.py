"""`bench nodes`: what a room costs the bus between two nodes, and how much later it is there.

The first node conducts; the crowd and those who talk are on the second. The same talk is held
before ten viewers and before ten thousand.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import aiohttp
import msgspec
from msgspec import Struct

from livehouse.app.bench.bus import Bus, open_bus
from livehouse.app.bench.crews import Crew, CrewFailed, crew
from livehouse.app.bench.figures import percentile
from livehouse.app.bench.furnishing import Sale, guests, invite, open_sale, tickets
from livehouse.app.bench.house import HouseProcess, a_folder, open_house
from livehouse.app.bench.machine import Machine, describe
from livehouse.app.bench.talkers import Said, Talk
from livehouse.app.bench.viewers import Tell, Watched
from livehouse.app.bench.visitor import Arrivals, Ready
from livehouse.app.lifespan import opened
from livehouse.app.open_files import OTHERS, allow_open_files
from livehouse.app.platform import Platform
from livehouse.app.settings import Settings
from livehouse.engine.limits import KEYFRAME_EVERY, TICK_MS
from livehouse.foundation.clock import Clock, SystemClock, to_ms
from livehouse.storage.postgres import BundledPostgres

AGAINST = "the same room on the conductor's own node (time), before ten viewers (bytes)"
SPEAKERS = 10
SETTLE = timedelta(seconds=1)
LOOK_TICKS = 4

Say = Callable[[str], None]


class NodesPlan(Struct, frozen=True, kw_only=True):
    """How many watch, and what is said before them; the defaults fit into a minute."""

    few: int = 10
    many: int = 10_000
    lines_per_second: float = 20.0
    likes_per_second: float = 20.0
    seconds: float = 12.0


class NodesFigures(Struct, frozen=True, kw_only=True):
    """What `bench nodes` prints. Bytes are those of messages, into NATS and out of it."""

    bench: str = "nodes"
    machine: Machine
    pids: dict[str, int]
    seconds: float
    against: str
    viewers_few: int
    viewers_many: int
    events_per_second: float
    bus_bytes_per_second_few: float
    bus_bytes_per_second_many: float
    bus_ratio: float
    added_p50_ms: float
    added_p99_ms: float
    frames_compared: int
    frames_missing: int
    gaps: int
    lost_connections: int


class _Look(Struct, frozen=True):
    """How far the room and the bus were at a moment."""

    at: float
    n: int
    carried: int


class _Crews(Struct, frozen=True):
    """A viewer on each node, those who talk, and the crowd."""

    near: Crew
    far: Crew
    talkers: Crew
    crowd: Crew


class _Place(Struct, frozen=True):
    """The two nodes, what is between them, and the room."""

    first: HouseProcess
    second: HouseProcess
    bus: Bus
    sale: Sale
    platform: Platform
    clock: Clock


async def bench_nodes(plan: NodesPlan, say: Say) -> NodesFigures:
    """Hold the same talk twice and look at the bus."""
    wanted = plan.many + SPEAKERS + OTHERS
    if allow_open_files(wanted) < wanted:
        raise CrewFailed(f"{plan.many} viewers need {wanted} open files: raise `ulimit -n`")
    with a_folder("bench-nodes", say) as folder:
        async with open_bus() as bus, _nodes(folder, bus) as (first, second, platform):
            machine = await describe(platform.database.pool, folder)
            sale = await open_sale(platform, offers=1)
            place = _Place(first, second, bus, sale, platform, SystemClock())
            async with AsyncExitStack() as stack:
                names = ("viewers", "viewers", "talkers", "viewers")
                crews = _Crews(*[await stack.enter_async_context(crew(name)) for name in names])
                return await _measure(plan, place, crews, machine, say)


@asynccontextmanager
async def _nodes(
    folder: Path, bus: Bus
) -> AsyncIterator[tuple[HouseProcess, HouseProcess, Platform]]:
    """Two nodes on one database, and the platform beside them to furnish the house with."""
    key = secrets.token_hex(32)
    shared = {
        "LIVEHOUSE_MEDIA": "false",
        "LIVEHOUSE_CONNECTIONS_PER_ADDRESS": "100000",
        "LIVEHOUSE_NATS_URL": bus.url,
        "LIVEHOUSE_SIGNING_KEY": key,
        "LIVEHOUSE_SANDBOX_KEY": key,
        "LIVEHOUSE_NODE_ADDRESS": "http://127.0.0.1",  # nobody asks for video here
    }
    one = folder / "one"
    async with open_house(one, shared) as first:
        url = BundledPostgres(one / "postgres", one / "secrets" / "postgres", SystemClock()).url
        joining = shared | {
            "LIVEHOUSE_DATABASE_URL": url,
            "LIVEHOUSE_ROLES": "web,gateway",
        }
        async with (
            open_house(folder / "two", joining) as second,
            opened(Settings(data=str(one), signing_key=key, sandbox_key=key)) as platform,
        ):
            yield first, second, platform


async def _measure(
    plan: NodesPlan, place: _Place, crews: _Crews, machine: Machine, say: Say
) -> NodesFigures:
    run, second = place.sale.run_id, place.second.address
    seats = tickets(place.platform, run, guests(plan.many + 2))
    names = tickets(place.platform, run, await invite(place.platform, SPEAKERS))
    await crews.near.ask(Arrivals(place.first.address, run, seats[:1]), Ready)
    await crews.far.ask(Arrivals(second, run, seats[1:2]), Ready)
    await crews.talkers.ask(Arrivals(second, run, names), Ready)
    say(f"{plan.few} viewers")
    await crews.crowd.ask(Arrivals(second, run, seats[2 : plan.few + 2]), Ready)
    few = await _talk(plan, place, crews)
    near, far = await crews.near.ask(Tell(), Watched), await crews.far.ask(Tell(), Watched)
    say(f"{plan.many} viewers")
    await crews.crowd.ask(Arrivals(second, run, seats[plan.few + 2 :]), Ready)
    many = await _talk(plan, place, crews)
    watched = [await one.ask(Tell(), Watched) for one in (crews.near, crews.far, crews.crowd)]
    added = _added_ms(near, far)
    return NodesFigures(
        machine=machine,
        pids={"first": place.first.pid, "second": place.second.pid, "nats": place.bus.pid,
              "crowd": crews.crowd.pid, "talkers": crews.talkers.pid},
        seconds=plan.seconds,
        against=AGAINST,
        viewers_few=plan.few,
        viewers_many=plan.many,
        events_per_second=plan.lines_per_second + plan.likes_per_second,
        bus_bytes_per_second_few=round(few, 1),
        bus_bytes_per_second_many=round(many, 1),
        bus_ratio=round(many / few, 4),
        added_p50_ms=round(percentile(added, 50), 2),
        added_p99_ms=round(percentile(added, 99), 2),
        frames_compared=len(added),
        frames_missing=len({seen.n for seen in near.frames} ^ {seen.n for seen in far.frames}),
        gaps=sum(one.gaps for one in watched),
        lost_connections=sum(one.lost_connections for one in watched),
    )  # fmt: skip


async def _talk(plan: NodesPlan, place: _Place, crews: _Crews) -> float:
    """What the bus carries a second while they talk."""
    await place.clock.sleep(SETTLE)
    for one in (crews.near, crews.far, crews.crowd):
        await one.ask(Tell(), Watched)
    talk = Talk(plan.lines_per_second, plan.likes_per_second, plan.seconds)
    async with asyncio.TaskGroup() as tasks:
        answer = tasks.create_task(crews.talkers.ask(talk, Said))
        looks = await _looks(plan, place)
        await answer
    await place.clock.sleep(SETTLE)
    return _bytes_per_second(looks)


async def _looks(plan: NodesPlan, place: _Place) -> Sequence[_Look]:
    """Looks each second and between two ticks, so that each stretch has whole frames only."""
    looks: list[_Look] = []
    path = f"{place.first.address}/live/{place.sale.run_id}/frames/latest.json"
    until = perf_counter() + plan.seconds - TICK_MS * LOOK_TICKS / 1_000
    async with aiohttp.ClientSession() as http:
        while perf_counter() < until:
            every = TICK_MS * LOOK_TICKS
            passed = (to_ms(place.clock.now()) - TICK_MS // 2) % every
            await place.clock.sleep(timedelta(milliseconds=every - passed))
            carried = await place.bus.carried_bytes(http)
            async with http.get(path) as answer:
                n = msgspec.json.decode(await answer.read(), type=_Numbered).n
            looks.append(_Look(perf_counter(), n, carried))
    return looks


class _Numbered(Struct):
    n: int


def _bytes_per_second(looks: Sequence[_Look]) -> float:
    """Over the longest stretch without a keyframe, which comes every half minute and is large."""
    stretches: list[list[_Look]] = [[looks[0]]]
    for before, after in pairwise(looks):
        if before.n // KEYFRAME_EVERY == after.n // KEYFRAME_EVERY:
            stretches[-1].append(after)
        else:
            stretches.append([after])
    longest = max(stretches, key=len)
    seconds = longest[-1].at - longest[0].at
    return (longest[-1].carried - longest[0].carried) / seconds if seconds else 0.0


def _added_ms(near: Watched, far: Watched) -> list[float]:
    """How much later each frame came on the second node; both clocks are this machine's."""
    there = {seen.n: seen.receipts[0] for seen in far.frames}
    return sorted(
        (there[seen.n] - seen.receipts[0]) * 1_000 for seen in near.frames if seen.n in there
    )
