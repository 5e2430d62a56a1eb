"""`bench torture`: a hundred ask for each unit, and whatever holds the sale is killed meanwhile.

In the end every unit must be sold once, every acknowledged order be there, and what the clients
were told be possible (`history`).
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from msgspec import Struct, field, structs

from livehouse.app.bench import leavings
from livehouse.app.bench.asking import Manners, Wares
from livehouse.app.bench.books import read_books
from livehouse.app.bench.crews import Crew, crew
from livehouse.app.bench.customers import Begin, End, Errand, Progress, Tell
from livehouse.app.bench.fanout import enough_files
from livehouse.app.bench.fates import Fates
from livehouse.app.bench.figures import percentile
from livehouse.app.bench.furnishing import Sale as OpenSale
from livehouse.app.bench.furnishing import add_coupon, invite, open_sale, tickets, tokens
from livehouse.app.bench.history import Broken, CouponTerms, Sale, judge
from livehouse.app.bench.house import HouseProcess
from livehouse.app.bench.leavings import (
    a_place,
    gather,
    quota_rows,
    read,
)
from livehouse.app.bench.machine import Machine, children_of, describe
from livehouse.app.bench.strikes import HOUSE, Struck, recoveries, strike, strikes
from livehouse.app.bench.visitor import Ready
from livehouse.app.lifespan import opened
from livehouse.app.nodes import key
from livehouse.app.settings import Settings
from livehouse.domains.offers import Coupon, Percent
from livehouse.domains.orders.service.till import SOLD_OUT_DURATION
from livehouse.foundation.clock import Clock, SystemClock

AGAINST = "the laws of the sale, judged from what its clients were told and the rows in the end"
TICKET_DURATION = timedelta(days=1)
SCOPES = ("orders:read", "orders:write")
TOLD_MAX = 20
_LOOK_AGAIN = timedelta(milliseconds=50)
_LOOK_AT_REST = timedelta(milliseconds=500)

Say = Callable[[str], None]
_T = TypeVar("_T")
_K = TypeVar("_K")


class TorturePlan(Struct, frozen=True, kw_only=True):
    """How many ask for how much, and how often something dies. `seed` repeats the choices, not
    the moments: what happens at once is for the machine to order."""

    attempts: int = 1_000_000
    units: int = 10_000
    buyers: int = 2_000
    limit: int = 12
    crews: int = 3
    kills: int = 20
    hold_seconds: int = 20
    finish_seconds_max: float = 400.0
    seed: int = 0
    manners: Manners = Manners()
    fates: Fates = Fates()

    @property
    def coupons(self) -> tuple[CouponTerms, CouponTerms]:
        """The store's takes an amount off, the platform's a share; an order may use both."""
        return CouponTerms(self.units // 20, 1), CouponTerms(self.units // 4, 2)


class TortureFigures(Struct, frozen=True, kw_only=True):
    """What `bench torture` prints. `broken` counts the laws that were broken, `told` says how;
    `recovery_ms` is from a kill to the first answer to what was asked after it."""

    bench: str = "torture"
    machine: Machine
    pids: dict[str, int]
    seconds: float
    against: str = AGAINST
    seed: int
    attempts: int
    attempts_per_second: float
    connections: int
    lost_connections: int
    units: int
    orders: int
    sold: int
    oversold: int
    undersold: int
    coupons: list[int]
    redeemed: list[int]
    acknowledged: int
    acknowledged_lost: int
    paid_twice: int
    ledger_sum_minor: int
    ledger_transfers: int
    kills: int
    killed: dict[str, int]
    recovery_p50_ms: float
    recovery_p99_ms: float
    refused: dict[str, int]
    statuses: dict[int, int]
    broken: dict[str, int]
    told: list[Broken] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not (self.broken or self.oversold or self.undersold or self.ledger_sum_minor)


class _Shop(Struct, frozen=True):
    """What the bench knows of the house that it opened."""

    machine: Machine
    sale: OpenSale
    coupons: list[Coupon]
    buyers: list[UUID]
    tickets: list[str]
    tokens: list[str]
    database_url: str
    sandbox_key: bytes


class _Ended(Struct, frozen=True):
    """What came of the sale, as its clients and its killer saw it."""

    pids: dict[str, int]
    seconds: float
    progress: Sequence[Progress]
    struck: Sequence[Struck]


async def bench_torture(plan: TorturePlan, say: Say, keep: Path | None = None) -> TortureFigures:
    """Sell, kill, sell out, and judge."""
    say(f"seed {plan.seed}")
    with enough_files(plan.buyers * 2), a_place(keep, say) as (folder, home):
        logs = [folder / f"acks-{number}.jsonl" for number in range(plan.crews)]
        async with _a_house(home, plan) as torture:
            shop = await _furnish(plan, home)
            ended = await torture.run(shop, logs, say)
            say("judging")
            figures, sale = await _judged(plan, home, shop, ended, gather(folder, logs))
        said = torture.house.said
        if keep is not None:
            leavings.keep(folder, said, sale, figures)
    return figures


@asynccontextmanager
async def _a_house(home: Path, plan: TorturePlan) -> AsyncIterator["_Torture"]:
    environment = {
        "LIVEHOUSE_MEDIA": "false",
        "LIVEHOUSE_HOLD_SECONDS": str(plan.hold_seconds),
        "LIVEHOUSE_CONNECTIONS_PER_ADDRESS": "100000",
        "LIVEHOUSE_MESSAGES_PER_SECOND": "100000",
        "LIVEHOUSE_MESSAGES_BURST": "100000",
    }
    house = HouseProcess(home, environment)
    async with asyncio.TaskGroup() as tasks:
        try:
            await house.start(tasks)
            yield _Torture(plan, house, tasks)
        finally:
            await house.stop()


async def _furnish(plan: TorturePlan, home: Path) -> _Shop:
    settings = Settings(data=str(home))
    async with opened(settings) as platform:
        machine = await describe(platform.database.pool, home)
        sale = await open_sale(platform, offers=1, stock=plan.units, limit=plan.limit)
        stores, platforms = map(structs.asdict, plan.coupons)
        coupons = [
            await add_coupon(platform, sale.store_id, **stores),
            await add_coupon(platform, None, Percent(1_000), **platforms),
        ]
        people = await invite(platform, plan.buyers)
        buyers = [UUID(person.id[1:]) for person in people]
        return _Shop(
            machine=machine,
            sale=sale,
            coupons=coupons,
            buyers=buyers,
            tickets=tickets(platform, sale.run_id, people, lasting=TICKET_DURATION),
            tokens=await tokens(platform, buyers, SCOPES),
            database_url=platform.database.engine.url.render_as_string(hide_password=False),
            sandbox_key=key(settings, "sandbox"),
        )


class _Torture:
    """The killer: it counts attempts, strikes when it is time, and brings back what it killed."""

    def __init__(self, plan: TorturePlan, house: HouseProcess, tasks: asyncio.TaskGroup) -> None:
        self.house = house
        self._plan = plan
        self._tasks = tasks
        self._clock: Clock = SystemClock()
        self._port = urlsplit(house.address).port or 0
        self._struck: list[Struck] = []

    async def run(self, shop: _Shop, logs: Sequence[Path], say: Say) -> _Ended:
        """Until all attempts are made and nothing is left, or nothing moves any more."""
        async with AsyncExitStack() as stack:
            crews = [await stack.enter_async_context(crew("customers")) for _ in logs]
            for one, errand in zip(crews, self._errands(shop, logs), strict=True):
                one.tell(errand)
            for one in crews:
                await one.answer(Ready)
            say(f"{self._plan.buyers} buyers ask")
            began = perf_counter()
            await _ask_all(crews, Begin(), Ready)
            await self._strike(crews, say)
            say("all attempts are made; they ask on until nothing is left")
            await self._sell_out(shop)
            seconds = perf_counter() - began
            progress = await _ask_all(crews, End(), Progress)
            pids = {"server": self.house.pid, "postgres": children_of(self.house.pid)[0]}
            pids |= {f"customers_{number}": one.pid for number, one in enumerate(crews)}
        return _Ended(pids, seconds, progress, self._struck)

    def _errands(self, shop: _Shop, logs: Sequence[Path]) -> Iterable[Errand]:
        plan = self._plan
        offer, coupons = shop.sale.offers[0], [coupon.id for coupon in shop.coupons]
        wares = Wares(shop.sale.run_id, offer.id, coupons)
        for number, log in enumerate(logs):
            first, last = (plan.buyers * (number + more) // plan.crews for more in (0, 1))
            yield Errand(
                address=self.house.address,
                wares=wares,
                currency=shop.sale.offers[0].price.currency,
                log=str(log),
                database_url=shop.database_url,
                sandbox_key=shop.sandbox_key,
                number=first,
                tickets=shop.tickets[first:last],
                tokens=shop.tokens[first:last],
                attempts=plan.attempts // plan.crews,
                units=plan.units // plan.crews,
                hold_seconds=plan.hold_seconds,
                seed=plan.seed * 1_000 + number,
                manners=plan.manners,
                fates=plan.fates,
            )

    async def _strike(self, crews: Sequence[Crew], say: Say) -> None:
        plan = self._plan
        wanted = strikes(plan.kills, plan.attempts, plan.seed)
        while (asked := _asked(await _ask_all(crews, Tell(), Progress))) < plan.attempts:
            while wanted and wanted[0].after <= asked:
                done = await strike(wanted.pop(0).target, self.house)
                self._struck.append(done)
                say(f"{asked:,} attempts; kill {len(self._struck)} of {plan.kills}: {done.target}")
                if done.target == HOUSE:
                    await self.house.ended()
                    await self.house.start(self._tasks, port=self._port)
            await self._clock.sleep(_LOOK_AGAIN)

    async def _sell_out(self, shop: _Shop) -> None:
        """Wait while units still come back or are still to be paid."""
        async with opened(Settings(data=str(self.house.folder))) as platform:
            allotment = [shop.sale.offers[0].quota_id]
            deadline = self._clock.now() + timedelta(seconds=self._plan.finish_seconds_max)
            while self._clock.now() < deadline:
                (quota,) = (await quota_rows(platform.database.pool, allotment)).values()
                if quota.spent == quota.total:
                    return
                await self._clock.sleep(_LOOK_AT_REST)


async def _judged(
    plan: TorturePlan, home: Path, shop: _Shop, ended: _Ended, acks: Path
) -> tuple[TortureFigures, Sale]:
    async with opened(Settings(data=str(home))) as platform:
        stale = SOLD_OUT_DURATION // timedelta(microseconds=1) * 1_000
        planned = Sale(plan.units, [], limit=plan.limit, stale=stale, coupons=plan.coupons)
        offer = shop.sale.offers[0]
        books = await read_books(platform, offer, shop.coupons, shop.buyers, planned)
    broken = judge(books.sale, read(acks)) + books.wrong
    laws = Counter(one.law for one in broken)
    asked = _asked(ended.progress)
    waits = sorted(recoveries(ended.struck, read(acks)))
    figures = TortureFigures(
        machine=shop.machine,
        pids=ended.pids,
        seconds=round(ended.seconds, 2),
        seed=plan.seed,
        attempts=asked,
        attempts_per_second=round(asked / ended.seconds, 1),
        connections=plan.buyers,
        lost_connections=sum(one.counts.lost_connections for one in ended.progress),
        units=plan.units,
        orders=len(books.sale.orders),
        sold=books.goods.spent,
        oversold=max(0, books.goods.held + books.goods.spent - plan.units),
        undersold=max(0, plan.units - books.goods.spent),
        coupons=[terms.total for terms in plan.coupons],
        redeemed=[used.spent for used in books.coupons],
        acknowledged=sum(one.counts.placed for one in ended.progress),
        acknowledged_lost=laws["lost"],
        paid_twice=laws["paid_twice"],
        ledger_sum_minor=books.ledger_sum_minor,
        ledger_transfers=books.ledger_transfers,
        kills=len(ended.struck),
        killed=dict(Counter(one.target for one in ended.struck)),
        recovery_p50_ms=round(percentile(waits, 50), 1),
        recovery_p99_ms=round(percentile(waits, 99), 1),
        refused=_added(one.counts.refused for one in ended.progress),
        statuses=_added(one.statuses for one in ended.progress),
        broken=dict(laws),
        told=broken[:TOLD_MAX],
    )
    return figures, books.sale


async def _ask_all(crews: Sequence[Crew], wish: Struct, type_: type[_T]) -> list[_T]:
    for one in crews:
        one.tell(wish)
    return [await one.answer(type_) for one in crews]


def _asked(progress: Iterable[Progress]) -> int:
    return sum(one.counts.asked for one in progress)


def _added(counts: Iterable[Mapping[_K, int]]) -> dict[_K, int]:
    total: Counter[_K] = Counter()
    for one in counts:
        total.update(one)
    return dict(total.most_common())
