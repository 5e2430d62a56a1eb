"""All runs of the media process: starts and stops them, and answers what is asked of them."""

import asyncio
import resource
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from livehouse.foundation.clock import Clock
from livehouse.media.errors import TooManyRuns
from livehouse.media.folder import RunFolder, recorded_bytes, video_folder
from livehouse.media.ingest.gate import Gate
from livehouse.media.ingest.inputs import SENT_AWAY, Inputs
from livehouse.media.ingest.pull import Pulls
from livehouse.media.ingest.remote import RemoteSource
from livehouse.media.limits import RUNS_MAX
from livehouse.media.mixing.asides import Asides
from livehouse.media.mixing.staged import StagedCamera
from livehouse.media.quota import DiskQuota
from livehouse.media.renditions.limits import BEHIND_SECONDS_MAX
from livehouse.media.run import Run
from livehouse.media.sources.file_list import FileListSource
from livehouse.media.sources.loop_file import LoopFileSource
from livehouse.media.sources.source import Source, ThreadedSource
from livehouse.media.sources.stage import StageProducer
from livehouse.media.specs import (
    Camera,
    DiskRoom,
    FileList,
    LoopFile,
    MediaHealth,
    Remote,
    RunStatus,
    SourceSpec,
    StartRun,
    TestStage,
)

log = structlog.get_logger()


class Host:
    """Owns the runs. `start` and `stop` may be repeated without harm."""

    def __init__(
        self,
        data: Path,
        clock: Clock,
        *,
        gate: Gate,
        room: DiskRoom | None = None,
        behind_seconds_max: float = BEHIND_SECONDS_MAX,
    ) -> None:
        self.data = data
        self.inputs = Inputs(gate, clock)
        self.pulls = Pulls(self.inputs, clock)
        self.asides = Asides()
        self._clock = clock
        self._behind_seconds_max = behind_seconds_max
        self.quota = DiskQuota(data, room or DiskRoom())
        self._runs: dict[str, Run] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._group: asyncio.TaskGroup | None = None

    @asynccontextmanager
    async def carrying(self) -> AsyncIterator[None]:
        """Carry runs for as long as the block lasts; those still on then stay resumable."""
        self.quota.begin(await asyncio.to_thread(recorded_bytes, self.data))
        async with asyncio.TaskGroup() as self._group:
            try:
                yield
            finally:
                for task in self._tasks.values():
                    task.cancel()

    def start(self, run_id: str, wanted: StartRun) -> None:
        """Put a run on the air; if it is there, let it play what is wanted now."""
        if run_id in self._tasks:
            self._runs[run_id].play(wanted.source)
            return
        if len(self._tasks) >= RUNS_MAX:
            raise TooManyRuns
        assert self._group is not None, "carry first"
        run = self._runs[run_id] = Run(
            run_id,
            wanted,
            data=self.data,
            quota=self.quota,
            clock=self._clock,
            make_source=lambda spec: self._source(run_id, spec),
            behind_seconds_max=self._behind_seconds_max,
        )
        self._tasks[run_id] = self._group.create_task(self._carry(run))

    async def stop(self, run_id: str) -> None:
        """End a run and close its recording, also if a crash left it open."""
        task = self._tasks.get(run_id)
        if task is not None:
            self._runs[run_id].stop()
            await asyncio.wait({task})
        folder = RunFolder(video_folder(self.data, run_id))
        if await asyncio.to_thread(folder.exists):
            await asyncio.to_thread(folder.finish)

    def kick(self, run_id: str) -> None:
        if run := self._runs.get(run_id):
            if isinstance(run.wanted.source, Camera):
                self.inputs.kick(run.wanted.source.input, SENT_AWAY)
            else:
                run.kick()

    def live(self, run_id: str) -> Run | None:
        """A run that is on the air, or was in the life of this process."""
        return self._runs.get(run_id)

    def forget(self, run_id: str) -> None:
        """A run that is over, and whose recording is gone."""
        if run_id not in self._tasks:
            self._runs.pop(run_id, None)

    def is_on(self, run_id: str) -> bool:
        return run_id in self._tasks

    def status(self, run_id: str) -> RunStatus | None:
        run = self._runs.get(run_id)
        return run.status() if run else None

    def health(self) -> MediaHealth:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        runs = [run.status() for run in self._runs.values()]
        return MediaHealth(
            runs=runs,
            inputs=self.inputs.statuses(),
            recording_alarm=any(
                run.recording == "stopped" and run.run_id in self._tasks for run in runs
            ),
            recorded_bytes=self.quota.used,
            recorded_bytes_max=self.quota.room.bytes_max,
            targets=dict(
                Counter(state for run in self._runs.values() for state in run.outgoing.states())
            ),
            cpu_seconds=round(usage.ru_utime + usage.ru_stime, 3),
        )

    async def _carry(self, run: Run) -> None:
        try:
            await run.run()
        except Exception:
            # One run's trouble is not another's: say it, and let the rest go on.
            log.exception("run_failed", run_id=run.run_id)
        finally:
            self._tasks.pop(run.run_id, None)
            self._forget_old()

    def _forget_old(self) -> None:
        """Keep a bounded number of ended runs: their files answer for them afterwards."""
        ended = [run_id for run_id in self._runs if run_id not in self._tasks]
        for run_id in ended[:-RUNS_MAX]:
            del self._runs[run_id]

    def _source(self, run_id: str, spec: SourceSpec) -> Source:
        match spec:
            case TestStage():
                return ThreadedSource(StageProducer(spec), self._clock, name="test-stage")
            case LoopFile():
                return LoopFileSource(spec, self.data / "prepared", self._clock)
            case FileList():
                return FileListSource(spec, self.data / "prepared", self._clock)
            case Camera():
                return StagedCamera(spec, self.inputs, self._clock, self.asides)
            case Remote():
                return RemoteSource(spec, run_id, self.inputs, self.pulls, self._clock)
