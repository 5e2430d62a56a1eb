"""`bench votes`: vote messages a second, from the WebSocket to exact durable sums."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from time import perf_counter

from msgspec import Struct

from livehouse.app.bench.crews import crew
from livehouse.app.bench.furnishing import invite, open_sale, tickets
from livehouse.app.bench.house import a_folder, open_house
from livehouse.app.bench.machine import Machine, children_of, describe
from livehouse.app.bench.visitor import Arrivals, Ready
from livehouse.app.bench.voters import Cast, Given
from livehouse.app.lifespan import opened
from livehouse.app.platform import Platform
from livehouse.app.settings import Settings
from livehouse.domains.play import BattlePlan
from livehouse.domains.play.model.battles import FREE_VOTES_MAX, VOTERS_PER_ADDRESS_MAX, Vote
from livehouse.foundation.ids import PersonId

AGAINST = "the same votes in a transaction each, without a network in between, in the same run"
# So many of those go on at once: the pool has no more connections, and two cores no more to give.
APIECE_AT_ONCE = 4
APIECE_SECONDS_MAX = 3.0
# What the gateway asks of one session is meant for people.
UNBOUND = "1000000000"

Say = Callable[[str], None]


class VotesPlan(Struct, frozen=True, kw_only=True):
    """More voters from one address would be held back until the staff has looked."""

    voters: int = VOTERS_PER_ADDRESS_MAX
    seconds: float = 8.0


class VotesFigures(Struct, frozen=True, kw_only=True):
    """What `bench votes` prints. `apiece_per_second` is what votes cost that have a transaction
    each: the same rules, rows and facts, and no WebSocket. `lost` is how many that were sent are
    not in the sums of the table; `ranking_p99_ms` is from a vote's sending to the frame whose
    ranking has it."""

    bench: str = "votes"
    machine: Machine
    pids: dict[str, int]
    seconds: float
    against: str
    votes_per_second: float
    votes_sent: int
    votes_counted: int
    votes_in_table: int
    lost: int
    refused: int
    ranking_p50_ms: float
    ranking_p99_ms: float
    apiece_per_second: float
    ratio: float


async def bench_votes(plan: VotesPlan, say: Say) -> VotesFigures:
    """Let fans vote without a pause, and compare what they gave with what the table has."""
    environment = {
        "LIVEHOUSE_MEDIA": "false",
        "LIVEHOUSE_MESSAGES_PER_SECOND": UNBOUND,
        "LIVEHOUSE_MESSAGES_BURST": UNBOUND,
    }
    with a_folder("bench-votes", say) as folder:
        async with (
            open_house(folder, environment) as house,
            opened(Settings(data=str(folder))) as platform,
            crew("voters") as voters,
        ):
            machine = await describe(platform.database.pool, folder)
            sale = await open_sale(platform, offers=1)
            fans = tickets(platform, sale.run_id, await invite(platform, plan.voters))
            await voters.ask(Arrivals(house.address, sale.run_id, fans), Ready)
            names = ["Ann", "Bo"]
            lasts = timedelta(hours=1)
            battle = await platform.battles.begin(
                sale.show_slug, BattlePlan("Stars", names, FREE_VOTES_MAX, lasts)
            )
            say(f"{plan.voters} fans vote for {plan.seconds:g} s")
            given = await voters.ask(Cast(battle.id, plan.seconds), Given)
            show = await platform.shows.by_slug(sale.show_slug)
            (standing,) = await platform.battles.of_show(show)
            in_table = sum(standing.totals.values())
            say("the same, with a transaction for each vote")
            apiece = await _apiece(platform, sale.show_slug, min(plan.seconds, APIECE_SECONDS_MAX))
            return VotesFigures(
                machine=machine,
                pids={
                    "server": house.pid,
                    "postgres": children_of(house.pid)[0],
                    "voters": voters.pid,
                },
                seconds=round(given.seconds, 3),
                against=AGAINST,
                votes_per_second=round(in_table / given.seconds),
                votes_sent=given.sent,
                votes_counted=given.counted,
                votes_in_table=in_table,
                lost=given.sent - in_table,
                refused=given.refused,
                ranking_p50_ms=given.lag_p50_ms,
                ranking_p99_ms=given.lag_p99_ms,
                apiece_per_second=round(apiece),
                ratio=round(in_table / given.seconds / apiece, 1),
            )


async def _apiece(platform: Platform, show_slug: str, seconds: float) -> float:
    """Votes a second where each is written by itself."""
    battle = await platform.battles.begin(
        show_slug, BattlePlan("Stars", ["Ann", "Bo"], FREE_VOTES_MAX, timedelta(hours=1))
    )
    people = [PersonId(platform.ids.new()) for _ in range(APIECE_AT_ONCE)]
    began = perf_counter()

    async def one_fan(person_id: PersonId) -> int:
        given = 0
        while perf_counter() - began < seconds:
            given += 1
            await platform.battles.count([Vote(battle.id, person_id, given % 2, given)])
        return given

    async with asyncio.TaskGroup() as tasks:
        fans = [tasks.create_task(one_fan(person_id)) for person_id in people]
    return sum(fan.result() for fan in fans) / (perf_counter() - began)
