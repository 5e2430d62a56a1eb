"""Coupons in a store's console, and the operators' pages about coupons and subsidies."""

from uuid import UUID

import pytest

from livehouse.domains.offers import Amount, Part, Percent
from livehouse.domains.offers.pages import routes as pages
from livehouse.foundation.roles import Role
from tests.support.discounts import a_coupon_plan, a_subsidy_plan
from tests.support.shows_world import ShowsWorld, member_of
from tests.support.web_client import an_identity

OPERATOR = an_identity(9, is_operator=True, time_zone="Europe/Berlin")
WINDOW = {"starts_at": "2031-01-02T10:00", "ends_at": "2031-01-03T10:00"}
COUPON = {
    "label": "Welcome", "kind": "percent", "value": "12,5", "least": "50.00", "cap": "20",
    "total": "100", "per_person": "1", "code": "hello-24", "currency": "EUR",
} | WINDOW  # fmt: skip
SUBSIDY = {
    "label": "Festival", "kind": "amount", "value": "2.00", "currency": "EUR", "budget": "500",
    "parts": "platform 60\ntea-board 40",
} | WINDOW  # fmt: skip


async def test_an_editor_publishes_a_coupon_in_the_console(world: ShowsWorld) -> None:
    store = await world.a_store()
    path = f"/console/{store.slug}/coupons"
    async with world.web(*pages) as web:
        web.sign_in_as(member_of(store.id, Role.EDITOR))
        empty = await web.get(path)
        saved = await web.post_form(path, **COUPON)
        page = await web.get(path)

    (made,) = await world.coupons.issued_by(store.id)
    assert "No coupons yet" in empty.text
    assert (saved.status_code, saved.headers["location"]) == (303, path)
    assert (made.coupon.discount, made.coupon.from_minor, made.coupon.cap_minor) == (
        Percent(1_250),
        50_00,
        20_00,
    )
    # Ten o'clock in Berlin, where the store is.
    assert made.coupon.starts_at.isoformat() == "2031-01-02T09:00:00+00:00"
    for words in ("HELLO-24", "12.5 %", "at most €20.00", "from €50.00", "0 / 100"):
        assert words in page.text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"value": "ten"}, "Write a percentage such as 19 or 5.5"),
        ({"kind": "amount", "value": "ten"}, "This is not an amount of money"),
        ({"kind": "gift"}, "Please choose one of the values offered."),
        ({"value": "101"}, "More than 0 % and at most 100 %"),
        ({"starts_at": "soon"}, "This is not a time"),
        ({"ends_at": "2031-01-01T10:00"}, "The end comes after the start"),
        ({"code": ""}, "Without a code it must be shown to viewers"),
        ({"code": "TAKEN"}, "You have a coupon with this code already."),
        ({"total": "0"}, "The smallest value here is 1."),
    ],
)
async def test_what_is_wrong_with_a_coupon_is_said_beside_its_field(
    world: ShowsWorld, change: dict[str, str], words: str
) -> None:
    store = await world.a_store()
    await world.coupons.publish(a_coupon_plan(code="TAKEN"), store.id)
    path = f"/console/{store.slug}/coupons"
    async with world.web(*pages) as web:
        web.sign_in_as(member_of(store.id, Role.OWNER))
        answer = await web.post_form(path, **COUPON | change)

    assert answer.status_code == 422
    assert words in answer.text
    assert 'class="field-error"' in answer.text
    assert len(await world.coupons.issued_by(store.id)) == 1


async def test_a_coupon_is_ended_by_a_button(world: ShowsWorld) -> None:
    store = await world.a_store()
    made = await world.coupons.publish(a_coupon_plan(), store.id)
    path = f"/console/{store.slug}/coupons"
    async with world.web(*pages) as web:
        web.sign_in_as(member_of(store.id, Role.OWNER))
        running = await web.get(path)
        ended = await web.post_form(f"{path}/{made.coupon.id}/end")
        over = await web.get(path)

    assert "Running" in running.text
    assert ended.status_code == 303
    assert "End now" not in over.text


async def test_coupons_of_a_store_are_there_for_its_own_people(world: ShowsWorld) -> None:
    store, other = await world.a_store(), await world.a_store("other-store")
    made = await world.coupons.publish(a_coupon_plan(code="SECRET"), store.id)
    path = f"/console/{store.slug}/coupons"
    async with world.web(*pages) as web:
        guest = await web.get(path)
        web.sign_in_as(member_of(other.id, Role.OWNER))
        strange = [
            await web.get(path),
            await web.post_form(path, **COUPON),
            await web.post_form(f"{path}/{made.coupon.id}/end"),
            await web.post_form(f"/console/{other.slug}/coupons/{made.coupon.id}/end"),
            await web.get("/operator/coupons"),
            await web.post_form("/operator/coupons", **COUPON),
            await web.post_form(f"/operator/coupons/{made.coupon.id}/end"),
            await web.get("/operator/subsidies"),
            await web.post_form("/operator/subsidies", **SUBSIDY),
            await web.post_form(f"/operator/subsidies/{made.coupon.id}/end"),
        ]
        web.sign_in_as(member_of(store.id, Role.HOST))
        host = await web.get(path)
        hosts = await web.post_form(path, **COUPON)

    assert guest.headers["location"].startswith("/sign-in")
    assert [answer.status_code for answer in strange] == [404] * 10
    assert (host.status_code, hosts.status_code) == (200, 403)
    assert "Publish a coupon" not in host.text


async def test_an_operator_publishes_a_coupon_of_the_platform(world: ShowsWorld) -> None:
    async with world.web(*pages) as web:
        web.sign_in_as(OPERATOR)
        wrong = await web.post_form("/operator/coupons", **COUPON | {"currency": "XXQ"})
        saved = await web.post_form("/operator/coupons", **COUPON | {"shown": "1"})
        (made,) = await world.coupons.issued_by(None)
        page = await web.get("/operator/coupons")
        ended = await web.post_form(f"/operator/coupons/{made.coupon.id}/end")

    assert wrong.status_code == 422
    assert (saved.status_code, ended.status_code) == (303, 303)
    assert (made.coupon.store_id, made.shown) == (None, True)
    assert "shown to viewers" in page.text


async def test_an_operator_funds_a_subsidy(world: ShowsWorld) -> None:
    store = await world.a_store()
    async with world.web(*pages) as web:
        web.sign_in_as(OPERATOR)
        empty = await web.get("/operator/subsidies")
        saved = await web.post_form("/operator/subsidies", **SUBSIDY | {"store": store.slug})
        page = await web.get("/operator/subsidies")

    (made,) = await world.subsidies.listing()
    assert "No subsidies yet" in empty.text
    assert saved.status_code == 303
    assert made.subsidy.discount == Amount(2_00)
    assert made.subsidy.parts == (Part("platform", 6_000), Part("tea-board", 4_000))
    assert (made.subsidy.store_id, made.budget.left) == (store.id, 500_00)
    for words in ("tea-board 40 %", "€2.00 per unit", "of €500.00", "Tea House"):
        assert words in page.text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"parts": "platform 60"}, "The shares must make 100 %"),
        ({"parts": "platform"}, "Write a percentage such as 19 or 5.5"),
        ({"store": "nowhere"}, "There is no such store"),
        ({"offer_id": "7"}, "This is not an offer&#39;s id"),
        ({"offer_id": str(UUID(int=7))}, "There is no such offer in this store"),
        ({"budget": "much"}, "This is not an amount of money"),
    ],
)
async def test_what_is_wrong_with_a_subsidy_is_said_beside_its_field(
    world: ShowsWorld, change: dict[str, str], words: str
) -> None:
    async with world.web(*pages) as web:
        web.sign_in_as(OPERATOR)
        answer = await web.post_form("/operator/subsidies", **SUBSIDY | change)

    assert answer.status_code == 422
    assert words in answer.text
    assert await world.subsidies.listing() == []


async def test_a_subsidy_is_ended_by_a_button(world: ShowsWorld) -> None:
    made = await world.subsidies.publish(a_subsidy_plan())
    async with world.web(*pages) as web:
        web.sign_in_as(OPERATOR)
        ended = await web.post_form(f"/operator/subsidies/{made.subsidy.id}/end")
        page = await web.get("/operator/subsidies")

    assert ended.status_code == 303
    assert "End now" not in page.text
