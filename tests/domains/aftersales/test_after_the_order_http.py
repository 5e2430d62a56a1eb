"""What comes after the order over HTTP: parcels, carriers' words, files, returns."""

from uuid import UUID

import pytest

from livehouse.domains.aftersales.api import routes
from livehouse.domains.orders import Order, Shipped, number_of
from livehouse.foundation.roles import Role
from livehouse.web.identity import Identity
from tests.domains.aftersales.counter import Counter
from tests.support.shows_world import ShowsWorld, member_of
from tests.support.web_client import an_identity

PARCEL = {"carrier": "DHL", "tracking": "JD1"}


def an_editor(order: Order) -> Identity:
    return member_of(order.store_id, Role.EDITOR, number=0x5E11)


async def test_a_stores_own_system_sends_and_tells(world: ShowsWorld, counter: Counter) -> None:
    order = await counter.paid(await counter.offers(), quantity=2)
    here = f"/api/stores/tea-house/orders/{order.id}/parcels"
    at = world.clock.now().isoformat()
    async with world.web(*routes) as web:
        web.sign_in_as(an_editor(order))
        part = {**PARCEL, "pieces": [{"position": 0, "quantity": 1}]}
        made = await web.post_json(here, part)
        again = await web.post_json(here, part)
        over = await web.post_json(
            here, {"carrier": "DHL", "tracking": "X", "pieces": [{"position": 0, "quantity": 2}]}
        )
        rest = await web.post_json(here, {"carrier": "UPS", "tracking": "1Z"})
        events = f"/api/stores/tea-house/parcels/{made.json()['id']}/events"
        news = await web.post_json(events, {"kind": "delivered", "at": at})
        old = await web.post_json(events, {"kind": "delivered", "at": at})
        listed = await web.get_json(here)
        web.sign_in_as(await counter.buyer())
        mine = await web.get_json(f"/api/orders/{order.id}/parcels")

    assert [one.status_code for one in (made, again, over, rest)] == [201, 200, 409, 201]
    assert (news.json(), old.json()) == ({"is_news": True}, {"is_news": False})
    assert [one["state"] for one in listed.json()["parcels"]] == ["delivered", "sent"]
    assert mine.json() == listed.json()
    assert isinstance((await counter.now(order.id)).state, Shipped)


@pytest.mark.parametrize(
    "body",
    [
        {"carrier": "DHL"},
        {**PARCEL, "pieces": []},
        {**PARCEL, "pieces": [{"position": -1, "quantity": 1}]},
        {**PARCEL, "pieces": [{"position": 0, "quantity": 0}]},
        {**PARCEL, "pieces": [{"position": 0, "quantity": 10**9}]},
        {**PARCEL, "weight": 3},
        {"carrier": "x" * 41, "tracking": "1"},
        {"carrier": "DHL", "tracking": "日本"},
        {"carrier": "\x00", "tracking": "1"},
        [],
    ],
)
async def test_nonsense_is_refused_and_sends_nothing(
    world: ShowsWorld, counter: Counter, body: object
) -> None:
    order = await counter.paid(await counter.offers())
    async with world.web(*routes) as web:
        web.sign_in_as(an_editor(order))
        answer = await web.post_json(f"/api/stores/tea-house/orders/{order.id}/parcels", body)
        listed = await web.get_json(f"/api/stores/tea-house/orders/{order.id}/parcels")

    assert 400 <= answer.status_code < 500
    assert listed.json() == {"parcels": []}


async def test_a_file_is_answered_row_by_row(world: ShowsWorld, counter: Counter) -> None:
    order = await counter.paid(await counter.offers())
    content = f"order;carrier;tracking\n{number_of(order.id)};DHL;JD1\n0000;DHL;JD2\n"
    async with world.web(*routes) as web:
        web.sign_in_as(an_editor(order))
        token = await web.csrf_token()
        answer = await web.http.post(
            "/api/stores/tea-house/tracking",
            content=content,
            headers={"content-type": "text/csv", "x-csrf-token": token},
        )

    assert answer.status_code == 200
    assert [(one["line"], one["outcome"], one["reason"]) for one in answer.json()["rows"]] == [
        (2, "sent", ""),
        (3, "refused", "No order of this store has that number."),
    ]


async def test_a_buyer_asks_to_send_back(world: ShowsWorld, counter: Counter) -> None:
    order = await counter.delivered(await counter.offers())
    here = f"/api/orders/{order.id}/returns"
    wish = {"pieces": [{"position": 0, "quantity": 1}], "why": "changed_mind"}
    async with world.web(*routes) as web:
        web.sign_in_as(await counter.buyer())
        asked = await web.post_json(here, wish)
        twice = await web.post_json(here, wish)
        listed = await web.get_json(here)
        figure = await web.get_json("/api/stores/tea-house/satisfaction")

    assert (asked.status_code, twice.status_code) == (201, 409)
    assert [one["state"] for one in listed.json()["returns"]] == ["requested"]
    assert figure.json() == {"ratings": 0, "average": None}


async def test_strangers_hear_that_there_is_nothing(world: ShowsWorld, counter: Counter) -> None:
    order = await counter.paid(await counter.offers())
    parcel = await counter.sent(order)
    at = world.clock.now().isoformat()
    wish = {"pieces": [{"position": 0, "quantity": 1}], "why": "changed_mind"}
    store = "/api/stores/tea-house"
    asks = [
        (f"{store}/orders/{order.id}/parcels", PARCEL),
        (f"{store}/parcels/{parcel.id}/events", {"kind": "delivered", "at": at}),
        (f"/api/orders/{order.id}/returns", wish),
    ]
    async with world.web(*routes) as web:
        guest = {(await web.post_json(path, body)).status_code for path, body in asks}
        web.sign_in_as(an_identity(0xBAD))
        stranger = {(await web.post_json(path, body)).status_code for path, body in asks}
        stranger.add((await web.get_json(f"/api/orders/{order.id}/parcels")).status_code)
        web.sign_in_as(member_of(order.store_id, Role.HOST))
        host = (await web.post_json(*asks[0])).status_code
        web.sign_in_as(an_editor(order))
        unknown = await web.post_json(
            f"{store}/parcels/{UUID(int=1)}/events", {"kind": "delivered", "at": at}
        )

    assert guest == {401}
    assert stranger == {404}
    assert (host, unknown.status_code) == (403, 404)
