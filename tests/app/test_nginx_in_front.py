"""nginx with Debian's libnginx-mod-rtmp before the house: its hooks are asked, the picture is
fetched, and who must leave is dropped."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import cast
from urllib.parse import quote

import pytest
from aiohttp import web as http
from litestar import Litestar
from typing_extensions import override

from livehouse.app import ingest
from livehouse.app.bench.ports import free_port
from livehouse.app.camera_passes import CameraPasses
from livehouse.app.hook_forms import Asked, of_form
from livehouse.app.ingest import Ingest, MediaCameras
from livehouse.app.servers_in_front import Kick, ServersInFront, kick_of
from livehouse.app.settings import Settings
from livehouse.domains.guests import Guests
from livehouse.foundation.clock import SystemClock
from livehouse.foundation.ids import SystemIds
from livehouse.media.errors import InvalidSource
from livehouse.media.ingest.gate import ClosedGate
from livehouse.media.ingest.inputs import SENT_AWAY, Inputs
from livehouse.media.ingest.pull import Pulls
from livehouse.media.packets import Formats, Packet
from livehouse.media.specs import Playback
from livehouse.media.supervisor import MediaSupervisor
from livehouse.storage.database import Database
from livehouse.web.signing import Signer
from tests.support.clock import ManualClock
from tests.support.encoders import encoder
from tests.support.media_waiting import eventually
from tests.support.nginx_rtmp import nginx_rtmp
from tests.support.shows_world import ShowsWorld
from tests.support.web_client import WebClient, web_client

ENDS_SECONDS_MAX = 60.0
SECRET = "a-secret-of-thirty-two-characters"


class MediaBesideUs(MediaSupervisor):
    """What the media process does with cameras, done here."""

    def __init__(self, folder: Path, inputs: Inputs, pulls: Pulls) -> None:
        super().__init__(folder, SystemClock())
        self._inputs, self._fetching = inputs, pulls

    @override
    async def pull(self, input_id: str, playback: Playback) -> None:
        self._fetching.start(input_id, playback)

    @override
    async def end_pull(self, input_id: str) -> None:
        self._fetching.stop(input_id)

    @override
    async def kick_camera(self, input_id: str, reason: str) -> None:
        self._inputs.kick(input_id, reason)


@asynccontextmanager
async def heard_by(client: WebClient) -> AsyncIterator[str]:
    """A port at which the hooks can be asked from outside."""

    async def hand_on(request: http.Request) -> http.Response:
        answer = await client.http.post(
            request.path_qs, content=await request.read(),
            headers={"Content-Type": request.headers.get("Content-Type", "")},
        )  # fmt: skip
        return http.Response(status=answer.status_code, body=answer.content)

    application = http.Application()
    application.router.add_post("/ingest/{hook}", hand_on)
    runner = http.AppRunner(application, access_log=None)
    await runner.setup()
    await http.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def connected(inputs: Inputs, room: str, *, wanted: bool) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        found = inputs.input(room)
        return bool(found and found.status.width) is wanted

    return look


async def test_nginx_asks_is_fetched_from_and_drops_who_must_leave(
    database: Database, clock: ManualClock, ids: SystemIds, tmp_path: Path
) -> None:
    world = ShowsWorld(database, clock, ids)
    room = (await world.a_show()).room
    key = (await world.stream_keys.of_room(room.id))[0]
    inputs = Inputs(ClosedGate(), SystemClock())
    pulls, servers = Pulls(inputs, SystemClock()), ServersInFront(SystemClock())
    media, signer = MediaBesideUs(tmp_path, inputs, pulls), Signer([b"k" * 32])
    guests = Guests(database, clock, ids, world.shows, signer)
    hooks = Ingest(world.stream_keys, media, SECRET, CameraPasses(signer, clock), guests, servers)
    cameras = MediaCameras(media, servers, Settings())
    port, control = free_port(), free_port()
    playback = quote(f"rtmp://127.0.0.1:{port}/live/{{key}}", safe="")
    drop = f"http://127.0.0.1:{control}/control/drop/publisher?app=live&name={{key}}"
    ready = f"secret={SECRET}&playback={playback}&kick={quote(drop, safe='')}"
    address = f"rtmp://127.0.0.1:{port}/live"
    async with (
        pulls.carrying(),
        servers.open(cast(Litestar, None)),
        web_client(ingest.routes, clock=clock, ingest=hooks) as client,
        heard_by(client) as asked,
        nginx_rtmp(tmp_path, port, control, hooks=asked, ready=ready, gone=f"secret={SECRET}"),
    ):
        with inputs.at(str(room.id)).listening() as listener:
            async with encoder(f"{address}/{key}"):
                await eventually(connected(inputs, str(room.id), wanted=True))
                items = [await listener.take() for _ in range(30)]
            await eventually(connected(inputs, str(room.id), wanted=False))
            async with encoder(f"{address}/guessed") as refused:
                assert await refused.wait() != 0
            async with encoder(f"{address}/{key}") as sent_away:
                await eventually(connected(inputs, str(room.id), wanted=True))
                await cameras.kick(room.id, SENT_AWAY)
                async with asyncio.timeout(ENDS_SECONDS_MAX):
                    await sent_away.wait()
            await eventually(connected(inputs, str(room.id), wanted=False))

    assert isinstance(items[0], Formats)
    assert (items[0].video.width, items[0].video.height) == (320, 240)
    assert isinstance(items[1], Packet)
    assert items[1].key


@pytest.mark.parametrize("statuses", [[204], [500, 404], [500, 500, 500]])
async def test_a_server_is_told_again_until_it_has_dropped_the_camera(
    statuses: list[int],
) -> None:
    """Three times at most; a connection that is gone already is as good."""
    heard: list[str] = []

    async def control(request: http.Request) -> http.Response:
        heard.append(f"{request.method} {request.path}")
        return http.Response(status=statuses[len(heard) - 1])

    application = http.Application()
    application.router.add_route("*", "/{rest:.*}", control)
    runner = http.AppRunner(application, access_log=None)
    await runner.setup()
    await http.TCPSite(runner, "127.0.0.1", 0).start()
    servers = ServersInFront(InstantClock())
    template = f"http://127.0.0.1:{runner.addresses[0][1]}/v3/{{type}}/kick/{{id}}"
    said = {"path": "live/key", "id": "4f2a", "type": "rtmpConn"}
    async with servers.open(cast(Litestar, None)):
        servers.arrived("room", kick_of(template, of_form(said)))
        servers.drop("room")
        servers.drop("room")
    await runner.cleanup()

    assert heard == ["POST /v3/rtmpconns/kick/4f2a"] * len(statuses)


class InstantClock(SystemClock):
    @override
    async def sleep(self, duration: timedelta) -> None:
        await super().sleep(timedelta(0))


@pytest.mark.parametrize(
    ("template", "asked", "kick"),
    [
        ("", Asked("k", "rtmp", ""), None),
        ("http://h/{id}", Asked("k", "rtmp", ""), None),
        ("http://h/?name={key}", Asked("a b&c", "", "", "nginx"), Kick("GET", "http://h/?name=a%20b%26c")),
        ("http://h/{id}", Asked("k", "", "", "srs", "17"), Kick("DELETE", "http://h/17")),
    ],
)  # fmt: skip
def test_each_server_is_told_in_its_own_way(template: str, asked: Asked, kick: Kick | None) -> None:
    assert kick_of(template, asked) == kick


@pytest.mark.parametrize("template", ["file:///etc/passwd", "h/{key}", "http://h/" + "x" * 1_000])
def test_what_is_no_address_is_refused(template: str) -> None:
    with pytest.raises(InvalidSource):
        kick_of(template, Asked("k", "rtmp", ""))


def test_what_a_server_calls_a_connection_is_no_path() -> None:
    said = of_form({"path": "live/key", "id": "../../config", "type": "rtmp/../x"})
    assert (said.key, said.id, said.kind) == ("key", "", "")
