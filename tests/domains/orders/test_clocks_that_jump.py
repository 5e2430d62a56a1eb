"""A house whose clock jumps: nothing is sold beyond, and what is over stays over."""

from datetime import timedelta

from livehouse.domains.offers import OfferClosed
from livehouse.domains.orders import NewOrder
from livehouse.domains.orders.model import HOLD_DURATION, Expired, PaymentState, Placed
from tests.support.moments import NOON
from tests.support.orders_world import a_wish, bought, decided
from tests.support.shows_world import ShowsWorld

HOUR = timedelta(hours=1)


async def test_goods_are_held_through_a_clock_that_jumps_back(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer(allotment=1)
    wish = a_wish(world, offer.id)
    await bought(world, wish)

    world.clock.set(NOON - HOUR)
    expired = await world.orders.expire_due()
    order = await world.orders.order(wish.id, buyer_id=wish.buyer_id)

    assert (expired, type(order.state)) == (0, Placed)
    assert (await world.quota(offer.quota_id)).held == 1


async def test_what_a_clock_that_jumped_ahead_expired_stays_so_and_money_goes_back(
    world: ShowsWorld,
) -> None:
    _, offer = await world.an_open_offer(allotment=1)
    wish, other = a_wish(world, offer.id), a_wish(world, offer.id, buyer=2)
    await bought(world, wish)
    await world.payments.begin(wish.id, buyer_id=wish.buyer_id)
    (payment,) = await world.payments.of_order(wish.id)

    world.clock.set(NOON + HOLD_DURATION + HOUR)
    assert await world.orders.expire_due() == 1
    world.clock.set(NOON)
    await world.payments.hear_signed("sandbox", *world.sandbox.notice(payment, "succeeded"))
    (sold,) = await decided(world, other)

    order = await world.orders.order(wish.id, buyer_id=wish.buyer_id)
    (payment,) = await world.payments.of_order(wish.id)
    assert (type(order.state), payment.state) == (Expired, PaymentState.REFUNDED)
    assert isinstance(sold, NewOrder)
    assert (await world.quota(offer.quota_id)).held == 1


async def test_a_clock_that_jumps_back_opens_no_offer_again(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer()
    await world.offers.close(offer.id)

    world.clock.set(NOON - HOUR)
    (decision,) = await decided(world, a_wish(world, offer.id))

    assert isinstance(decision, OfferClosed)
