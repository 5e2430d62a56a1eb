"""A clock that moves only when a test says so."""

import asyncio
import heapq
from datetime import datetime, timedelta
from itertools import count

from tests.support.moments import NOON


class ManualClock:
    """Stands still between calls of `advance`; sleepers wake in the order of their deadlines."""

    def __init__(self, start: datetime = NOON) -> None:
        self._now = start
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._order = count()

    def now(self) -> datetime:
        return self._now

    async def sleep(self, duration: timedelta) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + duration, next(self._order), woken))
        await woken

    def set(self, moment: datetime) -> None:
        """Jump, for tests of rules where nobody sleeps."""
        self._now = moment

    async def advance(self, duration: timedelta) -> None:
        """Wake every sleeper that falls due, in order, and let its task run on."""
        target = self._now + duration
        await settle()
        while self._sleepers and self._sleepers[0][0] <= target:
            deadline, _, woken = heapq.heappop(self._sleepers)
            self._now = max(self._now, deadline)
            if not woken.done():
                woken.set_result(None)
            await settle()
        self._now = target


async def settle() -> None:
    """Let the other tasks run until each of them waits for something."""
    current = asyncio.current_task()
    while any(  # noqa: ASYNC110 - no event tells that nobody can run
        _is_runnable(task) for task in asyncio.all_tasks() if task is not current
    ):
        await asyncio.sleep(0)  # noqa: TID251 - yields, does not wait


def _is_runnable(task: "asyncio.Task[object]") -> bool:
    waiting_for: asyncio.Future[object] | None = getattr(task, "_fut_waiter", None)
    return not task.done() and (waiting_for is None or waiting_for.done())
