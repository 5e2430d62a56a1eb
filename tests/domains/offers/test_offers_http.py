"""Offers over HTTP: who may plan, open, close and pin."""

from collections.abc import Callable
from uuid import UUID

import pytest

from livehouse.domains.offers import Offer
from livehouse.domains.offers.api import routes as api
from livehouse.domains.offers.pages import routes as pages
from livehouse.domains.shows import Show
from livehouse.foundation.roles import Role
from tests.support.shows_world import ShowsWorld, member_of, variant_of
from tests.support.web_client import a_store_id

Path = Callable[[Show, Offer], str]
POSTS: dict[str, tuple[Path, dict[str, object]]] = {
    "plan": (
        lambda show, _: f"/api/shows/{show.slug}/offers",
        {"variant_id": str(UUID(int=1)), "price_minor": 1, "currency": "EUR", "allotment": 1},
    ),
    "open": (lambda _, offer: f"/api/offers/{offer.id}/open", {}),
    "close": (lambda _, offer: f"/api/offers/{offer.id}/close", {}),
    "pin": (lambda show, _: f"/api/shows/{show.slug}/pin", {"offer_id": ""}),
}


@pytest.mark.parametrize("name", POSTS)
async def test_the_hosts_buttons_are_not_there_for_strangers(world: ShowsWorld, name: str) -> None:
    show = await world.a_show()
    offer = await world.an_offer(show)
    await world.shows.go_live(show.slug)
    path_of, body = POSTS[name]
    path = path_of(show, offer)
    async with world.web(*api) as web:
        guest = await web.post_json(path, body)
        codes = []
        for role in (Role.OWNER, Role.EDITOR, Role.HOST, Role.MODERATOR):
            web.sign_in_as(member_of(a_store_id(77), role))
            codes.append((await web.post_json(path, body)).status_code)
        web.sign_in_as(member_of(show.room.store_id, Role.MODERATOR))
        moderator = await web.post_json(path, body)

    assert guest.status_code == 401
    assert codes == [404] * 4
    assert moderator.status_code == 403


async def test_a_host_plans_opens_pins_and_closes(world: ShowsWorld) -> None:
    show = await world.a_show()
    store = await world.stores.store(show.room.store_id)
    variant = variant_of(await world.a_product(store, stock=3))
    await world.shows.go_live(show.slug)
    body = {"variant_id": str(variant), "price_minor": 1500, "currency": "EUR", "allotment": 5}
    async with world.web(*api) as web:
        web.sign_in_as(member_of(store.id, Role.HOST))
        planned = await web.post_json("/api/shows/tea-time/offers", body | {"minutes": 1})
        offer_id = planned.json()["id"]
        opened = await web.post_json(f"/api/offers/{offer_id}/open", {})
        pinned = await web.post_json("/api/shows/tea-time/pin", {"offer_id": offer_id})
        closed = await web.post_json(f"/api/offers/{offer_id}/close", {})
        unpinned = await web.post_json("/api/shows/tea-time/pin", {"offer_id": ""})

    assert planned.status_code == 201
    assert {key: planned.json()[key] for key in ("state", "left", "total", "price_minor")} == {
        "state": "planned", "left": 3, "total": 5, "price_minor": 1500,
    }  # fmt: skip
    assert opened.json()["closes_at"] - opened.json()["opens_at"] == 60_000
    assert pinned.json() == {"offer_id": offer_id}
    assert closed.json()["state"] == "closed"
    assert unpinned.json() == {"offer_id": ""}


async def test_prices_are_the_stores_own_business_until_it_begins(world: ShowsWorld) -> None:
    show = await world.a_show()
    await world.an_offer(show)
    async with world.web(*api) as web:
        before = await web.get_json("/api/shows/tea-time/offers")
        web.sign_in_as(member_of(show.room.store_id, Role.MODERATOR))
        staff = await web.get_json("/api/shows/tea-time/offers")
        web.sign_out()
        await world.shows.go_live(show.slug)
        during = await web.get_json("/api/shows/tea-time/offers")

    assert before.json() == {"offers": []}
    assert len(staff.json()["offers"]) == 1
    assert during.json() == staff.json()


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("variant_id", "nonsense", 400),
        ("variant_id", str(UUID(int=5)), 404),
        ("price_minor", 9.5, 400),
        ("price_minor", -1, 400),
        ("price_minor", 2**60, 400),
        ("price_minor", 2**52, 422),
        ("currency", "XYZ", 422),
        ("currency", "EURO", 400),
        ("allotment", 0, 400),
        ("allotment", 2**40, 422),
        ("limit", "many", 400),
        ("minutes", 10_000, 422),
        ("discount", 10, 400),
    ],
)
async def test_a_plan_that_makes_no_sense_is_refused(
    world: ShowsWorld, field: str, value: object, status: int
) -> None:
    show = await world.a_show()
    store = await world.stores.store(show.room.store_id)
    body: dict[str, object] = {
        "variant_id": str(variant_of(await world.a_product(store))),
        "price_minor": 100, "currency": "EUR", "allotment": 1,
    }  # fmt: skip
    async with world.web(*api) as web:
        web.sign_in_as(member_of(store.id, Role.EDITOR))
        answer = await web.post_json("/api/shows/tea-time/offers", body | {field: value})

    assert answer.status_code == status, answer.text
    assert await world.offers.listing(show.id) == []


@pytest.mark.parametrize("offer_id", ["nonsense", "%00", str(UUID(int=9)), "x" * 500])
async def test_an_offer_that_is_none_is_not_found(world: ShowsWorld, offer_id: str) -> None:
    show = await world.a_show()
    await world.shows.go_live(show.slug)
    async with world.web(*api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.OWNER))
        opened = await web.post_json(f"/api/offers/{offer_id}/open", {})
        pinned = await web.post_json("/api/shows/tea-time/pin", {"offer_id": offer_id})

    assert opened.status_code == 404
    assert pinned.status_code in {400, 404}


async def test_an_offer_is_planned_in_the_console(world: ShowsWorld) -> None:
    show = await world.a_show()
    store = await world.stores.store(show.room.store_id)
    product = await world.a_product(store, title="Moss bowl")
    path = f"/console/{store.slug}/shows/tea-time"
    async with world.web(*pages) as web:
        web.sign_in_as(member_of(store.id, Role.EDITOR))
        empty = await web.get(path)
        wrong = await web.post_form(
            f"{path}/offers", variant_id=str(variant_of(product)), price="cheap", allotment="4"
        )
        saved = await web.post_form(
            f"{path}/offers", variant_id=str(variant_of(product)), price="12.50", allotment="4"
        )
        page = await web.get(path)
        nothing = await web.get(f"{path}?q=%00umbrella")

    assert "Nothing on offer yet" in empty.text
    assert "Moss bowl" in empty.text
    assert wrong.status_code == 422
    assert "This is not an amount of money" in wrong.text
    assert (saved.status_code, saved.headers["location"]) == (303, path)
    assert "€12.50" in page.text
    assert "4 / 4" in page.text
    assert "No product matches “umbrella”" in nothing.text


async def test_a_shows_console_is_there_for_its_store_alone(world: ShowsWorld) -> None:
    show = await world.a_show()
    store = await world.stores.store(show.room.store_id)
    other = await world.a_store("other-store")
    own = f"/console/{store.slug}/shows/tea-time"
    crossed = f"/console/{other.slug}/shows/tea-time"
    async with world.web(*pages) as web:
        guest = await web.get(own)
        web.sign_in_as(member_of(other.id, Role.OWNER))
        answers = [
            await web.get(own),
            await web.get(crossed),
            await web.post_form(f"{own}/offers", variant_id="x", allotment="1"),
            await web.post_form(f"{crossed}/offers", variant_id="x", allotment="1"),
        ]

    assert (guest.status_code, guest.headers["location"][:8]) == (303, "/sign-in")
    assert [answer.status_code for answer in answers] == [404] * 4
