"""A show to come is renamed and moved; its offers and its calendars follow."""

import asyncio
from datetime import timedelta

import pytest

from livehouse.domains.offers import Planned
from livehouse.domains.programmes.pages import routes as programme_pages
from livehouse.domains.shows import (
    AlreadyLive,
    Edit,
    Scheduled,
    Show,
    ShowChanged,
    ShowOver,
    Where,
)
from livehouse.domains.shows.api import routes as api
from livehouse.domains.shows.pages import routes as pages
from livehouse.foundation.roles import Role
from tests.support.shows_world import ShowsWorld, member_of

HOUR = timedelta(hours=1)
PATH = "/api/shows/tea-time/edit"
PAGE = "/console/tea-house/shows/tea-time/edit"


async def test_a_mistyped_show_is_put_right_and_keeps_its_address(world: ShowsWorld) -> None:
    show = await world.a_show()
    later = (show.starts_at + HOUR).isoformat()
    where = {"city": "Hamburg", "latitude": 53.551, "longitude": 9.994}
    async with world.web(*api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.MODERATOR))
        by_moderator = await web.post_json(PATH, {"version": 0, "title": "No"})
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        body = {"version": 0, "title": " Green  tea ", "starts_at": later, "where": where}
        edited = await web.post_json(PATH, body)
        again = await web.post_json(PATH, body)
        unchanged = await web.post_json(PATH, {"version": 1, "title": "Green tea"})

    assert by_moderator.status_code == 403
    assert (edited.status_code, edited.json()["version"]) == (200, 1)
    assert (again.status_code, again.json()["code"]) == (409, "show_changed")
    assert unchanged.json()["version"] == 1
    found = await world.shows.by_slug("tea-time")
    assert (found.title, found.starts_at) == ("Green tea", show.starts_at + HOUR)
    assert found.state == Scheduled(found.starts_at)
    assert (found.where.city, found.where.spot and found.where.spot.latitude) == ("Hamburg", 53.55)


async def test_of_two_who_edit_at_once_one_is_told(world: ShowsWorld) -> None:
    await world.a_show()
    answers = await asyncio.gather(
        *(world.shows.edit("tea-time", Edit(title=f"Tea {n}"), version=0) for n in range(4)),
        return_exceptions=True,
    )

    (won,) = [one for one in answers if isinstance(one, Show)]
    assert sum(isinstance(one, ShowChanged) for one in answers) == 3
    assert await world.shows.by_slug("tea-time") == won


async def test_what_opens_by_itself_moves_with_the_start_or_stays(world: ShowsWorld) -> None:
    show = await world.a_show()
    at = show.starts_at + timedelta(minutes=20)
    midnight = await world.an_offer(show, opens_at=at)
    by_hand = await world.an_offer(show)

    async def opening() -> object:
        return (await world.offers.by_id(midnight.id)).state

    await world.shows.edit(show.slug, Edit(starts_at=show.starts_at + HOUR), version=0)
    followed = await opening()
    await world.shows.edit(
        show.slug, Edit(starts_at=show.starts_at), version=1, openings_follow=False
    )

    assert followed == await opening() == Planned(at + HOUR)
    assert (await world.offers.by_id(by_hand.id)).state == Planned()


async def test_what_is_on_or_over_is_not_edited(world: ShowsWorld) -> None:
    await world.a_show()
    await world.shows.go_live("tea-time")
    with pytest.raises(AlreadyLive):
        await world.shows.edit("tea-time", Edit(title="Late"), version=0)
    await world.shows.end("tea-time")
    with pytest.raises(ShowOver):
        await world.shows.edit("tea-time", Edit(title="Later"), version=0)


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("title", "\x00 ", 422),
        ("title", "x" * 500, 422),
        ("starts_at", "9999-12-31T23:59:59Z", 422),
        ("starts_at", "2026-01-02T18:00:00", 400),
        ("description", "x" * 3_000, 422),
        ("where", {"latitude": 95, "longitude": 0}, 422),
        ("where", {"city": "x" * 300}, 422),
        ("version", -1, 400),
        ("slug", "other", 400),
    ],
)
async def test_what_makes_no_sense_changes_nothing(
    world: ShowsWorld, field: str, value: object, status: int
) -> None:
    show = await world.a_show()
    async with world.web(*api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        answer = await web.post_json(PATH, {"version": 0, "title": "Tea", field: value})

    assert answer.status_code == status, answer.text
    assert await world.shows.by_slug("tea-time") == show


async def test_the_page_shows_what_is_there_and_says_who_was_first(world: ShowsWorld) -> None:
    show = await world.a_show()
    await world.shows.edit("tea-time", Edit(where=Where(city="Hamburg")), version=0)
    typed = {"title": "Green tea", "starts_at": "2026-01-01T18:30", "description": "Fresh."}
    async with world.web(*pages, *programme_pages) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        page = await web.get(PAGE)
        stale = await web.post_form(PAGE, version="0", **typed)
        wrong = await web.post_form(PAGE, version="1", **(typed | {"starts_at": "soon"}))
        saved = await web.post_form(PAGE, version="1", **typed)
        calendar = await web.get("/shows/tea-time/calendar.ics")

    assert 'value="2026-01-01T15:00"' in page.text
    assert 'value="Hamburg"' in page.text
    assert (stale.status_code, wrong.status_code, saved.status_code) == (409, 422, 303)
    assert "Somebody else has changed this show meanwhile." in stale.text
    assert 'value="Green tea"' in stale.text
    found = await world.shows.by_slug("tea-time")
    assert (found.title, found.description, found.where) == ("Green tea", "Fresh.", Where())
    assert found.starts_at.isoformat() == "2026-01-01T17:30:00+00:00"
    assert "SEQUENCE:2\r\n" in calendar.text
    assert "DTSTART:20260101T173000Z\r\n" in calendar.text
