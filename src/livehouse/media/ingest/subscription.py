"""The bounded way from an input to one of those who listen to it."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator

from livehouse.media.ingest.limits import SUBSCRIPTION_BYTES_MAX, SUBSCRIPTION_PACKETS_MAX
from livehouse.media.packets import Formats, Kind, Packet, SourceItem


class Subscription:
    """Begins with formats and a keyframe, and again so with every camera that comes.

    Who reads too slowly loses the rest of a group of pictures: what arrives can be decoded.
    """

    def __init__(
        self,
        *,
        packets_max: int = SUBSCRIPTION_PACKETS_MAX,
        bytes_max: int = SUBSCRIPTION_BYTES_MAX,
    ) -> None:
        self._packets_max = packets_max
        self._bytes_max = bytes_max
        self._items: deque[SourceItem] = deque()
        self._bytes = 0
        self._formats: Formats | None = None
        self._arrived = asyncio.Event()
        self._closed = False
        self.awaits_key = True
        self.dropped = 0

    @property
    def waiting(self) -> int:
        """How many items lie ready."""
        return len(self._items)

    def begin(self, formats: Formats) -> None:
        """What follows is of this form; said to the reader together with its first keyframe."""
        self._formats = formats
        self.awaits_key = True

    def put(self, packet: Packet) -> None:
        is_full = len(self._items) >= self._packets_max or self._bytes >= self._bytes_max
        if self.awaits_key and not is_full and packet.kind is Kind.VIDEO and packet.key:
            self.awaits_key = False
            if self._formats is not None:
                self._items.append(self._formats)
                self._formats = None
        elif is_full:
            self.awaits_key = True
        if self.awaits_key:
            self.dropped += is_full
            return
        self._items.append(packet)
        self._bytes += len(packet.data)
        self._arrived.set()

    def close(self) -> None:
        self._closed = True
        self._arrived.set()

    async def take(self) -> SourceItem | None:
        """The next item, None when nothing more comes. May be cancelled without loss."""
        while not self._items:
            if self._closed:
                return None
            self._arrived.clear()
            await self._arrived.wait()
        item = self._items.popleft()
        if isinstance(item, Packet):
            self._bytes -= len(item.data)
        return item

    async def items(self) -> AsyncGenerator[SourceItem]:
        while (item := await self.take()) is not None:
            yield item
