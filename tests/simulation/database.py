"""A database with true transactions: what is committed, what is seen, and what the client hears
are three different things.

A statement goes over a wire to the server, works there in a transaction, commits, and answers over
the wire. Each of the wires may lose it, and a client that no longer waits stops nothing. Readers
see what is committed; a transaction's number is drawn at its first write and not at its commit.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import copy_context
from random import Random
from typing import TypeVar

from tests.simulation.history import History
from tests.simulation.loop import loop_here
from tests.simulation.weather import Weather

T = TypeVar("T")

STATEMENT_SECONDS_MAX = 6.0
SLOW_SECONDS_MAX = 6.5  # longer than the engine waits for its log
RESTART_SECONDS_MAX = 2.0


class ConnectionLost(Exception):
    """The client does not know what became of its statement."""


class Transaction:
    """One unit of work; its writes happen together, at the commit, or not at all."""

    def __init__(self, database: "Database") -> None:
        self._database = database
        self.xid = 0
        self.writes: list[Callable[[], None]] = []
        self.held: dict[object, bool] = {}  # row: shared

    def number(self) -> int:
        """The transaction's place in the order of facts, drawn when it first writes."""
        if not self.xid:
            self.xid = self._database.next_xid
            self._database.next_xid += 1
            self._database.open_xids.add(self.xid)
        return self.xid

    def write(self, effect: Callable[[], None]) -> None:
        self.number()
        self.writes.append(effect)

    async def lock(self, row: object, *, shared: bool = False) -> None:
        """Wait for the row until nobody else holds it (or, shared, nobody else alone)."""
        while not self.try_lock(row, shared=shared):
            freed = loop_here().create_future()
            self._database.waiting.setdefault(row, []).append(freed)
            await freed

    def try_lock(self, row: object, *, shared: bool = False) -> bool:
        for other in self._database.open:
            if other is not self and row in other.held and not (shared and other.held[row]):
                return False
        self.held[row] = shared
        return True


class Database:
    """The server, its wires, and what can go wrong with both. `settle` ends all mishaps."""

    def __init__(self, chance: Random, weather: Weather, history: History) -> None:
        self._chance = chance
        self._weather = weather
        self._history = history
        self._context = copy_context()
        self._tasks: set[asyncio.Task[None]] = set()
        self._down_until = 0.0
        self._calm = False
        self.next_xid = 100
        self.open_xids: set[int] = set()
        self.open: list[Transaction] = []
        self.waiting: dict[object, list[asyncio.Future[None]]] = {}

    @property
    def horizon(self) -> int:
        """The oldest transaction that still runs: below it everything is decided."""
        return min(self.open_xids, default=self.next_xid)

    def settle(self) -> None:
        self._calm = True

    async def ask(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Let the server do the work in a transaction; `ConnectionLost` tells nothing of it."""
        loop = loop_here()
        answer: asyncio.Future[T] = loop.create_future()
        if self._happens(self._weather.lost_requests):
            loop.call_later(self._chance.uniform(0, 2), _lose, answer)
        else:
            delay = self._delay()
            loop.call_later(delay, self._begin, work, answer, context=self._context)
        return await answer

    def restart(self) -> None:
        """All that is not committed is rolled back; nobody gets through for a while."""
        self._history.note("database", "restarts")
        self._down_until = loop_here().time() + self._chance.uniform(0.2, RESTART_SECONDS_MAX)
        for task in tuple(self._tasks):
            task.cancel()

    def _begin(
        self, work: Callable[[Transaction], Awaitable[T]], answer: "asyncio.Future[T]"
    ) -> None:
        loop = loop_here()
        if loop.time() < self._down_until:
            _lose(answer)
            return
        task = loop.create_task(self._serve(work, answer), context=self._context)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(
        self, work: Callable[[Transaction], Awaitable[T]], answer: "asyncio.Future[T]"
    ) -> None:
        tx = Transaction(self)
        self.open.append(tx)
        try:
            async with asyncio.timeout(STATEMENT_SECONDS_MAX):
                result = await work(tx)
                if tx.writes:
                    await self.pause(self._work_seconds())
        except (asyncio.CancelledError, TimeoutError):
            self._close(tx)
            _lose(answer)
            return
        except ConnectionLost as error:
            self._close(tx)
            if not answer.done():
                answer.set_exception(error)
            return
        for effect in tx.writes:
            effect()
        self._close(tx)
        if self._happens(self._weather.lost_answers):
            loop_here().call_later(self._chance.uniform(0, 2), _lose, answer)
        else:
            loop_here().call_later(self._delay(), _give, answer, result)

    def _close(self, tx: Transaction) -> None:
        self.open.remove(tx)
        self.open_xids.discard(tx.xid)
        for row in tx.held:
            for freed in self.waiting.pop(row, ()):
                if not freed.done():
                    freed.set_result(None)

    async def pause(self, seconds: float) -> None:
        """Time that the server itself takes."""
        await asyncio.sleep(seconds)  # noqa: TID251 - the simulated loop's

    def _work_seconds(self) -> float:
        if self._happens(self._weather.slow_statements):
            return self._chance.uniform(0, SLOW_SECONDS_MAX)
        return self._delay()

    def _delay(self) -> float:
        return self._weather.statement_s * self._chance.random()

    def _happens(self, share: float) -> bool:
        return not self._calm and share > 0 and self._chance.random() < share


def _lose(answer: "asyncio.Future[T]") -> None:
    if not answer.done():
        answer.set_exception(ConnectionLost())


def _give(answer: "asyncio.Future[T]", result: T) -> None:
    if not answer.done():
        answer.set_result(result)
