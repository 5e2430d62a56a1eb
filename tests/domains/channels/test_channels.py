"""Other platforms of a room: who adds them, what is kept of a key, where a show is pushed to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from livehouse.app.channels import ChannelWork
from livehouse.domains.channels import Channel, Channels, Destination
from livehouse.domains.channels.api import routes as api
from livehouse.domains.channels.errors import KeyLost
from livehouse.domains.channels.pages import routes as pages
from livehouse.foundation.clock import SystemClock
from livehouse.foundation.roles import Role
from livehouse.media.outgoing_desk import OutgoingDesk
from livehouse.media.specs import TestStage
from livehouse.media.supervisor import MediaSupervisor
from livehouse.storage.nodes import MediaOwners
from livehouse.storage.sealing import Seal, SealBroken
from tests.support.media_waiting import eventually
from tests.support.rtmp_relay import rtmp_relay
from tests.support.shows_world import ShowsWorld, member_of
from tests.support.web_client import WebClient, a_store_id

HERE = "/console/tea-house/channels"
KEY = "a-key-that-nobody-may-see"
FORM = {
    "room": "tea-time-room", "name": "Tea TV", "server": "rtmps://live.example.com/app",
    "key": KEY, "confirmed": "on",
}  # fmt: skip


@asynccontextmanager
async def a_host(world: ShowsWorld) -> AsyncIterator[WebClient]:
    show = await world.a_show()
    async with world.web(*pages, *api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        yield web


async def the_channels(world: ShowsWorld, channels: Channels) -> list[Channel]:
    show = await world.shows.by_slug("tea-time")
    return await channels.of_rooms([show.room.id])


async def test_a_platform_is_added_and_its_key_never_shown_again(
    world: ShowsWorld, channels: Channels
) -> None:
    async with a_host(world) as web:
        added = await web.post_form(HERE, **FORM)
        wrong = [
            (await web.post_form(HERE, **FORM | change)).status_code
            for change in (
                {"server": "ftp://example.com"}, {"server": "rtmp://"}, {"room": "other-room"},
                {"server": "rtmp://user:word@example.com/a"}, {"key": "two words"},
                {"confirmed": ""}, {"key": ""}, {"server": "https://user:word@example.com/a"},
            )
        ]  # fmt: skip
        again = await web.post_form(HERE, **FORM | {"name": ""})
        page = await web.get(HERE)

    (channel,) = await the_channels(world, channels)
    assert added.status_code == 303
    assert wrong == [422] * 8
    assert KEY not in page.text + again.text + str(channel)
    assert KEY.encode() not in channel.sealed
    to = channels.destination(channel)
    assert (to.address, to.token) == (f"rtmps://live.example.com/app/{KEY}", "")
    assert "Tea TV" in page.text


async def test_platforms_are_the_stores_own(world: ShowsWorld, channels: Channels) -> None:
    async with a_host(world) as web:
        await web.post_form(HERE, **FORM)
        (channel,) = await the_channels(world, channels)
        pressed = [
            (await web.post_form(f"{HERE}/{channel.id}/{action}")).status_code
            for action in ("stop", "start", "explode")
        ]
        stopped_and_started = (await the_channels(world, channels))[0]
        web.sign_in_as(member_of(a_store_id(77), Role.OWNER))
        stranger = await web.post_form(f"{HERE}/{channel.id}/stop")
        other = await world.a_store("other-store")
        web.sign_in_as(member_of(other.id, Role.OWNER))
        foreign = await web.post_form(f"/console/other-store/channels/{channel.id}/remove")

    assert pressed == [303, 303, 404]
    assert (stopped_and_started.is_on, stopped_and_started.starts) == (True, 2)
    assert (stranger.status_code, foreign.status_code) == (404, 404)
    assert len(await the_channels(world, channels)) == 1


async def test_the_studio_sees_and_presses_them(world: ShowsWorld, channels: Channels) -> None:
    path = "/api/shows/tea-time/channels"
    async with a_host(world) as web:
        await web.post_form(HERE, **FORM)
        (channel,) = await the_channels(world, channels)
        await channels.tell(channel.id, "live", problem="", kbps=2_500, dropped=0, restarts=1)
        seen = await web.get_json(path)
        stopped = await web.post_json(f"{path}/{channel.id}/stop", {})
        await world.a_show("other-show", store=await world.a_store("other-store"))
        web.sign_in_as(
            member_of((await world.shows.by_slug("other-show")).room.store_id, Role.HOST)
        )
        foreign = await web.post_json(f"/api/shows/other-show/channels/{channel.id}/start", {})
        stranger = await web.get_json(path)

    (told,) = seen.json()["channels"]
    assert (told["state"], told["kbps"], told["name"]) == ("live", 2_500, "Tea TV")
    assert KEY not in seen.text
    assert stopped.json()["channels"][0]["is_on"] is False
    assert (foreign.status_code, stranger.status_code) == (404, 404)


async def test_a_whip_address_is_as_secret_as_a_key(world: ShowsWorld, channels: Channels) -> None:
    form = FORM | {"server": f"https://whip.example.com/{KEY}/publish?as={KEY}", "key": ""}
    async with a_host(world) as web:
        added = await web.post_form(HERE, **form)
        page = await web.get(HERE)

    (channel,) = await the_channels(world, channels)
    to = channels.destination(channel)
    assert added.status_code == 303
    assert KEY not in page.text + str(channel)
    assert "https://whip.example.com" in page.text
    assert (to.address, to.token) == (form["server"], "")


def test_a_token_is_shown_to_a_whip_server_and_a_key_is_part_of_the_address() -> None:
    whip = Destination("https://whip.example.com/live", KEY)
    rtmp = Destination("rtmp://live.example.com/app", KEY)

    assert (whip.address, whip.token) == ("https://whip.example.com/live", KEY)
    assert (rtmp.address, rtmp.token) == (f"rtmp://live.example.com/app/{KEY}", "")


async def test_a_key_needs_the_installations_secret(world: ShowsWorld, channels: Channels) -> None:
    async with a_host(world) as web:
        await web.post_form(HERE, **FORM)
    (channel,) = await the_channels(world, channels)
    moved = replace(channels, seal=Seal(b"another", "channels"))

    with pytest.raises(KeyLost):
        moved.destination(channel)
    with pytest.raises(SealBroken):
        Seal(b"one", "sources").open(Seal(b"one", "channels").close(KEY))


async def test_a_live_show_is_pushed_and_a_rehearsal_is_not(
    world: ShowsWorld, channels: Channels, tmp_path: Path
) -> None:
    show = await world.a_show()
    async with rtmp_relay(tmp_path / "relay") as relay:
        server = relay.address("").rstrip("/")
        channel = await channels.add(
            show.room.id, name="Tea TV", server=server, key=KEY, confirmed=True,
            by=member_of(show.room.store_id, Role.HOST).person_id,
        )  # fmt: skip
        await world.shows.rehearse("tea-time")
        await MediaOwners(world.database.pool, lasts=timedelta(minutes=1)).take(
            "here", [one.run.id for one in await world.shows.on_air() if one.run]
        )
        at_rehearsal = await channels.to_push("here")
        await world.shows.end("tea-time")
        live = await world.shows.go_live("tea-time")
        assert live.run is not None
        owners = MediaOwners(world.database.pool, lasts=timedelta(minutes=1))
        await owners.take("here", [live.run.id])
        async with MediaSupervisor(tmp_path, SystemClock()).running() as media:
            work = ChannelWork(channels, OutgoingDesk(media), lambda: "here", allow_private=True)
            await media.start(
                live.run.id, TestStage(title="Tea", width=256, height=256, fps=10, kbps=200)
            )

            async def is_live() -> bool:
                await work.push()
                return (await channels.one(channel.id)).state == "live"

            await eventually(is_live)
            await channels.stop(channel.id)
            await work.push()

    assert at_rehearsal == []
    assert relay.received_bytes(KEY) > 0
    assert (await channels.one(channel.id)).state == "ended"
