"""`bench orders`: how many durable orders a second, beside a room that watches."""

from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from uuid import UUID

import numpy as np
from msgspec import Struct

from livehouse.app.bench import one_by_one
from livehouse.app.bench.buyers import Basket, Shopping
from livehouse.app.bench.crews import Crew, crew
from livehouse.app.bench.furnishing import (
    STOCK,
    Sale,
    add_coupon,
    add_offer,
    guests,
    invite,
    open_sale,
    tickets,
)
from livehouse.app.bench.house import HouseProcess, a_folder, open_house
from livehouse.app.bench.machine import Machine, children_of, cpu_seconds, describe, tree_seconds
from livehouse.app.bench.viewers import Tell, Watched
from livehouse.app.bench.visitor import Arrivals, Ready
from livehouse.app.lifespan import opened
from livehouse.app.platform import Platform
from livehouse.app.settings import Settings
from livehouse.domains.offers import Coupon, Offer
from livehouse.domains.orders import Buy
from livehouse.engine.ports import Visitor
from livehouse.engine.protocol import decode_frame
from livehouse.foundation.ids import OrderId, PersonId, RunId
from livehouse.storage.database import str_url

Say = Callable[[str], None]

# The highest limit per buyer that an offer can have: it is counted, and nobody reaches it.
LIMIT = 1_000
DOOR_WISHES = 5_000


class OrdersPlan(Struct, frozen=True, kw_only=True):
    """How large and how long; the defaults fit into a minute. A stage is a sale of another kind."""

    buyers: int = 500
    window: int = 4
    offers: int = 4
    viewers: int = 500
    warm_up_seconds: float = 2.0
    seconds: float = 10.0
    stage_warm_up_seconds: float = 0.5
    stage_seconds: float = 3.0
    few_buyers: int = 64
    many_buyers: int = 4_096
    baseline_seconds: float = 1.5


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
    half_load_p99_ms: float
    limit_orders_per_second: float
    coupon_orders_per_second: float
    refusals_per_second: float
    refusal_cost_ratio: float
    order_cpu_us: float
    refusal_cpu_us: float
    refusal_at_the_door_us: float
    many_buyers_ratio: float
    few_buyers_orders_per_second: float
    many_buyers_orders_per_second: float
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


class _Stage(Struct, frozen=True):
    """One sale: what came of it, and how many cores it kept busy."""

    basket: Basket
    cores: _Work

    @property
    def pace(self) -> float:
        return self.basket.measured / self.basket.measured_seconds


class _Sold(Struct, frozen=True):
    """What came of all sales, as each side saw it."""

    main: _Stage
    half: _Stage
    limit: _Stage
    coupon: _Stage
    refusal: _Stage
    watched: Watched
    group_size_mean: float
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
            return await _measure(_Market(plan, house, platform, say), folder)


class _Market:
    """The house that sells, and the ways to sell in it."""

    def __init__(self, plan: OrdersPlan, house: HouseProcess, platform: Platform, say: Say) -> None:
        self.plan = plan
        self.house = house
        self.platform = platform
        self.say = say
        self.acknowledged = 0

    async def stage(self, crews: Sequence[Crew], shopping: Shopping) -> _Stage:
        before, began = _work(self.house, *crews), self.platform.clock.now()
        basket = await crews[0].ask(shopping, Basket)
        seconds = (self.platform.clock.now() - began).total_seconds()
        self.acknowledged += basket.acknowledged
        return _Stage(basket, _cores(before, _work(self.house, *crews), seconds))

    def shopping(
        self,
        offers: Sequence[Offer],
        *,
        window: int | None = None,
        coupons: Sequence[Coupon] = (),
        per_second: float = 0.0,
    ) -> Shopping:
        plan = self.plan
        return Shopping(
            [offer.id for offer in offers], window or plan.window, plan.stage_warm_up_seconds,
            plan.stage_seconds, [coupon.id for coupon in coupons], per_second,
        )  # fmt: skip

    async def pace_of(self, sale: Sale, buyers: int, on_their_way: int) -> float:
        """Orders a second with another number of buyers, but as many orders on their way."""
        people = await invite(self.platform, buyers)
        async with crew("buyers") as crowd:
            await crowd.ask(_arrivals(self.house, self.platform, sale, people), Ready)
            window = max(1, on_their_way // buyers)
            return (await self.stage([crowd], self.shopping(sale.offers, window=window))).pace


async def _measure(market: _Market, folder: Path) -> OrdersFigures:
    plan, platform, say = market.plan, market.platform, market.say
    machine = await describe(platform.database.pool, folder)
    sale = await open_sale(platform, offers=plan.offers)
    people = await invite(platform, plan.buyers)
    sold = await _sell(market, sale, people)
    say("the same with few buyers and with many")
    few = await market.pace_of(sale, plan.few_buyers, plan.many_buyers)
    many = await market.pace_of(sale, plan.many_buyers, plan.many_buyers)
    counted = await _counted(platform, sale.run_id)
    say(f"{sold.main.pace:,.0f} orders a second; now the same, one transaction per order")
    found = await _one_by_one(plan, platform, sale, people)
    written = await platform.database.pool.fetchval("select count(*) from orders")
    told = counted.orders + sum(one.placed for one in found)
    assert written == told, f"the baseline wrote {written} orders and counted {told}"
    best = max(found, key=lambda one: one.orders_per_second)
    main, refusal = sold.main, sold.refusal
    order_us = _cpu_us(main, main.pace)
    refusals = refusal.basket.measured_refusals / refusal.basket.measured_seconds
    refusal_us = _cpu_us(refusal, refusals)
    door_us = await _at_the_door_us(platform, sale, people[0])
    return OrdersFigures(
        machine=machine,
        pids=sold.pids,
        seconds=round(main.basket.measured_seconds, 2),
        against=one_by_one.AGAINST,
        orders_per_second=round(main.pace, 1),
        p50_ms=main.basket.p50_ms,
        p99_ms=main.basket.p99_ms,
        half_load_p99_ms=sold.half.basket.p99_ms,
        limit_orders_per_second=round(sold.limit.pace, 1),
        coupon_orders_per_second=round(sold.coupon.pace, 1),
        refusals_per_second=round(refusals, 1),
        refusal_cost_ratio=round((order_us - refusal_us + door_us) / door_us, 1),
        order_cpu_us=round(order_us, 2),
        refusal_cpu_us=round(refusal_us, 2),
        refusal_at_the_door_us=round(door_us, 3),
        many_buyers_ratio=round(many / few, 2),
        few_buyers_orders_per_second=round(few, 1),
        many_buyers_orders_per_second=round(many, 1),
        group_size_mean=sold.group_size_mean,
        orders_in_table=counted.orders,
        orders_acknowledged=market.acknowledged,
        orders_refused=main.basket.refused,
        units_held=counted.units_held,
        buyers=plan.buyers,
        orders_on_their_way=plan.buyers * plan.window,
        offers=plan.offers,
        room_viewers=sold.watched.viewers - sold.watched.lost_connections,
        frame_p99_ms=_frame_p99_ms(sold.watched),
        frame_gaps=sold.watched.gaps + sold.watched.differing + sold.watched.hashes_wrong,
        server_cores=round(main.cores.server, 2),
        database_cores=round(main.cores.database, 2),
        clients_cores=round(main.cores.clients, 2),
        baseline_orders_per_second=best.orders_per_second,
        baseline_connections=best.connections,
        baseline=found,
        ratio=round(main.pace / best.orders_per_second, 2),
    )


async def _sell(market: _Market, sale: Sale, people: Sequence[Visitor]) -> _Sold:
    """Fill the room, then sell: at full load, at half of it, with a limit, with a coupon, and what
    is sold out."""
    plan, platform, house = market.plan, market.platform, market.house
    limited = [
        await add_offer(platform, sale, f"limited-{n}", allotment=STOCK, limit=LIMIT)
        for n in range(plan.offers)
    ]
    gone = await add_offer(platform, sale, "gone", allotment=1)
    coupon = await add_coupon(platform, sale.store_id)
    async with crew("viewers") as viewers, crew("buyers") as buyers:
        crowd = tickets(platform, sale.run_id, guests(plan.viewers))
        await viewers.ask(Arrivals(house.address, sale.run_id, crowd), Ready)
        await buyers.ask(_arrivals(house, platform, sale, people), Ready)
        await viewers.ask(Tell(), Watched)
        everybody = (buyers, viewers)
        full = Shopping(
            [offer.id for offer in sale.offers], plan.window, plan.warm_up_seconds, plan.seconds
        )
        main = await market.stage(everybody, full)
        watched = await viewers.ask(Tell(), Watched)
        group_size_mean = (await _counted(platform, sale.run_id)).group_size_mean
        market.say(f"{main.pace:,.0f} orders a second; now at half of that, and other sales")
        half = market.shopping(sale.offers, per_second=main.pace / 2)
        return _Sold(
            main=main,
            half=await market.stage(everybody, half),
            limit=await market.stage(everybody, market.shopping(limited)),
            coupon=await market.stage(everybody, market.shopping(sale.offers, coupons=[coupon])),
            refusal=await market.stage(everybody, market.shopping([gone])),
            watched=watched,
            group_size_mean=group_size_mean,
            pids={
                "server": house.pid,
                "postgres": children_of(house.pid)[0],
                "buyers": buyers.pid,
                "viewers": viewers.pid,
            },
        )


async def _one_by_one(
    plan: OrdersPlan, platform: Platform, sale: Sale, people: Sequence[Visitor]
) -> list[one_by_one.Pace]:
    """The same sale, one transaction per order; the room is empty by now, which favours it."""
    return await one_by_one.paces(
        str_url(platform.database.engine.url.render_as_string(hide_password=False)),
        await _deals(platform, sale),
        [UUID(person.id[1:]) for person in people],
        seconds=plan.baseline_seconds,
    )


async def _deals(platform: Platform, sale: Sale) -> list[tuple[UUID, UUID]]:
    """The offers, and the deal that the main sale has made of each."""
    rows = await platform.database.pool.fetch(
        "select i.offer_id, i.deal_id from deal_items i"
        " where i.offer_id = any($1::uuid[]) and i.pays_minor = i.goods_minor",
        [offer.id for offer in sale.offers],
    )
    return [(row["offer_id"], row["deal_id"]) for row in rows]


async def _at_the_door_us(platform: Platform, sale: Sale, buyer: Visitor) -> float:
    """What a till needs to refuse what it knows to be sold out, in a till of this process."""
    offer = await add_offer(platform, sale, "door", allotment=1)
    buyer_id = PersonId(UUID(buyer.id[1:]))

    def wish() -> Buy:
        return Buy(OrderId(platform.ids.new()), ((offer.id, 1),), buyer_id)

    wishes = [wish() for _ in range(DOOR_WISHES)]
    refused: list[object] = []
    await platform.till.commit([wish(), wish()])
    await platform.till.commit([wish()])  # so that the till has just heard of it
    began = perf_counter()
    for one in wishes:
        platform.till.buy(one, refused.append, first=True)
    took = perf_counter() - began
    assert len(refused) == DOOR_WISHES, "all are refused at the door"
    return took / DOOR_WISHES * 1e6


def _arrivals(
    house: HouseProcess, platform: Platform, sale: Sale, people: Sequence[Visitor]
) -> Arrivals:
    return Arrivals(house.address, sale.run_id, tickets(platform, sale.run_id, people))


def _cpu_us(stage: _Stage, per_second: float) -> float:
    """The server's and the database's processor time per answer, in microseconds."""
    return (stage.cores.server + stage.cores.database) / per_second * 1e6


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
        server=(after.server - before.server) / seconds,
        database=(after.database - before.database) / seconds,
        clients=(after.clients - before.clients) / seconds,
    )
