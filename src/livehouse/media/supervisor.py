"""Keeps the media process alive, and keeps the runs on the air that should be."""

import asyncio
import logging
import os
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp
import msgspec
import structlog
from msgspec import Struct
from msgspec.structs import replace

from livehouse.foundation.clock import Clock
from livehouse.foundation.ids import RunId
from livehouse.media.errors import InvalidSource, MediaUnavailable, TooManyRuns
from livehouse.media.limits import (
    ANNOUNCE_SECONDS_MAX,
    CONTROL_SECONDS_MAX,
    HEALTH_EVERY,
    HEALTH_MISSES_MAX,
    RETRY_FIRST,
    RETRY_MAX,
    SOURCE_STOP_SECONDS_MAX,
)
from livehouse.media.problems import PROBLEM_TYPE
from livehouse.media.profile import ProfileName
from livehouse.media.specs import (
    Announcement,
    AppPlace,
    DiskRoom,
    InputStatus,
    MediaHealth,
    Playback,
    Reason,
    Receivers,
    RunStatus,
    SourceSpec,
    StartRun,
)
from livehouse.media.webrtc.links import WEBRTC_VARIABLE, WebRtcLinks

log = structlog.get_logger()

# A run whose recording had stopped may have shown more segments than we heard of.
UNHEARD_SEGMENTS = 4
DONE = 204
LEAVE_SECONDS_MAX = 2 * SOURCE_STOP_SECONDS_MAX
TROUBLE = (OSError, TimeoutError, aiohttp.ClientError, msgspec.MsgspecError)


class MediaSupervisor:
    """The app's hand on the media process. One per node.

    `run` must be going for anything to happen; `running` does that for a `with` block.
    """

    def __init__(
        self,
        data_dir: Path,
        clock: Clock,
        *,
        port: int = 0,
        room: DiskRoom | None = None,
        webrtc: WebRtcLinks | None = None,
        receivers: Receivers | None = None,
    ) -> None:
        self.receivers = receivers or Receivers()
        # Where the media process may ask about stream keys; known when our own doors are open.
        self.app_url = ""
        self._data_dir = data_dir
        self._clock = clock
        self._port = port
        self._room = room or DiskRoom()
        self._webrtc = webrtc or WebRtcLinks()
        self._wanted: dict[RunId, StartRun] = {}
        self._unended: set[RunId] = set()
        self._pulls: dict[str, Playback] = {}
        self._life: _Life | None = None
        self._up = asyncio.Event()
        self._known: dict[str, RunStatus] = {}
        self.health = MediaHealth(runs=[])
        self.restarts = 0

    @property
    def base_url(self) -> str:
        """Where the process serves `/live/{run}/video/{name}`; changes when it restarts."""
        if self._life is None:
            raise MediaUnavailable
        return self._life.url

    @property
    def pid(self) -> int | None:
        return self._life.pid if self._life else None

    async def run(self) -> None:
        """Spawn, watch, restart, until cancelled; leaves no process behind."""
        pause = RETRY_FIRST
        timeout = aiohttp.ClientTimeout(total=CONTROL_SECONDS_MAX)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                began = self._clock.now()
                try:
                    await self._live_once(session)
                except TROUBLE as error:
                    log.warning("media_trouble", error=f"{type(error).__name__}: {error}")
                if self._clock.now() - began > RETRY_MAX:
                    pause = RETRY_FIRST
                self.restarts += 1
                log.warning("media_process_gone", restarts=self.restarts)
                await self._clock.sleep(pause)
                pause = min(pause * 2, RETRY_MAX)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["MediaSupervisor"]:
        """Run for as long as the block lasts; the process is up when the block begins."""
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(self.run())
            try:
                await self.ready()
                yield self
            finally:
                task.cancel()

    async def ready(self) -> None:
        """Wait until the process is up."""
        async with asyncio.timeout(ANNOUNCE_SECONDS_MAX):
            await self._up.wait()

    async def start(  # noqa: PLR0913 - each is found by its name
        self,
        run_id: RunId,
        source: SourceSpec,
        *,
        keep_seconds: int | None = None,
        next_number: int = 0,
        profile: ProfileName = "default",
        encodes: bool = False,
        keeps_sizes: bool = False,
        owner: str = "",
    ) -> None:
        """Put a run on the air and keep it there, across restarts of the process.

        `next_number` is where the run had come to elsewhere, on a node that is gone.
        A broken file is found out a moment later: `status` then says `failed`.
        """
        wanted = StartRun(
            source=source,
            keep_seconds=keep_seconds,
            next_number=next_number,
            profile=profile,
            encodes=encodes,
            keeps_sizes=keeps_sizes,
            owner=owner,
        )
        self._wanted[run_id] = wanted
        self._unended.discard(run_id)
        if self._life is not None:
            try:
                await self._life.put(run_id, wanted)
            except TROUBLE as error:  # asked for again a second later
                log.warning("media_start_deferred", run_id=str(run_id), error=str(error))
            except (InvalidSource, TooManyRuns):
                del self._wanted[run_id]
                raise

    async def stop(self, run_id: RunId) -> None:
        """End a run for good and close its recording, now or when the process is back."""
        self._wanted.pop(run_id, None)
        self._unended.add(run_id)
        if self._life is not None:
            with suppress(*TROUBLE):
                await self._life.delete(run_id)
                self._unended.discard(run_id)

    async def kick(self, run_id: RunId) -> None:
        if self._life is None:
            raise MediaUnavailable
        await self._life.kick(run_id)

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """Any other call of the process: the status and the body of its answer."""
        if self._life is None:
            raise MediaUnavailable
        try:
            return await self._life.ask(method, path, body)
        except TROUBLE as error:
            raise MediaUnavailable from error

    def owns(self, token: str) -> bool:
        """Whether it is our media process that shows this token."""
        ours = self._life.announced.token if self._life else ""
        return bool(ours) and secrets.compare_digest(token.encode(), ours.encode())

    def input(self, input_id: str) -> InputStatus | None:
        """What arrived at an input a second ago at most; None where no camera is connected."""
        if self._life is None:
            return None
        found = (one for one in self.health.inputs if one.input_id == input_id and one.connected)
        return next(found, None)

    async def pull(self, input_id: str, playback: Playback) -> None:
        """Let the input's picture be fetched from a video server, across restarts."""
        self._pulls[input_id] = playback
        if self._life is not None:
            with suppress(*TROUBLE):
                await self._life.pull(input_id, playback)

    async def end_pull(self, input_id: str) -> None:
        if self._pulls.pop(input_id, None) is not None and self._life is not None:
            with suppress(*TROUBLE):
                await self._life.ask("DELETE", f"/control/inputs/{input_id}/pull", b"")

    async def kick_camera(self, input_id: str, reason: str) -> None:
        """Make the camera at an input leave. Where the process is gone, so is the camera."""
        if self._life is not None:
            with suppress(*TROUBLE):
                body = msgspec.json.encode(Reason(reason))
                await self._life.ask("POST", f"/control/inputs/{input_id}/kick", body)

    def status(self, run_id: RunId) -> RunStatus | None:
        """How the run was doing a second ago at most; None if it was never heard of."""
        known = self._known.get(str(run_id))
        if known is not None and self._life is None and known.state == "live":
            return replace(known, state="interrupted", problem=MediaUnavailable.code)
        return known

    async def _live_once(self, session: aiohttp.ClientSession) -> None:
        process = await self._spawn()
        try:
            announced = await _announcement(process)
            life = _Life(session, announced, process.pid)
            self._life = life
            await self._repair(life, MediaHealth(runs=[]))
            for input_id, playback in list(self._pulls.items()):
                await life.pull(input_id, playback)
            self._up.set()
            async with asyncio.TaskGroup() as tasks:
                watching = tasks.create_task(self._watch(life, process))
                status = await process.wait()
                watching.cancel()
            log.warning("media_process_ended", status=status)
        finally:
            self._life = None
            self._up.clear()
            await _end(process)

    async def _spawn(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "livehouse.media.process",
            "--data", str(self._data_dir),
            "--port", str(self._port),
            "--room", msgspec.json.encode(self._room).decode(),
            "--receivers", msgspec.json.encode(self.receivers).decode(),
            "--parent", str(os.getpid()),
            *(() if log.is_enabled_for(logging.INFO) else ("--quiet",)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, WEBRTC_VARIABLE: msgspec.json.encode(self._webrtc).decode()},
        )  # fmt: skip

    async def _watch(self, life: "_Life", process: asyncio.subprocess.Process) -> None:
        """Ask how it is, over and over; one that no longer answers is killed."""
        misses = 0
        while True:
            try:
                health = await life.health()
                misses = 0
                self._learn(health)
                await self._repair(life, health)
            except TROUBLE:
                misses += 1
                if misses >= HEALTH_MISSES_MAX:
                    log.warning("media_process_hangs", pid=process.pid)
                    with suppress(ProcessLookupError):
                        process.kill()
                    return
            await self._clock.sleep(HEALTH_EVERY)

    async def _repair(self, life: "_Life", health: MediaHealth) -> None:
        """What was asked for while nobody could listen is asked for again."""
        if life.told_app_url != self.app_url:
            body = msgspec.json.encode(AppPlace(self.app_url))
            status, _ = await life.ask("PUT", "/control/app", body)
            if status == DONE:
                life.told_app_url = self.app_url
        there = {status.run_id for status in health.runs if status.state != "ended"}
        for run_id in [run_id for run_id in self._wanted if str(run_id) not in there]:
            await self._put_back(life, run_id)
        for run_id in list(self._unended):
            await life.delete(run_id)
            self._unended.discard(run_id)

    async def _put_back(self, life: "_Life", run_id: RunId) -> None:
        wanted = self._wanted[run_id]
        known = self._known.get(str(run_id))
        if known is not None and known.recording == "stopped":
            # The journal does not know what viewers saw last: do not use a number twice.
            wanted = replace(wanted, next_number=known.next_number + UNHEARD_SEGMENTS)
        try:
            await life.put(run_id, wanted)
        except (InvalidSource, TooManyRuns) as refusal:
            log.warning("media_start_refused", run_id=str(run_id), code=refusal.code)

    def _learn(self, health: MediaHealth) -> None:
        if health.recording_alarm != self.health.recording_alarm:
            say = log.error if health.recording_alarm else log.info
            say("recording_alarm", on=health.recording_alarm, bytes=health.recorded_bytes)
        self.health = health
        self._known.update((status.run_id, status) for status in health.runs)


class _Life(Struct):
    """One process from its announcement to its end, and the calls to it."""

    session: aiohttp.ClientSession
    announced: Announcement
    pid: int
    told_app_url: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.announced.port}"

    async def put(self, run_id: RunId, wanted: StartRun) -> None:
        body = msgspec.json.encode(wanted)
        path = f"/control/runs/{run_id}"
        async with self.session.put(self.url + path, data=body, headers=self._headers) as answer:
            if answer.ok:
                return
            if answer.content_type != PROBLEM_TYPE:
                answer.raise_for_status()
            problem = msgspec.json.decode(await answer.read(), type=dict[str, object])
            if problem.get("code") == TooManyRuns.code:
                raise TooManyRuns
            raise InvalidSource(problem=str(problem.get("detail", "")))

    async def delete(self, run_id: RunId) -> None:
        path = f"/control/runs/{run_id}"
        async with self.session.delete(self.url + path, headers=self._headers) as answer:
            answer.raise_for_status()

    async def kick(self, run_id: RunId) -> None:
        path = f"/control/runs/{run_id}/kick"
        async with self.session.post(self.url + path, headers=self._headers) as answer:
            answer.raise_for_status()

    async def ask(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        async with self.session.request(
            method, self.url + path, data=body, headers=self._headers
        ) as answer:
            return answer.status, await answer.read()

    async def pull(self, input_id: str, playback: Playback) -> None:
        await self.ask("PUT", f"/control/inputs/{input_id}/pull", msgspec.json.encode(playback))

    async def health(self) -> MediaHealth:
        async with self.session.get(self.url + "/control/health", headers=self._headers) as answer:
            answer.raise_for_status()
            return msgspec.json.decode(await answer.read(), type=MediaHealth)

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.announced.token}"}


async def _announcement(process: asyncio.subprocess.Process) -> Announcement:
    assert process.stdout is not None
    async with asyncio.timeout(ANNOUNCE_SECONDS_MAX):
        line = await process.stdout.readline()
    return msgspec.json.decode(line, type=Announcement)


async def _end(process: asyncio.subprocess.Process) -> None:
    """Ask it to leave, then make it."""
    if process.returncode is not None:
        return
    assert process.stdin is not None
    process.stdin.close()
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(LEAVE_SECONDS_MAX):
                await process.wait()
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
