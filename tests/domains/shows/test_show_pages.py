"""Pages of shows: for everybody, for the host, for who plans."""

import html
import io
import json
import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from livehouse.domains.shows import Scheduled, VideoFolder
from livehouse.domains.shows.pages import routes
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.roles import Role
from livehouse.web.stage_picture import HEIGHT, WIDTH
from tests.support.shows_world import ShowsWorld, member_of
from tests.support.web_client import a_store_id


async def test_an_empty_house_is_friendly(world: ShowsWorld) -> None:
    async with world.web(*routes) as web:
        page = await web.get("/")

    assert "The stage is set." in page.text


async def test_the_front_page_tells_what_is_on_next_and_over(world: ShowsWorld) -> None:
    store = await world.a_store()
    for slug in ("now", "soon", "then", "never"):
        await world.a_show(slug, store=store, title=f"Show {slug}")
    live = await world.shows.go_live("now")
    await world.shows.go_live("then")
    await world.shows.end("then")
    await world.shows.cancel("never")
    async with world.web(*routes) as web:
        page = (await web.get("/")).text

    assert live.run is not None
    order = [page.index(words) for words in ("Watch now", "Coming up", "Show soon", "Show then")]
    assert order == sorted(order)
    assert f"/live/{live.run.id}/video/poster.jpg" in page
    assert "/shows/soon/poster.svg" in page
    assert 'datetime="2026-01-01T14:00:00+00:00" data-local' in page
    assert "Show never" not in page
    assert '<a href="/campaigns/lanterns">Lanterns (en)</a>' in page


async def test_a_room_keeps_its_shows(world: ShowsWorld) -> None:
    show = await world.a_show()
    async with world.web(*routes) as web:
        before = await web.get(f"/rooms/{show.room.slug}")
        await world.shows.go_live(show.slug)
        during = await web.get(f"/rooms/{show.room.slug}")
        unknown = await web.get("/rooms/nothing-here")

    assert "Coming up" in before.text
    assert "Watch now" in during.text
    assert unknown.status_code == 404


async def test_before_a_show_its_page_waits_for_it(world: ShowsWorld) -> None:
    show = await world.a_show(title='Tea & <script>alert("time")</script>')
    async with world.web(*routes) as web:
        page = (await web.get("/shows/tea-time")).text
        waiting = await web.get("/shows/tea-time/waiting")
        await world.shows.go_live(show.slug)
        begun = await web.get("/shows/tea-time/waiting")

    assert "data-countdown" in page
    assert "<script>alert" not in page
    assert "hx-refresh" not in waiting.headers
    assert begun.headers["hx-refresh"] == "true"
    event = linked_data(page)
    assert event["@type"] == "Event"
    assert event["name"] == show.title
    assert event["eventStatus"] == "https://schema.org/EventScheduled"


async def test_on_air_the_page_is_the_show(world: ShowsWorld) -> None:
    await world.a_show(title="Tea “time”")
    live = await world.shows.go_live("tea-time")
    assert live.run is not None
    async with world.web(*routes) as web:
        page = (await web.get("/shows/tea-time")).text
        await world.shows.end("tea-time")
        over = (await web.get("/shows/tea-time")).text

    given = json.loads(html.unescape(re.findall(r'<lh-watch show="([^"]*)"', page)[0]))
    assert given["run"] == {"id": str(live.run.id), "kind": "live", "state": "live"}
    assert given["title"] == "Tea “time”"
    assert given["store_name"] == "Tea House"
    assert linked_data(page)["publication"]["isLiveBroadcast"] is True
    assert '<meta property="og:url" content="http://shop.test/shows/tea-time">' in page
    assert "endDate" in linked_data(over)["publication"]
    assert linked_data(over)["contentUrl"].endswith("/video/recorded.m3u8")


async def test_a_cancelled_show_says_so(world: ShowsWorld) -> None:
    await world.a_show()
    await world.shows.cancel("tea-time")
    async with world.web(*routes) as web:
        page = (await web.get("/shows/tea-time")).text

    assert "This show does not take place." in page
    assert "&lt;time" not in page
    assert linked_data(page)["eventStatus"] == "https://schema.org/EventCancelled"


async def test_a_rehearsal_is_no_page_for_strangers(world: ShowsWorld) -> None:
    show = await world.a_show()
    rehearsal = await world.shows.rehearse("tea-time")
    assert rehearsal.run is not None
    async with world.web(*routes) as web:
        stranger = (await web.get("/shows/tea-time")).text
        home = (await web.get("/")).text
        web.sign_in_as(member_of(show.room.store_id, Role.MODERATOR))
        staff = (await web.get("/shows/tea-time")).text

    assert str(rehearsal.run.id) not in stranger + home
    assert "lh-watch" not in stranger
    assert str(rehearsal.run.id) in staff
    assert "noindex" in staff


async def test_every_show_has_a_drawn_poster(world: ShowsWorld) -> None:
    await world.a_show()
    async with world.web(*routes) as web:
        drawn = await web.get("/shows/tea-time/poster.svg")
        again = await web.get("/shows/tea-time/poster.svg")

    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert ET.fromstring(drawn.text).tag.endswith("svg")
    assert drawn.text == again.text


async def test_messengers_get_a_picture_that_they_can_show(world: ShowsWorld) -> None:
    await world.a_show()
    async with world.web(*routes) as web:
        page = (await web.get("/shows/tea-time")).text
        drawn = await web.get("/shows/tea-time/poster.png")
        kept = dict(world.records.files)
        again = await web.get("/shows/tea-time/poster.png")
        unknown = await web.get("/shows/nothing-here/poster.png")

    assert '<meta property="og:image" content="http://shop.test/shows/tea-time/poster.png">' in page
    assert drawn.headers["content-type"] == "image/png"
    with Image.open(io.BytesIO(drawn.content)) as picture:
        assert picture.size == (WIDTH, HEIGHT)
    assert drawn.content == again.content == kept["posters/tea-time.png"]
    assert (unknown.status_code, len(world.records.files)) == (404, 1)


async def test_other_sites_frame_a_show_and_learn_nothing_of_who_looks(world: ShowsWorld) -> None:
    show = await world.a_show(title="Tea & <b>time</b>")
    async with world.web(*routes) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.OWNER))
        await world.shows.rehearse("tea-time")
        page = await web.get("/embed/tea-time")
        ours = await web.get("/shows/tea-time")
        unknown = await web.get("/embed/nothing-here")

    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self' *" in policy
    assert "frame-ancestors 'self'" in ours.headers["content-security-policy"]
    assert "*" not in ours.headers["content-security-policy"]
    assert "Tea &amp; &lt;b&gt;time&lt;/b&gt;" in page.text
    assert 'href="http://shop.test/shows/tea-time" target="_top"' in page.text
    assert "<script" not in page.text
    assert "set-cookie" not in page.headers
    assert unknown.status_code == 404


@pytest.mark.parametrize("path", ["/studio/tea-time", "/console/tea-house/shows"])
async def test_studio_and_console_are_there_for_the_store_alone(
    world: ShowsWorld, path: str
) -> None:
    show = await world.a_show()
    async with world.web(*routes) as web:
        guest = await web.get(path)
        web.sign_in_as(member_of(a_store_id(77), Role.OWNER))
        stranger = await web.get(path)
        web.sign_in_as(member_of(show.room.store_id, Role.MODERATOR))
        member = await web.get(path)

    assert guest.headers["location"] == f"/sign-in?next={path}"
    assert (stranger.status_code, member.status_code) == (404, 200)


async def test_a_host_presses_the_buttons_without_scripts(world: ShowsWorld) -> None:
    show = await world.a_show()
    async with world.web(*routes) as web:
        web.sign_in_as(member_of(a_store_id(77), Role.OWNER))
        stranger = await web.post_form("/studio/tea-time/go-live")
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        before = await web.get("/studio/tea-time")
        live = await web.post_form("/studio/tea-time/go-live")
        twice = await web.post_form("/studio/tea-time/go-live")
        refused = await web.get("/studio/tea-time")
        nonsense = await web.post_form("/studio/tea-time/explode")
        await web.post_form("/studio/tea-time/end")
        mine = await web.get("/studio")

    assert stranger.status_code == nonsense.status_code == 404
    assert "Go live" in before.text
    assert "may-run" in before.text
    assert (live.status_code, twice.status_code) == (303, 303)
    assert "This show is live already." in refused.text
    assert "Over" in mine.text


async def test_a_show_is_planned_in_the_stores_own_time(world: ShowsWorld) -> None:
    store = await world.a_store()
    async with world.web(*routes) as web:
        web.sign_in_as(member_of(store.id, Role.EDITOR))
        blank = await web.get("/console/tea-house/schedule")
        saved = await web.post_form(
            "/console/tea-house/schedule", title="Évening tea", starts_at="2026-01-05T20:00"
        )
        again = await web.post_form(
            "/console/tea-house/schedule", title="Évening tea", starts_at="2026-01-06T20:00",
            room="tea-house",
        )  # fmt: skip
        listed = await web.get("/console/tea-house/shows")

    assert 'value="2026-01-02T20:00"' in blank.text
    assert saved.headers["location"] == "/console/tea-house/shows/evening-tea"
    assert again.headers["location"] == "/console/tea-house/shows/evening-tea-2"
    planned = await world.shows.by_slug("evening-tea")
    assert planned.state == Scheduled(planned.starts_at)
    assert planned.starts_at.isoformat() == "2026-01-05T19:00:00+00:00"
    assert (planned.room.slug, planned.room.title) == ("tea-house", "Tea House")
    assert len(await world.shows.rooms_of(store.id)) == 1
    assert listed.text.count(">Évening tea</a>") == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": ""}, "Please fill this in."),
        ({"title": "  \u2003 "}, "Please fill this in."),
        ({"starts_at": "tomorrow"}, "this is not a time"),
        ({"starts_at": "0001-01-01T00:00"}, "this is not a time"),
        ({"starts_at": "2036-01-01T00:00"}, "choose a time within two years"),
        ({"slug": "No Spaces"}, "use a-z, 0-9 and inner hyphens"),
        ({"slug": "taken"}, "is taken or was used before"),
        ({"room": "foreign-room"}, "choose one of your rooms"),
        ({"source": "../../etc/passwd"}, "choose one of the videos offered"),
    ],
)
async def test_a_plan_with_a_mistake_comes_back_and_leaves_nothing(
    world: ShowsWorld, fields: dict[str, str], words: str
) -> None:
    store = await world.a_store()
    await world.a_show("taken", store=store)
    await world.a_show("foreign", store=await world.a_store("other-store"))
    form = {"title": "Tea", "starts_at": "2026-01-05T20:00", "room": "taken-room"}
    async with world.web(*routes) as web:
        web.sign_in_as(member_of(store.id, Role.OWNER))
        answer = await web.post_form("/console/tea-house/schedule", **(form | fields))

    assert answer.status_code in {409, 422}
    assert words.lower() in html.unescape(answer.text).lower()
    assert len(await world.shows.of_stores([store.id])) == 1
    assert len(await world.shows.rooms_of(store.id)) == 1


async def test_only_an_owner_is_offered_the_installations_videos(world: ShowsWorld) -> None:
    store = await world.a_store()
    form = {"title": "Tea", "starts_at": "2026-01-05T20:00", "source": "walk.mp4"}
    async with world.web(*routes) as web:
        web.sign_in_as(member_of(store.id, Role.EDITOR))
        editor = await web.get("/console/tea-house/schedule")
        refused = await web.post_form("/console/tea-house/schedule", **form)
        web.sign_in_as(member_of(store.id, Role.OWNER))
        owner = await web.get("/console/tea-house/schedule")
        await web.post_form("/console/tea-house/schedule", **form)

    assert "walk.mp4" not in editor.text
    assert refused.status_code == 403
    assert "walk.mp4" in owner.text
    assert (await world.shows.by_slug("tea")).source == "/videos/walk.mp4"


async def test_a_show_is_cancelled_by_its_own_store(world: ShowsWorld) -> None:
    show = await world.a_show()
    other = await world.a_store("other-store")
    async with world.web(*routes) as web:
        web.sign_in_as(member_of(other.id, Role.OWNER))
        answers = [
            await web.post_form(f"/console/{slug}/shows/tea-time/cancel")
            for slug in ("tea-house", "other-store")
        ]
        web.sign_in_as(member_of(show.room.store_id, Role.OWNER))
        done = await web.post_form("/console/tea-house/shows/tea-time/cancel")

    assert [answer.status_code for answer in answers] == [404, 404]
    assert done.headers["location"] == "/console/tea-house/shows/tea-time"


def test_videos_are_chosen_by_name_alone(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("videos")
    for name in ("b.mp4", "a.webm", "notes.txt"):
        (folder / name).write_bytes(b"")
    videos = VideoFolder(folder)

    assert videos.names() == ["a.webm", "b.mp4"]
    assert videos.path("b.mp4") == str(folder / "b.mp4")
    for name in ("notes.txt", "../b.mp4", "/etc/passwd", ""):
        with pytest.raises(InvalidInput):
            videos.path(name)
    assert VideoFolder(folder / "nowhere").names() == []


def linked_data(page: str) -> dict[str, Any]:
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    decoded: dict[str, Any] = json.loads(found)
    return decoded
