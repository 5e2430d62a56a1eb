"""Group commit: things wait a few milliseconds and are done together, and each gets its answer.

While a worker does its group the next one gathers by itself, so groups grow with the load and
nobody tunes them.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Generic, TypeAlias, TypeVar

import structlog

from livehouse.engine import limits
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import Busy, DomainError

log = structlog.get_logger()

Item = TypeVar("Item")
Result = TypeVar("Result")
Answer: TypeAlias = Callable[[Result | DomainError], None]


class GroupCommit(Generic[Item, Result]):
    """`commit` takes the items of a group in order and returns a result, or refusal, for each."""

    def __init__(  # noqa: PLR0913 - each is found by its name
        self,
        commit: Callable[[Sequence[Item]], Awaitable[Sequence[Result | DomainError]]],
        *,
        name: str,
        clock: Clock | None = None,
        linger: timedelta = timedelta(0),
        group_max: int = limits.GROUP_ITEMS_MAX,
        pending_max: int = limits.GROUP_PENDING_MAX,
        at_once: int = 1,
        ready: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`linger` lets small groups gather a little while the load is high; it needs a clock.

        With `at_once` above one, `commit` is called for a group while others are under way: it
        then keeps their order itself, where order matters. `ready` is awaited before a group is
        taken, which goes on growing meanwhile.
        """
        assert clock is not None or not linger, "lingering takes a clock"
        self._commit = commit
        self._name = name
        self._clock = clock
        self._linger = linger
        self._group_max = group_max
        self._pending_max = pending_max
        self._at_once = at_once
        self._ready = ready
        self._pending: deque[tuple[Item, Answer[Result]]] = deque()
        self._filled = asyncio.Event()
        self._closed = False
        self._last_size = 0

    def submit(self, item: Item, answer: Answer[Result]) -> None:
        """Queue the item; `answer` is called once, after its group. `Busy` when too many wait."""
        if self._closed or len(self._pending) >= self._pending_max:
            raise Busy
        self._pending.append((item, answer))
        self._filled.set()

    async def ask(self, item: Item) -> Result:
        """Queue the item and wait for its result, for callers that have nothing else to do."""
        settled: asyncio.Future[Result | DomainError] = asyncio.get_running_loop().create_future()

        def answer(result: Result | DomainError) -> None:
            if not settled.done():  # the one who asked may have gone
                settled.set_result(result)

        self.submit(item, answer)
        result = await settled
        if isinstance(result, DomainError):
            raise result
        return result

    def close(self) -> None:
        """Take nothing more; `run` does what is queued and returns."""
        self._closed = True
        self._filled.set()

    async def run(self) -> None:
        """Work until closed. If it is cancelled, what still waits is answered `Busy`."""
        try:
            async with asyncio.TaskGroup() as workers:
                for _ in range(self._at_once):
                    workers.create_task(self._work())
        finally:
            self._closed = True
            for _, answer in self._next_group(all_of_them=True):
                self._deliver(answer, Busy())

    async def _work(self) -> None:
        while True:
            await self._filled.wait()
            self._filled.clear()
            while self._pending:
                await self._gather()
                if self._ready is not None:
                    await self._ready()
                if group := self._next_group():
                    await self._do(group)
            if self._closed:
                self._filled.set()  # the other workers end, too
                return

    async def _gather(self) -> None:
        under_load = self._last_size > 1 and len(self._pending) < self._last_size
        if self._linger and under_load and not self._closed:
            assert self._clock is not None, "lingering takes a clock"
            await self._clock.sleep(self._linger)

    def _next_group(self, *, all_of_them: bool = False) -> list[tuple[Item, Answer[Result]]]:
        size = len(self._pending) if all_of_them else min(len(self._pending), self._group_max)
        return [self._pending.popleft() for _ in range(size)]

    async def _do(self, group: Sequence[tuple[Item, Answer[Result]]]) -> None:
        self._last_size = len(group)
        results: Sequence[Result | DomainError]
        try:
            results = await self._commit([item for item, _ in group])
            assert len(results) == len(group), "a result for each item"
        except DomainError as refusal:
            results = [refusal] * len(group)
        except asyncio.CancelledError:
            for _, answer in group:
                self._deliver(answer, Busy())
            raise
        except Exception:
            # Whether it was committed is not known; who asks again with the same id is told.
            log.exception("group_failed", name=self._name, items=len(group))
            results = [Busy()] * len(group)
        for (_, answer), result in zip(group, results, strict=True):
            self._deliver(answer, result)

    def _deliver(self, answer: Answer[Result], result: Result | DomainError) -> None:
        try:
            answer(result)
        except Exception:
            # One broken answer must not keep the others from theirs.
            log.exception("answer_failed", name=self._name)
