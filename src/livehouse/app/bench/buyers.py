"""A crew of buyers: each on a connection of its own, with a few orders on their way at a time."""

import asyncio
import gc
import secrets
from datetime import timedelta
from time import perf_counter
from uuid import UUID

import msgspec
import uvloop
from msgspec import Struct
from typing_extensions import override

from livehouse.app.bench.crews import wishes
from livehouse.app.bench.figures import percentile
from livehouse.app.bench.visitor import Arrivals, Ready, arrive, leave
from livehouse.client.wire import Wire
from livehouse.foundation.clock import SystemClock, to_ms

DRAIN_SECONDS_MAX = 30.0
_PAUSE = timedelta(milliseconds=5)
_BOUGHT = b'{"type":"orders.bought","id":"'
_ID = slice(len(_BOUGHT), len(_BOUGHT) + 36)


class Shopping(Struct, frozen=True):
    """Buy from `offers` for so long; only what is answered in the last part is measured.

    Each order redeems `coupons`. With `per_second` so many are asked for, evenly, instead of the
    next as soon as one is answered.
    """

    offers: list[UUID]
    window: int
    warm_up_seconds: float
    seconds: float
    coupons: list[UUID] = []
    per_second: float = 0.0


class Basket(Struct, frozen=True):
    """What the server acknowledged, in all and while it was measured."""

    acknowledged: int
    refused: int
    unanswered: int
    lost_connections: int
    measured: int
    measured_refusals: int
    measured_seconds: float
    p50_ms: float
    p99_ms: float


class Crowd:
    """What all buyers of this process share; ids are made here, as UUIDv7 (RFC 9562)."""

    def __init__(self, shopping: Shopping) -> None:
        self.shopping = shopping
        self.buying = True
        self.acknowledged = 0
        self.refused = 0
        self.measured_refusals = 0
        self.unanswered = 0
        self.lost = 0
        self.waits: list[float] = []
        self.measuring = False
        self._random = secrets.randbits(12), secrets.randbits(14)
        self._prefix = b""
        self._counter = 0
        self.renew()

    def renew(self) -> None:
        """Take the time into the ids that follow."""
        high, low = self._random
        ms = b"%012x" % to_ms(SystemClock().now())
        self._prefix = b"%s-%s-7%03x-%04x-" % (ms[:8], ms[8:], high, 0x8000 | low)

    def next_id(self) -> bytes:
        self._counter += 1
        return b"%s%012x" % (self._prefix, self._counter)


class Buyer(Wire):
    def __init__(self, ticket: str) -> None:
        super().__init__(ticket)
        self._crowd: Crowd | None = None
        self._tail = b""
        self._sent: dict[bytes, float] = {}

    def go_to(self, crowd: Crowd, offer: UUID) -> None:
        """Join a crowd, and buy one piece of this offer again and again."""
        wish = {"offer_id": offer, "quantity": 1, "coupon_ids": crowd.shopping.coupons}
        self._crowd = crowd
        self._tail = b'","first":true,%s' % msgspec.json.encode(wish)[1:]

    def buy(self) -> None:
        assert self._crowd is not None, "a buyer goes to a sale first"
        id_ = self._crowd.next_id()
        self._sent[id_] = perf_counter()
        self._crowd.unanswered += 1
        self.send(b'{"type":"orders.buy","id":"%s%s' % (id_, self._tail))

    @override
    def answer(self, payload: bytes) -> None:
        """Answers name their order: those of two groups need not come in the order of the buys."""
        crowd = self._crowd
        if crowd is None:
            return
        crowd.unanswered -= 1
        sent = self._sent.pop(payload[_ID], None) if payload.startswith(_BOUGHT) else None
        if sent is not None:
            crowd.acknowledged += 1
            if crowd.measuring:
                crowd.waits.append(perf_counter() - sent)
        else:
            crowd.refused += 1
            crowd.measured_refusals += crowd.measuring
        if crowd.buying and not crowd.shopping.per_second:
            self.buy()

    @override
    def lost(self, code: int, reason: str) -> None:
        if self._crowd is not None:
            self._crowd.lost += 1


async def main() -> None:
    """Arrive once, then shop as often as the benchmark asks."""
    lines = await wishes()
    arrivals = await lines.next(Arrivals)
    if arrivals is None:
        return
    buyers = [Buyer(ticket) for ticket in arrivals.tickets]
    await arrive(arrivals, buyers)
    lines.answer(Ready(len(buyers)))
    gc.freeze()
    while (shopping := await lines.next(Shopping)) is not None:
        crowd = Crowd(shopping)
        for number, buyer in enumerate(buyers):
            buyer.go_to(crowd, shopping.offers[number % len(shopping.offers)])
        lines.answer(await _shop(crowd, buyers))
    leave(buyers)


async def _shop(crowd: Crowd, buyers: list[Buyer]) -> Basket:
    """Buy until the time is up, then until all is answered."""
    shopping = crowd.shopping
    if not shopping.per_second:
        for _ in range(shopping.window):
            for buyer in buyers:
                buyer.buy()
    await _while_renewing(crowd, buyers, shopping.warm_up_seconds)
    crowd.measuring = True
    began = perf_counter()
    await _while_renewing(crowd, buyers, shopping.seconds)
    crowd.measuring = crowd.buying = False
    measured_seconds = perf_counter() - began
    clock = SystemClock()
    async with asyncio.timeout(DRAIN_SECONDS_MAX):
        while crowd.unanswered and crowd.lost < len(buyers):
            await clock.sleep(_PAUSE)
    waits = sorted(crowd.waits)
    return Basket(
        acknowledged=crowd.acknowledged,
        refused=crowd.refused,
        unanswered=crowd.unanswered,
        lost_connections=crowd.lost,
        measured=len(waits),
        measured_refusals=crowd.measured_refusals,
        measured_seconds=measured_seconds,
        p50_ms=round(percentile(waits, 50) * 1_000, 2) if waits else 0.0,
        p99_ms=round(percentile(waits, 99) * 1_000, 2) if waits else 0.0,
    )


async def _while_renewing(crowd: Crowd, buyers: list[Buyer], seconds: float) -> None:
    """Keep the ids' time, and the pace where there is one."""
    clock, began, sent = SystemClock(), perf_counter(), 0
    while (now := perf_counter() - began) < seconds:
        crowd.renew()
        due = int(now * crowd.shopping.per_second)
        for number in range(sent, due):
            buyers[number % len(buyers)].buy()
        sent = due
        await clock.sleep(_PAUSE)


if __name__ == "__main__":
    uvloop.run(main())
