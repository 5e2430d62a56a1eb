"""What every source is to a run, and the thread that most of them need."""

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Iterator
from typing import Protocol

from livehouse.foundation.clock import Clock
from livehouse.media.limits import SOURCE_STOP_SECONDS_MAX
from livehouse.media.packets import SourceItem
from livehouse.media.sources.handover import Handover
from livehouse.media.sources.pace import ClockPace, Pace
from livehouse.media.specs import SourceSpec


class Source(Protocol):
    """Gives `Formats`, then packets, then perhaps other `Formats`; ends or raises by itself."""

    @property
    def dropped(self) -> int:
        """Packets and pictures that were lost on the way."""
        ...

    @property
    def load(self) -> float:
        """The share of one core that the source takes."""
        ...

    @property
    def progress(self) -> float:
        """How much of a first encode is done, from 0 to 1; 1 when there is nothing to do."""
        ...

    @property
    def problem(self) -> str:
        """What is missing while something else stands in for it: a code; else empty."""
        ...

    @property
    def is_patient(self) -> bool:
        """Whether it may be silent for as long as it likes."""
        ...

    async def start(self) -> None:
        """Get ready, or refuse with a `DomainError`. May take long: see `progress`."""
        ...

    def packets(self) -> AsyncGenerator[SourceItem]: ...

    def direct(self, spec: SourceSpec) -> bool:
        """Play this from now on; False where that means to begin anew."""
        ...

    async def stop(self) -> None: ...


class Producer(Protocol):
    """Blocking code that makes packets in the pace of the clock."""

    dropped: int

    def items(self, pace: Pace) -> Iterator[SourceItem]: ...


class ThreadedSource:
    """Runs a producer in a thread of its own; FFmpeg's encoders leave the interpreter free."""

    progress = 1.0
    problem = ""
    is_patient = False

    def __init__(self, producer: Producer, clock: Clock, *, name: str) -> None:
        self._producer = producer
        self._pace = ClockPace(clock)
        self._handover: Handover | None = None
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self.load = 0.0

    @property
    def dropped(self) -> int:
        return self._producer.dropped + (self._handover.dropped if self._handover else 0)

    async def start(self) -> None:
        self.begin()

    def begin(self) -> None:
        self._handover = Handover(asyncio.get_running_loop())
        self._thread.start()

    def packets(self) -> AsyncGenerator[SourceItem]:
        assert self._handover is not None, "start first"
        return self._handover.items()

    def direct(self, _: SourceSpec) -> bool:
        return False

    async def stop(self) -> None:
        self._pace.stop()
        if self._thread.is_alive():
            await asyncio.to_thread(self._thread.join, SOURCE_STOP_SECONDS_MAX)

    def _work(self) -> None:
        assert self._handover is not None
        failure: Exception | None = None
        meter = _LoadMeter(self._pace)
        try:
            for item in self._producer.items(self._pace):
                self._handover.put(item)
                self.load = meter.read()
        except Exception as error:  # noqa: BLE001 - raised again on the loop, where a run hears it
            failure = error
        self._handover.close(failure)


class _LoadMeter:
    """CPU time of this thread against the clock, over a few seconds."""

    SPAN_MS = 5000

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._since_ms = pace.now_ms()
        self._cpu = time.thread_time()
        self._load = 0.0

    def read(self) -> float:
        now = self._pace.now_ms()
        if abs(now - self._since_ms) >= self.SPAN_MS:
            cpu = time.thread_time()
            self._load = round((cpu - self._cpu) * 1000 / max(now - self._since_ms, 1), 3)
            self._since_ms, self._cpu = now, cpu
        return self._load
