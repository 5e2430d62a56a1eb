"""Video through this process: handed on from the media process, which only this machine reaches.

Beyond one machine a front server or a CDN does this (see the guide).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import aiohttp
from litestar import Litestar, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import RunId
from livehouse.media.errors import MediaUnavailable
from livehouse.media.supervisor import MediaSupervisor
from livehouse.web.connections import AnyRequest

SECONDS_MAX = 20.0
CONNECTIONS_MAX = 256
HANDED_ON = ("range", "if-none-match", "if-modified-since")
HANDED_BACK = (
    "cache-control", "content-range", "accept-ranges", "etag", "last-modified",
    "access-control-allow-origin",
)  # fmt: skip


class VideoPassage:
    """Asks the media process; its client lives as long as the application."""

    def __init__(self, media: MediaSupervisor) -> None:
        self._media = media
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
        try:
            async with self._client.get(
                f"{self._media.base_url}/live/{run}/video/{name}", headers=asked
            ) as found:
                body = await found.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise MediaUnavailable from error
        if found.status == 404:  # noqa: PLR2004 - as HTTP names it
            raise NotFound
        back = {h: found.headers[h] for h in HANDED_BACK if h in found.headers}
        return Response(body, status_code=found.status, headers=back, media_type=found.content_type)


@get("/live/{run:uuid}/video/{name:str}", include_in_schema=False)
async def video(
    run: FromPath[UUID],
    name: FromPath[str],
    request: AnyRequest,
    passage: NamedDependency[VideoPassage],
) -> Response[bytes]:
    """A playlist, an init section, a segment or the poster of a run."""
    return await passage.fetch(RunId(run), name, request)
