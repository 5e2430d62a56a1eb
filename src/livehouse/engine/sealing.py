"""Seals what has happened in rooms into the archive, and takes back there what was taken back.

Background work: it may stop anywhere, run on several nodes, and start again.
"""

from collections.abc import Sequence

import structlog
from msgspec import Struct
from msgspec.structs import replace

from livehouse.engine import limits
from livehouse.engine.canonical import State
from livehouse.engine.folding import follow
from livehouse.engine.ports import FrameHistory, LoggedFrame, Packed, SealedRun, SealingArchive
from livehouse.engine.protocol import Frame, decode_frame
from livehouse.engine.segments import (
    cut,
    is_over_in,
    nameless,
    pack,
    segment_of,
    start_of,
    unpack,
    without,
)
from livehouse.foundation.clock import Clock, to_ms
from livehouse.foundation.ids import RunId

log = structlog.get_logger()


class Batch(Struct, frozen=True):
    """Some segments of a run in a row, all that lie before the segment `until`."""

    pieces: dict[int, Packed]
    until: int
    is_over: bool


def batch(history: Sequence[LoggedFrame], start: int, end: int, whole: int) -> Batch:
    """The segments from `start` on that may be sealed: before `end`, and while the run goes on
    before `whole`. `history` is the log's span from `start` to `end`."""
    state: State | None = None
    inside: dict[int, list[Frame]] = {}
    last = decode_frame(history[-1].payload)
    for logged in history:
        frame, number = decode_frame(logged.payload), segment_of(logged.at)
        if number < start:
            state = follow(state, frame)
        elif number < end:
            inside.setdefault(number, []).append(frame)
    is_over = is_over_in(last) and segment_of(last.at) < end
    # The newest frame's segment may still grow; a hole before it does not.
    until = min(end, whole, segment_of(last.at)) if not is_over else segment_of(last.at) + 1
    pieces: dict[int, Packed] = {}
    for number in sorted(inside):
        if number < until:
            segment, state = cut(number, state, inside[number])
            pieces[number] = pack(nameless(segment))
    if not inside and not is_over:
        until = min(whole, segment_of(last.at))  # nobody conducted: over the hole at once
    return Batch(pieces, until, is_over)


class Sealer:
    def __init__(self, history: FrameHistory, archive: SealingArchive, clock: Clock) -> None:
        self._history = history
        self._archive = archive
        self._clock = clock

    async def work(self) -> None:
        """One round over all runs that are not sealed to their end."""
        for run in await self._archive.unsealed():
            async with self._archive.claimed(run) as is_ours:
                if is_ours:
                    try:
                        await self._advance(run)
                    except Exception:
                        log.exception("run_not_sealed", run=str(run))

    async def _advance(self, run: RunId) -> None:
        progress = await self._archive.sealed(run) or await self._begin(run)
        if progress is None:
            return
        retracting = await self._history.retractions(run, progress.retracts_n)
        whole = segment_of(to_ms(self._clock.now()) - limits.SEAL_BEHIND_MS)
        if retracting:
            # All that it may be in: then nothing is left that holds what was taken back.
            whole = max(whole, segment_of(retracting[-1].at))
        progress, is_over = await self._seal(run, progress, whole)
        if retracting:
            await self._take_back(run, retracting)
            progress = replace(progress, retracts_n=retracting[-1].n)
            await self._archive.seal(run, {}, progress)
        if is_over and not await self._history.retractions(run, progress.retracts_n):
            await self._archive.seal(run, {}, replace(progress, ended=True))
            log.info("run_sealed", run=str(run), first=progress.first, last=progress.last)

    async def _begin(self, run: RunId) -> SealedRun | None:
        at_ms = await self._history.first_at(run)
        if at_ms is None:
            return None
        first = segment_of(at_ms)
        return SealedRun(first, first - 1, start_of(first))

    async def _seal(self, run: RunId, progress: SealedRun, whole: int) -> tuple[SealedRun, bool]:
        while True:
            start = progress.last + 1
            end = start + limits.SEAL_AT_ONCE
            history = await self._history.span(run, start_of(start), start_of(end))
            if not history:
                # The last frame is sealed; whether it was the end, only itself can tell.
                return progress, await self._is_over(run, progress)
            found = batch(history, start, end, whole)
            if found.until <= start:
                return progress, False
            progress = replace(progress, last=found.until - 1, until_ms=start_of(found.until))
            await self._archive.seal(run, found.pieces, progress)
            if found.is_over:
                return progress, True

    async def _is_over(self, run: RunId, progress: SealedRun) -> bool:
        tail = await self._history.tail(run, back=0)
        newest = tail[-1] if tail else None
        is_sealed = newest is not None and newest.at < progress.until_ms
        return is_sealed and newest is not None and is_over_in(decode_frame(newest.payload))

    async def _take_back(self, run: RunId, retracting: Sequence[LoggedFrame]) -> None:
        gone = frozenset(
            name for logged in retracting for name in decode_frame(logged.payload).retract
        )
        for number, revision in (await self._archive.holding(run, gone)).items():
            body = await self._archive.fetch(run, number, revision)
            assert body is not None, "what holds something is kept"
            piece = pack(without(unpack(body), gone, revision + 1))
            await self._archive.revise(run, number, revision + 1, piece)
            log.info("segment_revised", run=str(run), segment=number, revision=revision + 1)
