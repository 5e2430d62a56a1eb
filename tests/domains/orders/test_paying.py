"""Paying on a real database: once, late, twice, never."""

from datetime import timedelta
from uuid import UUID

import pytest

from livehouse.domains.offers import Offer
from livehouse.domains.orders import (
    AddressMissing,
    AmountDiffers,
    Buy,
    Charge,
    Notice,
    NoticeRefused,
    OrderExpired,
    OrderNotOpen,
)
from livehouse.domains.orders.jobs import expire_unpaid
from livehouse.domains.orders.model import (
    HOLD_DURATION,
    Cancelled,
    Expired,
    Paid,
    Payment,
    PaymentState,
    Placed,
)
from livehouse.domains.quotas import LimitReached
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import PersonId
from livehouse.foundation.money import Money
from tests.support.builders import euros
from tests.support.orders_world import AN_ADDRESS, a_wish, bought, decided
from tests.support.shows_world import ShowsWorld


async def an_order(world: ShowsWorld, *, limit: int = 0, quantity: int = 1) -> tuple[Offer, Buy]:
    _, offer = await world.an_open_offer(limit=limit)
    wish = a_wish(world, offer.id, quantity=quantity)
    await bought(world, wish)
    return offer, wish


async def begun(world: ShowsWorld, wish: Buy) -> Payment:
    await world.payments.begin(wish.id, buyer_id=wish.buyer_id)
    return (await world.payments.of_order(wish.id))[0]


async def say(world: ShowsWorld, payment: Payment, outcome: str = "succeeded") -> Payment:
    await world.sandbox.decide(Charge(payment.id, PaymentState(outcome)))
    await world.payments.hear_signed("sandbox", *world.sandbox.notice(payment, outcome))
    return (await world.payments.find(payment.id))[0]


async def test_a_paid_order_turns_what_was_held_into_what_is_sold(world: ShowsWorld) -> None:
    offer, wish = await an_order(world, quantity=2)

    settled = await say(world, await begun(world, wish))

    order = await world.orders.order(wish.id, buyer_id=wish.buyer_id)
    assert settled.state is PaymentState.SUCCEEDED
    assert order.state == Paid(world.clock.now())
    for quota_id in offer.quota_ids:
        quota = await world.quota(quota_id)
        assert (quota.held, quota.spent) == (0, 2)
    assert [fact.run_id for fact in await world.facts("orders.paid")] == [order.deal.first.run_id]


async def test_the_same_notice_again_changes_nothing(world: ShowsWorld) -> None:
    offer, wish = await an_order(world)
    payment = await begun(world, wish)

    answers = [await say(world, payment) for _ in range(3)]

    assert {answer.state for answer in answers} == {PaymentState.SUCCEEDED}
    assert (await world.quota(offer.quota_id)).spent == 1
    assert len(await world.facts("orders.paid")) == 1


async def test_a_second_payment_of_one_order_goes_back(world: ShowsWorld) -> None:
    offer, wish = await an_order(world)
    first, second = await begun(world, wish), await begun(world, wish)

    await say(world, first)
    answer = await say(world, second)

    assert answer.state is PaymentState.REFUNDED
    assert (await world.quota(offer.quota_id)).spent == 1
    states = [payment.state for payment in await world.payments.of_order(wish.id)]
    assert states == [PaymentState.REFUNDED, PaymentState.SUCCEEDED]


async def test_who_does_not_pay_gives_the_goods_back(world: ShowsWorld) -> None:
    offer, wish = await an_order(world, limit=1)
    (refused,) = await decided(world, a_wish(world, offer.id))
    assert isinstance(refused, LimitReached)

    await world.clock.advance(HOLD_DURATION - timedelta(seconds=1))
    early = await expire_unpaid(world.orders)
    await world.clock.advance(timedelta(seconds=1))
    due = await expire_unpaid(world.orders)
    again = await expire_unpaid(world.orders)

    assert (early, due, again) == (0, 1, 0)
    order = await world.orders.order(wish.id, buyer_id=wish.buyer_id)
    assert order.state == Expired(world.clock.now())
    for quota_id in offer.quota_ids:
        assert (await world.quota(quota_id)).held == 0
    assert len(await world.facts("orders.returned")) == 1
    await bought(world, a_wish(world, offer.id))  # the limit is free again


async def test_money_that_comes_too_late_goes_back(world: ShowsWorld) -> None:
    offer, wish = await an_order(world)
    payment = await begun(world, wish)
    await world.clock.advance(timedelta(hours=1))
    await expire_unpaid(world.orders)

    answer = await say(world, payment)

    assert answer.state is PaymentState.REFUNDED
    assert (await world.quota(offer.quota_id)).spent == 0
    order = await world.orders.order(wish.id, buyer_id=wish.buyer_id)
    assert isinstance(order.state, Expired)
    with pytest.raises(OrderExpired):
        await begun(world, wish)


async def test_who_is_paying_gets_a_little_longer_but_only_once(world: ShowsWorld) -> None:
    _, wish = await an_order(world)
    started = world.clock.now()
    held: list[timedelta] = []
    for _ in range(4):
        await world.clock.advance(timedelta(minutes=3))
        await begun(world, wish)
        order = await world.orders.order(wish.id, buyer_id=wish.buyer_id)
        assert isinstance(order.state, Placed)
        held.append(order.state.hold_until - started)

    assert held == [timedelta(minutes=minutes) for minutes in (10, 11, 14, 15)]


async def test_a_refused_payment_leaves_the_order_to_be_paid(world: ShowsWorld) -> None:
    _, wish = await an_order(world)

    refused = await say(world, await begun(world, wish), "refused")
    paid = await say(world, await begun(world, wish))

    assert (refused.state, paid.state) == (PaymentState.REFUSED, PaymentState.SUCCEEDED)


async def test_cancelling_gives_everything_back(world: ShowsWorld) -> None:
    offer, wish = await an_order(world, limit=1)

    order = await world.orders.cancel(wish.id, buyer_id=wish.buyer_id)

    assert order.state == Cancelled(world.clock.now())
    assert (await world.quota(offer.stock_quota_id)).held == 0
    with pytest.raises(OrderNotOpen):
        await world.orders.cancel(wish.id, buyer_id=wish.buyer_id)
    await bought(world, a_wish(world, offer.id))


async def test_a_paid_order_is_not_cancelled(world: ShowsWorld) -> None:
    _, wish = await an_order(world)
    await say(world, await begun(world, wish))

    with pytest.raises(OrderNotOpen):
        await world.orders.cancel(wish.id, buyer_id=wish.buyer_id)
    with pytest.raises(OrderNotOpen):
        await world.orders.choose_address(wish.id, AN_ADDRESS, buyer_id=wish.buyer_id)


async def test_without_an_address_nothing_is_paid(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer()
    wish = a_wish(world, offer.id, with_address=False)
    await bought(world, wish)

    with pytest.raises(AddressMissing):
        await begun(world, wish)
    await world.orders.choose_address(wish.id, AN_ADDRESS, buyer_id=wish.buyer_id)
    await begun(world, wish)


async def test_another_buyers_order_is_not_there(world: ShowsWorld) -> None:
    _, wish = await an_order(world)
    stranger = PersonId(UUID(int=0xBAD))

    for use in (world.orders.order, world.payments.begin, world.orders.cancel):
        with pytest.raises(NotFound):
            await use(wish.id, buyer_id=stranger)
    with pytest.raises(NotFound):
        await world.orders.choose_address(wish.id, AN_ADDRESS, buyer_id=stranger)


async def test_a_notice_counts_for_the_amount_and_the_provider_that_was_asked(
    world: ShowsWorld,
) -> None:
    _, wish = await an_order(world)
    payment = await begun(world, wish)
    for outcome in (PaymentState.STARTED, PaymentState.REFUNDED):
        with pytest.raises(NoticeRefused):
            await world.payments.hear(Notice(payment.id, outcome, payment.amount), "sandbox")
    for amount in (euros(1), Money("USD", payment.amount.minor)):
        with pytest.raises(AmountDiffers):
            await world.payments.hear(Notice(payment.id, PaymentState.SUCCEEDED, amount), "sandbox")
    with pytest.raises(NotFound):
        await world.payments.hear(
            Notice(UUID(int=1), PaymentState.SUCCEEDED, payment.amount), "sandbox"
        )
    with pytest.raises(NotFound):
        await world.payments.hear(
            Notice(payment.id, PaymentState.SUCCEEDED, payment.amount), "another"
        )
    with pytest.raises(NotFound):
        await world.payments.hear_signed("another", *world.sandbox.notice(payment, "succeeded"))


async def test_what_costs_nothing_is_paid_without_a_provider(world: ShowsWorld) -> None:
    show = await world.a_show()
    offer = await world.an_offer(show, price=euros(0))
    await world.shows.go_live(show.slug)
    await world.offers.open(offer.id)
    wish = a_wish(world, offer.id)
    await bought(world, wish)

    go_on = await world.payments.begin(wish.id, buyer_id=wish.buyer_id)

    (payment,) = await world.payments.of_order(wish.id)
    order = await world.orders.order(wish.id, buyer_id=wish.buyer_id)
    assert go_on.url == f"/orders/{wish.id}/payments/{payment.id}"
    assert (payment.amount, payment.state) == (euros(0), PaymentState.SUCCEEDED)
    assert isinstance(order.state, Paid)
    assert (await world.quota(offer.quota_id)).spent == 1


async def test_a_stores_numbers_count_only_what_is_paid_as_sold(world: ShowsWorld) -> None:
    offer, wish = await an_order(world)
    await bought(world, a_wish(world, offer.id, buyer=2))
    await say(world, await begun(world, wish))

    numbers = await world.orders.store_numbers(offer.store_id)

    assert numbers == {"paid": (1, 2000), "placed": (1, 2000)}
