"""What buyers see of money that goes back, and what operators do about money that does not."""

from uuid import UUID

import pytest

from livehouse.domains.orders import Buy, Charge, Payments, PaymentState, request_refund
from livehouse.domains.orders.api import routes as api
from livehouse.domains.orders.jobs import send_refunds
from livehouse.domains.orders.pages import routes
from livehouse.web.identity import Identity
from tests.support.builders import euros
from tests.support.orders_world import LINES, a_buyer, a_wish, bought
from tests.support.shows_world import ShowsWorld
from tests.support.web_client import an_identity

OPERATOR = an_identity(99, is_operator=True)


async def a_wish_of(world: ShowsWorld, buyer: Identity) -> Buy:
    _, offer = await world.an_open_offer()
    wish = a_wish(world, offer.id, buyer=buyer.person_id.int)
    await bought(world, wish)
    assert buyer.person_id is not None
    address = await world.people.addresses.add(buyer.person_id, LINES)
    await world.orders.choose_address(wish.id, address.id, buyer_id=buyer.person_id)
    return wish


async def refunded(world: ShowsWorld, wish: Buy, *, fails: bool) -> UUID:
    await world.payments.begin(wish.id, buyer_id=wish.buyer_id)
    (payment,) = await world.payments.of_order(wish.id)
    await world.sandbox.decide(Charge(payment.id, PaymentState.SUCCEEDED, refunds_fail=fails))
    await world.payments.hear_signed("sandbox", *world.sandbox.notice(payment, "succeeded"))
    async with world.database.transaction() as tx:
        refund = await request_refund(tx, wish.id, euros(5), "return:1", now=world.clock.now())
    await send_refunds(world.payments)
    await world.sandbox.decide(Charge(payment.id, PaymentState.SUCCEEDED))
    return refund.id


@pytest.mark.parametrize(
    ("fails", "words"), [(False, "Sent back"), (True, "We are looking into it")]
)
async def test_a_buyer_sees_what_goes_back(world: ShowsWorld, words: str, *, fails: bool) -> None:
    buyer = await a_buyer(world)
    wish = await a_wish_of(world, buyer)
    await refunded(world, wish, fails=fails)
    async with world.web(*routes) as web:
        web.sign_in_as(buyer)
        page = await web.get(f"/orders/{wish.id}")

    assert "€5.00" in page.text
    assert words in page.text


async def test_an_operator_sees_what_failed_and_sends_it_again(world: ShowsWorld) -> None:
    buyer = await a_buyer(world)
    refund_id = await refunded(world, await a_wish_of(world, buyer), fails=True)
    async with world.web(*routes) as web:
        web.sign_in_as(OPERATOR)
        before = await web.get("/operator/refunds")
        again, _ = [await web.post_form(f"/operator/refunds/{refund_id}/again") for _ in range(2)]
        after = await web.get("/operator/refunds")
    sent = [await send_refunds(world.payments) for _ in range(2)]

    assert "the sandbox was told to refuse" in before.text
    assert again.headers["location"] == "/operator/refunds"
    assert "Nothing failed" in after.text
    assert sent == [1, 0]


async def test_failed_refunds_are_the_operators_alone(world: ShowsWorld) -> None:
    buyer = await a_buyer(world)
    refund_id = await refunded(world, await a_wish_of(world, buyer), fails=True)
    async with world.web(*routes) as web:
        web.sign_in_as(buyer)
        page = await web.get("/operator/refunds")
        again = await web.post_form(f"/operator/refunds/{refund_id}/again")

    assert (page.status_code, again.status_code) == (404, 404)
    assert len(await world.payments.refunds.failed()) == 1


async def test_the_same_over_http(world: ShowsWorld) -> None:
    buyer = await a_buyer(world)
    refund_id = await refunded(world, await a_wish_of(world, buyer), fails=True)
    async with world.web(*api) as web:
        web.sign_in_as(buyer)
        stranger = await web.get_json("/api/operator/refunds")
        web.sign_in_as(OPERATOR)
        (found,) = (await web.get_json("/api/operator/refunds")).json()["refunds"]
        again = await web.post_json(f"/api/operator/refunds/{refund_id}/again", {})
        missing = await web.post_json(f"/api/operator/refunds/{UUID(int=1)}/again", {})
        rest = (await web.get_json("/api/operator/refunds")).json()

    assert stranger.status_code == 404
    assert (found["refund"]["state"], found["provider"]) == ("failed", "sandbox")
    assert (found["refund"]["amount_minor"], found["refund"]["currency"]) == (500, "EUR")
    assert again.json()["state"] == "wanted"
    assert (missing.status_code, rest) == (404, {"refunds": []})


async def test_with_several_ways_to_pay_the_buyer_chooses(world: ShowsWorld) -> None:
    buyer = await a_buyer(world)
    wish = await a_wish_of(world, buyer)
    world.payments = Payments(
        world.database, world.clock, world.ids,
        {"sandbox": world.sandbox, "other": world.sandbox}, ["other", "sandbox"],
    )  # fmt: skip
    here = f"/orders/{wish.id}"
    async with world.web(*routes) as web:
        web.sign_in_as(buyer)
        page = await web.get(here)
        await web.post_form(f"{here}/pay")
        await web.post_form(f"{here}/pay", provider="sandbox")
        unknown = await web.post_form(f"{here}/pay", provider="barter")
        refused = await web.get(here)

    assert page.text.count('name="provider"') == 2
    assert [one.provider for one in await world.payments.of_order(wish.id)] == ["sandbox", "other"]
    assert unknown.headers["location"] == here
    assert "One cannot pay that way here." in refused.text
