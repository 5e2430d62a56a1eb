"""What becomes of the orders of the torture: some are paid, some cancelled, the others expire.

Buyers go through the house's own API; beside them stands the payment provider, whose books are the
sandbox's, and a forger. What has no answer is asked again until it has one.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from time import monotonic_ns
from typing import Final
from uuid import UUID

import aiohttp
import asyncpg
import msgspec
from msgspec import Struct
from sqlalchemy.exc import SQLAlchemyError

from livehouse.app.bench.asking import Crowd, Placed
from livehouse.app.bench.history import TAKEN, Said
from livehouse.domains.orders import Charge, Payment, PaymentState, Sandbox
from livehouse.foundation.clock import Clock
from livehouse.foundation.ids import OrderId
from livehouse.foundation.money import Money

WORKERS = 8
# So many orders on their way to be paid, and nobody asks for more: they would expire first.
TO_PAY_MAX = 100
REQUEST_SECONDS_MAX = 10.0
NOT_NOW: Final = frozenset({429, 500, 502, 503, 504})
SILENT: Final = (aiohttp.ClientError, TimeoutError, OSError)
_TRY_AGAIN = timedelta(milliseconds=200)
NOTHING = b"{}"
FORGED_KEY = b"what a forger would like it to be"


class Fates(Struct, frozen=True):
    """What becomes of orders beyond what has to be paid by now: these shares, the rest expires.

    Of those that are paid, `crooked` are paid twice, paid after they were cancelled, looked at in
    between, or a forger tries first.
    """

    cancelled: float = 0.15
    looked_at: float = 0.05
    crooked: float = 0.3
    pay_within_seconds: float = 2.0


class _Told(Struct, frozen=True):
    """As much as this client reads of any answer: of an order, of a payment's begin, a refusal."""

    state: str = ""
    code: str = ""
    go_on: str = ""


@dataclass(slots=True)
class Desk:
    """One crew's orders on their way to be paid, cancelled or forgotten."""

    crowd: Crowd
    fates: Fates
    provider: Sandbox
    currency: str
    clock: Clock
    http: aiohttp.ClientSession
    hold_seconds: float
    units_to_pay: Callable[[], float]
    statuses: Counter[int] = field(default_factory=Counter)
    paying_units: int = 0
    _orders: "asyncio.PriorityQueue[tuple[float, int, Callable[[], Awaitable[object]]]]" = field(
        default_factory=asyncio.PriorityQueue
    )
    _count: int = 0
    _busy: int = 0

    @property
    def is_idle(self) -> bool:
        return not self._busy and not self._orders.qsize()

    @property
    def length(self) -> int:
        return self._orders.qsize()

    def take(self, order: Placed) -> None:
        """Choose what becomes of a new order; never waits."""
        chance, soon = (
            self.crowd.chance,
            self.crowd.chance.uniform(0, self.fates.pay_within_seconds),
        )
        if self.length < TO_PAY_MAX and self.paying_units < self.units_to_pay():
            self.paying_units += order.units
            ways = (self._cancel_and_pay, self._pay_twice, self._forge_and_pay, self._look_and_pay)
            is_crooked = chance.random() < self.fates.crooked and not self.crowd.is_used_up
            way = chance.choice(ways) if is_crooked else self._pay
            self._later(soon, lambda: way(order))
            return
        fate = chance.random()
        if fate < self.fates.cancelled:
            self._later(soon, lambda: self._cancel(order))
        elif fate < self.fates.cancelled + self.fates.looked_at:
            self._later(self.hold_seconds * chance.uniform(0.5, 1.5), lambda: self._look(order))

    async def work(self) -> None:
        """Do what is due, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due, number, act = await self._orders.get()
            if due > loop.time():
                self._orders.put_nowait((due, number, act))
                await self.clock.sleep(min(_TRY_AGAIN, timedelta(seconds=due - loop.time())))
                continue
            self._busy += 1
            try:
                await act()
            finally:
                self._busy -= 1

    def _later(self, seconds: float, act: Callable[[], Awaitable[object]]) -> None:
        self._count += 1
        due = asyncio.get_running_loop().time() + seconds
        self._orders.put_nowait((due, self._count, act))

    async def _pay(self, order: Placed) -> None:
        payment = await self._begin(order)
        if payment is None:
            self.paying_units -= order.units
            return
        await self._notify(payment)

    async def _pay_twice(self, order: Placed) -> None:
        """Two payments, and the notice of each is repeated: one of them goes back."""
        payments = [await self._begin(order), await self._begin(order)]
        for payment in payments * 2:
            if payment is not None:
                await self._notify(payment)
        if await self._look(order) not in {"paid", ""}:
            self.paying_units -= order.units

    async def _cancel_and_pay(self, order: Placed) -> None:
        """The money comes when the order is cancelled, or at the same moment."""
        payment = await self._begin(order)
        self.paying_units -= order.units
        if payment is None:
            return
        await asyncio.gather(self._cancel(order), self._notify(payment))
        if await self._look(order) == "paid":
            self.paying_units += order.units

    async def _forge_and_pay(self, order: Placed) -> None:
        payment = await self._begin(order)
        if payment is not None:
            await self._notify(payment, is_forged=True)
            await self._look(order)
            await self._notify(payment)
            return
        self.paying_units -= order.units

    async def _look_and_pay(self, order: Placed) -> None:
        await self._look(order)
        await self._pay(order)

    async def _cancel(self, order: Placed) -> None:
        path = f"/api/orders/{order.id}/cancel"
        await self._write("cancel", order, "", self._ask(order, "POST", path))

    async def _look(self, order: Placed) -> str:
        return await self._write(
            "look", order, "", self._ask(order, "GET", f"/api/orders/{order.id}")
        )

    async def _begin(self, order: Placed) -> Payment | None:
        asked = monotonic_ns()
        told = await self._ask(order, "POST", f"/api/orders/{order.id}/payments")
        payment_id = told.go_on.rpartition("/")[2]
        self.crowd.log.write(
            Said("pay", order.id, asked, monotonic_ns(), told.code or "started",
                 order.customer.number, payment=payment_id)
        )  # fmt: skip
        if not payment_id:
            return None
        amount = Money(self.currency, order.total_minor)
        return Payment(
            UUID(payment_id), OrderId(UUID(order.id)), amount, PaymentState.STARTED,
            self.provider.name, self.clock.now(),
        )  # fmt: skip

    async def _notify(self, payment: Payment, *, is_forged: bool = False) -> None:
        """The provider writes down that it has the money, and says so; or somebody else says so."""
        asked = monotonic_ns()
        if not is_forged:
            await self._charge(Charge(payment.id, PaymentState.SUCCEEDED))
        speaker = replace(self.provider, secret=FORGED_KEY) if is_forged else self.provider
        body, headers = speaker.notice(payment, PaymentState.SUCCEEDED.value)
        told = await self._request("POST", "/api/payments/sandbox/notices", headers, body)
        what = "forged" if is_forged else "notice"
        self.crowd.log.write(
            Said(what, str(payment.order_id), asked, monotonic_ns(), told.code or TAKEN,
                 payment=str(payment.id))
        )  # fmt: skip

    async def _charge(self, charge: Charge) -> None:
        while True:
            try:
                return await self.provider.decide(charge)
            except (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                await self.clock.sleep(_TRY_AGAIN)

    async def _write(self, what: str, order: Placed, payment: str, ask: Awaitable[_Told]) -> str:
        asked = monotonic_ns()
        told = await ask
        said = told.code or told.state
        self.crowd.log.write(
            Said(what, order.id, asked, monotonic_ns(), said, order.customer.number,
                 payment=payment)
        )  # fmt: skip
        return said

    async def _ask(self, order: Placed, method: str, path: str) -> _Told:
        return await self._request(
            method, path, {"Authorization": f"Bearer {order.customer.token}"}, NOTHING
        )

    async def _request(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> _Told:
        """Ask until there is an answer that decides."""
        headers = {"Content-Type": "application/json", **headers}
        while True:
            try:
                async with (
                    asyncio.timeout(REQUEST_SECONDS_MAX),
                    self.http.request(
                        method, self.crowd.address + path, headers=headers, data=body
                    ) as answer,
                ):
                    self.statuses[answer.status] += 1
                    if answer.status not in NOT_NOW:
                        return _read(await answer.read())
            except SILENT:
                self.statuses[0] += 1
            await self.clock.sleep(_TRY_AGAIN)


def _read(body: bytes) -> _Told:
    try:
        return msgspec.json.decode(body, type=_Told)
    except msgspec.DecodeError:
        return _Told()  # a word, such as the one that Alipay waits for
