"""Coupons, subsidies and prices over HTTP: who may do what, and what strangers see."""

from typing import Any
from uuid import UUID

import pytest

from livehouse.domains.offers import Amount
from livehouse.domains.offers.api import routes as api
from livehouse.domains.stores import Store
from livehouse.foundation.roles import Role
from tests.support.discounts import DAY, a_coupon_plan, a_subsidy_plan
from tests.support.moments import NOON
from tests.support.shows_world import ShowsWorld, member_of
from tests.support.web_client import an_identity

WINDOW = {"starts_at": NOON.isoformat(), "ends_at": (NOON + DAY).isoformat()}
COUPON: dict[str, Any] = {
    "label": "Welcome", "currency": "EUR", "total": 10, "amount_minor": 500, "shown": True,
} | WINDOW  # fmt: skip
SUBSIDY: dict[str, Any] = {
    "label": "Festival", "currency": "EUR", "budget_minor": 10_000, "basis_points": 1_000,
    "parts": [{"payer": "platform", "basis_points": 10_000}],
} | WINDOW  # fmt: skip
OPERATOR = an_identity(9, is_operator=True)


async def a_house(world: ShowsWorld) -> tuple[Store, str, str]:
    """A store with a coupon, and a subsidy: their ids."""
    store = await world.a_store()
    coupon = await world.coupons.publish(a_coupon_plan(), store.id)
    funded = await world.subsidies.publish(a_subsidy_plan())
    return store, str(coupon.coupon.id), str(funded.subsidy.id)


async def test_a_stores_coupons_are_not_there_for_strangers(world: ShowsWorld) -> None:
    store, coupon_id, _ = await a_house(world)
    other = await world.a_store("other-store")
    base = f"/api/stores/{store.slug}/coupons"
    async with world.web(*api) as web:
        guest = [await web.get_json(base), await web.post_json(base, COUPON)]
        web.sign_in_as(member_of(other.id, Role.OWNER))
        strange = [
            await web.get_json(base),
            await web.post_json(base, COUPON),
            await web.post_json(f"{base}/{coupon_id}/end", {}),
            await web.post_json(f"/api/stores/{other.slug}/coupons/{coupon_id}/end", {}),
        ]
        web.sign_in_as(member_of(store.id, Role.HOST))
        host = [
            await web.post_json(base, COUPON),
            await web.post_json(f"{base}/{coupon_id}/end", {}),
        ]

    assert [answer.status_code for answer in guest] == [401, 401]
    assert [answer.status_code for answer in strange] == [404] * 4
    assert [answer.status_code for answer in host] == [403, 403]
    assert len(await world.coupons.issued_by(store.id)) == 1


async def test_operators_alone_see_subsidies_and_the_platforms_coupons(world: ShowsWorld) -> None:
    store, coupon_id, subsidy_id = await a_house(world)
    async with world.web(*api) as web:
        web.sign_in_as(member_of(store.id, Role.OWNER))
        strange = [
            await web.get_json("/api/operator/coupons"),
            await web.get_json("/api/operator/subsidies"),
            await web.post_json("/api/operator/coupons", COUPON),
            await web.post_json("/api/operator/subsidies", SUBSIDY),
            await web.post_json(f"/api/operator/coupons/{coupon_id}/end", {}),
            await web.post_json(f"/api/operator/subsidies/{subsidy_id}/end", {}),
        ]
        web.sign_in_as(OPERATOR)
        stores_own = await web.post_json(f"/api/operator/coupons/{coupon_id}/end", {})

    assert [answer.status_code for answer in strange] == [404] * 6
    assert stores_own.status_code == 404


async def test_an_editor_publishes_a_coupon_and_ends_it(world: ShowsWorld) -> None:
    store = await world.a_store()
    base = f"/api/stores/{store.slug}/coupons"
    async with world.web(*api) as web:
        web.sign_in_as(member_of(store.id, Role.EDITOR))
        made = await web.post_json(base, COUPON | {"code": "tea-10"})
        again = await web.post_json(base, COUPON | {"code": "TEA-10"})
        ended = await web.post_json(f"{base}/{made.json()['coupon']['id']}/end", {})
        listed = await web.get_json(base)

    assert made.status_code == 201, made.text
    assert (made.json()["code"], made.json()["left"]) == ("TEA-10", 10)
    assert again.json()["code"] == "code_taken"
    assert ended.json()["coupon"]["ends_at"] == NOON.isoformat().replace("+00:00", "Z")
    assert listed.json() == {"coupons": [ended.json()], "next": ""}


async def test_an_operator_funds_a_subsidy_and_ends_it(world: ShowsWorld) -> None:
    async with world.web(*api) as web:
        web.sign_in_as(OPERATOR)
        made = await web.post_json("/api/operator/subsidies", SUBSIDY)
        ended = await web.post_json(f"/api/operator/subsidies/{made.json()['id']}/end", {})
        listed = await web.get_json("/api/operator/subsidies")
        coupon = await web.post_json("/api/operator/coupons", COUPON | {"code": "ALL"})
        coupon_ended = await web.post_json(
            f"/api/operator/coupons/{coupon.json()['coupon']['id']}/end", {}
        )
        coupons = await web.get_json("/api/operator/coupons")

    assert (made.status_code, made.json()["left_minor"]) == (201, 10_000)
    assert listed.json() == {"subsidies": [ended.json()], "next": ""}
    assert coupon.json()["coupon"]["store_id"] == ""
    assert coupons.json()["coupons"] == [coupon_ended.json()]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"amount_minor": 0}, 422),
        ({"basis_points": 100}, 422),
        ({"amount_minor": 2**53}, 400),
        ({"total": -1}, 400),
        ({"starts_at": "2026-01-01T00:00:00"}, 400),
        ({"label": "x" * 81}, 400),
        ({"code": "x" * 33}, 400),
        ({"store_id": "mine"}, 400),
    ],
)
async def test_a_coupon_that_makes_no_sense_is_refused(
    world: ShowsWorld, change: dict[str, object], status: int
) -> None:
    store = await world.a_store()
    async with world.web(*api) as web:
        web.sign_in_as(member_of(store.id, Role.OWNER))
        answer = await web.post_json(f"/api/stores/{store.slug}/coupons", COUPON | change)

    assert answer.status_code == status, answer.text


async def test_a_viewer_takes_what_is_shown_and_types_a_code(world: ShowsWorld) -> None:
    show, offer = await world.an_open_offer()
    store = await world.stores.store(show.room.store_id)
    shown = await world.coupons.publish(a_coupon_plan(), store.id)
    await world.coupons.publish(a_coupon_plan(code="SECRET", shown=False), store.id)
    async with world.web(*api) as web:
        offered = await web.get_json(f"/api/shows/{show.slug}/coupons")
        guest = await web.post_json(f"/api/coupons/{shown.coupon.id}/take", {})
        web.sign_in_as(an_identity(3))
        taken = await web.post_json(f"/api/coupons/{shown.coupon.id}/take", {})
        typed = await web.post_json(f"/api/stores/{store.slug}/codes", {"code": "secret"})
        wrong = await web.post_json(f"/api/stores/{store.slug}/codes", {"code": "guess"})
        mine = await web.get_json("/api/coupons")
        price = await web.post_json(
            "/api/prices",
            {"items": [{"offer_id": str(offer.id), "quantity": 1}],
             "coupon_ids": [taken.json()["id"]]},
        )  # fmt: skip

    assert [one["id"] for one in offered.json()["coupons"]] == [str(shown.coupon.id)]
    assert "code" not in offered.json()["coupons"][0]
    assert guest.status_code == 401
    assert (wrong.status_code, wrong.json()["code"]) == (404, "unknown_coupon")
    assert [one["id"] for one in mine.json()["coupons"]] == [
        taken.json()["id"],
        typed.json()["id"],
    ]
    assert price.json()["total_minor"] == 15_00
    assert [line["kind"] for line in price.json()["lines"]] == ["goods", "coupon", "tax"]


async def test_who_guesses_codes_is_stopped(world: ShowsWorld) -> None:
    store = await world.a_store()
    async with world.web(*api) as web:
        web.sign_in_as(an_identity(3))
        answers = [
            (await web.post_json(f"/api/stores/{store.slug}/codes", {"code": f"X{n}"})).status_code
            for n in range(21)
        ]

    assert answers == [404] * 20 + [429]


@pytest.mark.parametrize("wrong", ["nonsense", "%00", str(UUID(int=4))])
async def test_a_coupon_that_is_none_is_not_found(world: ShowsWorld, wrong: str) -> None:
    store = await world.a_store()
    async with world.web(*api) as web:
        web.sign_in_as(OPERATOR)
        answers = [
            await web.post_json(f"/api/coupons/{wrong}/take", {}),
            await web.post_json(f"/api/stores/{store.slug}/coupons/{wrong}/end", {}),
            await web.post_json(f"/api/operator/coupons/{wrong}/end", {}),
            await web.post_json(f"/api/operator/subsidies/{wrong}/end", {}),
        ]

    assert [answer.status_code for answer in answers] == [404] * 4


async def test_a_price_before_the_show_is_the_stores_own_business(world: ShowsWorld) -> None:
    offer = await world.an_offer(await world.a_show())
    await world.subsidies.publish(a_subsidy_plan(Amount(1)))
    async with world.web(*api) as web:
        answer = await web.post_json(
            "/api/prices", {"items": [{"offer_id": str(offer.id), "quantity": 1}]}
        )

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_offer")
