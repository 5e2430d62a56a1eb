"""A video server of the operator's in front: it asks our hooks, and we fetch the picture."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from livehouse.app.bench.ports import free_port
from livehouse.app.ingest import of_nginx
from livehouse.foundation.clock import SystemClock
from livehouse.media.errors import InvalidSource
from livehouse.media.ingest.inputs import Inputs
from livehouse.media.ingest.pull import Pulls
from livehouse.media.packets import Formats, Packet
from livehouse.media.specs import Playback
from tests.support.cameras import KEY, ROOM, KeyedGate
from tests.support.encoders import encoder
from tests.support.media_waiting import eventually
from tests.support.nginx_rtmp import nginx_rtmp


@pytest.fixture
def inputs() -> Inputs:
    return Inputs(KeyedGate(), SystemClock())


@asynccontextmanager
async def answering(pulls: Pulls, port: int, heard: list[str]) -> AsyncIterator[str]:
    """The hooks for one key."""

    async def ready(request: web.Request) -> web.Response:
        asked = of_nginx(dict(await request.post()))
        heard.append(f"ready {asked.protocol}")
        if asked.key != KEY:
            return web.Response(status=403)
        pulls.start(ROOM, Playback(f"rtmp://127.0.0.1:{port}/live/{asked.key}"))
        return web.Response()

    async def gone(request: web.Request) -> web.Response:
        asked = of_nginx(dict(await request.post()))
        heard.append(f"gone {asked.protocol}")
        if asked.key == KEY:
            pulls.stop(ROOM)
        return web.Response()

    application = web.Application()
    application.add_routes([web.post("/ingest/ready", ready), web.post("/ingest/gone", gone)])
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def connected(inputs: Inputs, *, wanted: bool) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        found = inputs.input(ROOM)
        return bool(found and found.status.width) is wanted

    return look


async def test_what_nginx_receives_is_fetched_until_it_says_that_it_is_over(
    inputs: Inputs, tmp_path: Path
) -> None:
    port, heard = free_port(), list[str]()
    pulls = Pulls(inputs, SystemClock())
    async with (
        pulls.carrying(),
        answering(pulls, port, heard) as hooks,
        nginx_rtmp(tmp_path, port, hooks=hooks, query="secret=s"),
    ):
        with inputs.at(ROOM).listening() as listener:
            async with encoder(f"rtmp://127.0.0.1:{port}/live/{KEY}"):
                await eventually(connected(inputs, wanted=True))
                items = [await listener.take() for _ in range(30)]
            await eventually(connected(inputs, wanted=False))
        async with encoder(f"rtmp://127.0.0.1:{port}/live/guessed") as refused:
            assert await refused.wait() != 0

    assert isinstance(items[0], Formats)
    assert (items[0].video.width, items[0].video.height) == (320, 240)
    assert isinstance(items[1], Packet)
    assert items[1].key
    assert heard[:2] == ["ready publish", "gone publish_done"]


@pytest.mark.parametrize("url", ["file:///etc/passwd", "/etc/passwd", "concat:a|b", "pipe:0"])
async def test_nothing_is_fetched_from_this_machine(inputs: Inputs, url: str) -> None:
    pulls = Pulls(inputs, SystemClock())
    async with pulls.carrying():
        with pytest.raises(InvalidSource):
            pulls.start(ROOM, Playback(url))
