"""Video through this process: handed on from the media process, which only this machine reaches.

Where other nodes make video, the one that has the run is asked. With many viewers a cache stands in
front (see the guide).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from uuid import UUID

import aiohttp
import asyncpg
from litestar import Litestar, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import RunId
from livehouse.media.errors import MediaUnavailable
from livehouse.media.supervisor import MediaSupervisor
from livehouse.storage.nodes import MediaOwners
from livehouse.web.connections import AnyRequest

SECONDS_MAX = 20.0
CONNECTIONS_MAX = 256
PASSED = "x-livehouse-node"  # who hands the request on
OWNER_SECONDS_MAX = 2.0
OWNER_REMEMBERED = timedelta(seconds=1)
OWNERS_REMEMBERED_MAX = 1_000
HANDED_ON = ("range", "if-none-match", "if-modified-since")
HANDED_BACK = (
    "cache-control", "content-range", "accept-ranges", "etag", "last-modified",
    "access-control-allow-origin",
)  # fmt: skip


class Owners:
    """Who has which run's video, remembered for a second."""

    def __init__(self, owners: MediaOwners, clock: Clock) -> None:
        self._owners = owners
        self._clock = clock
        self._known: dict[RunId, tuple[datetime, tuple[str, str] | None]] = {}

    async def owner(self, run: RunId) -> tuple[str, str] | None:
        now = self._clock.now()
        until, known = self._known.get(run, (now, None))
        if until > now:
            return known
        async with asyncio.timeout(OWNER_SECONDS_MAX):
            found = await self._owners.owner(run)
        if len(self._known) >= OWNERS_REMEMBERED_MAX:
            self._known.clear()
        self._known[run] = now + OWNER_REMEMBERED, found
        return found


class VideoPassage:
    """Asks the media process, here or on the node that has the run.

    Its client lives as long as the application; `owners` is None where there is one node alone.
    """

    def __init__(
        self, media: MediaSupervisor, *, node: str, makes_video: bool, owners: Owners | None
    ) -> None:
        self._media = media
        self._node = node
        self._makes_video = makes_video
        self._owners = owners
        self._client: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def open(self, _: Litestar) -> AsyncIterator[None]:
        timeout = aiohttp.ClientTimeout(total=SECONDS_MAX)
        connector = aiohttp.TCPConnector(limit=CONNECTIONS_MAX)
        async with aiohttp.ClientSession(timeout=timeout, connector=connector) as self._client:
            yield

    async def fetch(self, run: RunId, name: str, request: AnyRequest) -> Response[bytes]:
        assert self._client is not None, "opened with the application"
        asked = {h: request.headers[h] for h in HANDED_ON if h in request.headers}
        base = await self.base(run, is_last=PASSED in request.headers)
        try:
            async with self._client.get(
                f"{base}/live/{run}/video/{name}", headers=asked | {PASSED: self._node}
            ) as found:
                body = await found.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise MediaUnavailable from error
        if found.status == 404:  # noqa: PLR2004 - as HTTP names it
            raise NotFound
        back = {h: found.headers[h] for h in HANDED_BACK if h in found.headers}
        return Response(body, status_code=found.status, headers=back, media_type=found.content_type)

    async def base(self, run: RunId | None, *, is_last: bool) -> str:
        """Whom to ask. Who is asked by another node asks no third one."""
        if self._owners is not None and run is not None and not is_last:
            try:
                owner = await self._owners.owner(run)
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                owner = None  # what is made here goes on without a database
            if owner is not None and owner[0] != self._node:
                return owner[1]
        if not self._makes_video:
            raise NotFound
        return self._media.base_url


@get("/live/{run:uuid}/video/{name:str}", include_in_schema=False)
async def video(
    run: FromPath[UUID],
    name: FromPath[str],
    request: AnyRequest,
    passage: NamedDependency[VideoPassage],
) -> Response[bytes]:
    """A playlist, an init section, a segment or the poster of a run."""
    return await passage.fetch(RunId(run), name, request)
