"""With pieces go back: money, coupon, budget, commission, books and credit note, to the cent."""

import pytest

from livehouse.domains.aftersales.errors import ReturnTooLate
from livehouse.domains.aftersales.model.pieces import Piece
from livehouse.domains.ledger import ledger
from livehouse.domains.offers import Part, Percent
from livehouse.domains.orders import CouponUsed, Invoices, Order, Refunded
from livehouse.foundation.ids import QuotaId
from tests.domains.aftersales.counter import Counter
from tests.support.discounts import a_coupon_plan, a_subsidy_plan
from tests.support.shows_world import ShowsWorld

SHARES = (Part("tea-board", 5_000), Part("platform", 5_000))


class Festival:
    """A coupon of five euros, once per person, and a tenth off, borne by two partners."""

    def __init__(self, world: ShowsWorld, counter: Counter) -> None:
        self.world, self.counter = world, counter

    async def begin(self) -> Order:
        self.offers = await self.counter.offers()
        store_id = self.offers[0].store_id
        await self.world.stores.set_commission(store_id, 1_000)
        self.coupon = (await self.world.coupons.publish(a_coupon_plan(), store_id)).coupon
        plan = a_subsidy_plan(Percent(1_000), parts=SHARES)
        self.budget = (await self.world.subsidies.publish(plan)).budget.id
        order = await self.bought()
        await self.counter.sent(order)
        return await self.counter.confirmed(order)

    async def bought(self) -> Order:
        coupons = (self.coupon.id,)
        return await self.counter.paid(self.offers, quantity=3, coupon_ids=coupons)

    async def spent(self, quota_id: QuotaId) -> int:
        return (await self.world.quota(quota_id)).spent

    async def balances(self) -> list[int]:
        async with self.world.database.transaction() as tx:
            return [one.minor for one in await ledger.balances(tx)]


async def test_a_part_leaves_the_coupon_used_and_gives_its_share_of_the_budget_back(
    world: ShowsWorld, counter: Counter
) -> None:
    festival = Festival(world, counter)
    order = await festival.begin()
    assert order.total.minor == 60_00 - 6_00 - 5_00
    assert await festival.spent(festival.budget) == 6_00

    await counter.received(await counter.asked(order))

    assert [one.amount.minor for one in await counter.refunds(order)] == [49_00 // 3]
    assert await festival.spent(festival.budget) == 4_00
    assert await festival.spent(festival.coupon.quota_id) == 1
    with pytest.raises(CouponUsed):
        await festival.bought()
    assert sum(await festival.balances()) == 0


async def test_all_of_it_in_two_parts_leaves_nothing_and_the_coupon_can_be_used_once_more(
    world: ShowsWorld, counter: Counter
) -> None:
    festival = Festival(world, counter)
    order = await festival.begin()

    await counter.received(await counter.asked(order))
    await counter.received(await counter.asked(order, Piece(0, 2)))

    assert isinstance((await counter.now(order.id)).state, Refunded)
    assert sum(one.amount.minor for one in await counter.refunds(order)) == order.total.minor
    for quota_id in (festival.budget, festival.coupon.quota_id, *festival.offers[0].quota_ids):
        assert await festival.spent(quota_id) == 0
    assert set(await festival.balances()) == {0}
    await festival.bought()
    with pytest.raises(CouponUsed):
        await festival.bought()


async def test_every_refund_has_its_credit_note(world: ShowsWorld, counter: Counter) -> None:
    festival = Festival(world, counter)
    order = await festival.begin()

    await counter.received(await counter.asked(order))
    await counter.received(await counter.asked(order, Piece(0, 2)))

    printed = await Invoices(world.database).of_order(order.id)
    assert [one.invoice.document.total_minor for one in printed] == [49_00, -16_33, -32_67]


async def test_the_stores_money_is_due_when_nobody_can_withdraw_any_more(
    world: ShowsWorld, counter: Counter
) -> None:
    order = await counter.delivered(await counter.offers())

    async with world.database.transaction() as tx:
        due_at = await ledger.due_at(tx, order.id)

    assert due_at is not None
    await world.clock.advance(due_at - world.clock.now())
    with pytest.raises(ReturnTooLate):
        await counter.asked(order)
