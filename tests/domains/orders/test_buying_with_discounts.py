"""Coupons and subsidies at the till: used as often as they may be, and given back exactly."""

import asyncio

from msgspec import structs

from livehouse.domains.offers import Amount
from livehouse.domains.orders import CouponUsed, DiscountGone, NewOrder, PriceChanged, Till
from tests.support.discounts import a_coupon_plan, a_subsidy_plan
from tests.support.orders_world import a_wish, decided
from tests.support.shows_world import ShowsWorld


async def test_a_coupon_is_used_once_by_each_buyer_and_so_often_in_all(world: ShowsWorld) -> None:
    show, offer = await world.an_open_offer(stock=50, allotment=50)
    plan = a_coupon_plan(Amount(5_00), total=10, per_person=1)
    coupon = (await world.coupons.publish(plan, show.room.store_id)).coupon
    wishes = [
        structs.replace(a_wish(world, offer.id, buyer=n), coupon_ids=(coupon.id,))
        for n in (*range(1, 9), *range(1, 9), *range(9, 13))
    ]
    tills = [Till(world.database, world.clock) for _ in range(4)]

    answers = await asyncio.gather(
        *(tills[n % 4].commit(wishes[n : n + 3]) for n in range(0, len(wishes), 3))
    )

    decisions = [decision for group in answers for decision in group]
    assert sum(isinstance(one, NewOrder) for one in decisions) == 10
    assert all(isinstance(one, NewOrder | CouponUsed | DiscountGone) for one in decisions)
    assert (await world.quota(coupon.quota_id)).left == 0
    assert (await world.quota(offer.quota_id)).held == 10


async def test_what_is_cancelled_gives_coupon_and_budget_back(world: ShowsWorld) -> None:
    show, offer = await world.an_open_offer()
    coupon = (await world.coupons.publish(a_coupon_plan(per_person=1), show.room.store_id)).coupon
    funded = await world.subsidies.publish(a_subsidy_plan(Amount(2_00)))
    wish = structs.replace(a_wish(world, offer.id), coupon_ids=(coupon.id,))

    (order,) = await decided(world, wish)
    assert isinstance(order, NewOrder)
    held = (await world.quota(coupon.quota_id), await world.quota(funded.budget.id))
    await world.orders.cancel(wish.id, buyer_id=wish.buyer_id)
    again = structs.replace(a_wish(world, offer.id), coupon_ids=(coupon.id,))
    (second,) = await decided(world, again)

    assert order.deal.price.total.minor == 13_00
    assert [quota.held for quota in held] == [1, 2_00]
    assert isinstance(second, NewOrder), "the coupon is the buyer's again"


async def test_a_subsidy_that_ran_out_is_no_longer_promised(world: ShowsWorld) -> None:
    _, offer = await world.an_open_offer()
    await world.subsidies.publish(a_subsidy_plan(Amount(2_00), budget_minor=3_00))
    wishes = [
        structs.replace(a_wish(world, offer.id, buyer=n), expects_minor=18_00) for n in (1, 2)
    ]

    first, second = await decided(world, *wishes)

    assert isinstance(first, NewOrder)
    assert isinstance(second, DiscountGone | PriceChanged)
