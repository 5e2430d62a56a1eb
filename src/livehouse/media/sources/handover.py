"""The bounded way from an encoding thread to the event loop."""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncGenerator

from livehouse.media.limits import HANDOVER_PACKETS_MAX
from livehouse.media.packets import Formats, SourceItem, WholeGroups


class Handover:
    """Threads put, the loop takes. When it is full the rest of the group of pictures is dropped.

    Memory stays bounded when the loop cannot follow, and what arrives can always be decoded.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, *, packets_max: int = HANDOVER_PACKETS_MAX
    ) -> None:
        self._loop = loop
        self._packets_max = packets_max
        self._items: deque[SourceItem] = deque()
        self._lock = threading.Lock()
        self._arrived = asyncio.Event()
        self._closed = False
        self._failure: Exception | None = None
        self._groups = WholeGroups(awaits_key=False)
        self.dropped = 0

    def put(self, item: SourceItem) -> None:
        """Called by the thread. Never blocks, so that pacing is the source's own affair."""
        with self._lock:
            if not self._admits(item):
                self.dropped += 1
                return
            self._items.append(item)
        self._wake()

    def close(self, failure: Exception | None = None) -> None:
        """Called by the thread: nothing more comes."""
        with self._lock:
            self._closed = True
            self._failure = failure
        self._wake()

    async def items(self) -> AsyncGenerator[SourceItem]:
        """Called on the loop, once; raises what the thread failed with."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            with self._lock:
                ready = list(self._items)
                self._items.clear()
                closed, failure = self._closed, self._failure
            for item in ready:
                yield item
            if closed:
                if failure is not None:
                    raise failure
                return

    def _admits(self, item: SourceItem) -> bool:
        if isinstance(item, Formats):
            self._groups = WholeGroups(awaits_key=False)
            return True
        if len(self._items) >= self._packets_max:
            self._groups.break_off()
            return False
        return self._groups.admits(item)

    def _wake(self) -> None:
        try:
            self._loop.call_soon_threadsafe(self._arrived.set)
        except RuntimeError:
            # The loop is gone: so is everyone who could listen.
            self._closed = True
