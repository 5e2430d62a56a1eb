"""Following on pages: one press, also before one has signed in, and a way out of every letter."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from livehouse.domains.followers import NewsKind
from livehouse.domains.followers.api import routes as api
from livehouse.domains.followers.model import PLANNED_SETTLES
from livehouse.domains.followers.pages import routes as pages
from livehouse.domains.shows.pages import routes as show_pages
from livehouse.foundation.roles import Role
from livehouse.web.intents import LASTS
from tests.support.people_house import PASSWORD
from tests.support.shows_world import ShowsWorld, member_of
from tests.support.web_client import an_identity

SECOND = timedelta(seconds=1)
FORM = {"show": "tea-time", "next": "/shows/tea-time"}


async def test_a_viewer_follows_and_unfollows_with_one_press_each(world: ShowsWorld) -> None:
    await world.a_show()
    async with world.web(*api, *pages, *show_pages) as web:
        as_guest = (await web.get_json("/api/stores/tea-house/following")).json()
        refused = await web.post_json("/api/stores/tea-house/follow", {})
        web.sign_in_as(an_identity())
        pressed = (await web.post_json("/api/stores/tea-house/follow", {"show": "tea-time"})).json()
        listed = await web.get("/account/following")
        on_page = await web.get("/stores/tea-house/following?next=/rooms/tea-time-room")
        names_it = await web.get("/shows/tea-time")
        gone = (await web.post_json("/api/stores/tea-house/unfollow", {})).json()
        back = await web.post_form("/stores/tea-house/follow", **FORM)
        away = await web.post_form("/stores/tea-house/unfollow", next="https://elsewhere.test/")

    assert as_guest == {"follows": False, "followers": 0, "signed_in": False}
    assert (refused.status_code, refused.json()["code"]) == (401, "sign_in_required")
    assert pressed == {"follows": True, "followers": 1, "signed_in": True}
    assert "Tea House" in listed.text
    assert "You follow this store" in on_page.text
    assert "/stores/tea-house/following?next=/shows/tea-time" in names_it.text
    assert gone["follows"] is False
    assert back.headers["location"] == "/shows/tea-time"
    assert away.headers["location"] == "/"


async def test_who_pressed_before_signing_in_follows_after_it_and_nobody_else(
    world: ShowsWorld,
) -> None:
    await world.a_show()
    async with world.web(*pages) as web:
        await web.get("/stores/tea-house/following")  # leaves a guest's cookie, as any page
        door = (await web.post_form("/stores/tea-house/follow", **FORM)).headers["location"]
        (leads_on,) = parse_qs(urlsplit(door).query)["next"]
        ours = dict(web.http.cookies)
        web.sign_out()  # another browser has other cookies
        await web.get("/stores/tea-house/following")
        web.sign_in_as(an_identity())
        await web.get(leads_on)
        stranger = await world.followers.standing("tea-house", an_identity().person_id)
        web.http.cookies.update(ours)
        done = await web.get(leads_on)
        follows = await world.followers.standing("tea-house", an_identity().person_id)
        await world.followers.leave("tea-house", an_identity().person_id)
        elsewhere = leads_on.replace("/tea-house/", "/coffee-house/")
        await world.a_store("coffee-house")
        await web.get(elsewhere)
        await web.get("/stores/tea-house/followed?word=9999999999.AAAA&next=/")
        await world.clock.advance(LASTS + SECOND)
        late = await web.get(leads_on)
        others = [
            (await world.followers.standing(slug, an_identity().person_id)).follows
            for slug in ("tea-house", "coffee-house")
        ]

    assert door.startswith("/sign-in?")
    assert not stranger.follows, "nobody else's browser follows by the link"
    assert len(leads_on) <= 500, "as long as the door takes"
    assert (done.headers["location"], follows.follows) == ("/shows/tea-time", True)
    assert late.headers["location"] == "/shows/tea-time"
    assert others == [False, False]


async def test_a_letter_has_a_way_out_that_asks_before_it_acts(world: ShowsWorld) -> None:
    await world.a_show()
    ann = await world.people.accounts.sign_up(
        email="ann@example.test", name="Ann", password=PASSWORD, language="en"
    )
    await world.followers.follow("tea-house", ann.id)
    await world.clock.advance(PLANNED_SETTLES)
    await world.news.tell()
    await world.news.send_due(NewsKind.PLANNED)
    link = next(word for word in world.mail.sent[-1].text.split() if "/letters?" in word)
    address = link.removeprefix("https://shop.test")
    (word,) = parse_qs(urlsplit(address).query)["word"]
    await world.a_store("coffee-house")
    async with world.web(*pages) as web:
        asked = await web.get(address)
        still = await world.followers.standing("tea-house", ann.id)
        strangers = [
            (await web.get(f"/stores/coffee-house/letters?word={word}")).status_code,
            (await web.post_form("/stores/tea-house/letters", word=word + "x")).status_code,
        ]
        done = await web.post_form("/stores/tea-house/letters", word=word)

    assert (asked.status_code, still.follows) == (200, True)
    assert "No more letters from Tea House?" in asked.text
    assert strangers == [404, 404]
    assert done.status_code == 303
    assert not (await world.followers.standing("tea-house", ann.id)).follows


async def test_the_staff_sees_sums_and_nobody_else_sees_the_page(world: ShowsWorld) -> None:
    show = await world.a_show()
    ann = await world.people.accounts.sign_up(
        email="ann@example.test", name="Ann of Ulm", password=PASSWORD, language="en"
    )
    await world.followers.follow("tea-house", ann.id, show=show.slug)
    async with world.web(*pages) as web:
        web.sign_in_as(an_identity())
        stranger = await web.get("/console/tea-house/followers")
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        seen = await web.get("/console/tea-house/followers")

    assert (stranger.status_code, seen.status_code) == (404, 200)
    assert "Tea time" in seen.text
    assert "Ulm" not in seen.text
