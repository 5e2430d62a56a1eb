"""Viewers over WebRTC: whom the house knows when it hands their offers on."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

import pytest
from aiohttp import web as http
from litestar import Litestar

from livehouse.app import seating, webrtc
from livehouse.app.seating import LASTS, MonitorDesk, Seating
from livehouse.app.video import VideoPassage
from livehouse.app.webrtc import FROM_HEADER, WebRtcPassage
from livehouse.domains.guests import Guests
from livehouse.domains.shows import Show
from livehouse.foundation.ids import RunId, SystemIds
from livehouse.foundation.roles import Role
from livehouse.media.webrtc.links import CLIENT_HEADER, HOLDER_HEADER, WebRtcLinks
from livehouse.storage.database import Database
from livehouse.web.signing import Signer
from tests.support.clock import ManualClock
from tests.support.shows_world import ShowsWorld, member_of
from tests.support.web_client import WebClient, web_client

SIGNER = Signer([b"a key of thirty-two bytes or more"])
SDP = {"Content-Type": "application/sdp"}


@dataclass
class MediaProcess:
    """Stands for the one beside us; remembers what it was told with each offer."""

    base_url: str = ""
    told: list[Mapping[str, str]] = field(default_factory=list)

    async def take(self, request: http.Request) -> http.Response:
        self.told.append(dict(request.headers))
        return http.Response(status=201, headers={"Location": f"{request.path}/s1"})

    @property
    def holder(self) -> str:
        return self.told[-1].get(HOLDER_HEADER, "")


@dataclass
class Door:
    """The app's side, its guests, and a show that is on."""

    web: WebClient
    media: MediaProcess
    world: ShowsWorld
    guests: Guests
    show: Show

    @property
    def run(self) -> RunId:
        assert self.show.run is not None
        return self.show.run.id

    async def comes(self, word: str = "", **headers: str) -> str:
        """A viewer asks for a seat; whom the media process was told of."""
        known = {"Authorization": f"Bearer {word}"} if word else {}
        answer = await self.web.http.post(
            f"/whep/{self.run}", content=b"v=0", headers={**SDP, **known, **headers}
        )
        assert answer.status_code == 201
        return self.media.holder


@pytest.fixture
async def door(database: Database, clock: ManualClock, ids: SystemIds) -> AsyncIterator[Door]:
    world = ShowsWorld(database, clock, ids)
    await world.a_show()
    show = await world.shows.go_live("tea-time")
    guests = Guests(database, clock, ids, world.shows, SIGNER)
    known = Seating(guests, SIGNER, clock)
    async with a_media_process() as media:
        passage = WebRtcPassage(
            VideoPassage(media, node="here", makes_video=True, owners=None),
            world.shows, guests, known, SIGNER, node="here",
        )  # fmt: skip
        desk = MonitorDesk(world.shows, known, WebRtcLinks())
        routes = [*webrtc.routes, *seating.routes]
        async with (
            passage.open(cast(Litestar, None)),
            web_client(routes, clock=clock, webrtc=passage, monitors=desk) as client,
        ):
            yield Door(client, media, world, guests, show)


@asynccontextmanager
async def a_media_process() -> AsyncIterator[MediaProcess]:
    media = MediaProcess()
    application = http.Application()
    application.router.add_post("/whep/{run}", media.take)
    runner = http.AppRunner(application, access_log=None)
    await runner.setup()
    await http.TCPSite(runner, "127.0.0.1", 0).start()
    media.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield media
    finally:
        await runner.cleanup()


async def test_a_guest_is_known_by_the_link_while_it_opens_something(door: Door) -> None:
    guest = await door.guests.invite(door.show.id)
    link = door.guests.link(guest.id)
    known = await door.comes(link)
    await door.guests.remove(door.show.id, guest.id)

    assert known == f"guest.{guest.id}"
    assert await door.comes(link) == ""


async def test_a_guest_of_another_show_is_a_stranger_here(door: Door) -> None:
    store = await door.world.a_store("other-house")
    other = await door.world.a_show("other", store=store)
    guest = await door.guests.invite(other.id)

    assert await door.comes(door.guests.link(guest.id)) == ""


async def test_staff_get_a_seat_at_their_own_show_for_a_minute(door: Door) -> None:
    member = member_of(door.show.room.store_id, Role.MODERATOR)
    door.web.sign_in_as(member)
    given = (await door.web.post_json("/api/shows/tea-time/monitor", {})).json()
    assert given["whep"] == f"/whep/{door.run}"
    door.web.sign_out()

    assert await door.comes(given["token"]) == f"staff.{member.person_id}"
    await door.world.clock.advance(LASTS + timedelta(seconds=1))
    assert await door.comes(given["token"]) == ""


async def test_who_is_not_of_the_house_gets_no_pass(door: Door) -> None:
    stranger = await door.web.post_json("/api/shows/tea-time/monitor", {})
    assert stranger.status_code == 401


async def test_nobody_outside_says_who_they_are_or_where_they_come_from(door: Door) -> None:
    said = {HOLDER_HEADER: "staff.1", CLIENT_HEADER: "192.0.2.66", FROM_HEADER: "192.0.2.66.x"}
    assert await door.comes("", **said) == ""
    assert await door.comes("seat.forged", **said) == ""
    assert door.media.told[-1][CLIENT_HEADER] == "127.0.0.1"


async def test_another_node_of_ours_says_for_whom_it_asks(door: Door) -> None:
    signed = SIGNER.sign(webrtc.FROM, b"2001:db8:1::")
    await door.comes("", **{FROM_HEADER: signed})
    assert door.media.told[-1][CLIENT_HEADER] == "2001:db8:1::"
