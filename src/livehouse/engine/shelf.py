"""The newest segments of a run, cut from its frames as they come; and room for older ones."""

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress

from msgspec import Struct
from msgspec.json import Decoder

from livehouse.engine import limits
from livehouse.engine.backplane import Stop
from livehouse.engine.canonical import State
from livehouse.engine.folding import follow
from livehouse.engine.ports import LoggedFrame, Packed
from livehouse.engine.protocol import Frame, decode_frame, is_key
from livehouse.engine.segments import cut, is_over_in, pack, segment_of


class _Head(Struct):
    n: int


_read_head = Decoder(_Head).decode


class Shelf:
    """One run's newest segments on this node. Nothing in it waits but those who ask."""

    def __init__(self, now_ms: int) -> None:
        self.asked_ms = now_ms
        self.stop: Stop = lambda: None
        self.is_over = False
        self.newest = -1  # the segment of the newest frame
        self._n = 0
        self._state: State | None = None  # after the newest segment that was cut
        self._open: list[Frame] = []  # the frames of the segment that is not whole yet
        self._is_whole = False  # whether `_open` reaches back to the segment's first frame
        self._cut: OrderedDict[int, Packed] = OrderedDict()
        self._waiting: defaultdict[int, asyncio.Event] = defaultdict(asyncio.Event)
        self._early: list[bytes] | None = []
        self._taken_back: OrderedDict[str, None] = OrderedDict()

    def begin(self, history: Sequence[LoggedFrame]) -> None:
        """Start with what the log has; frames that came meanwhile follow it."""
        early, self._early = self._early or [], None
        for payload in (*(logged.payload for logged in history), *early):
            self.hear(payload)

    def hear(self, payload: bytes) -> None:
        """Take the run's next frame; one that does not follow the last makes us start over."""
        if self._early is not None:
            self._early.append(payload)
            del self._early[: -limits.RING_FRAMES_MAX]
            return
        if _read_head(payload).n <= self._n:
            return
        frame = decode_frame(payload)
        number = segment_of(frame.at)
        follows = frame.n == self._n + 1
        if not follows:
            self._state, self._open, self._is_whole = None, [], frame.n == 1
        elif number > self.newest:
            self._finish()
            self._is_whole = self._state is not None or is_key(frame)
        self._n, self.newest = frame.n, number
        self._remember(frame.retract)
        if self._open or self._state is not None or is_key(frame):
            self._open.append(frame)
        if is_over_in(frame):
            self._finish()
            self.is_over = True
        self._wake()

    def find(self, number: int) -> Packed | None:
        return self._cut.get(number)

    def has_taken_back(self, says: frozenset[str]) -> bool:
        return not self._taken_back.keys().isdisjoint(says)

    def is_complete(self, number: int) -> bool:
        return number < self.newest or (self.is_over and number <= self.newest)

    async def complete(self, number: int) -> None:
        """Wait until nothing can be added to the segment."""
        if not self.is_complete(number):
            await self._waiting[number].wait()

    def _finish(self) -> None:
        """Cut the open segment, where all of its frames are here."""
        if not self._open:
            return
        if self._is_whole:
            segment, self._state = cut(self.newest, self._state, self._open)
            self._cut[self.newest] = pack(segment)
            while len(self._cut) > limits.SEGMENTS_KEPT:
                self._cut.popitem(last=False)
        else:
            for frame in self._open:
                self._state = follow(self._state, frame)
        self._open = []

    def _remember(self, taken_back: Iterable[str]) -> None:
        for name in taken_back:
            self._taken_back[name] = None
        while len(self._taken_back) > limits.TAKEN_BACK_KEPT:
            self._taken_back.popitem(last=False)

    def _wake(self) -> None:
        # After the last frame also those wake who wait for what will never be.
        for number in [one for one in self._waiting if self.is_over or one < self.newest]:
            self._waiting.pop(number).set()


class Bodies:
    """Segments by name, the ones used last, within a bound of bytes."""

    def __init__(self, bytes_max: int) -> None:
        self._bytes_max = bytes_max
        self._bytes = 0
        self._kept: OrderedDict[object, Packed] = OrderedDict()

    def get(self, key: object) -> Packed | None:
        with suppress(KeyError):
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def put(self, key: object, packed: Packed) -> None:
        self.drop(key)
        self._kept[key] = packed
        self._bytes += len(packed.body)
        while self._bytes > self._bytes_max:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= len(dropped.body)

    def drop(self, key: object) -> None:
        dropped = self._kept.pop(key, None)
        if dropped is not None:
            self._bytes -= len(dropped.body)
