"""Keeps the smaller sizes of a run on disk, beside the source, as well as that goes.

The run never waits for it, and the source comes first: sizes are refused the last of the room, and
what cannot be written in time is left out. Players are told of it as a gap.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog
from msgspec import Struct

from livehouse.media.folder import RunFolder
from livehouse.media.packager import Init, Segment
from livehouse.media.playlist import SegmentLine
from livehouse.media.quota import DiskQuota
from livehouse.media.recorder import Recorder
from livehouse.media.renditions.limits import FLUSH_SECONDS_MAX, KEEPING_WAITING_MAX
from livehouse.media.renditions.rungs import RENDITION_NAMES, RenditionName

log = structlog.get_logger()


class Keeping(Struct, frozen=True):
    """Where sizes are kept, for whom, and how much of them (s; None for all)."""

    folder: RunFolder
    quota: DiskQuota
    run_id: str
    owner: str
    seconds: int | None


class _Work(Struct, frozen=True):
    name: RenditionName
    init: Init
    segment: Segment


class Keeper:
    """One task writes, one thing after another."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping
        self._recorders: dict[RenditionName, Recorder] = {}
        self._inits: dict[RenditionName, Init] = {}
        self._waiting: asyncio.Queue[_Work] = asyncio.Queue(KEEPING_WAITING_MAX)
        self._left_out = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Write for as long as the block lasts; what waits at its end is still written."""
        self._recorders = await asyncio.to_thread(self._recorders_of)
        async with asyncio.TaskGroup() as tasks:
            writing = tasks.create_task(self._write())
            try:
                yield
            finally:
                with suppress(TimeoutError):
                    async with asyncio.timeout(FLUSH_SECONDS_MAX):
                        await self._waiting.join()
                writing.cancel()

    def begin(self, name: RenditionName, init: Init) -> None:
        """What the segments that come next need to be played."""
        self._inits[name] = init

    def put(self, name: RenditionName, segment: Segment) -> None:
        """Never waits; a segment for which there is no place is left out."""
        try:
            self._waiting.put_nowait(_Work(name, self._inits[name], segment))
        except asyncio.QueueFull:
            self._left_out += 1
            if self._left_out == 1:
                log.warning("size_not_kept", run_id=self._keeping.run_id, rendition=name)

    def lines(self) -> dict[RenditionName, dict[int, SegmentLine]]:
        """What is kept, by size and number; sizes of which nothing is are not there."""
        return {
            name: {line.number: line for line in recorder.lines}
            for name, recorder in self._recorders.items()
            if recorder.lines
        }

    @property
    def bytes(self) -> int:
        return sum(recorder.bytes for recorder in self._recorders.values())

    def _recorders_of(self) -> dict[RenditionName, Recorder]:
        keeping = self._keeping
        found = {}
        for name in RENDITION_NAMES:
            folder = keeping.folder.beside(name)
            found[name] = Recorder(
                folder,
                keeping.quota,
                run_id=keeping.run_id,
                owner=keeping.owner,
                keep_seconds=keeping.seconds,
                lines=folder.lines(),
                spare=True,
            )
        return found

    async def _write(self) -> None:
        stored: dict[RenditionName, Init] = {}
        while True:
            work = await self._waiting.get()
            recorder = self._recorders[work.name]
            try:
                if stored.get(work.name) is not work.init:
                    await recorder.store_init(work.init)
                    stored[work.name] = work.init
                await recorder.store(work.segment)
            finally:
                self._waiting.task_done()
