"""What a show plays: the stream key of its room, its camera, a file, the test stage."""

from datetime import timedelta
from uuid import UUID

import pytest

from livehouse.app.settings import Settings
from livehouse.app.stage import begin_what_is_due, source_of
from livehouse.domains.shows import (
    CAMERA,
    CameraState,
    FilmedBefore,
    Live,
    Room,
    Run,
    RunKind,
    Scheduled,
    Show,
    StreamKeys,
)
from livehouse.domains.shows.api import routes as api
from livehouse.domains.shows.model import source_text
from livehouse.domains.shows.pages import routes as pages
from livehouse.foundation.clock import to_ms
from livehouse.foundation.ids import RoomId, RunId, ShowId, StoreId
from livehouse.foundation.roles import Role
from livehouse.media.specs import FileList, Remote
from livehouse.storage.sealing import Seal
from tests.support.moments import NOON
from tests.support.shows_world import ShowsWorld, member_of

SOURCE = "/api/shows/tea-time/source"


async def test_a_room_keeps_its_key(world: ShowsWorld) -> None:
    room = (await world.a_show()).room

    key, access = await world.stream_keys.of_room(room.id)
    again, _ = await world.stream_keys.of_room(room.id)

    assert key == again
    assert len(key) == 43
    assert await world.stream_keys.room_of(key) == access
    assert access.room_id == room.id


async def test_every_room_has_a_key_of_its_own(world: ShowsWorld) -> None:
    one, another = (
        await world.a_show(),
        await world.a_show("evening", store=await world.a_store("kiln")),
    )

    keys = [(await world.stream_keys.of_room(show.room.id))[0] for show in (one, another)]

    assert keys[0] != keys[1]


async def test_a_replaced_key_opens_nothing(world: ShowsWorld) -> None:
    room = (await world.a_show()).room
    old, _ = await world.stream_keys.of_room(room.id)
    await world.stream_keys.set_second(room.id, "refuse")

    new, access = await world.stream_keys.rotate(room.id)

    assert await world.stream_keys.room_of(old) is None
    assert await world.stream_keys.room_of(new) == access
    assert access.second == "refuse"


async def test_the_database_alone_opens_nothing(world: ShowsWorld) -> None:
    room = (await world.a_show()).room
    key, _ = await world.stream_keys.of_room(room.id)
    rows = await world.database.pool.fetch("select * from stream_keys")
    other_house = StreamKeys(world.database, world.clock, b"another secret")

    assert key.encode() not in b"".join(
        bytes(row["nonce"]) + bytes(row["key_hash"]) for row in rows
    )
    assert await other_house.room_of(key) is None
    assert (await other_house.of_room(room.id))[0] != key


async def test_a_host_sees_key_server_and_camera(world: ShowsWorld) -> None:
    show = await world.a_show()
    world.cameras.connected[show.room.id] = CameraState(
        protocol="rtmp", since=world.clock.now() - timedelta(minutes=1), width=1280, height=720,
        fps=30.0, kbps=2500, key_interval_seconds=2.0, dropped=0, rtt_ms=None, loss=None,
    )  # fmt: skip
    async with world.web(*api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        answer = await web.get_json(SOURCE)

    told = answer.json()
    assert answer.headers["cache-control"] == "no-store"
    assert (told["source"], told["server"]) == ("stage", "rtmp://shop.test/live")
    assert told["key"] == (await world.stream_keys.of_room(show.room.id))[0]
    assert (told["camera"]["width"], told["camera"]["fps"]) == (1280, 30.0)
    assert told["files"] == []


@pytest.mark.parametrize("role", [Role.MODERATOR, None])
async def test_the_key_is_for_those_who_run_the_show(world: ShowsWorld, role: Role | None) -> None:
    show = await world.a_show()
    other = await world.a_store("elsewhere")
    async with world.web(*api) as web:
        store_id = show.room.store_id if role else other.id
        web.sign_in_as(member_of(store_id, role or Role.OWNER))

        assert (await web.get_json(SOURCE)).status_code in {403, 404}
        for path in ("stream-key", "second-camera", "disconnect-camera", "source"):
            refused = await web.post_json(f"/api/shows/tea-time/{path}", {"source": "camera"})
            assert refused.status_code in {400, 403, 404, 422}
    assert (await world.shows.by_slug("tea-time")).source == ""
    assert world.cameras.kicked == []


async def test_a_host_chooses_the_camera_also_on_air(world: ShowsWorld) -> None:
    show = await world.a_show()
    looks: list[bool] = []
    world.shows.nudges.append(lambda: looks.append(True))
    async with world.web(*api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        await world.shows.go_live(show.slug)
        looks.clear()
        told = (await web.post_json(SOURCE, {"source": "camera"})).json()

    assert told["source"] == "camera"
    assert (await world.shows.by_slug("tea-time")).source == CAMERA
    assert looks == [True]


async def test_only_an_owner_chooses_a_file(world: ShowsWorld) -> None:
    show = await world.a_show()
    wish = {"source": "file", "file": "walk.mp4"}
    async with world.web(*api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        assert (await web.post_json(SOURCE, wish)).status_code == 403

        web.sign_in_as(member_of(show.room.store_id, Role.OWNER, number=2))
        told = (await web.post_json(SOURCE, wish)).json()
        strange = await web.post_json(SOURCE, {"source": "file", "file": "/etc/passwd"})

    assert (told["source"], told["file"], told["files"]) == ("file", "walk.mp4", ["walk.mp4"])
    assert strange.status_code == 422


async def test_a_show_that_is_over_plays_nothing_else(world: ShowsWorld) -> None:
    show = await world.a_show()
    await world.shows.go_live(show.slug)
    await world.shows.end(show.slug)
    async with world.web(*api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        answer = await web.post_json(SOURCE, {"source": "camera"})

    assert (answer.status_code, answer.json()["code"]) == (409, "show_over")


async def test_a_new_key_makes_the_camera_leave(world: ShowsWorld) -> None:
    show = await world.a_show()
    async with world.web(*api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        before = (await web.get_json(SOURCE)).json()["key"]
        after = (await web.post_json("/api/shows/tea-time/stream-key", {})).json()["key"]

    assert before != after
    assert world.cameras.kicked == [(show.room.id, "key_rotated")]


async def test_a_host_says_what_becomes_of_a_second_camera(world: ShowsWorld) -> None:
    show = await world.a_show()
    async with world.web(*api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        before = (await web.get_json(SOURCE)).json()
        path = "/api/shows/tea-time/second-camera"
        after = (await web.post_json(path, {"second": "refuse"})).json()

    assert (before["second"], after["second"]) == ("take_over", "refuse")
    assert before["key"] == after["key"]


async def test_a_password_in_an_address_is_told_to_nobody(world: ShowsWorld) -> None:
    show = await world.a_show()
    address = "rtsp://ann:secret@camera.example:8554/stream?token=secret"
    async with world.web(*api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        answer = await web.post_json(SOURCE, {"source": "address", "address": address})

    assert answer.json()["source"] == "address"
    assert answer.json()["address"] == "rtsp://camera.example:8554/stream"
    assert "secret" not in answer.text
    tea = await world.shows.by_slug("tea-time")
    assert "secret" not in tea.source
    played = source_of(tea, Settings(), world.source_seal)
    assert isinstance(played, Remote)
    assert played.url == address
    assert "secret" not in repr(played)


async def test_a_password_that_cannot_be_read_is_left_out(world: ShowsWorld) -> None:
    """Another secret of the house must not take the whole stage down."""
    show = await world.a_show()
    async with world.web(*api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        wish = {"source": "address", "address": "rtsp://ann:secret@camera.example/stream"}
        await web.post_json(SOURCE, wish)

    played = source_of(
        await world.shows.by_slug("tea-time"), Settings(), Seal(b"another", "sources")
    )

    assert isinstance(played, Remote)
    assert played.url == "rtsp://camera.example/stream"


@pytest.mark.parametrize(
    "address", ["", "file:///etc/passwd", "/etc/passwd", "rtsp://", "gopher://x"]
)
async def test_only_addresses_of_video_are_taken(world: ShowsWorld, address: str) -> None:
    show = await world.a_show()
    async with world.web(*api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        refused = await web.post_json(SOURCE, {"source": "address", "address": address})

    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_input")
    assert (await world.shows.by_slug("tea-time")).source == ""


async def test_what_was_filmed_before_is_an_owners_choice_and_said_to_viewers(
    world: ShowsWorld,
) -> None:
    show = await world.a_show()
    wish = {"source": "files", "playlist": ["walk.mp4", "walk.mp4"], "loops": True}
    async with world.web(*api, *pages) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        assert (await web.post_json(SOURCE, wish)).status_code == 403
        web.sign_in_as(member_of(show.room.store_id, Role.OWNER, number=2))
        told = (await web.post_json(SOURCE, wish)).json()
        empty = await web.post_json(SOURCE, {**wish, "playlist": []})
        await world.shows.go_live(show.slug)
        page = await web.get("/shows/tea-time")

    assert (told["source"], told["playlist"]) == ("files", ["walk.mp4", "walk.mp4"])
    assert told["loops"] is True
    assert empty.status_code == 422
    assert "Filmed before" in page.text


async def test_only_what_was_filmed_before_begins_by_itself(world: ShowsWorld) -> None:
    filmed, live = (
        await world.a_show(),
        await world.a_show("evening", store=await world.a_store("kiln")),
    )
    now = world.clock.now()
    films = FilmedBefore(("/walk.mp4",), loops=False, since=now)
    for show, source in ((filmed, source_text(films)), (live, CAMERA)):
        await world.shows.choose_source(show.slug, source)
    early = await world.shows.due()
    await world.clock.advance(filmed.starts_at - now)
    due = await world.shows.due()
    await begin_what_is_due(world.shows)
    after = await world.shows.due()

    assert early == []
    assert [show.slug for show in due] == [filmed.slug]
    assert after == []
    assert isinstance((await world.shows.by_slug(filmed.slug)).state, Live)
    assert isinstance((await world.shows.by_slug(live.slug)).state, Scheduled)


def test_the_place_in_the_films_is_that_of_the_run_or_of_the_choice() -> None:
    films = FilmedBefore(("/a.mp4", "/b.mp4"), loops=True, since=NOON)
    show = Show(
        id=ShowId(UUID(int=1)), slug="tea", title="Tea", description="", starts_at=NOON,
        room=Room(RoomId(UUID(int=2)), "tea", StoreId(UUID(int=3)), "Tea"),
        state=Live(NOON), source=source_text(films),
        run=Run(RunId(UUID(int=4)), ShowId(UUID(int=1)), RunKind.LIVE, NOON + timedelta(hours=1)),
    )  # fmt: skip

    source = source_of(show, Settings(), Seal(b"any", "sources"))

    assert source == FileList(("/a.mp4", "/b.mp4"), loops=True,
                              begun_at=to_ms(NOON + timedelta(hours=1)))  # fmt: skip
