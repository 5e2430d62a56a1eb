"""`bench orders`: how many durable orders a second, beside a room that watches."""

from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

import numpy as np
from msgspec import Struct

from livehouse.app.bench import one_by_one
from livehouse.app.bench.buyers import Basket, Shopping
from livehouse.app.bench.crews import Crew, crew
from livehouse.app.bench.furnishing import Sale, guests, invite, open_sale, tickets
from livehouse.app.bench.house import HouseProcess, a_folder, open_house
from livehouse.app.bench.machine import Machine, children_of, cpu_seconds, describe, tree_seconds
from livehouse.app.bench.viewers import Tell, Watched
from livehouse.app.bench.visitor import Arrivals, Ready
from livehouse.app.build import Platform
from livehouse.app.lifespan import opened
from livehouse.app.settings import Settings
from livehouse.engine.ports import Visitor
from livehouse.engine.protocol import decode_frame
from livehouse.foundation.ids import RunId
from livehouse.storage.database import str_url

Say = Callable[[str], None]


class OrdersPlan(Struct, frozen=True, kw_only=True):
    """How large and how long; the defaults fit into a minute."""

    buyers: int = 500
    window: int = 4
    offers: int = 4
    viewers: int = 500
    warm_up_seconds: float = 2.0
    seconds: float = 10.0
    baseline_seconds: float = 2.0


class OrdersFigures(Struct, frozen=True, kw_only=True):
    """What `bench orders` prints."""

    bench: str = "orders"
    machine: Machine
    pids: dict[str, int]
    seconds: float
    against: str
    orders_per_second: float
    p50_ms: float
    p99_ms: float
    group_size_mean: float
    orders_in_table: int
    orders_acknowledged: int
    orders_refused: int
    units_held: int
    buyers: int
    orders_on_their_way: int
    offers: int
    room_viewers: int
    frame_p99_ms: float
    frame_gaps: int
    server_cores: float
    database_cores: float
    clients_cores: float
    baseline_orders_per_second: float
    baseline_connections: int
    baseline: list[one_by_one.Pace]
    ratio: float


class _Work(Struct, frozen=True):
    """Processor seconds so far of who takes part."""

    server: float
    database: float
    clients: float


class _Sold(Struct, frozen=True):
    """What came of the sale, as each side saw it."""

    basket: Basket
    watched: Watched
    cores: _Work
    pids: dict[str, int]


async def bench_orders(plan: OrdersPlan, say: Say) -> OrdersFigures:
    """Sell to real clients over the live connection, then the same one order at a time."""
    with a_folder("bench-orders", say) as folder:
        environment = {
            "LIVEHOUSE_MEDIA": "false",
            "LIVEHOUSE_CONNECTIONS_PER_ADDRESS": "100000",
            "LIVEHOUSE_MESSAGES_PER_SECOND": "100000",
            "LIVEHOUSE_MESSAGES_BURST": "100000",
        }
        say("starting the house")
        async with (
            open_house(folder, environment) as house,
            opened(Settings(data=str(folder))) as platform,
        ):
            return await _measure(plan, folder, house, platform, say)


async def _measure(
    plan: OrdersPlan, folder: Path, house: HouseProcess, platform: Platform, say: Say
) -> OrdersFigures:
    machine = await describe(platform.database.pool, folder)
    sale = await open_sale(platform, offers=plan.offers)
    people = await invite(platform, plan.buyers)
    sold = await _sell(plan, house, platform, sale, people)
    counted = await _counted(platform, sale.run_id)
    basket, watched = sold.basket, sold.watched
    pace = basket.measured / basket.measured_seconds
    say(f"{pace:,.0f} orders a second; now the same, one transaction per order")
    found = await _one_by_one(plan, platform, people)
    written = await platform.database.pool.fetchval("select count(*) from orders")
    told = counted.orders + sum(one.placed for one in found)
    assert written == told, f"the baseline wrote {written} orders and counted {told}"
    best = max(found, key=lambda one: one.orders_per_second)
    return OrdersFigures(
        machine=machine,
        pids=sold.pids,
        seconds=round(basket.measured_seconds, 2),
        against=one_by_one.AGAINST,
        orders_per_second=round(pace, 1),
        p50_ms=basket.p50_ms,
        p99_ms=basket.p99_ms,
        group_size_mean=counted.group_size_mean,
        orders_in_table=counted.orders,
        orders_acknowledged=basket.acknowledged,
        orders_refused=basket.refused,
        units_held=counted.units_held,
        buyers=plan.buyers,
        orders_on_their_way=plan.buyers * plan.window,
        offers=plan.offers,
        room_viewers=watched.viewers - watched.lost_connections,
        frame_p99_ms=_frame_p99_ms(watched),
        frame_gaps=watched.gaps + watched.differing + watched.hashes_wrong,
        server_cores=sold.cores.server,
        database_cores=sold.cores.database,
        clients_cores=sold.cores.clients,
        baseline_orders_per_second=best.orders_per_second,
        baseline_connections=best.connections,
        baseline=found,
        ratio=round(pace / best.orders_per_second, 2),
    )


async def _sell(
    plan: OrdersPlan,
    house: HouseProcess,
    platform: Platform,
    sale: Sale,
    people: Sequence[Visitor],
) -> _Sold:
    """Fill the room, then let the buyers buy until their time is up and all is answered."""
    async with crew("viewers") as viewers, crew("buyers") as buyers:
        crowd = tickets(platform, sale.run_id, guests(plan.viewers))
        await viewers.ask(Arrivals(house.address, sale.run_id, crowd), Ready)
        buyers.tell(Arrivals(house.address, sale.run_id, tickets(platform, sale.run_id, people)))
        shopping = Shopping(
            [offer.id for offer in sale.offers], plan.window, plan.warm_up_seconds, plan.seconds
        )
        await buyers.ask(shopping, Ready)
        await viewers.ask(Tell(), Watched)
        before, began = _work(house, buyers, viewers), platform.clock.now()
        basket = await buyers.ask(Ready(len(people)), Basket)
        watched = await viewers.ask(Tell(), Watched)
        after, took = _work(house, buyers, viewers), platform.clock.now() - began
        pids = {
            "server": house.pid,
            "postgres": children_of(house.pid)[0],
            "buyers": buyers.pid,
            "viewers": viewers.pid,
        }
    return _Sold(basket, watched, _cores(before, after, took.total_seconds()), pids)


async def _one_by_one(
    plan: OrdersPlan, platform: Platform, people: Sequence[Visitor]
) -> list[one_by_one.Pace]:
    """The same sale, one transaction per order; the room is empty by now, which favours it."""
    return await one_by_one.paces(
        str_url(platform.database.engine.url.render_as_string(hide_password=False)),
        await _deals(platform),
        [UUID(person.id[1:]) for person in people],
        seconds=plan.baseline_seconds,
    )


async def _deals(platform: Platform) -> list[tuple[UUID, UUID]]:
    """The offers, and the deal that the sale has made of each."""
    rows = await platform.database.pool.fetch("select offer_id, deal_id from deal_items")
    return [(row["offer_id"], row["deal_id"]) for row in rows]


class _Counted(Struct, frozen=True):
    orders: int
    units_held: int
    group_size_mean: float


async def _counted(platform: Platform, run_id: RunId) -> _Counted:
    """What the database holds; a group's facts are of one transaction."""
    row = await platform.database.pool.fetchrow(
        """
        select (select count(*) from orders) as orders,
               (select sum(q.held) from quotas q join offers o on o.quota_id = q.id) as held,
               (select count(distinct xid) from facts
                where run_id = $1 and kind = 'orders.placed') as groups
        """,
        run_id,
    )
    assert row is not None, "a select without from has one row"
    return _Counted(
        row["orders"], int(row["held"]), round(row["orders"] / max(1, row["groups"]), 1)
    )


def _frame_p99_ms(watched: Watched) -> float:
    """From a frame's own time to its receipt, over all viewers and frames."""
    ages = [
        np.asarray(seen.receipts) + watched.epoch_seconds
        - decode_frame(seen.payload.encode()).at / 1_000
        for seen in watched.frames
    ]  # fmt: skip
    return round(float(np.percentile(np.concatenate(ages), 99)) * 1_000, 1) if ages else 0.0


def _work(house: HouseProcess, *crews: Crew) -> _Work:
    return _Work(
        server=cpu_seconds(house.pid),
        database=sum(tree_seconds(child) for child in children_of(house.pid)),
        clients=sum(cpu_seconds(one.pid) for one in crews),
    )


def _cores(before: _Work, after: _Work, seconds: float) -> _Work:
    """How many cores each kept busy."""
    return _Work(
        server=round((after.server - before.server) / seconds, 2),
        database=round((after.database - before.database) / seconds, 2),
        clients=round((after.clients - before.clients) / seconds, 2),
    )
