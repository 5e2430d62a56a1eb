"""Programmes over HTTP: who reads and writes what, calendars, reminders."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import msgspec
import pytest
from msgspec.structs import replace

from livehouse.domains.people import Person
from livehouse.domains.programmes import Act
from livehouse.domains.programmes.api import routes as api
from livehouse.domains.programmes.model.calendars import calendar, folded
from livehouse.domains.programmes.pages import routes as pages
from livehouse.domains.shows.pages import routes as show_pages
from livehouse.foundation.roles import Role
from tests.support.people_house import PASSWORD
from tests.support.shows_world import ShowsWorld, member_of
from tests.support.web_client import an_identity

TEN_MINUTES = timedelta(minutes=10)


async def a_reader(world: ShowsWorld) -> Person:
    return await world.people.accounts.sign_up(
        email="ann@example.test", name="Ann", password=PASSWORD, language="en"
    )


def an_act(number: int, title: str, seconds: int = 300) -> dict[str, object]:
    return {"id": str(UUID(int=number)), "title": title, "seconds": seconds, "people": "Ann"}


async def test_hosts_and_editors_write_what_everybody_may_read(world: ShowsWorld) -> None:
    show = await world.a_show()
    store_id = show.room.store_id
    body = {"version": 0, "acts": [an_act(1, "Tea"), an_act(2, "Cake")]}
    path = "/api/shows/tea-time/run-sheet"
    async with world.web(*api) as web:
        refused = [(await web.get_json(path)).status_code]
        for role in (Role.MODERATOR, Role.HOST):
            web.sign_in_as(member_of(store_id, role))
            answer = await web.post_json(path, body)
            refused.append(answer.status_code)
        again = await web.post_json(path, body)
        web.sign_out()
        read = (await web.get_json("/api/shows/tea-time/programme")).json()["acts"]

    assert refused == [401, 403, 200]
    assert (again.status_code, again.json()["code"]) == (409, "sheet_changed")
    assert [(act["title"], act["state"], act["starts_at"]) for act in read] == [
        ("Tea", "coming", "2026-01-01T14:00:00Z"), ("Cake", "coming", "2026-01-01T14:05:00Z"),
    ]  # fmt: skip
    assert set(read[0]) == {"id", "title", "people", "state", "starts_at", "ends_at"}


async def test_a_show_is_led_by_its_buttons(world: ShowsWorld) -> None:
    show = await world.a_show()
    base = "/api/shows/tea-time/run-sheet"
    note = {"id": str(UUID(int=9)), "kind": "note", "text": "Smile"}
    acts = [an_act(1, "Tea") | {"cues": [note]}, an_act(2, "Cake"), an_act(3, "Song")]
    async with world.web(*api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.EDITOR))
        await web.post_json(base, {"version": 0, "acts": acts})
        await world.shows.rehearse(show.slug)
        told = [
            (await web.post_json(f"{base}/{path}", body)).json()
            for path, body in (
                ("next", {"after": 0}),
                ("delay", {"after": 1, "seconds": 60}),
                ("skip", {"after": 2, "act_id": acts[1]["id"]}),
                ("cue", {"cue_id": note["id"]}),
                ("next", {"after": 3}),
                ("next", {"after": 3}),
            )
        ]

    states = [[slot["state"] for slot in one["slots"]] for one in told[:-1]]
    assert states[0] == ["on", "coming", "coming"]
    assert states[-1] == ["played", "skipped", "on"]
    assert [one["steps"] for one in told[:-1]] == [1, 2, 3, 3, 4]
    assert told[3]["cues"][0]["state"] == "given"
    assert told[-1]["code"] == "step_taken"


async def test_acts_come_from_the_stores_own_shows_only(world: ShowsWorld) -> None:
    show = await world.a_show()
    await world.a_show("foreign", store=await world.a_store("other-house"))
    async with world.web(*api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        answer = await web.post_json(
            "/api/shows/tea-time/run-sheet/copy", {"version": 0, "source": "foreign"}
        )

    assert answer.status_code == 404


async def test_the_page_where_it_is_written_holds_the_sheet(world: ShowsWorld) -> None:
    show = await world.a_show()
    async with world.web(*api, *pages) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        await web.post_json(
            "/api/shows/tea-time/run-sheet", {"version": 0, "acts": [an_act(1, '"Tea" & more')]}
        )
        page = await web.get("/console/tea-house/shows/tea-time/run-sheet")
        web.sign_in_as(an_identity(7))
        stranger = await web.get("/console/tea-house/shows/tea-time/run-sheet")

    assert stranger.status_code == 404
    assert " may-plan" in page.text
    assert "\\&#34;Tea\\&#34; &amp; more" in page.text


async def test_a_show_and_a_room_go_into_calendars(world: ShowsWorld) -> None:
    show = await world.a_show(title="Tea, time; now")
    acts = msgspec.convert([an_act(1, "Tea", 5_400)], list[Act])
    await world.programmes.save(show.slug, acts, version=0)
    async with world.web(*pages, *show_pages) as web:
        moved = await web.get("/shows/tea-time.ics")
        one = await web.get(moved.headers["location"])
        moved = await web.get(f"/rooms/{show.room.slug}.ics")
        room = await web.get(moved.headers["location"])

    assert one.headers["content-type"] == "text/calendar; charset=utf-8"
    lines = one.text.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert "SUMMARY:Tea\\, time\\; now" in lines
    assert "DTSTART:20260101T140000Z" in lines
    assert "DTEND:20260101T153000Z" in lines
    assert one.text.split("BEGIN:VEVENT")[1] == room.text.split("BEGIN:VEVENT")[1]
    assert f"UID:{show.id}@livehouse" in room.text


@pytest.mark.parametrize("text", ["", "a" * 200, "茶" * 80, "a" * 74 + "é" * 40])
def test_long_lines_are_folded_between_characters(text: str) -> None:
    pieces = list(folded(text))

    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert "".join(pieces[:1] + [piece.removeprefix(" ") for piece in pieces[1:]]) == text
    assert "\r\n" not in calendar(text, [])[:-2].replace("\r\n", "")


async def test_who_asked_for_it_is_reminded_once(world: ShowsWorld) -> None:
    show = await world.a_show()
    person = await a_reader(world)
    async with world.web(*pages, *show_pages) as web:
        guest = await web.get("/shows/tea-time/programme")
        web.sign_in_as(replace(an_identity(1), person_id=person.id))
        before = await web.get("/shows/tea-time/programme")
        answers = [await web.post_form("/shows/tea-time/reminder") for _ in range(2)]
        after = await web.get("/shows/tea-time/programme")
        early = await world.reminders.send_due()
        await world.clock.advance(show.starts_at - world.clock.now() - TEN_MINUTES)
        sent = [await world.reminders.send_due() for _ in range(3)]

        assert all(">Remind me" in page.text for page in (guest, before))
        assert "A reminder is a letter ten minutes before it begins" in before.text
        assert [answer.status_code for answer in answers] == [303, 303]
        assert "Do not remind me" in after.text
        assert (early, sent) == (0, [1, 0, 0])
        (letter,) = world.mail.sent
        assert "“Tea time” begins soon" in letter.subject
        assert "https://shop.test/shows/tea-time\n" in letter.text


async def test_who_pressed_before_signing_in_is_reminded_after_it(world: ShowsWorld) -> None:
    show = await world.a_show()
    person = await a_reader(world)
    async with world.web(*pages) as web:
        await web.get("/shows/tea-time/programme")  # leaves a guest's cookie, as any page
        answer = await web.post_form("/shows/tea-time/reminder", next="/campaigns/autumn")
        (leads_on,) = parse_qs(urlsplit(answer.headers["location"]).query)["next"]
        web.sign_in_as(replace(an_identity(1), person_id=person.id))
        await web.get(leads_on.partition("?")[0])
        without_a_word = await world.reminders.wants(show.slug, person.id)
        done = await web.get(leads_on)
        await world.shows.cancel(show.slug)
        too_late = await web.get(leads_on)

    assert not without_a_word
    assert await world.reminders.wants(show.slug, person.id)
    assert done.headers["location"] == too_late.headers["location"] == "/campaigns/autumn"


async def test_the_letters_link_stops_the_reminder_without_signing_in(world: ShowsWorld) -> None:
    show = await world.a_show()
    await world.a_show("other", store=await world.a_store("other-house"))
    person = await a_reader(world)
    await world.reminders.wish(show.slug, person.id)
    await world.clock.advance(show.starts_at - world.clock.now() - TEN_MINUTES)
    await world.reminders.send_due()
    found = re.search(
        r"https://shop.test(/shows/tea-time/reminder/stop\S+)", world.mail.sent[0].text
    )
    assert found is not None
    await world.reminders.wish(show.slug, person.id)
    async with world.web(*pages) as web:
        forged = await web.get("/shows/tea-time/reminder/stop?word=abc.def")
        elsewhere = await web.get(found.group(1).replace("tea-time", "other"))
        still = await world.reminders.wants(show.slug, person.id)
        stopped = await web.get(found.group(1))

    assert (forged.status_code, elsewhere.status_code, stopped.status_code) == (404, 404, 303)
    assert still
    assert not await world.reminders.wants(show.slug, person.id)


async def test_who_asked_for_an_offer_is_written_to_before_it_opens(world: ShowsWorld) -> None:
    show = await world.a_show()
    offer = await world.an_offer(show, opens_at=world.clock.now() + timedelta(hours=1))
    by_hand = await world.an_offer(show, title="Tea pot")
    person = await a_reader(world)
    await world.reminders.wish(show.slug, person.id)
    async with world.web(*api, *pages) as web:
        guest = await web.post_json(f"/api/offers/{offer.id}/reminder", {})
        web.sign_in_as(replace(an_identity(1), person_id=person.id))
        asked = [await web.post_json(f"/api/offers/{offer.id}/reminder", {}) for _ in range(2)]
        refused = await web.post_json(f"/api/offers/{by_hand.id}/reminder", {})
        kept = (await web.get_json("/api/reminders")).json()
        await world.clock.advance(timedelta(minutes=55))
        sent = [await world.reminders.send_due() for _ in range(2)]
        (letter,) = world.mail.sent
        found = re.search(r"https://shop.test(/shows/tea-time/reminder/stop\S+)", letter.text)
        assert found is not None
        await world.reminders.drop_offer(offer.id, person.id)
        await world.reminders.wish_offer(offer.id, person.id)
        stopped = await web.get(found.group(1))
        left = (await web.get_json("/api/reminders")).json()

    assert guest.status_code == 401
    assert [one.status_code for one in asked] == [204, 204]
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_to_come")
    of_show = {"kind": "show", "id": str(show.id)}
    assert kept == [{"kind": "offer", "id": str(offer.id)}, of_show]
    assert sent == [1, 0]
    assert letter.subject == "“Tea bowl” can be bought soon"
    assert "from Jan 1, 2026, 1:00\u202fPM (UTC) on" in letter.text
    assert "https://shop.test/shows/tea-time\n" in letter.text
    assert (stopped.status_code, left) == (303, [of_show])


async def test_who_drops_an_offer_keeps_the_show_and_no_offer_is_the_show(
    world: ShowsWorld,
) -> None:
    show = await world.a_show()
    offer = await world.an_offer(show, opens_at=world.clock.now() + timedelta(hours=1))
    person = await a_reader(world)
    await world.reminders.wish(show.slug, person.id)
    await world.reminders.wish_offer(offer.id, person.id)
    async with world.web(*api) as web:
        web.sign_in_as(replace(an_identity(1), person_id=person.id))
        for dropped in (offer.id, UUID(int=0)):
            await web.post_json(f"/api/offers/{dropped}/reminder/drop", {})
        left = (await web.get_json("/api/reminders")).json()

    assert left == [{"kind": "show", "id": str(show.id)}]
