"""A crew of customers in a process of its own: who asks, who pays, and what they were told."""

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, cast

import aiohttp
import uvloop
from msgspec import Struct
from msgspec.structs import replace

from livehouse.app.bench.asking import Counts, Crowd, Customer, Log, Manners, Wares
from livehouse.app.bench.crews import Wishes, wishes
from livehouse.app.bench.fates import TO_PAY_MAX, WORKERS, Desk, Fates
from livehouse.app.bench.visitor import Ready
from livehouse.domains.orders import Sandbox
from livehouse.foundation.clock import SystemClock
from livehouse.storage.database import Database, connect

ARRIVE_SECONDS_MAX = 120.0
DRAIN_SECONDS_MAX = 60.0
LOG_BYTES = 2**16
_REMIND = timedelta(seconds=2)
_PAUSE = timedelta(milliseconds=20)


class Errand(Struct, frozen=True, tag=True):
    """Where this crew goes, who they are, and what they want; `number` is the first buyer's."""

    address: str
    wares: Wares
    currency: str
    log: str
    database_url: str
    sandbox_key: bytes
    number: int
    tickets: list[str]
    tokens: list[str]
    attempts: int
    units: int
    hold_seconds: float
    seed: int
    manners: Manners
    fates: Fates


class Begin(Struct, frozen=True, tag=True):
    """Ask."""


class Tell(Struct, frozen=True, tag=True):
    """How far are you?"""


class End(Struct, frozen=True, tag=True):
    """Nobody asks any more; wait for what is on its way, and write down what never came."""


class Progress(Struct, frozen=True):
    counts: Counts
    waiting: int = 0
    to_pay: int = 0
    statuses: dict[int, int] = {}


_Wish = cast(type[Begin | Tell | End], Begin | Tell | End)


class Crew:
    """Everybody in this process."""

    def __init__(
        self, errand: Errand, log: Log, http: aiohttp.ClientSession, books: Database
    ) -> None:
        self.crowd = Crowd(
            errand.address, errand.wares, errand.manners,
            attempts=errand.attempts, seed=errand.seed, log=log,
        )  # fmt: skip
        clock = SystemClock()
        self.desk = Desk(
            crowd=self.crowd,
            fates=errand.fates,
            provider=Sandbox(errand.sandbox_key, books, clock),
            currency=errand.currency,
            clock=clock,
            http=http,
            hold_seconds=errand.hold_seconds,
            units_to_pay=self._units_to_pay,
        )
        self.crowd.took = self.desk.take
        self.crowd.sells_on = lambda: self.desk.length < TO_PAY_MAX
        self.customers = [
            Customer(errand.number + place, ticket, token, self.crowd)
            for place, (ticket, token) in enumerate(zip(errand.tickets, errand.tokens, strict=True))
        ]
        self._units = errand.units
        self._clock = clock

    def _units_to_pay(self) -> float:
        """How many units should be paid or about to be by now, so that the sale lasts as long as
        the attempts do; once they are used up, whatever anybody gets."""
        if self.crowd.is_used_up:
            return float("inf")
        return 0.9 * self._units * self.crowd.counts.asked / self.crowd.attempts

    async def remind(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._clock.sleep(_REMIND)
            for customer in self.customers:
                customer.remind(loop.time())

    def progress(self) -> Progress:
        return Progress(
            replace(self.crowd.counts, refused=dict(self.crowd.refused)),
            sum(customer.waits for customer in self.customers),
            self.desk.length,
            dict(self.desk.statuses),
        )

    async def end(self) -> Progress:
        """What is on its way is waited for; what nobody answered by then is written down so."""
        self.crowd.stopped = True
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS_MAX):
                while any(customer.waits for customer in self.customers) or not self.desk.is_idle:
                    await self._clock.sleep(_PAUSE)
        for customer in self.customers:
            for said in customer.unanswered():
                self.crowd.log.write(said)
            customer.leave()
        return self.progress()


async def main() -> None:
    # A pool that loses its database says so at length; here that is what is wished for.
    logging.disable()
    lines = await wishes()
    errand = await lines.next(Errand)
    if errand is None:
        return
    books = await connect(errand.database_url, pool_size=WORKERS)
    with _new_file(errand.log) as file:
        async with aiohttp.ClientSession() as http:
            crew = Crew(errand, Log(file), http, books)
            await _serve(crew, lines)
    await books.close()


def _new_file(path: str) -> BinaryIO:
    return Path(path).open("wb", buffering=LOG_BYTES)


async def _serve(crew: Crew, lines: Wishes) -> None:
    async with asyncio.TaskGroup() as tasks:
        working: list[asyncio.Task[None]] = []
        lines.answer(Ready(len(crew.customers)))
        while (wish := await lines.next(_Wish)) is not None:
            match wish:
                case Begin():
                    working = [tasks.create_task(one.live()) for one in crew.customers]
                    working += [tasks.create_task(crew.desk.work()) for _ in range(WORKERS)]
                    working.append(tasks.create_task(crew.remind()))
                    lines.answer(Ready(len(crew.customers)))
                case Tell():
                    lines.answer(crew.progress())
                case End():
                    lines.answer(await crew.end())
        for task in working:
            task.cancel()


if __name__ == "__main__":
    uvloop.run(main())
