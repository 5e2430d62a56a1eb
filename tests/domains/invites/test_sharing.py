"""A link of one's own, its code and its poster, and what other sites learn of ours."""

import re
import xml.etree.ElementTree as ET
from contextlib import AbstractAsyncContextManager

import pytest
from litestar.types import ControllerRouterHandler

from livehouse.app.sharing import places
from livehouse.domains.campaigns import Campaigns
from livehouse.domains.invites import Invites, api
from livehouse.domains.invites.model import LINE_WIDTH, LINES_MAX, lines_of, wide
from livehouse.domains.invites.pages import frame_size, qr_path, routes
from livehouse.foundation.ids import SystemIds
from livehouse.storage.database import Database
from livehouse.web.identity import Identity
from livehouse.web.stage_picture import HEIGHT, WIDTH
from tests.support.clock import ManualClock
from tests.support.draws_world import a_plan, a_started_draw
from tests.support.orders_world import a_buyer
from tests.support.shows_world import ShowsWorld
from tests.support.web_client import WebClient, web_client


@pytest.fixture
def world(database: Database, clock: ManualClock, ids: SystemIds) -> ShowsWorld:
    return ShowsWorld(database, clock, ids)


def sharing(world: ShowsWorld) -> Invites:
    invites = Invites(world.database, world.clock)
    campaigns = Campaigns(world.database, world.clock, world.ids)
    invites.places.update(places(world.shows, campaigns, world.battles, world.draws))
    return invites


def client(world: ShowsWorld, invites: Invites) -> AbstractAsyncContextManager[WebClient]:
    both: list[ControllerRouterHandler] = [*routes, *api.routes]
    return web_client(both, clock=world.clock, invites=invites, people=world.people)


async def my_link(web: WebClient, who: Identity) -> str:
    web.sign_in_as(who)
    await web.post_form("/share/show/tea-time")
    page = await web.get("/share/show/tea-time")
    found = re.search(r"/i/([\w-]{12})/poster", page.text)
    assert found is not None
    return found[1]


async def test_a_program_is_told_my_link_and_how_many_came_by_it(world: ShowsWorld) -> None:
    await world.a_show()
    ann, bob = await a_buyer(world, "Ann"), await a_buyer(world, "Bob")
    async with client(world, sharing(world)) as web:
        guest = await web.post_json("/api/share/show/tea-time", {})
        web.sign_in_as(ann)
        first = (await web.post_json("/api/share/show/tea-time", {})).json()
        web.sign_in_as(bob)
        await web.get(first["path"])
        web.sign_in_as(ann)
        again = (await web.post_json("/api/share/show/tea-time", {})).json()
        poster = await web.get(again["poster"])
        nothing = await web.post_json("/api/share/show/no-such-show", {})

    assert guest.status_code == 401
    assert again == first | {"brought": 1}
    assert poster.headers["content-type"].startswith("image/svg+xml")
    assert nothing.status_code == 404


async def test_a_friend_who_follows_my_link_counts_for_me_once(world: ShowsWorld) -> None:
    await world.a_show()
    ann, bob = await a_buyer(world, "Ann"), await a_buyer(world, "Bartholomew")
    async with client(world, sharing(world)) as web:
        code = await my_link(web, ann)
        own = await web.get(f"/i/{code}")
        web.sign_in_as(bob)
        led = [await web.get(f"/i/{code}") for _ in range(2)]
        web.sign_in_as(ann)
        page = await web.get("/share/show/tea-time")

    assert own.headers["location"] == "/shows/tea-time"
    assert {one.headers["location"] for one in led} == {f"/shows/tea-time?by={code}"}
    assert "1 friend came by your link." in page.text
    assert "B***" in page.text
    assert "Bartholomew" not in page.text


async def test_a_guest_counts_after_signing_in(world: ShowsWorld) -> None:
    await world.a_show()
    ann, bob = await a_buyer(world, "Ann"), await a_buyer(world, "Bartholomew")
    async with client(world, sharing(world)) as web:
        code = await my_link(web, ann)
        web.sign_out()
        led = await web.get(f"/i/{code}")
        too_early = await web.post_form(f"/i/{code}/arrive")
        web.sign_in_as(bob)
        told = await web.post_form(f"/i/{code}/arrive")
        web.sign_in_as(ann)
        page = await web.get("/share/show/tea-time")

    assert led.status_code == 303
    assert too_early.status_code in {303, 401}
    assert told.status_code == 204
    assert "1 friend came by your link." in page.text


async def test_the_poster_and_the_code_are_pictures(world: ShowsWorld) -> None:
    await world.a_show(title="Tea & <Time>")
    async with client(world, sharing(world)) as web:
        code = await my_link(web, await a_buyer(world))
        web.sign_out()
        pictures = [await web.get(f"/i/{code}/{name}") for name in ("qr.svg", "poster.svg")]
        nobody = await web.get("/i/aaaaaaaaaaaa/qr.svg")

    for picture in pictures:
        assert picture.headers["content-type"].startswith("image/svg+xml")
        assert picture.headers["cache-control"].startswith("public")
        assert ET.fromstring(picture.text).tag.endswith("svg")
    assert "Tea &amp; &lt;Time&gt;" in pictures[1].text
    assert nobody.status_code == 404


async def test_other_sites_learn_what_a_link_leads_to(world: ShowsWorld) -> None:
    show = await world.a_show()
    late = await world.a_show("late", store=await world.a_store("kiln"))
    one = await a_started_draw(world, a_plan(), await world.shows.go_live(late.slug))
    async with client(world, sharing(world)) as web:
        base = str(web.http.base_url).rstrip("/")
        known = [
            await web.get_json(f"/oembed?url={base}/{path}")
            for path in (f"shows/{show.slug}", f"rooms/{show.room.slug}", f"draws/{one.id}")
        ]
        unknown = [
            await web.get_json(f"/oembed?url={url}")
            for url in (
                "https://elsewhere.test/shows/tea-time", f"{base}/shows/no-such", f"{base}/",
                f"{base}/campaigns/none", f"{base}/draws/none", f"{base}/draws/{show.id}",
                "nonsense", f"{base}/i/x",
            )
        ]  # fmt: skip

    assert [one.json()["title"] for one in known] == [
        "Tea time", "Tea time, the room", "Posters for all",
    ]  # fmt: skip
    assert [one.json()["type"] for one in known] == ["video", "link", "link"]
    show_told = known[0].json()
    assert show_told["thumbnail_url"] == f"{base}/shows/tea-time/poster.png"
    assert (show_told["thumbnail_width"], show_told["thumbnail_height"]) == (WIDTH, HEIGHT)
    assert known[1].json()["thumbnail_width"] == known[1].json()["thumbnail_height"] == 480
    assert (show_told["width"], show_told["height"]) == (640, 336)
    assert f'<iframe src="{base}/embed/tea-time" title="Tea time" width="640"' in show_told["html"]
    assert [one.status_code for one in unknown] == [404] * len(unknown)


@pytest.mark.parametrize(
    "title",
    [
        "Tea",
        "Winter Knits, First Look at the Coast " * 4,
        "北方羊毛专场" * 12,
        "x" * 300,
        "a\tb 茶",
    ],
)
def test_a_title_fits_on_a_poster(title: str) -> None:
    lines = lines_of(title)

    assert 1 <= len(lines) <= LINES_MAX
    assert all(len(line) <= LINE_WIDTH + 1 for line in lines)
    assert "".join(lines).replace(" ", "")[:8] == "".join(title.split())[:8]


def test_chinese_takes_the_room_of_two() -> None:
    assert max(sum(2 if wide(c) else 1 for c in line) for line in lines_of("茶" * 18)) <= LINE_WIDTH


def test_a_code_is_square_and_quiet() -> None:
    data, side = qr_path("https://shop.test/i/abcdefghijkl")

    assert side >= 21
    assert data.startswith("M0 0h1v1h-1z")


@pytest.mark.parametrize(
    ("room", "size"),
    [
        ((10_000, 10_000), (640, 336)),
        ((320, 10_000), (320, 168)),
        ((640, 168), (320, 168)),
        ((0, -5), (64, 34)),
    ],
)
def test_a_frame_is_as_large_as_the_other_site_has_room_for(
    room: tuple[int, int], size: tuple[int, int]
) -> None:
    assert frame_size(*room) == size
