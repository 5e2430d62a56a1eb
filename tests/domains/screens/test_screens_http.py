"""Screens over HTTP: what the TV's own cookie opens, and what it does not."""

from livehouse.domains.screens.api import routes as api
from livehouse.domains.screens.pages import routes as pages
from livehouse.web.identity import SCREEN_COOKIE
from tests.support.shows_world import ShowsWorld
from tests.support.web_client import WebClient, an_identity


async def turned_on(web: WebClient) -> dict[str, object]:
    answer = await web.post_json("/api/screen", {})
    assert answer.status_code == 200
    found: dict[str, object] = answer.json()
    return found


async def test_a_phone_takes_the_tv_in_hand_and_lets_it_go(world: ShowsWorld) -> None:
    await world.a_show("gala", store=await world.a_store())
    async with world.web(*api, *pages) as tv, world.web(*api, *pages) as web:
        shown = await turned_on(tv)
        guest = await web.get(f"/pair/{shown['code']}")
        web.sign_in_as(an_identity())
        asked = await web.get(f"/pair/{shown['code']}")
        paired = await web.post_form(f"/pair/{shown['code']}")
        again = await web.post_form(f"/pair/{shown['code']}")
        (own,) = (await web.get_json("/api/screens")).json()
        base = f"/api/screens/{own['id']}"
        told = await web.post_json(base, {"show": "gala", "volume": 30})
        wrong = [
            (await web.post_json(base, body)).status_code
            for body in ({"show": "no-such"}, {"show": "../x"}, {"volume": 101}, {"buy": 1})
        ]
        heard = (await tv.get_json("/api/screen?seen=1")).json()
        remote = await web.get("/remote")
        await web.post_json(f"{base}/unpair", {})
        gone = await tv.get_json("/api/screen?seen=1")

    assert guest.status_code == 303
    assert "/sign-in" in guest.headers["Location"]
    assert str(shown["code"])[:4] in asked.text
    assert (paired.status_code, paired.headers["Location"]) == (303, "/remote")
    assert (again.status_code, told.status_code) == (404, 204)
    assert wrong == [404, 400, 400, 400]
    assert heard["wish"] == {"show": "gala", "paused": None, "volume": 30}
    assert (heard["paired"], heard["code"]) == (True, "")
    assert own["id"] in remote.text
    assert (gone.status_code, gone.json()["code"]) == (404, "unknown_screen")


async def test_the_tv_stands_for_nobody(world: ShowsWorld) -> None:
    async with world.web(*api, *pages) as tv, world.web(*api, *pages) as web:
        shown = await turned_on(tv)
        web.sign_in_as(an_identity())
        await web.post_form(f"/pair/{shown['code']}")
        (own,) = (await web.get_json("/api/screens")).json()
        statuses = [
            (await tv.get_json("/api/screens")).status_code,
            (await tv.get_json(f"/api/screens/{own['id']}?seen=0")).status_code,
            (await tv.post_json(f"/api/screens/{own['id']}", {"paused": True})).status_code,
            (await tv.get("/remote")).status_code,
        ]
        cookie = next(one for one in tv.http.cookies.jar if one.name == SCREEN_COOKIE)

    assert statuses == [401, 401, 401, 303]
    assert cookie.has_nonstandard_attr("HttpOnly")


async def test_who_guesses_codes_is_slowed_down(world: ShowsWorld) -> None:
    async with world.web(*api, *pages) as web:
        web.sign_in_as(an_identity())
        answers = [(await web.post_form("/pair/ABCDEFGH")).status_code for _ in range(21)]
        picture = await web.get("/tv/codes/ABCDEFGH.svg")
        none = await web.get("/tv/codes/x.svg")

    assert answers == [404] * 20 + [429]
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert none.status_code == 404


async def test_the_guide_says_what_is_on_and_what_comes(world: ShowsWorld) -> None:
    store = await world.a_store()
    for slug in ("gala", "later"):
        await world.a_show(slug, store=store)
    await world.shows.go_live("gala")
    async with world.web(*api, *pages) as web:
        guide = (await web.get_json("/api/tv")).json()
        one = (await web.get_json("/api/tv/gala")).json()
        page = await web.get("/tv/gala")
        missing = await web.get("/tv/none")

    assert [[show["slug"] for show in guide[part]] for part in ("on", "coming")] == [
        ["gala"],
        ["later"],
    ]
    assert one["run"]["state"] == "live"
    assert 'slug="gala"' in page.text
    assert missing.status_code == 404
