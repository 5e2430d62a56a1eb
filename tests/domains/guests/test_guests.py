"""Guests of a show: their link, the waiting room, the stage."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from livehouse.app.guests import guest_input, stage_plan
from livehouse.domains.guests import Guest, GuestLinkGone, Guests, Setting, StageFull, TooManyGuests
from livehouse.domains.guests.api import routes as api
from livehouse.domains.guests.model import (
    GUESTS_MAX,
    HERE_FOR,
    LINK_LASTS,
    brought_on,
    checked,
    invited,
    shown_name,
)
from livehouse.domains.guests.pages import routes as pages
from livehouse.domains.shows import CAMERA
from livehouse.foundation.ids import ShowId
from livehouse.foundation.roles import Role
from livehouse.media.specs import StagePlan, StageSeat
from tests.support.moments import NOON
from tests.support.shows_world import ShowsWorld, member_of
from tests.support.web_client import WebClient, web_client

SHOW = ShowId(UUID(int=1))
HERE = "/api/shows/tea-time"


class CamerasOfGuests:
    """Remembers who was sent away."""

    ice_servers: list[dict[str, str]] = [{"urls": "stun:stun.example"}]  # noqa: RUF012 - of a test

    def __init__(self) -> None:
        self.away: list[UUID] = []

    async def send_away(self, guest_id: UUID) -> None:
        self.away.append(guest_id)


@asynccontextmanager
async def the_studio(
    world: ShowsWorld, guests: Guests, cameras: CamerasOfGuests | None = None
) -> AsyncIterator[WebClient]:
    """A host in front of the house."""
    show = await world.a_show()
    services: dict[str, Any] = {
        "shows": world.shows, "guests": guests, "guest_cameras": cameras or CamerasOfGuests(),
    }  # fmt: skip
    async with web_client((*api, *pages), clock=world.clock, **services) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        yield web


def a_guest(number: int, *, on_stage: bool = False) -> Guest:
    return replace(invited(UUID(int=number), SHOW, (), NOON), on_stage=on_stage)


def test_there_is_room_for_three_on_stage() -> None:
    others = [a_guest(number, on_stage=True) for number in range(3)]

    assert brought_on(others[0], others).on_stage
    assert brought_on(a_guest(9), others[1:]).on_stage
    with pytest.raises(StageFull):
        brought_on(a_guest(9), others)


def test_a_show_has_so_many_guests_and_no_more() -> None:
    others = [a_guest(number) for number in range(GUESTS_MAX)]

    with pytest.raises(TooManyGuests):
        invited(UUID(int=99), SHOW, others, NOON)


def test_a_link_ends_by_itself() -> None:
    guest = a_guest(1)

    assert checked(guest, NOON + LINK_LASTS - timedelta(seconds=1)) == guest
    with pytest.raises(GuestLinkGone):
        checked(guest, NOON + LINK_LASTS)
    with pytest.raises(GuestLinkGone):
        checked(None, NOON)


def test_a_guest_is_here_as_long_as_the_page_says_so() -> None:
    guest = replace(a_guest(1), seen_at=NOON)

    assert guest.is_here(NOON + HERE_FOR / 2)
    assert not guest.is_here(NOON + HERE_FOR)
    assert not a_guest(1).is_here(NOON)


def test_a_name_is_one_short_line() -> None:
    assert shown_name("  Ann\n  from the kiln ") == "Ann from the kiln"
    assert len(shown_name("a" * 500)) == 40


def test_the_media_process_is_told_of_those_on_stage_alone() -> None:
    ann, bo = a_guest(1, on_stage=True), a_guest(2)
    setting = Setting(SHOW, "corner", ann.id)

    assert stage_plan(setting, [ann, bo]) == StagePlan(
        (StageSeat(guest_input(ann.id)),), "corner", guest_input(ann.id)
    )
    assert stage_plan(setting, [bo]) == StagePlan()
    silenced = replace(ann, silenced=True)
    assert stage_plan(Setting(SHOW), [silenced]).guests[0].silenced


async def test_a_guest_waits_comes_on_stage_and_leaves(world: ShowsWorld, guests: Guests) -> None:
    nudged: list[None] = []
    guests.nudges.append(lambda: nudged.append(None))
    async with the_studio(world, guests) as web:
        (made,) = (await web.post_json(f"{HERE}/guests", {})).json()["guests"]
        page = await web.get(made["path"])
        link = made["path"].removeprefix("/guest/")
        said = {"name": " Ann  of the kiln", "muted": True, "sending": True, "level": 40}
        waits = (await web.post_json(f"/api/guest/{link}", said)).json()
        (seen,) = (await web.get_json(f"{HERE}/guests")).json()["guests"]
        await web.post_json(f"{HERE}/guests/{made['id']}/on", {})
        on = (await web.post_json(f"/api/guest/{link}", said)).json()
        source = (await world.shows.by_slug("tea-time")).source
        await web.post_json(f"{HERE}/guests/{made['id']}/silence", {})
        renamed = await web.post_json(f"/api/guest/{link}", {**said, "name": "Somebody else"})
        arranged = {"layout": "corner", "main": made["id"], "names": True}
        stage = (await web.post_json(f"{HERE}/stage", arranged)).json()
        await web.post_json(f"{HERE}/guests/{made['id']}/off", {})
        off = (await web.post_json(f"/api/guest/{link}", said)).json()

    assert page.status_code == 200
    assert link in page.text
    assert waits == {"on_stage": False, "silenced": False, "run": None}
    assert (seen["name"], seen["here"], seen["sending"]) == ("Ann of the kiln", True, True)
    assert (seen["muted"], seen["level"], seen["on_stage"]) == (True, 40, False)
    assert on["on_stage"]
    # A show that played the test stage shows its room's cameras from now on.
    assert source == CAMERA
    assert (stage["layout"], stage["main"], stage["names"]) == ("corner", made["id"], True)
    # What the host has read is what stands in the picture.
    assert renamed.status_code == 200
    assert stage["guests"][0]["name"] == "Ann of the kiln"
    assert stage["guests"][0]["silenced"]
    assert not off["on_stage"]
    assert len(nudged) == 4


async def test_a_link_that_is_taken_back_opens_nothing(world: ShowsWorld, guests: Guests) -> None:
    cameras = CamerasOfGuests()
    async with the_studio(world, guests, cameras) as web:
        (made,) = (await web.post_json(f"{HERE}/guests", {})).json()["guests"]
        link = made["path"].removeprefix("/guest/")
        left = (await web.post_json(f"{HERE}/guests/{made['id']}/remove", {})).json()
        page = await web.get(made["path"])
        said = await web.post_json(f"/api/guest/{link}", {})
        forged = await web.post_json(f"/api/guest/{link[:-4]}AAAA", {})

    assert left["guests"] == []
    assert cameras.away == [UUID(made["id"])]
    assert [page.status_code, said.status_code, forged.status_code] == [404, 404, 404]
    assert said.json()["code"] == "guest_link_gone"


async def test_who_may_not_run_the_show_may_not_bring_guests(
    world: ShowsWorld, guests: Guests
) -> None:
    async with the_studio(world, guests) as web:
        show = await world.shows.by_slug("tea-time")
        web.sign_in_as(member_of(show.room.store_id, Role.MODERATOR))
        answers = [
            await web.get_json(f"{HERE}/guests"),
            await web.post_json(f"{HERE}/guests", {}),
            await web.post_json(f"{HERE}/stage", {"layout": "solo"}),
        ]
        web.sign_out()
        stranger = await web.get_json(f"{HERE}/guests")

    assert {answer.status_code for answer in answers} == {403}
    assert stranger.status_code == 401


async def test_another_shows_guest_cannot_be_touched(world: ShowsWorld, guests: Guests) -> None:
    async with the_studio(world, guests) as web:
        other = await world.a_show("evening", store=await world.a_store("kiln"))
        guest = await guests.invite(other.id)
        answers = [
            await web.post_json(f"{HERE}/guests/{guest.id}/{action}", {})
            for action in ("on", "silence", "remove", "applaud")
        ] + [await web.post_json(f"{HERE}/stage", {"layout": "grid", "main": str(guest.id)})]

    assert {answer.status_code for answer in answers} == {404}
    assert (await guests.by_id(guest.id)).id == guest.id


async def test_with_the_show_its_guests_go_and_stay_after_a_rehearsal(
    world: ShowsWorld, guests: Guests
) -> None:
    show = await world.a_show()
    guest = await guests.invite(show.id)
    await world.shows.rehearse(show.slug)
    await world.shows.end(show.slug)
    assert (await guests.by_link(guests.link(guest.id))).id == guest.id

    await world.shows.go_live(show.slug)
    await world.shows.end(show.slug)
    with pytest.raises(GuestLinkGone):
        await guests.by_link(guests.link(guest.id))


async def test_whose_link_has_ended_is_forgotten(world: ShowsWorld, guests: Guests) -> None:
    show = await world.a_show()
    guest = await guests.invite(show.id)
    await world.clock.advance(LINK_LASTS)
    await guests.forget_ended()

    assert (await guests.of_show(show.id))[1] == []
    with pytest.raises(GuestLinkGone):
        await guests.by_id(guest.id)
