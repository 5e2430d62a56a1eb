"""Packets on their way from the loop to the thread of one target: so many, never more."""

import threading
from collections import deque

from livehouse.media.packets import Formats, Packet, SourceItem, WholeGroups

# About six seconds of picture and sound.
PACKETS_MAX = 480


class PacketQueue:
    """`put` never waits. When the other side is too slow, all that waits goes at once, and what
    follows begins with a keyframe: a picture with holes would stay broken until the next one."""

    def __init__(self, packets_max: int = PACKETS_MAX) -> None:
        self._packets_max = packets_max
        self._items: deque[SourceItem] = deque()
        self._formats: Formats | None = None
        self._groups = WholeGroups()
        self._news = threading.Condition()
        self.dropped = 0

    def put(self, item: SourceItem) -> None:
        with self._news:
            if isinstance(item, Formats):
                self._formats = item
                self._items.append(item)
                self._groups.break_off()
            elif self._groups.admits(item):
                if len(self._items) >= self._packets_max:
                    self._overflow()
                else:
                    self._items.append(item)
            self._news.notify()

    def get(self, seconds: float) -> SourceItem | None:
        """The next one; None if none comes in that time."""
        with self._news:
            if not self._items:
                self._news.wait(seconds)
            return self._items.popleft() if self._items else None

    def restart(self) -> None:
        """Forget what waits: the next packets are a keyframe and what follows it."""
        with self._news:
            self._items.clear()
            if self._formats is not None:
                self._items.append(self._formats)
            self._groups.break_off()

    def drop_to_key(self) -> None:
        """Keep only what follows the newest keyframe."""
        with self._news:
            keys = [
                place
                for place, item in enumerate(self._items)
                if isinstance(item, Packet) and item.begins_group
            ]
            for _ in range(keys[-1] if keys else 0):
                self._items.popleft()

    def wake(self) -> None:
        with self._news:
            self._news.notify_all()

    def __len__(self) -> int:
        return len(self._items)

    def _overflow(self) -> None:
        self.dropped += sum(isinstance(one, Packet) for one in self._items) + 1
        self._items.clear()
        if self._formats is not None:
            self._items.append(self._formats)
        self._groups.break_off()
