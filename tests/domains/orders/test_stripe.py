"""What is particular to Stripe: its currencies, its faults, its events that are not ours."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from msgspec.structs import replace

from livehouse.domains.orders import (
    AmountDiffers,
    Payment,
    PaymentState,
    ProviderRefused,
    ProviderSilent,
    Refund,
    RefundState,
)
from livehouse.domains.orders.adapters.stripe import Keys, Stripe, minor_of, money_of
from livehouse.domains.orders.api import routes as api
from livehouse.domains.orders.ports import RefundNotice
from livehouse.foundation.ids import OrderId
from livehouse.foundation.money import Money
from tests.support.builders import euros
from tests.support.clock import ManualClock
from tests.support.fake_stripe import API_KEY, NOTICE_KEY, FakeStripe, Signed, fake_stripe
from tests.support.moments import NOON
from tests.support.payment_sides import a_stripe
from tests.support.shows_world import ShowsWorld

PAYMENT = Payment(
    UUID(int=7), OrderId(UUID(int=8)), euros(20), PaymentState.STARTED, "stripe", NOON
)
REFUND = Refund(UUID(int=9), PAYMENT.id, euros(5), "return:1", RefundState.WANTED, NOON, attempts=1)


@dataclass
class Till:
    stripe: Stripe
    fake: FakeStripe

    async def begun(self, payment: Payment = PAYMENT) -> Payment:
        begun = await self.stripe.begin(payment, f"/orders/{payment.order_id}/back")
        return replace(payment, ref=begun.ref)

    async def paid(self) -> Payment:
        payment = await self.begun()
        self.fake.pay(payment.ref)
        return payment

    def read(self, notice: Signed) -> object:
        return self.stripe.read_notice(*notice, NOON)


@pytest.fixture
async def till(clock: ManualClock) -> AsyncIterator[Till]:
    async with fake_stripe(clock) as fake:
        stripe = a_stripe(fake, "card", "wechat_pay")
        try:
            yield Till(stripe, fake)
        finally:
            await stripe.close_connections()


async def test_the_buyer_pays_on_stripes_page_and_comes_back_to_ours(till: Till) -> None:
    payment = await till.begun()

    session = till.fake.sessions[payment.ref]
    assert (session["amount_total"], session["currency"]) == (2000, "eur")
    assert session["success_url"] == f"https://shop.example/orders/{payment.order_id}/back"
    assert session["allowed_payment_method_types"] == ["card", "wechat_pay"]


@pytest.mark.parametrize("mood", [500, 503, 409, "lost"])
async def test_a_short_fault_is_tried_again_and_makes_one_session(
    till: Till, mood: int | str
) -> None:
    till.fake.moods = [mood]

    await till.begun()

    assert len(till.fake.sessions) == 1
    assert len(till.fake.requests) == 2


async def test_a_long_fault_ends_after_a_few_attempts(till: Till) -> None:
    till.fake.moods = [503] * 10

    with pytest.raises(ProviderSilent):
        await till.begun()

    assert len(till.fake.requests) == 3


@pytest.mark.parametrize("status", [401, 403, 429])
async def test_a_wrong_key_or_too_many_requests_are_no_answer(till: Till, status: int) -> None:
    till.fake.moods = [status]

    with pytest.raises(ProviderSilent):
        await till.begun()


async def test_nobody_there_is_no_answer() -> None:
    stripe = Stripe(
        Keys("sk_test", NOTICE_KEY), origin="http://here", site_name="", api="http://127.0.0.1:9"
    )
    with pytest.raises(ProviderSilent):
        await stripe.close(replace(PAYMENT, ref="cs_1"))
    await stripe.close_connections()


async def test_no_request_waits_for_ever(till: Till) -> None:
    till.fake.moods = ["stuck"] * 10
    hurried = Stripe(
        Keys(API_KEY, NOTICE_KEY), origin="http://here", site_name="", api=till.fake.url,
        request_seconds_max=0.1,
    )  # fmt: skip
    with pytest.raises(ProviderSilent):
        await hurried.close(replace(PAYMENT, ref="cs_1"))
    await hurried.close_connections()

    assert len(till.fake.requests) == 3


async def test_what_stripe_does_not_take_is_refused_for_good(till: Till) -> None:
    with pytest.raises(ProviderRefused):
        await till.begun(replace(PAYMENT, amount=Money("KWD", 1_001)))
    await till.begun()
    with pytest.raises(ProviderRefused):
        await till.begun(replace(PAYMENT, amount=euros(21)))  # the same key for another amount


async def test_a_payment_that_never_got_its_page_is_over(till: Till) -> None:
    found = await till.stripe.ask(PAYMENT)

    assert found is not None
    assert found.outcome is PaymentState.TIMED_OUT
    assert till.fake.requests == []


async def test_a_refund_whose_answer_was_lost_is_found_and_not_made_again(till: Till) -> None:
    """Also when Stripe has forgotten the idempotency key, which it does after a day."""
    payment = await till.paid()
    await till.stripe.refund(payment, REFUND)
    till.fake._answers.clear()

    again = await till.stripe.refund(payment, replace(REFUND, attempts=2))

    assert again.state is RefundState.SUCCEEDED
    assert len(till.fake.refunds) == 1


async def test_a_pending_refund_is_asked_about_by_its_name(till: Till) -> None:
    payment = await till.paid()
    till.fake.refund_status = "pending"
    sent = await till.stripe.refund(payment, REFUND)
    till.fake.end_refund(sent.ref, "succeeded")

    later = await till.stripe.refund(payment, replace(REFUND, ref=sent.ref, attempts=9))

    assert (sent.state, later.state) == (RefundState.PENDING, RefundState.SUCCEEDED)
    assert len(till.fake.refunds) == 1


async def test_a_new_round_is_a_new_refund(till: Till) -> None:
    payment = await till.paid()
    till.fake.refund_status = "failed"
    first = await till.stripe.refund(payment, REFUND)
    till.fake.refund_status = "succeeded"

    second = await till.stripe.refund(payment, replace(REFUND, round=1))

    assert (first.state, first.problem) == (RefundState.FAILED, "expired_card")
    assert second.state is RefundState.SUCCEEDED


async def test_a_notice_tells_what_became_of_a_refund(till: Till) -> None:
    payment = await till.paid()
    till.fake.refund_status = "pending"
    ref = (await till.stripe.refund(payment, REFUND)).ref

    done = till.read(till.fake.end_refund(ref, "succeeded"))
    failed = till.read(till.fake.end_refund(ref, "failed"))

    assert done == RefundNotice(REFUND.key, RefundState.SUCCEEDED, euros(5), ref)
    assert failed == RefundNotice(
        REFUND.key, RefundState.FAILED, euros(5), ref, "lost_or_stolen_card"
    )


async def test_events_that_are_not_ours_are_taken_and_ignored(till: Till) -> None:
    intent = {"amount": 5, "amount_received": 5, "currency": "eur", "metadata": {}}
    others = [
        till.fake.event("payment_intent.succeeded", intent),
        till.fake.event(
            "payment_intent.succeeded", intent | {"metadata": {"livehouse_payment": "x"}}
        ),
        till.fake.event("checkout.session.expired", {"amount_total": None, "currency": None}),
        till.fake.event("refund.updated", {"id": "re_1", "amount": 5, "currency": "eur"}),
        till.fake.event("customer.created", {"amount": {"of": "something else"}}),
    ]

    assert [till.read(one) for one in others] == [None] * 5


async def test_stripes_notices_come_over_http(world: ShowsWorld, till: Till) -> None:
    world.payments.providers = {"stripe": till.stripe}
    body, headers = till.fake.event("customer.created", {})
    path = "/api/payments/stripe/notices"
    async with world.web(*api) as web:
        ignored = await web.http.post(path, content=body, headers=headers)
        forged = await web.http.post(path, content=body + b" ", headers=headers)

    assert (ignored.status_code, ignored.text) == (200, "success")
    assert forged.status_code == 403


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (Money("EUR", 1999), 1999),
        (Money("JPY", 500), 500),
        (Money("KRW", 15_000), 15_000),
        (Money("ISK", 500), 50_000),  # none here, two digits there
        (Money("UGX", 500), 50_000),
        (Money("TWD", 80_000), 80_000),
        (Money("HUF", 1_000), 1_000),
        (Money("KWD", 1_230), 1_230),
        (Money("RSD", 5), 500),
    ],
)
def test_each_currency_has_as_many_digits_as_stripe_gives_it(ours: Money, theirs: int) -> None:
    assert minor_of(ours) == theirs
    assert money_of(ours.currency.lower(), theirs) == ours


def test_what_a_currency_cannot_say_is_refused() -> None:
    with pytest.raises(ProviderRefused):
        minor_of(Money("KWD", 1_234))
    with pytest.raises(AmountDiffers):
        money_of("isk", 50_001)
