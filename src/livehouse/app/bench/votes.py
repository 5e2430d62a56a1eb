"""`bench votes`: vote messages a second, from the WebSocket to exact durable sums."""

from collections.abc import Callable
from datetime import timedelta

from msgspec import Struct

from livehouse.app.bench.crews import crew
from livehouse.app.bench.furnishing import invite, open_sale, tickets
from livehouse.app.bench.house import a_folder, open_house
from livehouse.app.bench.machine import Machine, children_of, describe
from livehouse.app.bench.visitor import Arrivals, Ready
from livehouse.app.bench.voters import Cast, Given
from livehouse.app.lifespan import opened
from livehouse.app.settings import Settings
from livehouse.domains.play.model.battles import FREE_VOTES_MAX, VOTERS_PER_ADDRESS_MAX

AGAINST = "the figure that was set for it: 60,000 a second on two cores, load included"
AIM_PER_SECOND = 60_000
# What the gateway asks of one session is meant for people.
UNBOUND = "1000000000"

Say = Callable[[str], None]


class VotesPlan(Struct, frozen=True, kw_only=True):
    """More voters from one address would be held back until the staff has looked."""

    voters: int = VOTERS_PER_ADDRESS_MAX
    seconds: float = 8.0


class VotesFigures(Struct, frozen=True, kw_only=True):
    """What `bench votes` prints. `lost` is how many that were sent are not in the sums of the
    table; `ranking_p99_ms` is from a vote's sending to the frame whose ranking has it."""

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
                sale.show_slug, "Stars", names, FREE_VOTES_MAX, lasts
            )
            say(f"{plan.voters} fans vote for {plan.seconds:g} s")
            given = await voters.ask(Cast(battle.id, plan.seconds), Given)
            show = await platform.shows.by_slug(sale.show_slug)
            (standing,) = await platform.battles.of_show(show)
            in_table = sum(standing.totals.values())
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
                ratio=round(in_table / given.seconds / AIM_PER_SECOND, 2),
            )
