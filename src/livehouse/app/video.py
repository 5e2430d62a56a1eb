"""Video through this process: handed on from the media process, which only this machine reaches.

Where other nodes make video, the one that has the run is asked. With many viewers a cache stands in
front (see the guide).
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlencode
from uuid import UUID

import aiohttp
import asyncpg
from litestar import Litestar, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response
from msgspec import Struct

from livehouse.app.captions import OFFERING, Spoken, with_captions
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import RunId
from livehouse.media.delivery import PREFIX
from livehouse.media.errors import MediaUnavailable
from livehouse.storage.nodes import MediaOwners
from livehouse.web.connections import AnyRequest

SECONDS_MAX = 20.0
CONNECTIONS_MAX = 256
HTTP_OK = 200
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


class Origin(Protocol):
    """What is known here of the media process on this machine."""

    @property
    def base_url(self) -> str: ...


class _Found(Struct, frozen=True):
    """What was answered; every viewer who waited for it gets these same bytes."""

    status: int
    kind: str
    headers: dict[str, str]
    body: bytes


class VideoPassage:
    """Asks the media process, here or on the node that has the run.

    However many viewers wait for the same part or playlist, it is asked for once. Its client lives
    as long as the application; `owners` is None where there is one node alone.
    """

    def __init__(
        self, media: Origin, *, node: str, makes_video: bool, owners: Owners | None
    ) -> None:
        self._media = media
        self._node = node
        self._makes_video = makes_video
        self._owners = owners
        self._client: aiohttp.ClientSession | None = None
        self._tasks: asyncio.TaskGroup | None = None
        self._asked: dict[str, asyncio.Task[_Found | None]] = {}

    @asynccontextmanager
    async def open(self, _: Litestar) -> AsyncIterator[None]:
        timeout = aiohttp.ClientTimeout(total=SECONDS_MAX)
        connector = aiohttp.TCPConnector(limit=CONNECTIONS_MAX)
        async with (
            aiohttp.ClientSession(timeout=timeout, connector=connector) as self._client,
            asyncio.TaskGroup() as self._tasks,
        ):
            try:
                yield
            finally:
                for task in self._asked.values():
                    task.cancel()

    async def fetch(self, run: RunId, name: str, request: AnyRequest) -> Response[bytes]:
        base = await self.base(run, is_last=PASSED in request.headers)
        url = f"{base}/live/{run}/video/{name}{_directives(request)}"
        own = {h: request.headers[h] for h in HANDED_ON if h in request.headers}
        found = await (self._ask(url, own) if own else self._ask_together(url))
        if found is None:
            raise MediaUnavailable
        if found.status == 404:  # noqa: PLR2004 - as HTTP names it
            raise NotFound
        return Response(
            found.body, status_code=found.status, headers=found.headers, media_type=found.kind
        )

    async def _ask_together(self, url: str) -> _Found | None:
        """Who comes while another waits for the same thing waits with it, and may leave alone."""
        assert self._tasks is not None, "opened with the application"
        asking = self._asked.get(url)
        if asking is None:
            asking = self._asked[url] = self._tasks.create_task(self._ask(url, {}))
            asking.add_done_callback(lambda _: self._asked.pop(url))
        return await asyncio.shield(asking)

    async def _ask(self, url: str, headers: Mapping[str, str]) -> _Found | None:
        assert self._client is not None, "opened with the application"
        try:
            async with self._client.get(url, headers={**headers, PASSED: self._node}) as found:
                back = {h: found.headers[h] for h in HANDED_BACK if h in found.headers}
                return _Found(found.status, found.content_type, back, await found.read())
        except (aiohttp.ClientError, TimeoutError):
            return None

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


def _directives(request: AnyRequest) -> str:
    """What HLS players say in the query, and nothing else: it is part of the thing's name."""
    said = [(k, v) for k, v in request.query_params.multi_items() if k.startswith(PREFIX)]
    return f"?{urlencode(sorted(said))}" if said else ""


@get("/live/{run:uuid}/video/{name:str}", include_in_schema=False)
async def video(
    run: FromPath[UUID],
    name: FromPath[str],
    request: AnyRequest,
    passage: NamedDependency[VideoPassage],
    spoken: NamedDependency[Spoken],
) -> Response[bytes]:
    """A playlist, an init section, a segment, a part or the poster of a run."""
    found = await passage.fetch(RunId(run), name, request)
    # Of what another node asks for, that node tells its viewers the captions.
    if name in OFFERING and found.status_code == HTTP_OK and PASSED not in request.headers:
        found.content = with_captions(found.content, name, await spoken.of(RunId(run)))
    return found
