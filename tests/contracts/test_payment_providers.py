"""What every payment provider and the house promise each other, whoever the provider is."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from livehouse.domains.orders import (
    AmountDiffers,
    Buy,
    NoticeRefused,
    Payment,
    Payments,
    PaymentState,
    RefundState,
    request_refund,
)
from livehouse.domains.orders.jobs import ask_about_payments, expire_unpaid, send_refunds
from livehouse.domains.orders.model import Expired, Paid, Refund
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.ids import SystemIds
from livehouse.foundation.money import Money
from livehouse.storage.database import Database
from tests.support.builders import euros
from tests.support.clock import ManualClock
from tests.support.fake_stripe import fake_stripe
from tests.support.orders_world import a_wish, bought
from tests.support.payment_sides import OtherSide, SandboxSide, Signed, StripeSide, a_stripe
from tests.support.shows_world import ShowsWorld

PRICE = euros(20)


@pytest.fixture
def world(database: Database, clock: ManualClock, ids: SystemIds) -> ShowsWorld:
    return ShowsWorld(database, clock, ids)


@pytest.fixture(params=["sandbox_side", "stripe_side"])
def side(request: pytest.FixtureRequest) -> OtherSide:
    found: OtherSide = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def sandbox_side(world: ShowsWorld) -> SandboxSide:
    return SandboxSide(world.sandbox)


@pytest.fixture
async def stripe_side(clock: ManualClock) -> AsyncIterator[StripeSide]:
    async with fake_stripe(clock) as fake:
        stripe = a_stripe(fake)
        try:
            yield StripeSide(stripe, fake)
        finally:
            await stripe.close_connections()


@dataclass
class Shop:
    """One order of 20 euros, and the provider that it is paid at."""

    world: ShowsWorld
    side: OtherSide
    payments: Payments
    wish: Buy

    async def begun(self) -> Payment:
        await self.payments.begin(self.wish.id, buyer_id=self.wish.buyer_id)
        return (await self.payments.of_order(self.wish.id))[0]

    async def paid(self, *, refunds_fail: bool = False) -> Payment:
        payment = await self.begun()
        await self.hear(await self.side.approve(payment, refunds_fail=refunds_fail))
        return payment

    async def hear(self, *notices: Signed) -> None:
        for notice in notices:
            await self.payments.hear_signed(self.side.provider.name, *notice)

    async def state(self, payment: Payment) -> PaymentState:
        return (await self.payments.find(payment.id))[0].state

    async def states(self) -> list[PaymentState]:
        return [payment.state for payment in await self.payments.of_order(self.wish.id)]

    async def order_state(self) -> object:
        order = await self.world.orders.order(self.wish.id, buyer_id=self.wish.buyer_id)
        return type(order.state)

    async def refund(self, amount: Money, reason: str) -> Refund:
        now = self.world.clock.now()
        async with self.world.database.transaction() as tx:
            return await request_refund(tx, self.wish.id, amount, reason, now=now)

    async def refund_states(self) -> list[RefundState]:
        return [one.state for one in await self.payments.refunds.of_order(self.wish.id)]


@pytest.fixture
async def shop(world: ShowsWorld, side: OtherSide) -> Shop:
    _, offer = await world.an_open_offer()
    wish = a_wish(world, offer.id)
    await bought(world, wish)
    provider = side.provider
    payments = Payments(
        world.database, world.clock, world.ids, {provider.name: provider}, [provider.name]
    )
    return Shop(world, side, payments, wish)


async def test_a_payment_begins_on_the_providers_page_and_ends_with_its_notice(shop: Shop) -> None:
    go_on = await shop.payments.begin(shop.wish.id, buyer_id=shop.wish.buyer_id)
    (payment,) = await shop.payments.of_order(shop.wish.id)
    before = await shop.state(payment)

    await shop.hear(await shop.side.approve(payment))

    assert go_on.url
    assert (before, await shop.state(payment)) == (PaymentState.STARTED, PaymentState.SUCCEEDED)
    assert await shop.order_state() is Paid


async def test_asking_for_the_same_payment_again_is_the_same_request(shop: Shop) -> None:
    payment = await shop.begun()
    back = f"/orders/{payment.order_id}/payments/{payment.id}"

    first = await shop.side.provider.begin(payment, back)
    again = await shop.side.provider.begin(payment, back)

    assert first == again
    assert first.ref == payment.ref


async def test_a_refused_payment_may_still_succeed_and_another_too(shop: Shop) -> None:
    payment = await shop.begun()
    await shop.hear(await shop.side.refuse(payment))
    refused = await shop.state(payment)

    await shop.hear(await shop.side.approve(payment))

    assert refused is PaymentState.REFUSED
    assert await shop.state(payment) is PaymentState.SUCCEEDED


async def test_a_payment_times_out_and_the_next_one_pays(shop: Shop) -> None:
    first = await shop.begun()
    await shop.hear(await shop.side.time_out(first))

    second = await shop.paid()

    assert await shop.state(first) is PaymentState.TIMED_OUT
    assert await shop.state(second) is PaymentState.SUCCEEDED


async def test_notices_come_twice_and_in_any_order(shop: Shop) -> None:
    payment = await shop.begun()
    refused = await shop.side.refuse(payment)
    approved = await shop.side.approve(payment)

    await shop.hear(approved, approved, refused, approved, refused)

    assert await shop.state(payment) is PaymentState.SUCCEEDED
    assert len(await shop.world.facts("orders.paid")) == 1


async def test_a_notice_for_a_payment_that_is_not_ours_changes_nothing(shop: Shop) -> None:
    payment = await shop.begun()
    foreign = replace(payment, id=UUID(int=1))
    now = shop.world.clock.now()

    with pytest.raises(NotFound):
        await shop.hear(await shop.side.say(foreign, PRICE, now))

    assert await shop.state(payment) is PaymentState.STARTED


async def test_a_provider_speaks_for_its_own_payments_only(shop: Shop) -> None:
    payment = await shop.begun()
    notice = await shop.side.say(payment, PRICE, shop.world.clock.now())
    other = replace_name(shop)

    with pytest.raises(NotFound):
        await other.hear_signed("other", *notice)

    assert await shop.state(payment) is PaymentState.STARTED


def replace_name(shop: Shop) -> Payments:
    """A house that knows this provider by another name."""
    world = shop.world
    known = {"other": shop.side.provider}
    return Payments(world.database, world.clock, world.ids, known, ["other"])


async def test_another_amount_or_currency_pays_nothing(shop: Shop) -> None:
    payment = await shop.begun()
    now = shop.world.clock.now()

    for wrong in (euros(19), euros(21), Money("USD", 2000), euros(0), Money("EUR", -2000)):
        with pytest.raises(AmountDiffers):
            await shop.hear(await shop.side.say(payment, wrong, now))

    assert await shop.state(payment) is PaymentState.STARTED
    await shop.hear(await shop.side.approve(payment))
    assert await shop.state(payment) is PaymentState.SUCCEEDED


async def test_a_forged_signature_is_refused(shop: Shop) -> None:
    payment = await shop.begun()
    body, headers = await shop.side.say(payment, PRICE, shop.world.clock.now())
    signature = headers[shop.side.header]
    last = "1" if signature[-1] == "0" else "0"
    none_like_it = signature.replace("v1=", "v0=")[:-1] + last
    forged: Sequence[Signed] = (
        (body + b" ", headers),
        (body.replace(b"succeeded", b"failed"), headers),
        (body, {}),
        (body, {shop.side.header: ""}),
        (body, {shop.side.header: "0" * 64}),
        (body, {shop.side.header: signature.replace(signature[-40:], "0" * 40)}),
        (body, {shop.side.header: none_like_it}),
        (body, {shop.side.header: "t=1,v1=ä"}),
        (body, {shop.side.header: "t=,v1="}),
        (body, {shop.side.header: "t=" + "9" * 5000 + ",v1=0"}),
        (b"", headers),
        (b"\xff\xfe", headers),
    )

    for notice in forged:
        with pytest.raises(NoticeRefused):
            await shop.hear(notice)

    assert await shop.state(payment) is PaymentState.STARTED


async def test_clocks_may_differ_but_what_was_recorded_long_ago_is_refused(shop: Shop) -> None:
    first, second = await shop.begun(), await shop.begun()
    now, minute = shop.world.clock.now(), timedelta(minutes=1)

    for age in (6 * minute, -6 * minute, timedelta(days=300)):
        with pytest.raises(NoticeRefused):
            await shop.hear(await shop.side.say(first, PRICE, now - age))
    before = await shop.states()
    await shop.hear(await shop.side.say(first, PRICE, now - 4 * minute))
    await shop.hear(await shop.side.say(second, PRICE, now + 4 * minute))

    assert before == [PaymentState.STARTED] * 2
    assert await shop.states() == [PaymentState.REFUNDED, PaymentState.SUCCEEDED]


MALFORMED = (
    b"", b"{", b"null", b"[]", b"{}", b'"text"', b"\x00", b"[" * 100_000, b'{"type": 5}',
    b'{"type": "payment_intent.succeeded"}', b'{"type": "refund.updated", "data": {}}',
    b'{"type": "payment_intent.succeeded", "data": {"object": {"amount": 1e400}}}',
    b'{"notice": {"payment_id": "x"}, "at": "2026-01-01T12:00:00Z"}',
)  # fmt: skip


async def test_a_well_signed_malformed_body_is_refused_and_breaks_nothing(shop: Shop) -> None:
    payment = await shop.begun()

    for body in MALFORMED:
        with pytest.raises(NoticeRefused):
            await shop.hear(shop.side.sign(body, shop.world.clock.now()))

    await shop.hear(await shop.side.approve(payment))
    assert await shop.state(payment) is PaymentState.SUCCEEDED


async def test_money_that_comes_too_late_goes_back_whole(shop: Shop) -> None:
    payment = await shop.begun()
    await shop.world.clock.advance(timedelta(minutes=20))
    await expire_unpaid(shop.world.orders)

    await shop.hear(await shop.side.approve(payment))
    await send_refunds(shop.payments)

    assert await shop.state(payment) is PaymentState.REFUNDED
    assert await shop.order_state() is Expired
    assert await shop.side.gone_back(payment) == PRICE.minor
    assert await shop.refund_states() == [RefundState.SUCCEEDED]


async def test_the_second_payment_of_an_order_goes_back(shop: Shop) -> None:
    first, second = await shop.begun(), await shop.begun()

    await shop.hear(await shop.side.approve(first), await shop.side.approve(second))
    await send_refunds(shop.payments)

    assert await shop.states() == [PaymentState.REFUNDED, PaymentState.SUCCEEDED]
    assert await shop.side.gone_back(first) == 0
    assert await shop.side.gone_back(second) == PRICE.minor


async def test_refunds_in_part_add_up_and_the_same_key_is_one_refund(shop: Shop) -> None:
    payment = await shop.paid()

    part = [await shop.refund(euros(5), "return:1") for _ in range(2)]
    await send_refunds(shop.payments)
    again = [await shop.side.provider.refund(payment, replace(part[0], attempts=n)) for n in (1, 2)]
    after_a_part = await shop.side.gone_back(payment)
    await shop.refund(euros(15), "return:2")
    await send_refunds(shop.payments)

    assert [one.state for one in again] == [RefundState.SUCCEEDED] * 2
    assert after_a_part == 500
    assert await shop.side.gone_back(payment) == PRICE.minor
    assert await shop.refund_states() == [RefundState.SUCCEEDED] * 2


async def test_a_refund_that_fails_waits_for_a_person(shop: Shop) -> None:
    payment = await shop.paid(refunds_fail=True)
    await shop.refund(euros(5), "return:1")

    await send_refunds(shop.payments)

    (failed,) = await shop.payments.refunds.failed()
    assert failed.refund.problem
    assert await shop.side.gone_back(payment) == 0


async def test_money_whose_notice_is_lost_is_found_by_asking(shop: Shop) -> None:
    payment = await shop.begun()
    await shop.side.approve(payment)

    early = await ask_about_payments(shop.payments)
    await shop.world.clock.advance(timedelta(minutes=2))
    asked = await ask_about_payments(shop.payments)

    assert (early, asked) == (0, 1)
    assert await shop.state(payment) is PaymentState.SUCCEEDED
    assert await shop.order_state() is Paid


async def test_who_comes_back_before_the_notice_is_asked_about_at_once(shop: Shop) -> None:
    payment = await shop.begun()
    undecided = await shop.payments.look(payment.id)
    await shop.side.refuse(payment)
    refused = await shop.payments.look(payment.id)
    await shop.side.approve(payment)
    paid = await shop.payments.look(payment.id)

    states = [undecided.state, refused.state, paid.state]
    assert states == [PaymentState.STARTED, PaymentState.REFUSED, PaymentState.SUCCEEDED]


async def test_a_payment_that_can_no_longer_be_used_is_closed_at_the_provider(shop: Shop) -> None:
    payment = await shop.begun()
    await shop.world.clock.advance(timedelta(minutes=20))
    await expire_unpaid(shop.world.orders)

    await ask_about_payments(shop.payments)
    await shop.world.clock.advance(timedelta(hours=1))
    await ask_about_payments(shop.payments)

    assert await shop.state(payment) is PaymentState.TIMED_OUT


async def test_closing_comes_too_late_for_what_was_paid(shop: Shop) -> None:
    payment = await shop.begun()
    notice = await shop.side.approve(payment)

    await shop.side.provider.close(payment)
    await shop.side.provider.close(payment)
    await shop.hear(notice)

    assert await shop.state(payment) is PaymentState.SUCCEEDED


async def test_what_was_refunded_is_not_paid_again_by_an_old_notice(shop: Shop) -> None:
    payment = await shop.begun()
    notice = await shop.side.approve(payment)
    await shop.hear(notice)
    await shop.refund(PRICE, "return:1")
    await send_refunds(shop.payments)

    await shop.hear(notice)
    with pytest.raises(DomainError):
        await shop.begun()

    assert await shop.side.gone_back(payment) == PRICE.minor
    assert await shop.refund_states() == [RefundState.SUCCEEDED]
