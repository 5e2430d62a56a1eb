"""How a source's thread tells the time and waits for it."""

import threading
from typing import Protocol

from livehouse.foundation.clock import Clock, to_ms


class Pace(Protocol):
    """Time for blocking code: real in a thread, run through at once in tests."""

    def now_ms(self) -> int: ...

    def wait_until(self, at: int) -> bool:
        """Wait for a moment (ms since 1970); False when the source is to stop."""
        ...


class ClockPace:
    """Waits by an event, so that a stop is heard at once."""

    # A wall clock that is set back must not freeze a source: wait in short turns and look again.
    TURN_SECONDS = 0.5

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._stopping = threading.Event()

    def now_ms(self) -> int:
        return to_ms(self._clock.now())

    def wait_until(self, at: int) -> bool:
        remaining = (at - self.now_ms()) / 1000
        if remaining <= 0:
            return not self._stopping.is_set()
        return not self._stopping.wait(min(remaining, self.TURN_SECONDS))

    def stop(self) -> None:
        self._stopping.set()
