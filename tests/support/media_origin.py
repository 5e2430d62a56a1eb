"""The video of one run on a port, as the media process serves it."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

from aiohttp import web

from livehouse.foundation.clock import SystemClock
from livehouse.foundation.ids import RunId
from livehouse.media.after.pages import RecordingPages
from livehouse.media.after.recordings import Recordings
from livehouse.media.caption_pages import CaptionPages
from livehouse.media.host import Host
from livehouse.media.ingest.gate import ClosedGate
from livehouse.media.problems import Handler, refusals_as_problems
from livehouse.media.serving import VideoPages
from livehouse.media.specs import StartRun
from tests.support.media_waiting import eventually

# However busy the machine of a test is, no rendition is dropped.
NEVER_BEHIND = 600.0
RUN = RunId(UUID("01900000-0000-7000-8000-000000000001"))


class Origin:
    """A house's video on a port, which counts what it is asked for."""

    def __init__(self, base_url: str, asked: Counter[str], host: Host) -> None:
        self._host = host
        self.port = int(base_url.rpartition(":")[2])
        self.asked = asked
        self.base_url = base_url
        self.folder = f"{self.base_url}/live/{RUN}/video"

    async def stop(self) -> None:
        """The run ends; what was recorded stays."""
        await self._host.stop(str(RUN))


@asynccontextmanager
async def an_origin(folder: Path, wanted: StartRun) -> AsyncIterator[Origin]:
    """With one run, from its second segment on."""
    asked: Counter[str] = Counter()
    async with served(folder, asked) as (base, host), host.carrying():
        host.start(str(RUN), wanted)
        await eventually(lambda: _on_air(host), within=60)
        yield Origin(base, asked, host)


@asynccontextmanager
async def served(
    folder: Path, asked: Counter[str] | None = None
) -> AsyncIterator[tuple[str, Host]]:
    """What lies in a data folder, at an address; `asked` counts what is asked for."""
    counter = Counter[str]() if asked is None else asked

    @web.middleware
    async def counting(request: web.Request, handler: Handler) -> web.StreamResponse:
        counter[request.path_qs.rpartition("/")[2]] += 1
        return await handler(request)

    async def healthy(_: web.Request) -> web.Response:
        return web.Response()

    host = Host(folder, SystemClock(), gate=ClosedGate(), behind_seconds_max=NEVER_BEHIND)
    application = web.Application(middlewares=[counting, refusals_as_problems])
    application.add_routes([
        *RecordingPages(Recordings(host)).routes(),
        *CaptionPages(host).routes(),
        *VideoPages(host).routes(),
    ])  # fmt: skip
    application.router.add_get("/healthz", healthy)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", host
    finally:
        await runner.cleanup()


async def _on_air(host: Host) -> bool:
    status = host.status(str(RUN))
    return status is not None and status.segments > 1
