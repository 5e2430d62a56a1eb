"""Orders over HTTP: buying, looking, numbers, and the word of a payment provider."""

from uuid import UUID

import pytest
from msgspec.structs import replace

from livehouse.domains.orders.api import routes as api
from livehouse.foundation.ids import OrderId
from livehouse.foundation.roles import Role
from tests.support.orders_world import a_wish, bought
from tests.support.shows_world import ShowsWorld, member_of
from tests.support.web_client import a_store_id, an_address_id, an_identity


async def test_an_order_is_placed_once_however_often_it_is_asked_for(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer()
    body = {"id": str(world.ids.new()), "offer_id": str(offer.id), "quantity": 2}
    async with world.web(*api) as web:
        web.sign_in_as(an_identity(default_address_id=an_address_id()))
        first = await web.post_json("/api/orders", body)
        again = await web.post_json("/api/orders", body)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json() == {
        "type": "orders.bought", "id": body["id"], "offer_id": str(offer.id), "state": "placed",
        "total_minor": 4000, "currency": "EUR", "pay_by": 1767269400000, "needs_address": False,
    }  # fmt: skip


async def test_a_guest_is_asked_to_sign_in_and_a_token_needs_its_scope(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer()
    body = {"id": str(world.ids.new()), "offer_id": str(offer.id)}
    async with world.web(*api) as web:
        guest = await web.post_json("/api/orders", body)
        for token, scope in (("writer", "orders:write"), ("reader", "orders:read")):
            web.known.tokens[token] = replace(an_identity(), scopes=frozenset({scope}))
        reader = await web.post_json("/api/orders", body, token="reader")
        writer = await web.post_json("/api/orders", body, token="writer")
        listed = await web.get_json("/api/orders", token="reader")
        not_listed = await web.get_json("/api/orders", token="writer")

    codes = [one.status_code for one in (guest, reader, writer, listed, not_listed)]
    assert codes == [401, 403, 201, 200, 403]
    assert [order["id"] for order in listed.json()["orders"]] == [body["id"]]


async def test_a_cookie_alone_buys_nothing(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer()
    body = {"id": str(world.ids.new()), "offer_id": str(offer.id)}
    async with world.web(*api) as web:
        web.sign_in_as(an_identity())
        forged = await web.http.post("/api/orders", json=body)
        foreign = await web.http.post(
            "/api/orders",
            json=body,
            headers={"Origin": "https://evil.test", "X-CSRF-Token": await web.csrf_token()},
        )

    assert [answer.json()["code"] for answer in (forged, foreign)] == ["forged_request"] * 2
    assert (await world.quota(offer.quota_id)).held == 0


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"quantity": 0}, 422, "bad_quantity"),
        ({"quantity": 101}, 422, "bad_quantity"),
        ({"quantity": 10**30}, 422, "bad_quantity"),
        ({"quantity": "two"}, 400, "bad_request"),
        ({"quantity": 1.5}, 400, "bad_request"),
        ({"id": str(UUID(int=5))}, 422, "order_id_not_uuid7"),
        ({"id": "nonsense"}, 400, "bad_request"),
        ({"offer_id": str(UUID(int=5))}, 404, "unknown_offer"),
        ({"offer_id": None}, 400, "bad_request"),
        ({"buyer_id": str(UUID(int=5))}, 400, "bad_request"),
        ({"quantity": 6}, 409, "sold_out"),
    ],
)
async def test_what_cannot_be_bought_is_refused(
    world: ShowsWorld, change: dict[str, object], status: int, code: str
) -> None:
    _, offer = await world.an_open_offer(allotment=5)
    body: dict[str, object] = {"id": str(world.ids.new()), "offer_id": str(offer.id)}
    async with world.web(*api) as web:
        web.sign_in_as(an_identity())
        answer = await web.post_json("/api/orders", body | change)

    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert (await world.quota(offer.quota_id)).held == 0


async def test_another_buyers_order_id_is_taken(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer()
    body = {"id": str(world.ids.new()), "offer_id": str(offer.id)}
    async with world.web(*api) as web:
        web.sign_in_as(an_identity(1))
        await web.post_json("/api/orders", body)
        web.sign_in_as(an_identity(2))
        stolen = await web.post_json("/api/orders", body)
        looked = await web.get_json(f"/api/orders/{body['id']}")
        listed = await web.get_json("/api/orders")

    assert (stolen.status_code, stolen.json()["code"]) == (409, "foreign_order")
    assert looked.status_code == 404
    assert listed.json() == {"orders": [], "next": ""}


async def test_an_order_is_paid_or_cancelled_over_the_api(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer()
    kept, dropped = a_wish(world, offer.id), a_wish(world, offer.id)
    for wish in (kept, dropped):
        await bought(world, wish)
    async with world.web(*api) as web:
        web.sign_in_as(an_identity(1))
        begun = await web.post_json(f"/api/orders/{kept.id}/payments", {})
        unknown = await web.post_json(f"/api/orders/{kept.id}/payments", {"provider": "none"})
        gone = await web.post_json(f"/api/orders/{dropped.id}/cancel", {})
        late = await web.post_json(f"/api/orders/{dropped.id}/payments", {})
        again = await web.post_json(f"/api/orders/{dropped.id}/cancel", {})

    payment = (await world.payments.of_order(kept.id))[0]
    assert (begun.status_code, begun.json()) == (201, {"go_on": f"/sandbox/{payment.id}"})
    assert (gone.status_code, gone.json()["state"]) == (200, "cancelled")
    refused = [(one.status_code, one.json()["code"]) for one in (unknown, late, again)]
    assert refused[1:] == [(409, "order_not_open")] * 2
    assert refused[0][1] == "provider_unknown"
    assert (await world.quota(offer.quota_id)).held == 1


async def test_a_stranger_neither_pays_nor_cancels_over_the_api(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer()
    wish = a_wish(world, offer.id)
    await bought(world, wish)
    async with world.web(*api) as web:
        web.sign_in_as(an_identity(2))
        codes = [
            (await web.post_json(f"/api/orders/{wish.id}/{what}", {})).status_code
            for what in ("payments", "cancel")
        ]

    assert codes == [404, 404]
    assert (await world.quota(offer.quota_id)).held == 1


async def test_too_many_orders_at_once_have_to_wait(world: ShowsWorld) -> None:
    async with world.web(*api) as web:
        web.sign_in_as(an_identity())
        body = {"id": str(world.ids.new()), "offer_id": str(UUID(int=1))}
        codes = [(await web.post_json("/api/orders", body)).status_code for _ in range(121)]

    assert codes[-1] == 429
    assert set(codes[:-1]) == {404}


async def test_an_order_tells_its_lines_and_how_long_it_is_held(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer()
    wish = a_wish(world, offer.id, quantity=2, with_address=False)
    await bought(world, wish)
    async with world.web(*api) as web:
        web.sign_in_as(an_identity(1))
        order = (await web.get_json(f"/api/orders/{wish.id}")).json()
        wrong = [
            (await web.get_json(f"/api/orders/{id_}")).status_code
            for id_ in ("nonsense", "%00", UUID(int=3))
        ]

    assert order["lines"] == [
        {"kind": "goods", "amount_minor": 4000, "counts": True, "basis_points": 0, "label": ""},
        {"kind": "tax", "amount_minor": 639, "counts": False, "basis_points": 1900, "label": ""},
    ]
    (item,) = order["items"]
    assert (item["title"], item["quantity"], item["pays_minor"]) == ("Tea bowl", 2, 4000)
    assert order["needs_address"] is True
    assert order["placed_at"] == "2026-01-01T12:00:00Z"
    assert wrong == [404] * 3


async def test_orders_are_listed_page_by_page(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer(stock=50, allotment=50)
    wishes = [a_wish(world, offer.id) for _ in range(35)]
    await world.till.commit(wishes)
    async with world.web(*api) as web:
        web.sign_in_as(an_identity(1))
        first = (await web.get_json("/api/orders")).json()
        second = (await web.get_json(f"/api/orders?before={first['next']}")).json()
        nonsense = await web.get_json("/api/orders?before=yesterday")

    seen = [OrderId(UUID(order["id"])) for order in first["orders"] + second["orders"]]
    assert seen == [wish.id for wish in reversed(wishes)]
    assert (len(first["orders"]), second["next"], nonsense.status_code) == (30, "", 400)


async def test_a_shows_numbers_are_its_staffs(world: ShowsWorld) -> None:
    show, offer = await world.an_open_offer()
    paid, _ = [a_wish(world, offer.id, buyer=n) for n in (1, 2)]
    await bought(world, paid)
    await bought(world, a_wish(world, offer.id, buyer=2))
    await world.payments.begin(paid.id, buyer_id=paid.buyer_id)
    payment = (await world.payments.of_order(paid.id))[0]
    await world.payments.hear_signed("sandbox", *world.sandbox.notice(payment, "succeeded"))
    path = f"/api/shows/{show.slug}/numbers"
    async with world.web(*api) as web:
        guest = await web.get_json(path)
        web.sign_in_as(member_of(a_store_id(77), Role.OWNER))
        stranger = await web.get_json(path)
        web.sign_in_as(member_of(show.room.store_id, Role.MODERATOR))
        numbers = await web.get_json(path)

    assert (guest.status_code, stranger.status_code) == (401, 404)
    assert numbers.json() == {
        "viewers": 12, "likes": 340, "orders": 2, "paid": 1, "waiting": 1, "cancelled": 0,
        "expired": 0, "refunded": 0, "revenue_minor": 2000, "waiting_minor": 2000,
        "currency": "EUR",
    }  # fmt: skip


async def test_a_providers_notice_needs_no_cookie_but_its_signature(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer()
    wish = a_wish(world, offer.id)
    await bought(world, wish)
    await world.payments.begin(wish.id, buyer_id=wish.buyer_id)
    payment = (await world.payments.of_order(wish.id))[0]
    body, headers = world.sandbox.notice(payment, "succeeded")
    path = "/api/payments/sandbox/notices"
    async with world.web(*api) as web:
        unsigned = await web.http.post(path, content=body)
        forged = await web.http.post(path, content=body + b" ", headers=headers)
        foreign = await web.http.post("/api/payments/other/notices", content=body, headers=headers)
        huge = await web.http.post(path, content=b"x" * 300_000, headers=headers)
        taken = await web.http.post(path, content=body, headers=headers)
        replayed = await web.http.post(path, content=body, headers=headers)

    assert [one.status_code for one in (unsigned, forged, foreign, huge)] == [403, 403, 404, 413]
    assert unsigned.json()["code"] == "notice_refused"
    assert (taken.text, replayed.text) == ("success", "success")
    assert (await world.quota(offer.quota_id)).spent == 1
