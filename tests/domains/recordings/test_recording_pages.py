"""Recordings over HTTP: who may do what with them, and what everybody gets."""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from livehouse.domains.programmes import Act
from livehouse.domains.recordings import Piece, Recordings
from livehouse.domains.recordings.api import routes as api
from livehouse.domains.recordings.pages import routes as pages
from livehouse.domains.shows import Show
from livehouse.foundation.clock import to_ms
from livehouse.foundation.ids import ActId, PersonId, RunId
from livehouse.foundation.roles import Role
from tests.support.shows_world import OWNER, ShowsWorld, member_of
from tests.support.web_client import a_store_id

CAPTIONS = "WEBVTT\n\n00:01.000 --> 00:02.500\nTea <i>time</i>\n"


async def recorded(world: ShowsWorld, *, seconds: int = 60) -> tuple[Show, RunId, int]:
    """A show that is over, with its recording; tells when it began (ms)."""
    await world.a_show()
    show = await world.shows.go_live("tea-time")
    assert show.run is not None
    at = to_ms(world.clock.now())
    await world.clock.advance(timedelta(seconds=seconds))
    await world.shows.end("tea-time")
    await told(world.recordings, show.run.id, at, seconds=seconds)
    return show, show.run.id, at


async def told(
    recordings: Recordings, run: RunId, at: int, *, seconds: int = 60, is_on: bool = False
) -> None:
    pieces = [Piece(at, 0, seconds * 1000)]
    await recordings.tell(run, ms=seconds * 1000, size=12_345_678, pieces=pieces, is_on=is_on)


async def test_the_stores_people_see_its_recordings(world: ShowsWorld) -> None:
    show, run, _ = await recorded(world)
    here = f"/console/tea-house/recordings/{run}"
    async with world.web(*pages) as web:
        guest = await web.get(here)
        web.sign_in_as(member_of(a_store_id(77), Role.OWNER))
        stranger = await web.get(here)
        web.sign_in_as(member_of(show.room.store_id, Role.MODERATOR))
        listed, moderator = await web.get("/console/tea-house/recordings"), await web.get(here)
        forbidden = await web.post_form(f"{here}/remove")
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        host = await web.get(here)

    assert (guest.status_code, stranger.status_code) == (303, 404)
    assert f"/live/{run}/video/poster.jpg" in listed.text
    assert "1:00" in listed.text
    assert "12 MB" in listed.text
    assert "Delete the recording" not in moderator.text
    assert forbidden.status_code == 403
    assert "Make the clip" in host.text


async def test_a_show_of_which_nothing_was_recorded_is_not_listed(world: ShowsWorld) -> None:
    show = await world.a_show()
    await world.shows.go_live("tea-time")
    while_on = await world.recordings.of_store(show.room.store_id)
    await world.shows.end("tea-time")

    assert [one.slug for one, _ in while_on] == ["tea-time"]
    assert await world.recordings.of_store(show.room.store_id) == []


async def test_a_clip_is_ordered_by_times_of_the_recording(world: ShowsWorld) -> None:
    show, run, at = await recorded(world)
    here = f"/console/tea-house/recordings/{run}"
    async with world.web(*pages) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        made = await web.post_form(f"{here}/clip", start="0:10.500", end="0:20", title="  Tea ")
        wrong = await web.post_form(f"{here}/clip", start="soon", end="0:20")
        empty = await web.post_form(f"{here}/clip", start="0:20", end="0:20")
        beyond = await web.post_form(f"{here}/clip", start="1:20", end="1:30")
        page = await web.get(here)

    (file,) = await world.recordings.files(run)
    assert made.status_code == 303
    assert [answer.status_code for answer in (wrong, empty, beyond)] == [422, 422, 422]
    assert (file.start_at, file.end_at, file.title) == (at + 10_500, at + 20_000, "Tea")
    assert "00:10.500 – 00:20.000" in page.text
    assert 'hx-trigger="every 2s"' in page.text


async def test_files_and_the_whole_recording_can_be_deleted(world: ShowsWorld) -> None:
    show, run, _ = await recorded(world)
    here = f"/console/tea-house/recordings/{run}"
    async with world.web(*pages) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.OWNER))
        await web.post_form(f"{here}/whole")
        await web.post_form(f"{here}/whole")
        (file,) = await world.recordings.files(run)
        await web.post_form(f"{here}/discard", what=str(file.id))
        nonsense = await web.post_form(f"{here}/discard", what="../etc")
        left = await world.recordings.files(run)
        removed = await web.post_form(f"{here}/remove")
        gone = await web.get(here)

    assert left == []
    assert nonsense.headers["location"] == here
    assert removed.headers["location"] == "/console/tea-house/recordings"
    assert gone.status_code == 404


async def test_old_recordings_are_let_go_where_the_house_wants_it(world: ShowsWorld) -> None:
    _, run, _ = await recorded(world)
    await world.clock.advance(timedelta(days=7))
    await world.recordings.forget_old(timedelta(days=7))
    kept = await world.recordings.playable([run])
    await world.clock.advance(timedelta(seconds=1))
    await world.recordings.forget_old(timedelta(days=7))

    assert kept == {run}
    assert await world.recordings.playable([run]) == set()


async def test_a_recording_that_stopped_says_so(world: ShowsWorld) -> None:
    show, run, _ = await recorded(world)
    await world.recordings.tell(
        run, ms=60_000, size=1, pieces=[], is_on=False, problem="store_full"
    )
    async with world.web(*pages) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        listed = await web.get("/console/tea-house/recordings")

    assert "Incomplete" in listed.text


async def test_while_the_show_is_on_its_recording_stays(world: ShowsWorld) -> None:
    show = await world.a_show()
    live = await world.shows.go_live("tea-time")
    assert live.run is not None
    await told(world.recordings, live.run.id, to_ms(world.clock.now()), is_on=True)
    path = f"/api/recordings/{live.run.id}"
    async with world.web(*api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        whole = await web.post_json(f"{path}/whole", {})
        at = to_ms(world.clock.now())
        clip = await web.post_json(f"{path}/clips", {"start_at": at, "end_at": at + 5_000})
        seen = await web.get_json(path)

    assert (whole.status_code, whole.json()["code"]) == (409, "show_still_on")
    assert (clip.status_code, clip.json()["state"]) == (201, "waiting")
    assert (seen.json()["state"], len(seen.json()["files"])) == ("on", 1)


async def test_uploaded_captions_are_there_for_everybody(world: ShowsWorld) -> None:
    show, run, _ = await recorded(world)
    here = f"/console/tea-house/recordings/{run}"
    async with world.web(*pages, *api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        token = await web.csrf_token()
        sent = [("en", CAPTIONS), ("en", CAPTIONS), ("en", "nothing"), ("E!", CAPTIONS)]
        answers = [
            await web.http.post(
                f"{here}/captions", data={"csrf_token": token, "language": language},
                files={"file": ("a.vtt", text)}, headers={"Accept": "text/html"},
            )
            for language, text in sent
        ]  # fmt: skip
        file = await web.get(f"/live/{run}/captions/en.vtt")
        extras = (await web.get_json(f"/live/{run}/extras.json")).json()
        unknown = await web.get(f"/live/{run}/captions/en.exe")

    assert [answer.status_code for answer in answers] == [303, 303, 422, 422]
    assert file.headers["content-type"].startswith("text/vtt")
    assert file.headers["access-control-allow-origin"] == "*"
    assert file.text == "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nTea time\n"
    assert extras == {"chapters": [], "languages": ["en"]}
    assert unknown.status_code == 404


async def test_a_token_writes_captions_while_the_show_is_on(world: ShowsWorld) -> None:
    show = await world.a_show()
    live = await world.shows.go_live("tea-time")
    assert live.run is not None
    now = to_ms(world.clock.now())
    lines = [{"at": now, "until": now + 2_000, "text": "Welcome <b>"}]
    path = "/api/shows/tea-time/captions/en"
    writer = member_of(show.room.store_id, Role.MODERATOR)
    async with world.web(*api) as web:
        for token, scope in (("right", "captions:write"), ("wrong", "shows:write")):
            web.known.tokens[token] = replace(writer, scopes=frozenset({scope}))
        wrong = await web.post_json(path, {"lines": lines}, token="wrong")
        right = await web.post_json(path, {"lines": lines}, token="right")
        refused = [
            (await web.post_json(where, {"lines": body}, token="right")).status_code
            for where, body in (
                (path, []), (path, [{"at": now, "until": now + 60_000, "text": "x"}]),
                (path, [{"at": now, "until": now + 1, "text": "x" * 500}]),
                ("/api/shows/tea-time/captions/NO_LANGUAGE", lines),
            )
        ]  # fmt: skip
        heard = (await web.get_json(f"/live/{live.run.id}/captions/en.json")).json()
        await world.shows.end("tea-time")
        late = await web.post_json(path, {"lines": lines}, token="right")

    assert (wrong.status_code, right.status_code, late.status_code) == (403, 200, 409)
    assert all(status in {400, 422} for status in refused)
    assert heard == {"lines": lines}


async def test_a_line_of_captions_can_be_corrected(world: ShowsWorld) -> None:
    show = await world.a_show()
    live = await world.shows.go_live("tea-time")
    assert live.run is not None
    now, path = to_ms(world.clock.now()), "/api/shows/tea-time/captions/en"
    said = [{"at": now + n, "until": now + 2_000, "text": words}
            for n, words in enumerate(("Well come", "to the T house"))]  # fmt: skip
    async with world.web(*api) as web:
        writer = member_of(show.room.store_id, Role.MODERATOR)
        web.known.tokens["t"] = replace(writer, scopes=frozenset({"captions:write"}))
        ids = (await web.post_json(path, {"lines": said}, token="t")).json()["ids"]
        right = said[1] | {"text": "to the tea house"}
        answers = [
            (await web.http.put(
                f"{where}/{line}", json=body, headers={"Authorization": "Bearer t"}
            )).status_code
            for where, line, body in (
                (path, ids[1], right), (path, max(ids) + 1, right),
                (path.replace("/en", "/de"), ids[1], right), (path, ids[0], right | {"text": " "}),
                (path, 10**30, right),
            )
        ]  # fmt: skip
        lines = (await web.get_json(f"/live/{live.run.id}/captions/en.json")).json()["lines"]

    assert answers == [204, 404, 404, 422, 404]
    assert [line["text"] for line in lines] == ["Well come", "to the tea house"]


async def test_what_is_held_up_to_the_camera_begins_a_chapter(world: ShowsWorld) -> None:
    show = await world.a_show()
    bowl = await world.an_offer(show)
    rug = await world.an_offer(show, title="Rug")
    live = await world.shows.go_live("tea-time")
    assert live.run is not None
    at = to_ms(world.clock.now())
    for offer in (bowl.id, None, rug.id):
        await world.clock.advance(timedelta(seconds=10))
        await world.offers.pin("tea-time", offer)
    await told(world.recordings, live.run.id, at)
    async with world.web(*api) as web:
        file = await web.get(f"/live/{live.run.id}/chapters.vtt")

    assert file.text == (
        "WEBVTT\n\n00:00:10.000 --> 00:00:30.000\nTea bowl\n\n00:00:30.000 --> 00:01:00.000\nRug\n"
    )


async def test_each_act_begins_a_chapter(world: ShowsWorld) -> None:
    await world.a_show()
    acts = [Act(ActId(world.ids.new()), title, 300) for title in ("Welcome", "Tea")]
    await world.programmes.save("tea-time", acts, version=0)
    live = await world.shows.go_live("tea-time")
    assert live.run is not None
    at = to_ms(world.clock.now())
    for after in range(2):
        await world.clock.advance(timedelta(seconds=20))
        await world.programmes.go_on("tea-time", after=after, by=PersonId(OWNER))
    await told(world.recordings, live.run.id, at)

    chapters = await world.recordings.chapters(live.run.id)

    assert [(one.start, one.text) for one in chapters] == [(20_000, "Welcome"), (40_000, "Tea")]


@pytest.mark.parametrize("path", ["extras.json", "chapters.vtt", "captions/en.vtt"])
async def test_of_an_unknown_run_there_is_nothing(world: ShowsWorld, path: str) -> None:
    async with world.web(*api) as web:
        assert (await web.get_json(f"/live/{UUID(int=5)}/{path}")).status_code == 404


async def test_captions_come_in_pieces_for_players_that_are_not_ours(world: ShowsWorld) -> None:
    _, run, at = await recorded(world)
    await world.recordings.put_captions(run, "en", CAPTIONS)
    here = f"/live/{run}/captions/en"
    async with world.web(*api) as web:
        held, after = [
            await web.get(f"{here}/{at}-{at + since}-{at + since + 2_000}.vtt")
            for since in (2_000, 4_000)
        ]
        odd = [
            (await web.get(f"{here}/{name}.vtt")).status_code
            for name in ("1-2", f"0-{at}-{at}", f"0-0-{at}", "x-1-2", "9" * 14 + "-1-2")
        ]

    assert held.headers["content-type"].startswith("text/vtt")
    assert held.headers["access-control-allow-origin"] == "*"
    assert held.headers["cache-control"] == "public, max-age=1"
    assert held.text == (
        "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n"
        "00:00:01.000 --> 00:00:02.500\nTea time\n"
    )
    assert "Tea" not in after.text
    assert odd == [404] * 5
