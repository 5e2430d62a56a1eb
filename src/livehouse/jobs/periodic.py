"""Work that is done again and again: once every interval, whatever happened the last time."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from livehouse.foundation.clock import Clock

log = structlog.get_logger()

# After failures the next try waits longer, up to this.
PAUSE_MAX = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Periodic:
    """`work` may run on many nodes at once: it takes what it works on with `skip locked`."""

    name: str
    every: timedelta
    work: Callable[[], Awaitable[object]]

    async def run(self, clock: Clock) -> None:
        failures = 0
        while True:
            try:
                await self.work()
                failures = 0
            except Exception:
                failures += 1
                log.exception("periodic_work_failed", name=self.name, failures=failures)
            pause = min(self.every * 2 ** min(failures, 10), max(PAUSE_MAX, self.every))
            await clock.sleep(pause)
