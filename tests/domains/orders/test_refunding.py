"""Money that goes back: decided once, sent until it is through, never sent twice."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from livehouse.domains.orders import (
    Buy,
    Charge,
    NothingToRefund,
    Notice,
    Payment,
    PaymentState,
    ProviderRefused,
    ProviderSilent,
    Redirect,
    Refund,
    RefundDiffers,
    RefundState,
    RefundTooMuch,
    request_refund,
)
from livehouse.domains.orders.jobs import ask_about_payments, send_refunds
from livehouse.domains.orders.model import REFUND_ATTEMPTS_MAX
from livehouse.domains.orders.ports import Begun, Refunded, RefundNotice
from livehouse.domains.orders.service import Payments
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import OrderId
from livehouse.foundation.money import Money
from tests.support.builders import euros
from tests.support.orders_world import a_wish, bought
from tests.support.shows_world import ShowsWorld


@dataclass
class Moody:
    """A provider whose answers the test gives in advance; what is asked of it is kept."""

    name: str = "moody"
    answers: list[Refunded | BaseException] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    closed: list[UUID] = field(default_factory=list)
    silent: bool = False

    async def begin(self, payment: Payment, back: str) -> Begun:  # noqa: ARG002 - no page
        if self.silent:
            raise ProviderSilent
        return Begun(Redirect("https://provider.example"), ref="r1")

    async def ask(self, payment: Payment) -> Notice | None:  # noqa: ARG002 - knows nothing
        if self.silent:
            raise ProviderSilent
        return None

    async def close(self, payment: Payment) -> None:
        self.closed.append(payment.id)

    async def refund(self, payment: Payment, refund: Refund) -> Refunded:  # noqa: ARG002
        self.asked.append(refund.key)
        answer = self.answers.pop(0) if self.answers else ProviderSilent()
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def read_notice(
        self,
        body: bytes,  # noqa: ARG002
        headers: Mapping[str, str],  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> None:
        return None


@dataclass
class Desk:
    """A paid order of 20 euros at a moody provider."""

    world: ShowsWorld
    provider: Moody
    payments: Payments
    wish: Buy

    @property
    def refunds(self) -> list[str]:
        return self.provider.asked

    async def request(self, amount: Money, reason: str = "return:1") -> Refund:
        async with self.world.database.transaction() as tx:
            return await request_refund(
                tx, self.wish.id, amount, reason, now=self.world.clock.now()
            )

    async def states(self) -> list[RefundState]:
        return [one.state for one in await self.payments.refunds.of_order(self.wish.id)]

    async def a_day_passes(self) -> None:
        for _ in range(60):
            await send_refunds(self.payments)
            await self.world.clock.advance(timedelta(hours=1))


async def an_unpaid_desk(world: ShowsWorld) -> Desk:
    _, offer = await world.an_open_offer()
    wish = a_wish(world, offer.id)
    await bought(world, wish)
    provider = Moody()
    payments = Payments(world.database, world.clock, world.ids, {"moody": provider}, ["moody"])
    return Desk(world, provider, payments, wish)


@pytest.fixture
async def desk(world: ShowsWorld) -> Desk:
    desk = await an_unpaid_desk(world)
    await desk.payments.begin(desk.wish.id, buyer_id=desk.wish.buyer_id)
    (payment,) = await desk.payments.of_order(desk.wish.id)
    await desk.payments.hear(Notice(payment.id, PaymentState.SUCCEEDED, payment.amount), "moody")
    return desk


async def test_the_same_reason_is_one_refund(desk: Desk) -> None:
    first = await desk.request(euros(5))
    again = await desk.request(euros(5))
    other = await desk.request(euros(5), "return:2")

    assert first == again
    assert other.id != first.id
    with pytest.raises(RefundDiffers):
        await desk.request(euros(6))


async def test_no_more_goes_back_than_came(desk: Desk) -> None:
    await desk.request(euros(15))

    for amount in (euros(6), euros(0), euros(-1), Money("USD", 100)):
        with pytest.raises(RefundTooMuch):
            await desk.request(amount, "return:2")
    await desk.request(euros(5), "return:2")


async def test_an_unpaid_order_has_nothing_to_refund(world: ShowsWorld) -> None:
    desk = await an_unpaid_desk(world)

    with pytest.raises(NothingToRefund):
        await desk.request(euros(1))


async def test_a_refund_goes_out_once(desk: Desk) -> None:
    refund = await desk.request(euros(5))
    desk.provider.answers = [Refunded(RefundState.SUCCEEDED)]

    sent = [await send_refunds(desk.payments) for _ in range(3)]

    assert sent == [1, 0, 0]
    assert desk.provider.asked == [refund.key]
    assert await desk.states() == [RefundState.SUCCEEDED]


async def test_what_a_transaction_took_back_is_never_sent(desk: Desk) -> None:
    async def change_ones_mind() -> None:
        async with desk.world.database.transaction() as tx:
            await request_refund(tx, desk.wish.id, euros(5), "r", now=desk.world.clock.now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await change_ones_mind()

    assert await send_refunds(desk.payments) == 0


async def test_a_silent_provider_is_tried_again_under_the_same_key(desk: Desk) -> None:
    refund = await desk.request(euros(5))
    desk.provider.answers = [ProviderSilent(), ProviderSilent(), Refunded(RefundState.SUCCEEDED)]

    await desk.a_day_passes()

    assert desk.provider.asked == [refund.key] * 3
    assert await desk.states() == [RefundState.SUCCEEDED]


async def test_a_process_that_dies_while_it_sends_loses_nothing(desk: Desk) -> None:
    """The attempt is counted before it is made, so that it is repeated and not forgotten."""
    refund = await desk.request(euros(5))
    desk.provider.answers = [asyncio.CancelledError(), Refunded(RefundState.SUCCEEDED)]

    await send_refunds(desk.payments)
    at_once = await send_refunds(desk.payments)
    await desk.a_day_passes()

    assert at_once == 0
    assert desk.provider.asked == [refund.key] * 2
    assert await desk.states() == [RefundState.SUCCEEDED]


async def test_what_goes_wrong_with_one_refund_holds_up_no_other(desk: Desk) -> None:
    await desk.request(euros(5), "return:1")
    await desk.request(euros(6), "return:2")
    desk.provider.answers = [KeyError("a mistake of ours"), Refunded(RefundState.SUCCEEDED)]

    await send_refunds(desk.payments)

    assert sorted(state.value for state in await desk.states()) == ["succeeded", "wanted"]


async def test_who_is_silent_for_days_becomes_the_operators_matter(desk: Desk) -> None:
    refund = await desk.request(euros(5))

    await desk.a_day_passes()

    assert desk.provider.asked == [refund.key] * REFUND_ATTEMPTS_MAX
    (failed,) = await desk.payments.refunds.failed()
    assert (failed.refund.key, failed.refund.problem) == (refund.key, "no answer")
    desk.provider.answers = [Refunded(RefundState.SUCCEEDED)]
    await desk.payments.refunds.again(refund.id)
    await send_refunds(desk.payments)
    assert desk.provider.asked[-1] == refund.key, "it may have got through, so it keeps its key"
    assert await desk.payments.refunds.failed() == []


async def test_a_refund_that_was_refused_is_sent_again_under_a_new_key(desk: Desk) -> None:
    refund = await desk.request(euros(5))
    desk.provider.answers = [
        ProviderRefused(problem="the account is closed"), Refunded(RefundState.SUCCEEDED),
    ]  # fmt: skip

    await desk.a_day_passes()
    (failed,) = await desk.payments.refunds.failed()
    await desk.payments.refunds.again(refund.id)
    await desk.payments.refunds.again(refund.id)
    await desk.a_day_passes()

    assert (failed.order_id, failed.provider) == (desk.wish.id, "moody")
    assert failed.refund.problem == "the account is closed"
    assert desk.provider.asked == [f"{refund.id}.0", f"{refund.id}.1"]
    assert await desk.states() == [RefundState.SUCCEEDED]
    with pytest.raises(NotFound):
        await desk.payments.refunds.again(UUID(int=1))


async def test_a_refund_on_its_way_is_asked_about(desk: Desk) -> None:
    refund = await desk.request(euros(5))
    desk.provider.answers = [
        Refunded(RefundState.PENDING, ref="x"), Refunded(RefundState.PENDING, ref="x"),
        Refunded(RefundState.SUCCEEDED, ref="x"),
    ]  # fmt: skip

    await desk.a_day_passes()

    assert desk.provider.asked == [refund.key] * 3
    assert await desk.states() == [RefundState.SUCCEEDED]


async def test_a_notice_ends_a_refund_and_a_bank_may_send_it_back(desk: Desk) -> None:
    refund = await desk.request(euros(5))
    desk.provider.answers = [Refunded(RefundState.PENDING)]
    await send_refunds(desk.payments)
    seen: list[RefundState] = []

    for state in (
        RefundState.SUCCEEDED, RefundState.PENDING, RefundState.FAILED, RefundState.SUCCEEDED,
    ):  # fmt: skip
        await desk.payments.refunds.hear(RefundNotice(refund.key, state, euros(5)))
        seen += await desk.states()

    assert seen == [
        RefundState.SUCCEEDED, RefundState.SUCCEEDED, RefundState.FAILED, RefundState.FAILED,
    ]  # fmt: skip


async def test_what_is_silent_is_asked_about_ever_more_seldom_and_then_given_up(
    world: ShowsWorld,
) -> None:
    desk = await an_unpaid_desk(world)
    await desk.payments.begin(desk.wish.id, buyer_id=desk.wish.buyer_id)
    asked = 0
    for _ in range(4 * 24 * 12):
        await world.clock.advance(timedelta(minutes=5))
        asked += await ask_about_payments(desk.payments)

    (payment,) = await desk.payments.of_order(desk.wish.id)
    assert payment.state is PaymentState.TIMED_OUT
    assert 60 < asked < 90


async def test_a_payment_that_can_no_longer_be_used_is_closed(world: ShowsWorld) -> None:
    desk = await an_unpaid_desk(world)
    await desk.payments.begin(desk.wish.id, buyer_id=desk.wish.buyer_id)
    await world.clock.advance(timedelta(minutes=2))
    await ask_about_payments(desk.payments)
    early = list(desk.provider.closed)

    await world.orders.cancel(desk.wish.id, buyer_id=desk.wish.buyer_id)
    await world.clock.advance(timedelta(minutes=3))
    await ask_about_payments(desk.payments)

    (payment,) = await desk.payments.of_order(desk.wish.id)
    assert (early, desk.provider.closed) == ([], [payment.id])


async def test_a_silent_provider_begins_nothing_and_may_be_tried_again(world: ShowsWorld) -> None:
    desk = await an_unpaid_desk(world)
    desk.provider.silent = True
    with pytest.raises(ProviderSilent):
        await desk.payments.begin(desk.wish.id, buyer_id=desk.wish.buyer_id)
    await world.clock.advance(timedelta(minutes=2))
    await ask_about_payments(desk.payments)

    desk.provider.silent = False
    await desk.payments.begin(desk.wish.id, buyer_id=desk.wish.buyer_id)

    newest, failed = await desk.payments.of_order(desk.wish.id)
    assert (newest.ref, failed.ref) == ("r1", "")
    assert failed.state is PaymentState.STARTED


async def test_the_sandbox_gives_no_more_back_than_it_took(world: ShowsWorld) -> None:
    payment = Payment(
        world.ids.new(), OrderId(world.ids.new()), euros(20), PaymentState.SUCCEEDED,
        "sandbox", world.clock.now(),
    )  # fmt: skip
    await world.sandbox.decide(Charge(payment.id, PaymentState.SUCCEEDED))
    refund = Refund(
        world.ids.new(), payment.id, euros(15), "test", RefundState.WANTED, world.clock.now()
    )
    more = Refund(
        world.ids.new(), payment.id, euros(10), "more", RefundState.WANTED, world.clock.now()
    )

    for _ in range(2):
        assert (await world.sandbox.refund(payment, refund)).state is RefundState.SUCCEEDED
    with pytest.raises(ProviderRefused):
        await world.sandbox.refund(payment, more)
