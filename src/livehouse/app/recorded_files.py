"""Files made of recordings, handed on as they come: they are too long to be held whole."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

import aiohttp
from litestar import Litestar, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from livehouse.app.video import HANDED_BACK, HANDED_ON, PASSED, VideoPassage
from livehouse.domains.recordings import Recordings
from livehouse.domains.shows import Shows
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import RunId
from livehouse.media.errors import MediaUnavailable
from livehouse.web.connections import AnyRequest
from livehouse.web.downloads import attachment

CONNECTIONS_MAX = 64
SILENCE_SECONDS_MAX = 30.0
PIECE_BYTES = 256 * 1024
FOUND = (200, 206)
ALSO_BACK = ("content-length", "content-disposition")


class Naming(Protocol):
    async def of(self, run: RunId, file: str) -> str:
        """What somebody would call a file, without its ending."""
        ...


class ShowNaming:
    """By the show's title and the day, in the house's time zone, and by a clip's own title."""

    def __init__(self, shows: Shows, recordings: Recordings, time_zone: str) -> None:
        self._shows = shows
        self._recordings = recordings
        self._zone = ZoneInfo(time_zone)

    async def of(self, run: RunId, file: str) -> str:
        show = await self._shows.of_run(run)
        made = await self._recordings.files(run)
        clip = next((one.title for one in made if one.address.endswith(f"/{file}")), "")
        day = f"{show.run.started_at.astimezone(self._zone):%Y-%m-%d}" if show.run else ""
        return " ".join(part for part in (show.title, day, clip) if part)


class FilePassage:
    """From the node that has the run. Its client lives as long as the application."""

    def __init__(self, passage: VideoPassage, naming: Naming, *, node: str) -> None:
        self._passage = passage
        self._naming = naming
        self._node = node
        self._client: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def open(self, _: Litestar) -> AsyncIterator[None]:
        # No bound on the whole: somebody on a slow line downloads an hour of video.
        timeout = aiohttp.ClientTimeout(total=None, sock_read=SILENCE_SECONDS_MAX)
        connector = aiohttp.TCPConnector(limit=CONNECTIONS_MAX)
        async with aiohttp.ClientSession(
            timeout=timeout, connector=connector, auto_decompress=False
        ) as self._client:
            yield

    async def stream(self, run: RunId, name: str, request: AnyRequest) -> Stream:
        assert self._client is not None, "opened with the application"
        asked = {h: request.headers[h] for h in HANDED_ON if h in request.headers}
        base = await self._passage.base(run, is_last=PASSED in request.headers)
        stack = AsyncExitStack()
        try:
            found = await stack.enter_async_context(
                self._client.get(
                    f"{base}/live/{run}/files/{name}", headers=asked | {PASSED: self._node}
                )
            )
        except (aiohttp.ClientError, TimeoutError) as error:
            raise MediaUnavailable from error
        if found.status not in FOUND:
            await stack.aclose()
            raise NotFound
        back = {h: found.headers[h] for h in (*HANDED_BACK, *ALSO_BACK) if h in found.headers}
        if "content-disposition" in back and PASSED not in request.headers:
            back["content-disposition"] = attachment(await self._naming.of(run, name), ".mp4")
        return Stream(
            _pieces(found, stack),
            status_code=found.status,
            headers=back,
            media_type=found.content_type,
        )


async def _pieces(found: aiohttp.ClientResponse, stack: AsyncExitStack) -> AsyncIterator[bytes]:
    async with stack:
        async for piece in found.content.iter_chunked(PIECE_BYTES):
            yield piece


@get("/live/{run:uuid}/files/{name:str}", include_in_schema=False)
async def recorded_file(
    run: FromPath[UUID],
    name: FromPath[str],
    request: AnyRequest,
    files: NamedDependency[FilePassage],
) -> Stream:
    """An MP4 file made of a recording."""
    return await files.stream(RunId(run), name, request)
