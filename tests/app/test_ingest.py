"""The hooks: who may ask about stream keys, what is answered, and in which forms."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from typing_extensions import override

from livehouse.app import ingest
from livehouse.app.camera_passes import LASTS, CameraPasses
from livehouse.app.ingest import Ingest, MediaCameras
from livehouse.app.servers_in_front import ServersInFront
from livehouse.app.settings import Settings
from livehouse.domains.guests import Guests
from livehouse.domains.shows import Room
from livehouse.foundation.clock import SystemClock
from livehouse.foundation.ids import SystemIds
from livehouse.media.specs import Playback
from livehouse.media.supervisor import MediaSupervisor
from livehouse.storage.database import Database
from livehouse.web.signing import Signer
from tests.support.clock import ManualClock
from tests.support.shows_world import ShowsWorld
from tests.support.web_client import WebClient, web_client

SECRET = "a secret of thirty-two characters"
BEARER = {"Authorization": f"Bearer {SECRET}"}
EMPTY = {"Authorization": "Bearer "}
SIGNING_KEY = b"a key of thirty-two bytes or more"
HOOK = "/ingest/authorise"


@pytest.fixture
def world(database: Database, clock: ManualClock, ids: SystemIds) -> ShowsWorld:
    return ShowsWorld(database, clock, ids)


@pytest.fixture
async def room(world: ShowsWorld) -> Room:
    return (await world.a_show()).room


@pytest.fixture
async def key(world: ShowsWorld, room: Room) -> str:
    return (await world.stream_keys.of_room(room.id))[0]


class MediaOfTests(MediaSupervisor):
    """Remembers what is to be fetched, instead of fetching it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, SystemClock())
        self.fetched: dict[str, str] = {}

    @override
    async def pull(self, input_id: str, playback: Playback) -> None:
        self.fetched[input_id] = playback.url

    @override
    async def end_pull(self, input_id: str) -> None:
        self.fetched.pop(input_id, None)


@pytest.fixture
def media(tmp_path: Path) -> MediaOfTests:
    return MediaOfTests(tmp_path)


def guests_of(world: ShowsWorld) -> Guests:
    return Guests(world.database, world.clock, world.ids, world.shows, Signer([SIGNING_KEY]))


@pytest.fixture
async def web(world: ShowsWorld, media: MediaOfTests) -> AsyncIterator[WebClient]:
    servers = ServersInFront(world.clock)
    hooks = Ingest(world.stream_keys, media, SECRET, passes(world), guests_of(world), servers)
    async with web_client(ingest.routes, clock=world.clock, ingest=hooks) as client:
        yield client


def passes(world: ShowsWorld) -> CameraPasses:
    return CameraPasses(Signer([SIGNING_KEY]), world.clock)


def asking(key: str) -> dict[str, str]:
    return {"key": key, "protocol": "rtmp", "address": "192.0.2.7"}


async def test_a_key_leads_to_its_room(web: WebClient, room: Room, key: str) -> None:
    answer = await web.http.post(HOOK, json=asking(key), headers=BEARER)

    assert answer.status_code == 200
    assert answer.json() == {"input_id": str(room.id), "second": "take_over"}


async def test_a_pass_of_ours_leads_to_its_room_for_a_minute(
    web: WebClient, world: ShowsWorld, room: Room
) -> None:
    given = passes(world).give(room.id, is_again=False)
    forged = passes(world).give(room.id, is_again=False).replace("pass-", "pass-A")

    at_once = await web.http.post(HOOK, json=asking(given), headers=BEARER)
    wrong = await web.http.post(HOOK, json=asking(forged), headers=BEARER)
    await world.clock.advance(LASTS + timedelta(seconds=1))
    late = await web.http.post(HOOK, json=asking(given), headers=BEARER)

    assert at_once.json() == {"input_id": str(room.id), "second": "take_over"}
    assert wrong.status_code == 403
    assert late.status_code == 403


async def test_who_was_cut_off_pushes_nobody_out(
    web: WebClient, world: ShowsWorld, room: Room
) -> None:
    given = passes(world).give(room.id, is_again=True)
    answer = await web.http.post(HOOK, json=asking(given), headers=BEARER)
    assert answer.json() == {"input_id": str(room.id), "second": "refuse"}


@pytest.mark.parametrize("wrong", ["guessed", "", "\0", "k" * 300])
async def test_a_wrong_key_is_refused_by_a_lasting_name(web: WebClient, wrong: str) -> None:
    answer = await web.http.post(HOOK, json=asking(wrong), headers=BEARER)

    assert answer.status_code == 403
    assert answer.json()["code"] == "unknown_stream_key"


@pytest.mark.parametrize("headers", [{}, EMPTY, {"Authorization": "Bearer guessed"}])
async def test_strangers_may_not_ask(web: WebClient, key: str, headers: dict[str, str]) -> None:
    answer = await web.http.post(HOOK, json=asking(key), headers=headers)

    assert answer.status_code == 403
    assert answer.json()["code"] == "not_allowed"


async def test_without_a_secret_no_other_server_may_ask(world: ShowsWorld, tmp_path: Path) -> None:
    hooks = Ingest(
        world.stream_keys,
        MediaSupervisor(tmp_path, SystemClock()),
        "",
        passes(world),
        guests_of(world),
        ServersInFront(world.clock),
    )
    async with web_client(ingest.routes, clock=world.clock, ingest=hooks) as client:
        answer = await client.http.post(
            HOOK, json=asking("k"), headers={"Authorization": "Bearer "}
        )

    assert answer.status_code == 403


async def test_nginx_rtmp_asks_in_its_own_form(web: WebClient, key: str) -> None:
    form = {
        "app": "live", "flashver": "FMLE/3.0", "addr": "192.0.2.7", "clientid": "1",
        "call": "publish", "name": key, "type": "live",
    }  # fmt: skip
    welcome = await web.http.post(f"{HOOK}?secret={SECRET}", data=form)
    refused = await web.http.post(f"{HOOK}?secret={SECRET}", data=form | {"name": "guessed"})

    assert welcome.status_code == 200
    assert refused.status_code == 403


async def test_what_a_server_receives_is_fetched_while_it_is_there(
    web: WebClient, media: MediaOfTests, room: Room, key: str
) -> None:
    form = {"addr": "192.0.2.7", "call": "publish", "name": key}
    place = "rtmp%3A%2F%2F127.0.0.1%2Flive%2F%7Bkey%7D"
    welcome = await web.http.post(f"/ingest/ready?secret={SECRET}&playback={place}", data=form)
    fetched = dict(media.fetched)
    await web.http.post(f"/ingest/gone?secret={SECRET}", data=form)

    assert welcome.status_code == 200
    assert fetched == {str(room.id): f"rtmp://127.0.0.1/live/{key}"}
    assert media.fetched == {}


async def test_mediamtx_asks_and_tells_in_its_own_forms(
    web: WebClient, media: MediaOfTests, room: Room, key: str
) -> None:
    asks = {"user": "", "password": "", "token": "", "ip": "192.0.2.7", "action": "publish",
            "path": f"live/{key}", "protocol": "rtmp", "id": "4f2a", "query": ""}  # fmt: skip
    told = {"path": f"live/{key}", "id": "4f2a", "type": "rtmpConn"}
    at, place = f"{HOOK}?secret={SECRET}", "rtsp%3A%2F%2F127.0.0.1%3A8554%2Flive%2F%7Bkey%7D"
    publisher = await web.http.post(at, json=asks)
    stranger = await web.http.post(at, json=asks | {"path": "live/guessed"})
    reader = asks | {"action": "read", "protocol": "rtsp"}
    readers = [
        (await web.http.post(at, json=reader | {"password": word})).status_code
        for word in ("", "guessed", SECRET)
    ]
    await web.http.post(f"/ingest/ready?secret={SECRET}&playback={place}", data=told)
    fetched = dict(media.fetched)
    await web.http.post(f"/ingest/gone?secret={SECRET}", data=told)

    assert (publisher.status_code, stranger.status_code) == (200, 403)
    assert readers == [401, 403, 200]
    assert fetched == {str(room.id): f"rtsp://127.0.0.1:8554/live/{key}"}
    assert media.fetched == {}


async def test_srs_asks_in_its_own_form(
    web: WebClient, media: MediaOfTests, room: Room, key: str
) -> None:
    said = {"action": "on_publish", "client_id": "9308h583", "ip": "192.0.2.7", "app": "live",
            "vhost": "__defaultVhost__", "stream": key, "param": ""}  # fmt: skip
    place = "rtmp%3A%2F%2F127.0.0.1%2Flive%2F%7Bkey%7D"
    at = f"/ingest/ready?secret={SECRET}&playback={place}"
    answer = await web.http.post(at, json=said)
    fetched = dict(media.fetched)
    stranger = await web.http.post(at, json=said | {"stream": "guessed"})
    gone = said | {"action": "on_unpublish", "client_id": 1985}
    left = await web.http.post(f"/ingest/gone?secret={SECRET}", json=gone)

    assert (answer.status_code, answer.json()) == (200, {"code": 0})
    assert fetched == {str(room.id): f"rtmp://127.0.0.1/live/{key}"}
    assert stranger.status_code == 403
    assert (left.json(), media.fetched) == ({"code": 0}, {})


@pytest.mark.parametrize("place", ["", "file:///etc/passwd", "rtmp://" + "h" * 1_000])
async def test_a_server_must_say_where_it_plays(
    web: WebClient, media: MediaOfTests, key: str, place: str
) -> None:
    answer = await web.http.post(
        "/ingest/ready", params={"playback": place}, json=asking(key), headers=BEARER
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_source")
    assert media.fetched == {}


@pytest.mark.parametrize("hook", ["ready", "gone"])
async def test_strangers_may_say_nothing(
    web: WebClient, media: MediaOfTests, key: str, hook: str
) -> None:
    place = {"playback": "rtmp://h/live/k"}
    stranger = await web.http.post(f"/ingest/{hook}", params=place, json=asking(key))
    guessed = await web.http.post(
        f"/ingest/{hook}", params=place, json=asking("guessed"), headers=BEARER
    )

    assert (stranger.status_code, guessed.status_code) == (403, 403)
    assert media.fetched == {}


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b"\xff", b'{"key": 1}'])
async def test_nonsense_is_a_wrong_key(web: WebClient, body: bytes) -> None:
    headers = BEARER | {"Content-Type": "application/json"}
    answer = await web.http.post(HOOK, content=body, headers=headers)

    assert answer.json()["code"] == "unknown_stream_key"


async def test_one_address_may_not_try_for_ever(web: WebClient, key: str) -> None:
    for _ in range(60):
        await web.http.post(HOOK, json=asking("guessed"), headers=BEARER)

    late = await web.http.post(HOOK, json=asking(key), headers=BEARER)
    other = await web.http.post(HOOK, json=asking(key) | {"address": "192.0.2.8"}, headers=BEARER)

    assert late.status_code == 429
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        (Settings(), "rtmp://127.0.0.1/live"),
        (Settings(origin="https://shop.example"), "rtmp://shop.example/live"),
        (Settings(origin="https://shop.example", rtmp_port=1936), "rtmp://shop.example:1936/live"),
        (Settings(host="0.0.0.0"), "rtmp://127.0.0.1/live"),
        (Settings(rtmp_address="rtmp://live.example/in"), "rtmp://live.example/in"),
        (Settings(rtmp_port=0), ""),
    ],
)
def test_hosts_are_told_what_to_type(tmp_path: Path, settings: Settings, address: str) -> None:
    media = MediaSupervisor(tmp_path, SystemClock())
    servers = ServersInFront(SystemClock())
    assert MediaCameras(media, servers, settings).rtmp_address == address


async def test_a_guests_link_leads_to_an_input_of_its_own(
    web: WebClient, world: ShowsWorld, room: Room
) -> None:
    """And to none once the host has taken it back."""
    guests = guests_of(world)
    show = await world.shows.by_slug("tea-time")
    guest = await guests.invite(show.id)
    asked = {"key": guests.link(guest.id), "protocol": "whip", "address": "192.0.2.7"}
    welcomed = await web.http.post(HOOK, json=asked, headers=BEARER)
    await guests.remove(show.id, guest.id)
    refused = await web.http.post(HOOK, json=asked, headers=BEARER)

    assert show.room == room
    assert welcomed.json()["input_id"] == f"guest.{guest.id}"
    assert refused.status_code == 403
    assert refused.json()["code"] == "unknown_stream_key"
