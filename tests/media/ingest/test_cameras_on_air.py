"""A camera through the whole media process: its key asked of the app, its picture on the air."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import UUID

import aiohttp
import m3u8
import msgspec
import pytest
from aiohttp import web

from livehouse.app.bench.ports import free_port
from livehouse.foundation.clock import SystemClock
from livehouse.foundation.ids import RunId
from livehouse.media.ingest.gate import Welcome
from livehouse.media.ingest.http_gate import AskWhose
from livehouse.media.specs import Camera, Receivers, RunStatus
from livehouse.media.supervisor import MediaSupervisor
from tests.support.cameras import KEY, ROOM
from tests.support.encoders import encoder
from tests.support.media_waiting import eventually
from tests.support.rtmp import rtmp_client

RUN = RunId(UUID("01900000-0000-7000-8000-000000000002"))


class AppOfTests:
    """Answers the hook as the app does, for one key."""

    def __init__(self) -> None:
        self.media: MediaSupervisor | None = None

    async def authorise(self, request: web.Request) -> web.Response:
        asked = msgspec.json.decode(await request.read(), type=AskWhose)
        token = request.headers["Authorization"].removeprefix("Bearer ")
        assert self.media is not None
        if not self.media.owns(token) or asked.key != KEY:
            return web.json_response({"code": "unknown_stream_key"}, status=403)
        return web.Response(body=msgspec.json.encode(Welcome(ROOM)))


@pytest.fixture
async def app() -> AsyncIterator[tuple[AppOfTests, str]]:
    answers = AppOfTests()
    application = web.Application()
    application.add_routes([web.post("/ingest/authorise", answers.authorise)])
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield answers, f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def media(tmp_path: Path, app: tuple[AppOfTests, str]) -> AsyncIterator[MediaSupervisor]:
    receivers = Receivers(rtmp_port=free_port())
    supervisor = MediaSupervisor(tmp_path, SystemClock(), receivers=receivers)
    supervisor.app_url = app[1]
    app[0].media = supervisor
    async with supervisor.running():
        yield supervisor


def address(media: MediaSupervisor, key: str = KEY) -> str:
    return f"rtmp://127.0.0.1:{media.receivers.rtmp_port}/live/{key}"


def known(media: MediaSupervisor, state: str) -> Callable[[], Awaitable[RunStatus | None]]:
    async def look() -> RunStatus | None:
        status = media.status(RUN)
        return status if status is not None and status.state == state else None

    return look


async def test_a_camera_comes_goes_and_returns_while_the_show_goes_on(
    media: MediaSupervisor,
) -> None:
    async with encoder(address(media)):
        camera = await eventually(connected(media))
        await media.start(RUN, Camera(input=ROOM, title="Tea"))
        live = await eventually(known(media, "live"))
    gone = await eventually(known(media, "interrupted"))
    async with encoder(address(media)):
        await eventually(known(media, "live"))
        await media.kick_camera(ROOM, "key_rotated")
        await eventually(known(media, "interrupted"))
        await media.stop(RUN)
    async with aiohttp.ClientSession() as session:
        url = f"{media.base_url}/live/{RUN}/video/vod.m3u8"
        async with session.get(url) as answer:
            recorded = m3u8.loads(await answer.text())

    assert (camera, live.width, live.height) == ("rtmp", 320, 240)
    assert gone.problem == "camera_gone"
    parts = [one.discontinuity for one in recorded.segments].count(True)
    inits = list(dict.fromkeys(one.init_section.uri for one in recorded.segments))
    # Camera, slate, camera, slate, and more where the encoder had to wait for the machine: each in
    # its own init section, none lost in between.
    assert len(inits) >= 4
    assert inits == [f"init-{number}.mp4" for number in range(len(inits))]
    assert parts == len(inits) - 1
    names = [int(one.uri.removesuffix(".m4s")) for one in recorded.segments]
    assert names == list(range(len(names)))


def connected(media: MediaSupervisor) -> Callable[[], Awaitable[str | None]]:
    async def look() -> str | None:
        status = media.input(ROOM)
        return status.protocol if status is not None and status.width else None

    return look


async def test_a_wrong_key_is_refused_by_the_app(media: MediaSupervisor) -> None:
    async def refused() -> bool:
        # Until the process has heard where the app is, it refuses for another reason.
        async with rtmp_client(media.receivers.rtmp_port) as client:
            await client.publish("guessed")
            return "unknown_stream_key" in client.last_words

    async def listens() -> bool:
        try:
            return await refused()
        except (OSError, asyncio.IncompleteReadError):
            return False

    assert await eventually(listens)
