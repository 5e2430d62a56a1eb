"""The bounded way from an input to one of those who listen to it."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from typing import Protocol

from livehouse.media.ingest.limits import SUBSCRIPTION_BYTES_MAX, SUBSCRIPTION_PACKETS_MAX
from livehouse.media.packets import Formats, Packet, SourceItem, WholeGroups


class Ear(Protocol):
    """Who hears what an input or a run gives. Neither call may wait."""

    dropped: int

    def begin(self, formats: Formats) -> None:
        """What follows is of this form, from its first keyframe on."""
        ...

    def put(self, packet: Packet) -> None: ...


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
        self._groups = WholeGroups()
        self.dropped = 0

    @property
    def waiting(self) -> int:
        """How many items lie ready."""
        return len(self._items)

    @property
    def begins_at(self) -> int | None:
        """Programme time (ms) of the first packet that lies ready."""
        return next((item.at for item in self._items if isinstance(item, Packet)), None)

    def begin(self, formats: Formats) -> None:
        """What follows is of this form; said to the reader together with its first keyframe."""
        self._formats = formats
        self._groups.break_off()

    def put(self, packet: Packet) -> None:
        if len(self._items) >= self._packets_max or self._bytes >= self._bytes_max:
            self._groups.break_off()
            self.dropped += 1
            return
        if not self._groups.admits(packet):
            return
        if self._formats is not None:
            self._items.append(self._formats)
            self._formats = None
        self._items.append(packet)
        self._bytes += len(packet.data)
        self._arrived.set()

    async def ready(self, seconds: float | None) -> bool:
        """Wait until there is something to take, at most so long; None waits on."""
        if self._items or (seconds is not None and seconds <= 0):
            return bool(self._items)
        self._arrived.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._arrived.wait()
        except TimeoutError:
            return False
        return True

    async def take(self) -> SourceItem:
        """The next item. May be cancelled without loss."""
        await self.ready(None)
        item = self._items.popleft()
        if isinstance(item, Packet):
            self._bytes -= len(item.data)
        return item

    async def items(self) -> AsyncGenerator[SourceItem]:
        """Without end: who listens hears one camera after the other."""
        while True:
            yield await self.take()


class Listeners:
    """All who hear the same packets, each in its own time."""

    def __init__(self) -> None:
        self._ears: list[Ear] = []

    def __len__(self) -> int:
        return len(self._ears)

    @property
    def dropped(self) -> int:
        return sum(one.dropped for one in self._ears)

    @contextmanager
    def listening(self, formats: Formats | None) -> Iterator[Subscription]:
        """Hear what is told for as long as the block lasts; it has the form of `formats` now."""
        subscription = Subscription()
        with self.hearing(subscription, formats):
            yield subscription

    @contextmanager
    def hearing(self, ear: Ear, formats: Formats | None) -> Iterator[None]:
        """The same with an ear of one's own."""
        if formats is not None:
            ear.begin(formats)
        self._ears.append(ear)
        try:
            yield
        finally:
            self._ears.remove(ear)

    def tell(self, item: SourceItem) -> None:
        """Never waits."""
        for ear in self._ears:
            if isinstance(item, Formats):
                ear.begin(item)
            else:
                ear.put(item)
