"""Shows over HTTP: who sees what, who may press which button."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from livehouse.domains.shows import Ended, Hosts, Live
from livehouse.domains.shows.api import routes as api
from livehouse.foundation.roles import Role
from tests.support.shows_world import ShowsWorld, member_of
from tests.support.web_client import a_store_id

BUTTONS = ("rehearse", "go-live", "end", "cancel")


async def test_everybody_learns_what_is_on_and_where(world: ShowsWorld) -> None:
    show = await world.a_show()
    async with world.web(*api) as web:
        before = (await web.get_json("/api/shows/tea-time")).json()
        live = await world.shows.go_live(show.slug)
        during = (await web.get_json("/api/shows/tea-time")).json()
        await world.shows.end(show.slug)
        after = (await web.get_json("/api/shows/tea-time")).json()

    assert live.run is not None
    base = f"/live/{live.run.id}"
    assert before == {
        "slug": "tea-time", "title": "Tea time", "state": "scheduled",
        "starts_at": "2026-01-01T14:00:00Z", "run": None, "addresses": None, "version": 0,
    }  # fmt: skip
    assert during["run"] == {"id": str(live.run.id), "kind": "live", "state": "live"}
    assert during["addresses"] == {
        "socket": base, "video": f"{base}/video/main.m3u8",
        "recording": f"{base}/video/recorded.m3u8", "frames": f"{base}/frames/",
    }  # fmt: skip
    assert (after["state"], after["run"]["state"]) == ("ended", "ended")
    assert after["addresses"] == during["addresses"]


async def test_video_and_frames_may_be_on_hosts_of_their_own(world: ShowsWorld) -> None:
    show = await world.a_show()
    world.shows.hosts = Hosts(video="https://video.test/", frames="https://cdn.test/room")
    live = await world.shows.go_live(show.slug)
    async with world.web(*api) as web:
        told = (await web.get_json("/api/shows/tea-time")).json()["addresses"]

    assert live.run is not None
    assert told == {
        "socket": f"/live/{live.run.id}",
        "video": f"https://video.test/live/{live.run.id}/video/main.m3u8",
        "recording": f"https://video.test/live/{live.run.id}/video/recorded.m3u8",
        "frames": f"https://cdn.test/room/live/{live.run.id}/frames/",
    }


async def test_a_rehearsal_is_found_by_its_staff_alone(world: ShowsWorld) -> None:
    show = await world.a_show()
    rehearsal = await world.shows.rehearse(show.slug)
    assert rehearsal.run is not None
    async with world.web(*api) as web:
        guest = (await web.get_json("/api/shows/tea-time")).json()
        web.sign_in_as(member_of(a_store_id(77), Role.OWNER))
        stranger = (await web.get_json("/api/shows/tea-time")).json()
        web.sign_in_as(member_of(show.room.store_id, Role.MODERATOR))
        staff = (await web.get_json("/api/shows/tea-time")).json()

    assert (guest["run"], guest["addresses"], guest["state"]) == (None, None, "scheduled")
    assert stranger == guest
    assert staff["run"] == {"id": str(rehearsal.run.id), "kind": "rehearsal", "state": "live"}


@pytest.mark.parametrize("role", [Role.OWNER, Role.EDITOR, Role.HOST])
async def test_who_runs_a_show_presses_its_buttons(world: ShowsWorld, role: Role) -> None:
    show = await world.a_show()
    async with world.web(*api) as web:
        web.sign_in_as(member_of(show.room.store_id, role))
        kinds = []
        for button in ("rehearse", "end", "go-live", "end"):
            answer = await web.post_json(f"/api/shows/tea-time/{button}", {})
            assert answer.status_code == 200, answer.text
            kinds.append((answer.json()["state"], (answer.json()["run"] or {}).get("kind")))

    assert kinds == [
        ("scheduled", "rehearsal"), ("scheduled", None), ("live", "live"), ("ended", "live"),
    ]  # fmt: skip


@pytest.mark.parametrize("button", BUTTONS)
async def test_the_buttons_are_not_there_for_strangers(world: ShowsWorld, button: str) -> None:
    show = await world.a_show()
    path = f"/api/shows/tea-time/{button}"
    async with world.web(*api) as web:
        guest = await web.post_json(path, {})
        web.sign_in_as(member_of(a_store_id(77), Role.OWNER))
        stranger = await web.post_json(path, {})
        web.sign_in_as(member_of(show.room.store_id, Role.MODERATOR))
        moderator = await web.post_json(path, {})
        unknown = await web.post_json(f"/api/shows/nothing-here/{button}", {})
        forged = await web.http.post(path, headers={"Accept": "application/json"})

    codes = [answer.status_code for answer in (guest, stranger, moderator, unknown, forged)]
    assert codes == [401, 404, 403, 404, 403]
    assert stranger.json()["code"] == "not_found"


async def test_a_button_that_does_not_fit_is_a_conflict(world: ShowsWorld) -> None:
    show = await world.a_show()
    async with world.web(*api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        not_on = await web.post_json("/api/shows/tea-time/end", {})
        cancelled = await web.post_json("/api/shows/tea-time/cancel", {})
        over = await web.post_json("/api/shows/tea-time/go-live", {})

    assert (not_on.status_code, not_on.json()["code"]) == (409, "not_live")
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    assert (over.status_code, over.json()["code"]) == (409, "show_over")


async def test_a_show_is_planned_over_http(world: ShowsWorld) -> None:
    show = await world.a_show()
    body = {"slug": "evening", "title": "Evening", "starts_at": "2026-01-02T18:00:00+01:00"}
    path = "/api/rooms/tea-time-room/shows"
    async with world.web(*api) as web:
        web.sign_in_as(member_of(a_store_id(77), Role.OWNER))
        stranger = await web.post_json(path, body)
        web.sign_in_as(member_of(show.room.store_id, Role.EDITOR))
        planned = await web.post_json(path, body)
        again = await web.post_json(path, body)
        by_editor = await web.post_json(path, body | {"slug": "b", "source": "walk.mp4"})
        web.sign_in_as(member_of(show.room.store_id, Role.OWNER))
        by_owner = await web.post_json(path, body | {"slug": "b", "source": "walk.mp4"})
        foreign = await web.post_json(path, body | {"slug": "c", "source": "/etc/passwd"})

    assert stranger.status_code == 404
    assert planned.status_code == 201
    assert planned.json()["starts_at"] == "2026-01-02T17:00:00Z"
    assert (again.status_code, again.json()["code"]) == (409, "slug_taken")
    assert by_editor.status_code == 403
    assert by_owner.status_code == 201
    assert (await world.shows.by_slug("b")).source == "/videos/walk.mp4"
    assert (foreign.status_code, foreign.json()["code"]) == (422, "invalid_input")


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("title", "", 422),
        ("title", "x" * 500, 422),
        ("title", 5, 400),
        ("slug", "../../etc", 422),
        ("slug", "a\x00b", 422),
        ("starts_at", "tomorrow", 400),
        ("starts_at", "2026-01-02T18:00:00", 400),
        ("starts_at", "9999-12-31T23:59:59Z", 422),
        ("description", "x" * 3_000, 422),
        ("starts_ta", "typo", 400),
    ],
)
async def test_what_makes_no_sense_is_refused(
    world: ShowsWorld, field: str, value: object, status: int
) -> None:
    show = await world.a_show()
    body = {"slug": "evening", "title": "Evening", "starts_at": "2026-01-02T18:00:00Z"}
    async with world.web(*api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.OWNER))
        answer = await web.post_json("/api/rooms/tea-time-room/shows", body | {field: value})

    assert answer.status_code == status, answer.text
    assert len(await world.shows.of_stores([show.room.store_id])) == 1


@pytest.mark.parametrize("path", ["/api/shows/%00", "/api/shows/%ff", "/api/shows/" + "x" * 2_000])
async def test_an_address_of_nonsense_is_not_found(world: ShowsWorld, path: str) -> None:
    async with world.web(*api) as web:
        assert (await web.get_json(path)).status_code == 404


async def test_a_token_runs_shows_only_with_its_scope(world: ShowsWorld) -> None:
    show = await world.a_show()
    host = member_of(show.room.store_id, Role.HOST)
    async with world.web(*api) as web:
        for token, scope in (("right", "shows:write"), ("wrong", "orders:write")):
            web.known.tokens[token] = replace(host, scopes=frozenset({scope}))
        wrong = await web.post_json("/api/shows/tea-time/go-live", {}, token="wrong")
        right = await web.post_json("/api/shows/tea-time/go-live", {}, token="right")

    assert (wrong.status_code, right.status_code) == (403, 200)
    assert isinstance((await world.shows.by_slug("tea-time")).state, Live)


async def test_an_ended_show_stays_ended(world: ShowsWorld) -> None:
    show = await world.a_show()
    await world.shows.go_live(show.slug)
    await world.clock.advance(timedelta(minutes=1))
    async with world.web(*api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.OWNER))
        await web.post_json("/api/shows/tea-time/end", {})
        again = await web.post_json("/api/shows/tea-time/rehearse", {})

    assert again.json()["code"] == "show_over"
    assert isinstance((await world.shows.by_slug("tea-time")).state, Ended)
