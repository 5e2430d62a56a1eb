"""A camera through the whole media process: its key asked of the app, its picture on the air."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import m3u8
import msgspec
import pytest
from aiohttp import web

from livehouse.app.bench.clock_cameras import HEIGHT, WIDTH
from livehouse.app.bench.recorded import judged
from livehouse.app.bench.soak_cameras import ClockCamera
from livehouse.foundation.clock import SystemClock
from livehouse.foundation.ids import RunId
from livehouse.media.folder import RECORDED, video_folder
from livehouse.media.ingest.gate import Welcome
from livehouse.media.ingest.http_gate import AskWhose
from livehouse.media.specs import Camera, Receivers, RunStatus
from livehouse.media.supervisor import MediaSupervisor
from tests.support.cameras import KEY, ROOM
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


def a_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port


@pytest.fixture
async def media(tmp_path: Path, app: tuple[AppOfTests, str]) -> AsyncIterator[MediaSupervisor]:
    receivers = Receivers(rtmp_port=a_free_port())
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


async def test_a_recording_is_whole_but_for_the_gaps_it_declares(
    media: MediaSupervisor, tmp_path: Path
) -> None:
    """A camera is cut off and returns, the process is killed, and a key is replaced: the soak's
    short form. FFmpeg encodes, with pictures out of order."""
    camera = ClockCamera("rtmp", address(media))
    async with asyncio.TaskGroup() as tasks:
        sending = tasks.create_task(camera.run())
        protocol = await eventually(connected(media))
        await media.start(RUN, Camera(input=ROOM, title="Tea"))
        live = await eventually(recorded(media, 2))
        await camera.drop(timedelta(milliseconds=100))
        gone = await eventually(known(media, "interrupted"))
        await eventually(known(media, "live"))
        before = await eventually(recorded(media, 5))
        assert media.pid is not None
        os.kill(media.pid, signal.SIGKILL)
        await eventually(restarted(media))
        await eventually(recorded(media, before.segments + 3))
        await eventually(known(media, "live"))
        await media.kick_camera(ROOM, "key_rotated")
        await eventually(known(media, "interrupted"))
        await media.stop(RUN)
        sending.cancel()
    folder = video_folder(tmp_path, str(RUN))
    found = await asyncio.to_thread(judged, folder)
    listed = m3u8.loads((folder / RECORDED).read_text())

    assert (protocol, live.width, live.height) == ("rtmp", WIDTH, HEIGHT)
    assert gone.problem == "camera_gone"
    assert found.holes == []
    # From camera to slate and back, the kill, and to the slate again.
    assert found.gaps >= 4
    assert all(abs(lip.off_ms) <= 40 for lip in found.lips)
    names = [int(one.uri.removesuffix(".m4s")) for one in listed.segments]
    # Only the segment in hand is lost by a kill, and its number is not used again.
    assert sum(after - before != 1 for before, after in pairwise(names)) == 1


def recorded(media: MediaSupervisor, segments: int) -> Callable[[], Awaitable[RunStatus | None]]:
    async def look() -> RunStatus | None:
        status = media.status(RUN)
        if status is None or status.state != "live" or status.segments < segments:
            return None
        return status

    return look


def restarted(media: MediaSupervisor) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        return media.restarts == 1 and media.pid is not None

    return look


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
