"""The thread in which one run's smaller pictures are encoded, and the bounded way to it.

The run never waits for it. When it falls behind, the largest rendition is dropped, then the next;
each is tried again after a rest.
"""

import asyncio
import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import TypeAlias

import structlog
from msgspec import Struct

from livehouse.foundation.clock import Clock
from livehouse.media.packager import Piece
from livehouse.media.packets import VIDEO_RATE
from livehouse.media.playlist import SegmentLine
from livehouse.media.renditions.limits import (
    BEHIND_SECONDS_MAX,
    BEHIND_TIMES_MAX,
    LOAD_SPAN_SECONDS,
    NICENESS,
    REST,
    STOP_SECONDS_MAX,
)
from livehouse.media.renditions.rungs import RUNGS, RungName
from livehouse.media.renditions.transcoder import Made, Transcoder

log = structlog.get_logger()

Item: TypeAlias = Piece | SegmentLine


class _Work(Struct, frozen=True):
    item: Item
    on: frozenset[RungName]

    @property
    def ticks(self) -> int:
        return self.item.ticks if isinstance(self.item, Piece) else 0


class Ladder:
    """Lives on the loop. `made` is called there with what the thread has made, in its order."""

    def __init__(
        self,
        clock: Clock,
        *,
        made: Callable[[Made], None],
        dropped: Callable[[RungName], None],
        behind_seconds_max: float = BEHIND_SECONDS_MAX,
        make_transcoder: Callable[[], Transcoder] = Transcoder,
    ) -> None:
        self._clock = clock
        self._made = made
        self._dropped = dropped
        self._make_transcoder = make_transcoder
        self._loop = asyncio.get_running_loop()
        self._lock = threading.Condition()
        self._work: deque[_Work] = deque()
        self._waiting_ticks = 0
        self._resting: dict[RungName, datetime] = {}
        # How much must wait before another rendition is dropped: the last drop needs time to tell.
        self._behind_ticks_max = round(behind_seconds_max * VIDEO_RATE)
        self._bound_ticks = self._behind_ticks_max
        self._stopping = False
        self._abandoned = False
        self.loads: dict[str, float] = {}
        self.drops: dict[RungName, int] = {}
        self._thread = threading.Thread(target=self._run, name="ladder", daemon=True)
        self._thread.start()

    @property
    def on(self) -> frozenset[RungName]:
        return frozenset(rung.name for rung in RUNGS) - self._resting.keys()

    def put(self, item: Item) -> None:
        """Never waits."""
        with self._lock:
            waiting = self._waiting_ticks
        if waiting > BEHIND_TIMES_MAX * self._behind_ticks_max:
            self._drop(*self.on)
            self._forget()
        elif waiting > self._bound_ticks:
            self._drop(*[rung.name for rung in RUNGS if rung.name in self.on][:1])
            self._bound_ticks = waiting + self._behind_ticks_max
        elif waiting <= self._behind_ticks_max // 2:
            self._bound_ticks = self._behind_ticks_max
            self._wake_rested()
        work = _Work(item, self.on)
        with self._lock:
            self._work.append(work)
            self._waiting_ticks += work.ticks
            self._lock.notify()

    def stop(self) -> None:
        """Encode what waits, and end."""
        with self._lock:
            self._stopping = True
            self._lock.notify()

    async def finish(self) -> None:
        """Wait for the end; give up after a while."""
        self.stop()
        await asyncio.to_thread(self._thread.join, STOP_SECONDS_MAX)
        self._abandoned = True
        # What the thread has handed over on its way out lies on the loop already.
        await asyncio.sleep(0)  # noqa: TID251 - lets the loop run, and takes no time

    def _wake_rested(self) -> None:
        now = self._clock.now()
        for name, until in list(self._resting.items()):
            if now >= until:
                del self._resting[name]

    def _drop(self, *names: RungName) -> None:
        for name in names:
            log.warning("rendition_dropped", rendition=name, behind_ticks=self._waiting_ticks)
            self._resting[name] = self._clock.now() + REST
            self.drops[name] = self.drops.get(name, 0) + 1
            self._dropped(name)

    def _forget(self) -> None:
        with self._lock:
            self._work.clear()
            self._waiting_ticks = 0

    def _run(self) -> None:
        if sys.platform == "linux":
            # Of this thread alone: Linux counts threads as processes.
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
        transcoder, meter = self._make_transcoder(), _Meter()
        while (work := self._next()) is not None:
            try:
                for made in transcoder.take(work.item, work.on):
                    self._hand_over(made)
            except Exception:
                log.exception("encoding_failed")
                transcoder = self._make_transcoder()
                self._call(self._drop, *work.on)
            with self._lock:
                self._waiting_ticks = max(0, self._waiting_ticks - work.ticks)
            self.loads = meter.read(transcoder.spent) or self.loads
        for made in transcoder.finish():
            self._hand_over(made)

    def _next(self) -> _Work | None:
        with self._lock:
            while not self._work and not self._stopping:
                self._lock.wait()
            if self._abandoned or not self._work:
                return None
            return self._work.popleft()

    def _hand_over(self, made: Made) -> None:
        self._call(self._made, made)

    def _call(self, act: Callable[..., None], *arguments: object) -> None:
        try:
            self._loop.call_soon_threadsafe(act, *arguments)
        except RuntimeError:
            self._abandoned = True  # the loop is gone: so is everyone who could watch


class _Meter:
    """Processor time by what it was spent on, against the clock, over a few seconds."""

    def __init__(self) -> None:
        self._since = monotonic()
        self._before: dict[str, float] = {}

    def read(self, spent: dict[str, float]) -> dict[str, float]:
        """Shares of a core; empty while the span is not over."""
        seconds = monotonic() - self._since
        if seconds < LOAD_SPAN_SECONDS:
            return {}
        before = self._before
        self._since, self._before = monotonic(), dict(spent)
        return {
            what: round((used - before.get(what, 0.0)) / seconds, 3) for what, used in spent.items()
        }
