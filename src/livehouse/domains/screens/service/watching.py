"""Waiting until a screen was asked something, or has told something, on whichever node that was.

A node asks the database four times a second about all the screens that somebody waits for here,
in one statement, however many they are (decision 0136). What happens on the same node is heard at
once.
"""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from enum import IntEnum

from livehouse.domains.screens import store
from livehouse.domains.screens.model import Screen
from livehouse.foundation.errors import Busy
from livehouse.foundation.ids import ScreenId
from livehouse.storage.database import Database

WAIT_SECONDS_MAX = 20.0
# Each is an open request; more than that a node does not hold.
WAITERS_MAX = 10_000


class Side(IntEnum):
    """Whose news one waits for: the screen hears what it is asked, the phone what it told."""

    ASKED = 0
    TOLD = 1


@dataclass(eq=False, slots=True)
class Waiter:
    side: Side
    seen: int
    woken: asyncio.Event = field(default_factory=asyncio.Event)


class Watching:
    """One for a node; `look` is called again and again while the node serves pages."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: defaultdict[ScreenId, set[Waiter]] = defaultdict(set)
        self._count = 0
        self._closed = False

    async def news(self, screen: Screen, side: Side, seen: int) -> None:
        """Return once there is more than `seen`, the screen is gone, or 20 s have passed."""
        mark = screen.asked if side is Side.ASKED else screen.told
        if mark != seen or self._closed:
            return
        if self._count >= WAITERS_MAX:
            raise Busy
        waiter = Waiter(side, seen)
        self._waiting[screen.id].add(waiter)
        self._count += 1
        try:
            async with asyncio.timeout(WAIT_SECONDS_MAX):
                await waiter.woken.wait()
        except TimeoutError:
            pass  # the caller looks for itself, and asks again
        finally:
            self._leave(screen.id, waiter)

    @property
    def waits(self) -> int:
        """How many wait on this node."""
        return self._count

    def ring(self, screen_id: ScreenId) -> None:
        """Something has been written here about this screen."""
        for waiter in self._waiting.get(screen_id, ()):
            waiter.woken.set()

    def close(self) -> None:
        """The house closes: nobody waits any longer."""
        self._closed = True
        for screen_id in self._waiting:
            self.ring(screen_id)

    async def look(self) -> int:
        """Wake everybody whose screen has changed on another node; tells how many were."""
        waiting = {id_: tuple(waiters) for id_, waiters in self._waiting.items()}
        if not waiting:
            return 0
        async with self._database.transaction() as tx:
            marks = await store.marks(tx, waiting)
        changed = [
            waiter
            for id_, waiters in waiting.items()
            for waiter in waiters
            if id_ not in marks or marks[id_][waiter.side] != waiter.seen
        ]
        for waiter in changed:
            waiter.woken.set()
        return len(changed)

    def _leave(self, screen_id: ScreenId, waiter: Waiter) -> None:
        self._count -= 1
        self._waiting[screen_id].discard(waiter)
        if not self._waiting[screen_id]:
            del self._waiting[screen_id]
