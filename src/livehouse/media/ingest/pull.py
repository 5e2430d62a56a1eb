"""Fetches a picture from another server into an input: a camera's, or one that a host has named."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import av
import structlog
from msgspec import Struct

from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import DomainError
from livehouse.media.errors import InvalidSource
from livehouse.media.ingest.errors import FetchUnreachable, TooManyInputs
from livehouse.media.ingest.gate import SecondPublisher, Welcome
from livehouse.media.ingest.inputs import Inputs, Publication
from livehouse.media.ingest.limits import INPUTS_MAX, PULL_TRIES_MAX
from livehouse.media.ingest.passage import SCHEMES as GUARDED_SCHEMES
from livehouse.media.ingest.passage import passage
from livehouse.media.ingest.reading import Reading
from livehouse.media.limits import RETRY_FIRST, RETRY_MAX
from livehouse.media.specs import Playback, Remote

log = structlog.get_logger()

SCHEMES = frozenset({"rtmp", "rtmps", "rtsp", "http", "https"})
# FFmpeg follows what a playlist names: never to a file of this machine.
OPTIONS = {
    "protocol_whitelist": "rtmp,rtmps,rtsp,rtp,udp,tcp,tls,http,https,crypto",
    "rtmp_live": "live",
}
TROUBLE = (av.error.FFmpegError, OSError, ValueError)
WEB = frozenset({"http", "https"})
LOST = "fetch_lost"


class _Wanted(Struct, frozen=True):
    """What is fetched; with `tries_max` none it is tried again for as long as it is wanted."""

    url: str
    second: SecondPublisher
    tries_max: int | None
    guarded: Remote | None = None


class Pulls:
    """One for each input at most. Tries again when the server goes away, for so many times."""

    def __init__(self, inputs: Inputs, clock: Clock) -> None:
        self._inputs = inputs
        self._clock = clock
        self._going: dict[str, tuple[_Wanted, asyncio.Task[None]]] = {}
        self._problems: dict[str, str] = {}
        self._group: asyncio.TaskGroup | None = None

    @asynccontextmanager
    async def carrying(self) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as self._group:
            try:
                yield
            finally:
                for _, task in self._going.values():
                    task.cancel()

    def start(self, input_id: str, playback: Playback) -> None:
        """Fetch from a video server of the operator's; if that is being done, go on with it."""
        if urlsplit(playback.url).scheme not in SCHEMES:
            raise InvalidSource(problem="a playback address of an unknown kind")
        self._start(input_id, _Wanted(playback.url, playback.second, PULL_TRIES_MAX))

    def fetch(self, input_id: str, remote: Remote) -> None:
        """Fetch from an address that a host has named: only through a passage."""
        if urlsplit(remote.url).scheme not in GUARDED_SCHEMES:
            raise InvalidSource(problem="an address of an unknown kind")
        self._start(input_id, _Wanted(remote.url, "take_over", None, remote))

    def stop(self, input_id: str) -> None:
        _, task = self._going.pop(input_id, (None, None))
        self._problems.pop(input_id, None)
        if task is not None:
            task.cancel()

    def problem(self, input_id: str) -> str:
        """Why nothing comes from there now: a code; empty where nothing is known."""
        return self._problems.get(input_id, "")

    def _start(self, input_id: str, wanted: _Wanted) -> None:
        assert self._group is not None, "carry first"
        going, task = self._going.get(input_id, (None, None))
        if going == wanted and task is not None and not task.done():
            return
        self.stop(input_id)
        if len(self._going) >= INPUTS_MAX:
            raise TooManyInputs
        self._going[input_id] = wanted, self._group.create_task(self._keep(input_id, wanted))

    async def _keep(self, input_id: str, wanted: _Wanted) -> None:
        pause, tries = RETRY_FIRST, 0
        while wanted.tries_max is None or tries < wanted.tries_max:
            began = self._clock.now()
            try:
                if await self._once(input_id, wanted):
                    return
                self._problems[input_id] = LOST
            except FetchUnreachable as away:
                self._problems[input_id] = away.code
            except DomainError as refusal:
                log.warning("pull_refused", input=input_id, code=refusal.code)
                self._problems[input_id] = refusal.code
                return
            except TROUBLE as error:
                # Not its words: they may hold the address, and that a password.
                log.info("pull_failed", input=input_id, error=type(error).__name__)
                self._problems[input_id] = LOST
            if self._clock.now() - began > RETRY_MAX:
                pause, tries = RETRY_FIRST, 0
            tries += 1
            await self._clock.sleep(pause)
            pause = min(pause * 2, RETRY_MAX)

    async def _once(self, input_id: str, wanted: _Wanted) -> bool:
        """Fetch until it ends; True when the camera was made to leave, and is not to return."""
        remote = wanted.guarded
        if remote is None:
            return await self._read(input_id, wanted, Reading(wanted.url, OPTIONS, self._clock))
        async with passage(wanted.url, allow_private=remote.allow_private) as out:
            is_paced = urlsplit(wanted.url).scheme in WEB
            reading = Reading(out.url, out.options, self._clock, is_paced=is_paced)
            return await self._read(input_id, wanted, reading)

    async def _read(self, input_id: str, wanted: _Wanted, reading: Reading) -> bool:
        reading.start()
        publication: Publication | None = None
        try:
            async for item in reading.handover.items():
                if publication is None:
                    publication = self._inputs.enter(
                        Welcome(input_id, wanted.second),
                        protocol="pull",
                        address=urlsplit(wanted.url).hostname or "",
                    )
                    self._problems.pop(input_id, None)
                if not publication.is_current:
                    return True
                publication.put(item)
        finally:
            if publication is not None:
                publication.close()
            await reading.stop()
        return False
