"""One live run: the task that owns its source, packager, window and recorder."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager, aclosing, nullcontext, suppress
from pathlib import Path

import structlog
from msgspec.structs import replace

from livehouse.foundation.clock import Clock, to_ms
from livehouse.foundation.errors import DomainError
from livehouse.media.errors import VideoNotYet
from livehouse.media.folder import RunFolder, video_folder
from livehouse.media.ingest.subscription import Listeners, Subscription
from livehouse.media.limits import (
    FIRST_SEGMENTS_SECONDS_MAX,
    POSTER_EVERY_SECONDS,
    RETRY_FIRST,
    RETRY_MAX,
    SOURCE_BEGIN_MAX,
    SOURCE_SILENCE_MAX,
)
from livehouse.media.outgoing.outgoing import Outgoing
from livehouse.media.packager import Init, Output, Packager, Part, Piece, Segment
from livehouse.media.packets import Formats, Packet, SourceItem
from livehouse.media.poster import poster
from livehouse.media.profile import PROFILES
from livehouse.media.quota import DiskQuota
from livehouse.media.recorder import Recorder
from livehouse.media.renditions.keeping import Keeper, Keeping
from livehouse.media.renditions.limits import BEHIND_SECONDS_MAX
from livehouse.media.renditions.renditions import Renditions
from livehouse.media.sources.source import Source
from livehouse.media.specs import PLAYED_OUT, RunState, RunStatus, SourceSpec, StartRun
from livehouse.media.window import LiveWindow

log = structlog.get_logger()

MakeSource = Callable[[SourceSpec], Source]


class Run:
    """Keeps a run on the air: when the source fails it tries again, with a discontinuity."""

    def __init__(
        self,
        run_id: str,
        wanted: StartRun,
        *,
        data: Path,
        quota: DiskQuota,
        clock: Clock,
        make_source: MakeSource,
        behind_seconds_max: float = BEHIND_SECONDS_MAX,
    ) -> None:
        self.run_id = run_id
        self.wanted = wanted
        self.folder = RunFolder(video_folder(data, run_id))
        self.window: LiveWindow | None = None
        self.recorder: Recorder | None = None
        self.renditions: Renditions | None = None
        self.outgoing = Outgoing()
        self._quota = quota
        self._clock = clock
        self._make_source = make_source
        self._behind_seconds_max = behind_seconds_max
        self._packager = Packager()
        self._source: Source | None = None
        self._formats: Formats | None = None
        self._state: RunState = "preparing"
        self._problem = ""
        self._restarts = 0
        self._dropped_before = 0
        self._poster_at = 0
        self._init = b""
        self._listeners = Listeners()
        # Whether pictures come in another order than that in which they are shown (B-frames).
        self.reorders = False
        self.is_over = False
        self._opened = asyncio.Event()
        self._stopping = asyncio.Event()
        self._kicked = asyncio.Event()

    async def run(self) -> None:
        """Until `stop`; a cancelled run is not over, it goes on after the next start."""
        keeper = Keeper(self._keeping()) if self.wanted.keeps_sizes else None
        async with keeper.open() if keeper is not None else nullcontext():
            await self._take_up(keeper)
            try:
                await self._stay_on_air()
            finally:
                self.outgoing.stop()
                await self._publish(self._packager.finish())
                if self.renditions is not None:
                    self.renditions.stop()
            if self._state != "failed":
                self._state = "ended"
            assert self.window is not None
            assert self.recorder is not None
            assert self.renditions is not None
            await self.recorder.finish()
            self.window.end()
            await self.renditions.finish()
        self.is_over = True

    def stop(self) -> None:
        """End the run for good; `run` then closes the recording."""
        self._stopping.set()

    def kick(self) -> None:
        """Drop what is being published; the source may come again."""
        self._kicked.set()

    def play(self, source: SourceSpec) -> None:
        """Go on with another source, also where the one before has failed."""
        if source == self.wanted.source:
            return
        self.wanted = replace(self.wanted, source=source)
        if self._source is None or not self._source.direct(source):
            self._kicked.set()

    async def filled_window(self, segments: int) -> LiveWindow:
        """The window, once so much is in it; `VideoNotYet` if that takes too long."""
        try:
            async with asyncio.timeout(FIRST_SEGMENTS_SECONDS_MAX):
                await self._opened.wait()
                assert self.window is not None
                await self.window.filled(segments)
        except TimeoutError as error:
            raise VideoNotYet from error
        return self.window

    def status(self) -> RunStatus:
        window, recorder, source = self.window, self.recorder, self._source
        renditions = self.renditions
        rates = window.rates() if window else None
        form = self._formats.video if self._formats else None
        stands_in = source.problem if source else ""
        return RunStatus(
            run_id=self.run_id,
            state="interrupted" if stands_in and self._state == "live" else self._state,
            problem=stands_in or self._problem,
            progress=source.progress if source and self._state == "preparing" else 0.0,
            width=form.width if form else 0,
            height=form.height if form else 0,
            kbps=rates.kbps if rates else 0,
            fps=rates.fps if rates else 0.0,
            key_interval_seconds=self._packager.key_interval_seconds,
            dropped=self._dropped_before + (source.dropped if source else 0),
            encode_load=source.load if source else 0.0,
            segments=len(recorder.lines) if recorder else 0,
            next_number=self._packager.next_number,
            newest_at=window.newest_at if window else 0,
            restarts=self._restarts,
            recording=recorder.state if recorder else "on",
            recording_problem=recorder.problem if recorder else "",
            recorded_bytes=self._recorded_bytes(),
            renditions=tuple(renditions.statuses()) if renditions else (),
            decode_load=renditions.decode_load if renditions else 0.0,
        )

    def _keeping(self) -> Keeping:
        wanted = self.wanted
        return Keeping(self.folder, self._quota, self.run_id, wanted.owner, wanted.keep_seconds)

    async def _take_up(self, keeper: Keeper | None) -> None:
        """Go on where the folder ends, be it empty or left by a crash."""
        lines = await asyncio.to_thread(self.folder.lines)
        position = await asyncio.to_thread(
            self.folder.position, lines, next_number=self.wanted.next_number
        )
        with suppress(OSError):
            await asyncio.to_thread(self.folder.reopen)
            if self.wanted.owner:
                await asyncio.to_thread(self.folder.own, self.wanted.owner)
        profile = PROFILES[self.wanted.profile]
        self._packager = Packager(position, profile)
        self.window = LiveWindow(lines, position.next_number, profile)
        self.recorder = Recorder(
            self.folder,
            self._quota,
            run_id=self.run_id,
            owner=self.wanted.owner,
            keep_seconds=self.wanted.keep_seconds,
            lines=lines,
        )
        self.renditions = Renditions(
            self.window,
            profile,
            self._clock,
            encodes=self.wanted.encodes,
            keeper=keeper,
            behind_seconds_max=self._behind_seconds_max,
        )
        self._opened.set()

    def _recorded_bytes(self) -> int:
        """In all sizes."""
        keeper = self.renditions.keeper if self.renditions else None
        source = self.recorder.bytes if self.recorder else 0
        return source + (keeper.bytes if keeper else 0)

    async def _stay_on_air(self) -> None:
        pause = RETRY_FIRST
        while not self._stopping.is_set():
            began = self._clock.now()
            try:
                await self._on_air()
            except DomainError as refusal:
                log.warning("source_refused", run_id=self.run_id, code=refusal.code,
                            params=refusal.params)  # fmt: skip
                self._state, self._problem = "failed", refusal.code
                self._kicked.clear()
                await self._unless_told(asyncio.Event().wait())
            except Exception:
                log.exception("source_failed", run_id=self.run_id)
                self._problem = "source_failed"
            if self._stopping.is_set():
                return
            self._restarts += 1
            self._state = "interrupted"
            if self._clock.now() - began > RETRY_MAX:
                pause = RETRY_FIRST
            await self._unless_told(self._clock.sleep(pause))
            pause = min(pause * 2, RETRY_MAX)

    async def _on_air(self) -> None:
        """One life of the source, until it ends, fails, falls silent, is kicked or stopped."""
        self._kicked.clear()
        source = self._source = self._make_source(self.wanted.source)
        try:
            if not await self._unless_told(source.start()):
                return
            if await self._unless_told(self._carry(source)) and source.problem == PLAYED_OUT:
                # Whoever put it on is to end it: what comes next is theirs to say.
                self._problem = PLAYED_OUT
                await self._unless_told(asyncio.Event().wait())
        finally:
            await source.stop()
            self._dropped_before += source.dropped
            self._source = None

    async def _carry(self, source: Source) -> None:
        silence = SOURCE_BEGIN_MAX.total_seconds()
        async with aclosing(source.packets()) as packets:
            while True:
                try:
                    async with asyncio.timeout(None if source.is_patient else silence):
                        item = await anext(packets)
                except StopAsyncIteration:
                    return
                except TimeoutError:
                    log.warning("source_silent", run_id=self.run_id)
                    return
                if isinstance(item, Packet):
                    silence = SOURCE_SILENCE_MAX.total_seconds()
                await self._take(item)

    def listening(self) -> AbstractContextManager[Subscription]:
        """Hear what the source gives, for as long as the block lasts."""
        return self._listeners.listening(self._formats)

    async def _take(self, item: SourceItem) -> None:
        self._listeners.tell(item)
        self.outgoing.put(item)
        if isinstance(item, Formats):
            self._formats, self.reorders = item, False
            await self._publish(self._packager.begin(item))
            return
        self.reorders = self.reorders or item.pts != item.dts
        await self._publish(self._packager.add(item))

    async def _publish(self, outputs: list[Output]) -> None:
        """Parts at once; what is whole to disk first, so that the journal knows what is listed."""
        assert self.window is not None
        assert self.recorder is not None
        assert self.renditions is not None
        for output in outputs:
            match output:
                case Init():
                    self._init = output.data
                    await self.recorder.store_init(output)
                    self.window.add_init(output)
                case Part():
                    self.window.add_part(output)
                case Piece():
                    self.renditions.take(output)
                case Segment():
                    await self.recorder.store(output)
                    self.window.add(output)
                    self.renditions.take(output)
                    self._state, self._problem = "live", ""
                    await self._refresh_poster(output)

    async def _refresh_poster(self, segment: Segment) -> None:
        now = to_ms(self._clock.now())
        if not segment.line.independent or abs(now - self._poster_at) < POSTER_EVERY_SECONDS * 1000:
            return
        self._poster_at = now
        assert self.window is not None
        assert self.recorder is not None
        picture = await asyncio.to_thread(poster, self._init, segment.parts[0].data)
        if picture is not None:
            self.window.poster = picture
            await self.recorder.store_poster(picture)

    async def _unless_told(self, work: Coroutine[None, None, object]) -> bool:
        """Do `work`, but drop it when the run is stopped or kicked; True if it came to its end."""
        async with asyncio.TaskGroup() as tasks:
            working = tasks.create_task(_outcome(work))
            told = [
                tasks.create_task(self._stopping.wait()),
                tasks.create_task(self._kicked.wait()),
            ]
            await asyncio.wait({working, *told}, return_when=asyncio.FIRST_COMPLETED)
            finished = working.done()
            for task in (working, *told):
                task.cancel()
        if finished and (failure := working.result()) is not None:
            raise failure
        return finished


async def _outcome(work: Coroutine[None, None, object]) -> Exception | None:
    """What `work` failed with, as a value: a task group would wrap it."""
    try:
        await work
    except Exception as error:  # noqa: BLE001 - raised again where the work was asked for
        return error
    return None
