"""The segments of runs, for whoever follows a room over plain HTTP.

A shelf cuts its run's frames as they come, so that a following cache costs no read of the log.
What lies further back is cut from the log, once for all who ask at the same time.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, TypeAlias, TypeVar

import structlog
from msgspec import Struct

from livehouse.engine import limits
from livehouse.engine.backplane import Stop
from livehouse.engine.canonical import State
from livehouse.engine.errors import SegmentLate, SegmentRevised, TooEarly
from livehouse.engine.folding import follow
from livehouse.engine.ports import FrameHistory, Packed, SealedRun, SegmentArchive
from livehouse.engine.protocol import Frame, decode_frame
from livehouse.engine.segments import (
    cut,
    nameless,
    pack,
    says_of,
    segment_of,
    start_of,
    unpack,
)
from livehouse.engine.shelf import Bodies, Shelf
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


class _Known(Struct, frozen=True):
    """What the archive and the log told of a run, and when."""

    read_ms: int
    sealed: SealedRun | None
    revisions: Mapping[int, int]
    taken_back: frozenset[str]  # and perhaps not gone from the archive yet

    @property
    def is_ended(self) -> bool:
        return self.sealed is not None and self.sealed.ended

    def is_sealed(self, number: int) -> bool:
        return self.sealed is not None and number <= self.sealed.last


class Shelves:
    """Segments of all runs on a node, newest from its shelves and older ones from the log."""

    def __init__(
        self,
        frames: Frames,
        history: FrameHistory,
        archive: SegmentArchive,
        clock: Clock,
        *,
        seconds_max: float = limits.SEGMENT_SECONDS_MAX,
    ) -> None:
        self._frames = frames
        self._history = history
        self._archive = archive
        self._clock = clock
        self._seconds_max = seconds_max
        self._shelves: OrderedDict[RunId, Shelf] = OrderedDict()
        self._older = Bodies(limits.SEGMENT_BYTES_KEPT)
        self._firsts: OrderedDict[RunId, int] = OrderedDict()
        self._known: OrderedDict[RunId, _Known] = OrderedDict()
        self._making: dict[object, asyncio.Event] = {}
        self._reads = asyncio.Semaphore(limits.SEGMENT_READS_MAX)
        self._waiters = 0
        self.asked = 0  # requests for segments so far, refused ones too

    async def segment(self, run: RunId, number: int, revision: int = 0) -> Packed:
        """The whole segment, awaited if it is being made; else a refusal."""
        self.asked += 1
        known = await self._knowledge(run)
        if revision != known.revisions.get(number, 0):
            raise SegmentRevised if revision < known.revisions.get(number, 0) else NotFound
        if known.is_ended:
            return await self._older_one(run, number, revision, known)
        shelf = await self._shelf(run)
        if number > max(shelf.newest, segment_of(self._now_ms())) + limits.SEGMENTS_AHEAD_MAX:
            raise TooEarly
        if not shelf.is_complete(number) and not (shelf.is_over and number > shelf.newest):
            await self._waited_for(shelf, number)
        if shelf.is_over and number > shelf.newest:
            raise NotFound  # perhaps the show ended while we waited
        found = shelf.find(number) if not revision else None
        if found is None:
            found = await self._older_one(run, number, revision, known)
        # Rather late than with a line that was taken back: its revision is a second away.
        if known.taken_back & found.says or shelf.has_taken_back(found.says):
            raise SegmentLate(retry_seconds=1)
        return found

    async def index(self, run: RunId) -> Index:
        known = await self._knowledge(run)
        if known.sealed is not None and known.sealed.ended:
            first, last, ended = known.sealed.first, known.sealed.last, True
        else:
            shelf = await self._shelf(run)
            first, ended = await self._first(run, known), shelf.is_over
            last = shelf.newest if ended else shelf.newest - 1
        return Index(
            run=run,
            segment_ms=limits.SEGMENT_MS,
            first=first,
            last=last,
            ended=ended,
            revisions={str(number): r for number, r in known.revisions.items()},
            names="names.json",
        )

    async def _knowledge(self, run: RunId) -> _Known:
        return await self._once(("known", run), lambda: self._fresh(run), lambda: self._ask(run))

    def _fresh(self, run: RunId) -> _Known | None:
        known = self._known.get(run)
        if known is None:
            return None
        lasts = limits.KNOWN_ENDED_MS if known.is_ended else limits.KNOWN_LIVE_MS
        return known if self._now_ms() - known.read_ms < lasts else None

    async def _ask(self, run: RunId) -> _Known:
        read_ms = self._now_ms()
        async with self._reads:
            # In this order: what is taken back later than `sealed` says is found in the log.
            sealed = await self._archive.sealed(run)
            revisions = await self._archive.revisions(run) if sealed else {}
            after_n = sealed.retracts_n if sealed else 0
            later = await self._history.retractions(run, after_n)
        taken_back = {name for one in later for name in decode_frame(one.payload).retract}
        known = _Known(read_ms, sealed, revisions, frozenset(taken_back))
        self._known[run] = known
        self._known.move_to_end(run)
        while len(self._known) > limits.SHELVES_MAX:
            self._known.popitem(last=False)
        return known

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

    async def _older_one(self, run: RunId, number: int, revision: int, known: _Known) -> Packed:
        if number < await self._first(run, known):
            raise NotFound
        if known.is_ended and not known.is_sealed(number):
            raise NotFound
        make = self._from_archive if known.is_sealed(number) else self._from_log
        key = run, number, revision
        return await self._once(
            key, lambda: self._older.get(key), lambda: make(run, number, revision)
        )

    async def _from_archive(self, run: RunId, number: int, revision: int) -> Packed:
        async with self._reads:
            body = await self._archive.fetch(run, number, revision)
        if body is None:
            packed = pack(nameless(cut(number, None, ())[0]))
        else:
            packed = Packed(body, says_of(unpack(body)))
        self._older.put((run, number, revision), packed)
        return packed

    async def _from_log(self, run: RunId, number: int, revision: int) -> Packed:
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
        self._older.put((run, number, revision), packed)
        return packed

    async def _first(self, run: RunId, known: _Known) -> int:
        """The run's first segment."""
        if known.sealed is not None:
            return known.sealed.first
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
