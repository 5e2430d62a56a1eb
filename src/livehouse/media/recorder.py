"""Keeps a run on disk for as long as there is room; the live picture never waits for it."""

import asyncio
from collections import deque
from collections.abc import Callable

import structlog

from livehouse.media.folder import RunFolder
from livehouse.media.limits import DISK_WRITE_SECONDS_MAX
from livehouse.media.packager import Init, Segment
from livehouse.media.playlist import SegmentLine
from livehouse.media.quota import DiskQuota
from livehouse.media.specs import RecordingProblem, RecordingState

log = structlog.get_logger()


class Recorder:
    """Writes inits and segments of one run; stops with an alarm when there is no room.

    What is `spare` stops sooner, without one: the last of the room is for what cannot be spared.
    """

    def __init__(
        self,
        folder: RunFolder,
        quota: DiskQuota,
        *,
        run_id: str,
        owner: str = "",
        keep_seconds: int | None,
        lines: list[SegmentLine],
        spare: bool = False,
    ) -> None:
        self._spare = spare
        self._folder = folder
        self._quota = quota
        self._run_id = run_id
        self._owner = owner
        self._keep_seconds = keep_seconds
        self._inits: dict[int, Init] = {}
        self.lines = deque(lines)
        self.state: RecordingState = "on"
        self.problem: RecordingProblem = ""
        self.bytes = sum(line.bytes for line in lines)

    async def store_init(self, init: Init) -> None:
        # Written again with the first segment if there is no room now.
        self._inits[init.init] = init
        if self.state == "on":
            await self._write_init(init.init)

    async def store(self, segment: Segment) -> None:
        """Keep a segment on disk, or leave it out and say so."""
        line = segment.line
        resuming = self.state == "stopped"
        refusal = await asyncio.to_thread(
            self._quota.refusal, line.bytes, self._owner, resuming=resuming or self._spare
        )
        if refusal:
            self._stop(refusal)
            return
        if not await self._write_init(line.init):
            return
        if await self._on_disk(self._folder.write_segment, line, segment.data):
            if resuming:
                log.info("recording_resumed", run_id=self._run_id, number=line.number)
            self.state, self.problem = "on", ""
            self.lines.append(line)
            self._count(line.bytes)
            await self._forget(before=line.ends_at)

    async def store_poster(self, poster: bytes) -> None:
        if self.state == "on":
            await self._on_disk(self._folder.write_poster, poster)

    async def finish(self) -> None:
        await self._on_disk(self._folder.finish)

    async def _write_init(self, number: int) -> bool:
        init = self._inits.get(number)
        if init is None:
            return True
        written = await self._on_disk(self._folder.write_init, init.init, init.data)
        if written:
            del self._inits[number]
        return written

    async def _forget(self, *, before: int) -> None:
        if self._keep_seconds is None:
            return
        oldest = before - self._keep_seconds * 1000
        while self.lines and self.lines[0].ends_at < oldest:
            line = self.lines.popleft()
            await self._on_disk(self._folder.remove, line)
            self._count(-line.bytes)

    def _count(self, size: int) -> None:
        self.bytes += size
        self._quota.count(size, self._owner)

    async def _on_disk(self, work: Callable[..., None], *arguments: object) -> bool:
        """Do `work` in a thread; a disk that is full, broken or stuck stops the recording."""
        try:
            async with asyncio.timeout(DISK_WRITE_SECONDS_MAX):
                await asyncio.to_thread(work, *arguments)
        except (OSError, TimeoutError) as error:
            self._stop("disk_broken", f"{type(error).__name__}: {error}")
            return False
        return True

    def _stop(self, problem: RecordingProblem, detail: str = "") -> None:
        if self.state == "on":
            tell = log.warning if self._spare else log.error
            tell("recording_stopped", run_id=self._run_id, folder=self._folder.path.name,
                 reason=problem, detail=detail, alarm=not self._spare)  # fmt: skip
        self.state, self.problem = "stopped", problem
