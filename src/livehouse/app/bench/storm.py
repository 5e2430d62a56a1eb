"""`bench storm`: everybody loses the server in one instant, and comes back with the right state."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from time import perf_counter
from urllib.parse import urlsplit

from msgspec import Struct

from livehouse.app.bench.crews import Crew, crew
from livehouse.app.bench.fanout import enough_files
from livehouse.app.bench.furnishing import guests, open_sale, tickets
from livehouse.app.bench.house import HouseProcess, a_folder, open_house
from livehouse.app.bench.machine import Machine, children_of, cpu_seconds, describe
from livehouse.app.bench.returners import Returned, Storm
from livehouse.app.bench.visitor import Arrivals, Ready
from livehouse.app.lifespan import opened
from livehouse.app.platform import Platform
from livehouse.app.settings import Settings

AGAINST = "the room's own transactions while nobody comes or goes, counted by PostgreSQL"
QUIET = timedelta(seconds=4)
# PostgreSQL's processes tell their counts about once a second.
COUNTED = timedelta(seconds=1.5)

ENVIRONMENT = {"LIVEHOUSE_MEDIA": "false", "LIVEHOUSE_CONNECTIONS_PER_ADDRESS": "100000"}

Say = Callable[[str], None]

_TRANSACTIONS = """
select xact_commit + xact_rollback from pg_stat_database where datname = current_database()
"""


class StormPlan(Struct, frozen=True, kw_only=True):
    """How many are dropped; with `kill` a second time, by ending the server and starting it."""

    viewers: int = 10_000
    kill: bool = False


class StormFigures(Struct, frozen=True, kw_only=True):
    """What `bench storm` prints. `queries_per_viewer` is what the database did beyond its usual
    work between the loss and the last one's return; `seconds_to_recover_from_kill` begins with the
    death of the server, which has to start first."""

    bench: str = "storm"
    machine: Machine
    pids: dict[str, int]
    seconds: float
    against: str
    viewers: int
    seconds_to_recover: float
    p50_seconds: float
    attempts_per_viewer: float
    queries_per_viewer: float
    queries_in_storm: int
    queries_per_second_before: float
    wrong_states: int
    keyframes: int
    server_cpu_us_per_viewer: float
    seconds_to_recover_from_kill: float | None = None
    wrong_states_after_kill: int | None = None


async def bench_storm(plan: StormPlan, say: Say) -> StormFigures:
    """Fill a room, drop everybody, and see them come back."""
    began = perf_counter()
    with enough_files(plan.viewers), a_folder("bench-storm", say) as folder:
        async with open_house(folder, ENVIRONMENT) as house, crew("returners") as crowd:
            async with opened(Settings(data=str(folder))) as platform:
                machine = await describe(platform.database.pool, folder)
                run = (await open_sale(platform, offers=1)).run_id
                say(f"{plan.viewers} viewers enter")
                comers = tickets(platform, run, guests(plan.viewers))
                await crowd.ask(Arrivals(house.address, run, comers), Ready)
                say("all their connections are cut at once")
                quiet = await _quiet(platform)
                before, cpu = await _transactions(platform), cpu_seconds(house.pid)
                stormed = perf_counter()
                back = await crowd.ask(Storm(cut=True), Returned)
                cpu = cpu_seconds(house.pid) - cpu
                await platform.clock.sleep(COUNTED)
                queries = await _transactions(platform) - before
                passed = perf_counter() - stormed
                pids = {
                    "server": house.pid, "postgres": children_of(house.pid)[0], "viewers": crowd.pid
                }  # fmt: skip
            killed = await _kill(house, crowd, say) if plan.kill else None
    return StormFigures(
        machine=machine,
        pids=pids,
        seconds=round(perf_counter() - began, 2),
        against=AGAINST,
        viewers=back.returned,
        seconds_to_recover=round(back.seconds, 2),
        p50_seconds=round(back.p50_seconds, 2),
        attempts_per_viewer=round(back.attempts / back.viewers, 2),
        queries_per_viewer=round(max(0.0, queries - quiet * passed) / back.viewers, 4),
        queries_in_storm=queries,
        queries_per_second_before=round(quiet, 1),
        wrong_states=back.wrong_states,
        keyframes=back.keyframes,
        server_cpu_us_per_viewer=round(cpu / back.viewers * 1_000_000, 1),
        seconds_to_recover_from_kill=round(killed.seconds, 2) if killed else None,
        wrong_states_after_kill=killed.wrong_states if killed else None,
    )


async def _kill(house: HouseProcess, crowd: Crew, say: Say) -> Returned:
    say("the server is killed, and started again")
    port = urlsplit(house.address).port
    assert port is not None, "a house listens on a port"
    async with asyncio.TaskGroup() as tasks:
        crowd.tell(Storm(cut=False))
        house.kill()
        await house.ended()
        again = HouseProcess(house.folder, ENVIRONMENT)
        await again.start(tasks, port=port)
        back = await crowd.answer(Returned)
        await again.stop()
    return back


async def _quiet(platform: Platform) -> float:
    """How many transactions a second the house makes while nothing happens."""
    await platform.clock.sleep(COUNTED)
    before, began = await _transactions(platform), perf_counter()
    await platform.clock.sleep(QUIET)
    return (await _transactions(platform) - before) / (perf_counter() - began)


async def _transactions(platform: Platform) -> int:
    return int(await platform.database.pool.fetchval(_TRANSACTIONS))
