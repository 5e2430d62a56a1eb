"""The segments of runs, for whoever follows a room over plain HTTP.

A shelf cuts its run's frames as they come, so that a following cache costs no read of the log.
What lies further back is cut from the log, once for all who ask at the same time.
"""

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Protocol, TypeAlias, TypeVar

import structlog
from msgspec import Struct
from msgspec.json import Decoder

from livehouse.engine import limits
from livehouse.engine.backplane import Stop
from livehouse.engine.canonical import State, is_over
from livehouse.engine.errors import SegmentLate, TooEarly
from livehouse.engine.folding import follow
from livehouse.engine.ports import FrameHistory, LoggedFrame
from livehouse.engine.protocol import Frame, decode_frame, is_key
from livehouse.engine.segments import Packed, cut, pack, segment_of, start_of
from livehouse.foundation.clock import Clock, to_ms
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.ids import RunId

log = structlog.get_logger()
T = TypeVar("T")
Hear: TypeAlias = Callable[[bytes], None]


class Frames(Protocol):
    """The gateway, as the shelves see it."""

    async def follow(self, run: RunId, hear: Hear) -> Stop | None:
        """Let `hear` have every frame from now on; None for a run without any frame."""
        ...

    def is_followed(self, run: RunId, hear: Hear) -> bool:
        """Whether frames still come; asking keeps them coming for a while."""
        ...


class Index(Struct, frozen=True):
    """`GET /live/{run}/frames/index.json`: which segments there are.

    `last` is the newest whole one (less than `first`: none yet); `ended` tells that none follows.
    `revisions` names those that have been written anew, and their newest revision.
    """

    run: RunId
    segment_ms: int
    first: int
    last: int
    ended: bool
    revisions: dict[str, int]
    names: str


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
        if self._open or self._state is not None or is_key(frame):
            self._open.append(frame)
        if is_over_in(frame):
            self._finish()
            self.is_over = True
        self._wake()

    def find(self, number: int) -> Packed | None:
        return self._cut.get(number)

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

    def _wake(self) -> None:
        # After the last frame also those wake who wait for what will never be.
        for number in [one for one in self._waiting if self.is_over or one < self.newest]:
            self._waiting.pop(number).set()


def is_over_in(frame: Frame) -> bool:
    """Whether this frame is the run's last: it sets the show's state to ended."""
    told = frame.state if is_key(frame) else frame.patch
    assert isinstance(told, dict), "a frame has a patch or a state"
    return is_over(told)


class Shelves:
    """Segments of all runs on a node, newest from its shelves and older ones from the log."""

    def __init__(
        self,
        frames: Frames,
        history: FrameHistory,
        clock: Clock,
        *,
        seconds_max: float = limits.SEGMENT_SECONDS_MAX,
    ) -> None:
        self._frames = frames
        self._history = history
        self._clock = clock
        self._seconds_max = seconds_max
        self._shelves: OrderedDict[RunId, Shelf] = OrderedDict()
        self._older = Bodies(limits.SEGMENT_BYTES_KEPT)
        self._firsts: OrderedDict[RunId, int] = OrderedDict()
        self._making: dict[object, asyncio.Event] = {}
        self._reads = asyncio.Semaphore(limits.SEGMENT_READS_MAX)
        self._waiters = 0

    async def segment(self, run: RunId, number: int) -> Packed:
        """The whole segment, awaited if it is being made; else a refusal."""
        shelf = await self._shelf(run)
        if number > max(shelf.newest, segment_of(self._now_ms())) + limits.SEGMENTS_AHEAD_MAX:
            raise TooEarly
        if shelf.is_over and number > shelf.newest:
            raise NotFound
        if not shelf.is_complete(number):
            await self._waited_for(shelf, number)
        if shelf.is_over and number > shelf.newest:
            raise NotFound  # the show ended while we waited
        found = shelf.find(number)
        if found is None:
            key = run, number
            found = await self._once(
                key, lambda: self._older.get(key), lambda: self._from_log(run, number)
            )
        return found

    async def index(self, run: RunId) -> Index:
        shelf = await self._shelf(run)
        return Index(
            run=run,
            segment_ms=limits.SEGMENT_MS,
            first=await self._first(run),
            last=shelf.newest if shelf.is_over else shelf.newest - 1,
            ended=shelf.is_over,
            revisions={},
            names="names.json",
        )

    # The newest.

    async def _shelf(self, run: RunId) -> Shelf:
        shelf = await self._once(run, lambda: self._live_shelf(run), lambda: self._begin(run))
        shelf.asked_ms = self._now_ms()
        if run in self._shelves:
            self._shelves.move_to_end(run)
        return shelf

    def _live_shelf(self, run: RunId) -> Shelf | None:
        shelf = self._shelves.get(run)
        return shelf if shelf and self._frames.is_followed(run, shelf.hear) else None

    async def _begin(self, run: RunId) -> Shelf:
        self._sweep()
        shelf = Shelf(self._now_ms())
        stop = await self._frames.follow(run, shelf.hear)
        if stop is None:
            raise NotFound
        try:
            async with self._reads:
                history = await self._history.tail(run, back=limits.RING_CHAT_FRAMES)
        except BaseException:
            stop()
            raise
        shelf.stop = stop
        shelf.begin(history)
        before = self._shelves.pop(run, None)
        if before is not None:
            before.stop()
        self._shelves[run] = shelf
        return shelf

    def _sweep(self) -> None:
        """Let go of runs that nobody has asked for lately, and of the oldest where too many are."""
        too_old = self._now_ms() - limits.SHELF_IDLE_MS
        while self._shelves:
            run, shelf = next(iter(self._shelves.items()))
            if shelf.asked_ms > too_old and len(self._shelves) < limits.SHELVES_MAX:
                return
            shelf.stop()
            del self._shelves[run]

    async def _waited_for(self, shelf: Shelf, number: int) -> None:
        if self._waiters >= limits.SEGMENT_WAITERS_MAX:
            raise SegmentLate(retry_seconds=1)
        self._waiters += 1
        try:
            async with asyncio.timeout(self._seconds_max):
                await shelf.complete(number)
        except TimeoutError:
            raise SegmentLate(retry_seconds=1) from None
        finally:
            self._waiters -= 1

    # What lies further back.

    async def _from_log(self, run: RunId, number: int) -> Packed:
        if number < await self._first(run):
            raise NotFound
        start_ms, end_ms = start_of(number), start_of(number + 1)
        async with self._reads:
            history = await self._history.span(run, start_ms, end_ms)
        state: State | None = None
        inside: list[Frame] = []
        for logged in history:
            if logged.at < start_ms:
                state = follow(state, decode_frame(logged.payload))
            elif logged.at < end_ms:
                inside.append(decode_frame(logged.payload))
        packed = pack(cut(number, state, inside)[0])
        self._older.put((run, number), packed)
        return packed

    async def _first(self, run: RunId) -> int:
        """The run's first segment; what has been dropped from the log is not there any more."""
        first = self._firsts.get(run)
        if first is None:
            at_ms = await self._history.first_at(run)
            if at_ms is None:
                raise NotFound
            first = self._firsts[run] = segment_of(at_ms)
            while len(self._firsts) > limits.SHELVES_MAX:
                self._firsts.popitem(last=False)
        return first

    async def _once(
        self, key: object, ready: Callable[[], T | None], make: Callable[[], Awaitable[T]]
    ) -> T:
        """What is ready, or made by the first of those who ask at the same time."""
        try:
            async with asyncio.timeout(self._seconds_max):
                while (found := ready()) is None:
                    making = self._making.get(key)
                    if making is not None:
                        await making.wait()
                        continue
                    making = self._making[key] = asyncio.Event()
                    try:
                        return await make()
                    finally:
                        del self._making[key]
                        making.set()
                return found
        except DomainError:
            raise
        except Exception as error:
            log.warning("segment_not_read", key=str(key), error=repr(error))
            raise SegmentLate(retry_seconds=1) from error

    def _now_ms(self) -> int:
        return to_ms(self._clock.now())


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
