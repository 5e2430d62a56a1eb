"""An event loop whose time is a number and whose order is a seed's: the same seed, the same run.

Time passes only when nothing can run. Whatever can run at one moment runs in the order that the
seed draws, since nobody promised another one between tasks. Code runs at a place, which may be
frozen (its callbacks wait) or dead (they never run, not even a `finally`).
"""

import asyncio
import heapq
from collections import deque
from collections.abc import Callable
from contextvars import Context, ContextVar, copy_context
from random import Random
from typing import Any, TypeVarTuple

from typing_extensions import override

Arguments = TypeVarTuple("Arguments")
MICROSECONDS = 1_000_000


class Place:
    """Where code runs. What is `stopped` is held back, for a while or for good."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.stopped = False
        self.held: list[asyncio.Handle] = []
        self.context = copy_context()
        self.context.run(_here.set, self)


_here: ContextVar[Place | None] = ContextVar("place", default=None)


class NothingEverHappens(Exception):
    """Nobody can run and nobody waits for a time: the simulation hangs."""


class SimulatedLoop(asyncio.BaseEventLoop):
    """Only what tasks, futures and timeouts need: no files, no sockets, no threads."""

    def __init__(self, chance: Random, *, shuffled: bool = True) -> None:
        super().__init__()
        self._random = chance.random
        self._shuffled = shuffled
        self._now_us = 0
        self._able: deque[tuple[asyncio.Handle, Place | None]] = deque()
        self._later: list[tuple[int, int, asyncio.TimerHandle, Place | None]] = []
        self._asked = 0
        self.steps = 0

    @override
    def time(self) -> float:
        return self._now_us / MICROSECONDS

    @override
    def call_soon(
        self,
        callback: Callable[[*Arguments], object],
        *args: *Arguments,
        context: Context | None = None,
    ) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self._able.append((handle, _place_of(context)))
        return handle

    call_soon_threadsafe = call_soon

    @override
    def call_later(
        self,
        delay: float,
        callback: Callable[[*Arguments], object],
        *args: *Arguments,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        return self.call_at(self.time() + delay, callback, *args, context=context)

    @override
    def call_at(
        self,
        when: float,
        callback: Callable[[*Arguments], object],
        *args: *Arguments,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        self._asked += 1
        due_us = round(when * MICROSECONDS)
        heapq.heappush(self._later, (due_us, self._asked, handle, _place_of(context)))
        return handle

    def release(self, place: Place) -> None:
        """What was held back at the place may run again."""
        place.stopped = False
        self._able.extend((handle, place) for handle in place.held)
        place.held.clear()

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """It is dropped when it falls due."""

    def _write_to_self(self) -> None:
        """Nobody else can wake this loop."""

    def _run_once(self) -> None:
        if not self._able:
            self._pass_time()
        able = self._able
        if self._shuffled and len(able) > 1:
            able.rotate(-int(self._random() * len(able)))
        handle, place = able.popleft()
        if handle.cancelled():
            return
        if place is not None and place.stopped:
            place.held.append(handle)
            return
        self.steps += 1
        handle._run()

    def _pass_time(self) -> None:
        later = self._later
        while later and later[0][2].cancelled():
            heapq.heappop(later)
        if not later:
            raise NothingEverHappens
        self._now_us = max(self._now_us, later[0][0])
        while later and later[0][0] <= self._now_us:
            _, _, handle, place = heapq.heappop(later)
            self._able.append((handle, place))


def _place_of(context: Context | None) -> Place | None:
    return _here.get() if context is None else context.get(_here)


def loop_here() -> SimulatedLoop:
    loop: Any = asyncio.get_running_loop()
    assert isinstance(loop, SimulatedLoop), "only in a simulation"
    return loop
