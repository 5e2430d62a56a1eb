"""The one thread that makes files, pictures and clips: it gives way to everything that is live."""

import asyncio
import os
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

import structlog

from livehouse.foundation.errors import DomainError
from livehouse.media.after.specs import WorkStatus
from livehouse.media.errors import TooMuchToMake

log = structlog.get_logger()

T = TypeVar("T")

WAITING_MAX = 32
REMEMBERED_MAX = 256
NICENESS = 15


class Cancelled(Exception):
    """The work is not wanted any more."""


Making = Callable[[Callable[[float], None]], int]


class Workshop:
    """Does one thing after another. All but the making itself happens on the loop."""

    def __init__(self) -> None:
        self._group: asyncio.TaskGroup | None = None
        self._thread = ThreadPoolExecutor(1, "workshop", initializer=_give_way)
        self._known: OrderedDict[str, WorkStatus] = OrderedDict()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._unwanted: set[str] = set()
        self._waiting = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Work for as long as the block lasts; what is not made by then is left."""
        async with asyncio.TaskGroup() as self._group:
            try:
                yield
            finally:
                self._unwanted.update(self._tasks)
                self._thread.shutdown(wait=False)

    def order(self, name: str, make: Making) -> WorkStatus:
        """Have `make` done; asking again changes nothing, unless it failed."""
        known = self._known.get(name)
        if known is not None and known.state != "failed":
            return known
        if len(self._tasks) >= WAITING_MAX:
            raise TooMuchToMake
        self._unwanted.discard(name)
        self._remember(name, WorkStatus("waiting"))
        assert self._group is not None, "open first"
        self._tasks[name] = self._group.create_task(self._make(name, make))
        return self._known[name]

    def status(self, name: str) -> WorkStatus | None:
        return self._known.get(name)

    async def forget(self, name: str) -> None:
        """Stop making it; when this returns nobody writes at it any more."""
        self._unwanted.add(name)
        if task := self._tasks.get(name):
            await asyncio.wait({task})
        self._unwanted.discard(name)
        self._known.pop(name, None)

    async def forget_all(self, beginning: str) -> None:
        for name in [name for name in self._known if name.startswith(beginning)]:
            await self.forget(name)

    async def do(self, work: Callable[[], T]) -> T:
        """Something small, in its turn."""
        if self._waiting >= WAITING_MAX:
            raise TooMuchToMake
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self._waiting -= 1

    async def _make(self, name: str, make: Making) -> None:
        loop = asyncio.get_running_loop()

        def progress(share: float) -> None:
            if name in self._unwanted:
                raise Cancelled
            loop.call_soon_threadsafe(self._remember, name, WorkStatus("working", round(share, 3)))

        def work() -> int:
            progress(0.0)
            return make(progress)

        try:
            size = await loop.run_in_executor(self._thread, work)
        except Cancelled:
            status = WorkStatus("failed", problem="cancelled")
        except DomainError as refusal:
            status = WorkStatus("failed", problem=refusal.code)
        except Exception:
            log.exception("making_failed", name=name)
            status = WorkStatus("failed", problem="making_failed")
        else:
            status = WorkStatus("done", 1.0, size)
        self._tasks.pop(name, None)
        # Behind the steps of progress that the thread has sent before it ended.
        loop.call_soon(self._remember, name, status)

    def _remember(self, name: str, status: WorkStatus) -> None:
        self._known[name] = status
        self._known.move_to_end(name)
        for old in [one for one in self._known if one not in self._tasks][:-REMEMBERED_MAX]:
            del self._known[old]


def _give_way() -> None:
    """Linux gives each thread a priority of its own; elsewhere it stays as it is."""
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
