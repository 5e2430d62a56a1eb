"""What is kept for people who have been promised it is promised to nobody else."""

from collections.abc import Awaitable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from livehouse.domains.crowd import Reward
from livehouse.domains.crowd import pages as crowd_pages
from livehouse.domains.crowd.model.sharing import Deed, Terms
from livehouse.domains.offers import Coupon, UnknownCoupon
from livehouse.domains.play import pages
from livehouse.domains.play.model.terms import Prize, PrizeKind
from livehouse.foundation.ids import CouponId
from livehouse.foundation.roles import Role
from tests.support.crowd_world import a_coupon
from tests.support.draws_world import a_live_show, a_plan
from tests.support.shows_world import ShowsWorld, member_of

WHERE_COUPONS_ARE_CHOSEN = (
    "/studio/tea-time/crowd", "/studio/tea-time/battles", "/studio/tea-time/games",
    "/console/tea-house/points", "/console/tea-house/sharing",
)  # fmt: skip


async def set_aside(world: ShowsWorld, coupon_id: CouponId) -> list[Coupon]:
    """What a drop, a battle, a price in points and a rule for friends keep for their people."""
    show = await world.shows.by_slug("tea-time")
    await world.drops.drop(show.slug, coupon_id, count=3, seconds=60)
    await world.battles.begin(
        show.slug, "Stars", ["Ann", "Bo"], 5, timedelta(hours=1),
        reward=Reward(points=0, coupon_id=coupon_id), coupon_fans=2,
    )  # fmt: skip
    await world.crowd.trades.offer(show.room.store_id, coupon_id, points=10, count=4)
    reward = Reward(points=0, coupon_id=coupon_id)
    await world.crowd.sharing.promise(
        show.room.store_id,
        Terms(deed=Deed.WATCH, reward=reward, friends_max=1, total=5, minutes=10),
    )
    issued = await world.coupons.issued_by(show.room.store_id)
    return [one.coupon for one in issued if one.coupon.id != coupon_id]


async def test_pages_offer_only_what_may_be_promised(world: ShowsWorld) -> None:
    show = await a_live_show(world)
    coupon_id = await a_coupon(world, show)
    kept = await set_aside(world, coupon_id)

    async with world.web(*pages.routes, *crowd_pages.routes) as client:
        client.sign_in_as(member_of(show.room.store_id, Role.OWNER))
        for path in WHERE_COUPONS_ARE_CHOSEN:
            text = (await client.get(path)).text
            assert str(coupon_id) in text, path
            assert not [path for one in kept if f'value="{one.id}"' in text]
            assert not [path for one in kept if f'value="coupon:{one.id}"' in text]
    assert len(kept) == 4


async def test_what_is_set_aside_is_promised_to_nobody_else(world: ShowsWorld) -> None:
    show = await a_live_show(world)
    store_id, crowd = show.room.store_id, world.crowd
    for coupon in await set_aside(world, await a_coupon(world, show)):
        reward = Reward(points=0, coupon_id=coupon.id)
        prize = Prize(
            kind=PrizeKind.COUPON, title="Less", quantity=1, value_minor=1, source_id=coupon.id
        )
        terms = Terms(deed=Deed.WATCH, reward=reward, friends_max=1, total=1, minutes=10)
        promises: list[Awaitable[object]] = [
            world.drops.drop(show.slug, coupon.id, count=1, seconds=60),
            world.battles.begin(
                show.slug, "More", ["Ann", "Bo"], 5, timedelta(hours=1), reward=reward,
                coupon_fans=1,
            ),
            world.draws.plan(show, replace(a_plan(), prizes=(prize,))),
            crowd.trades.offer(store_id, coupon.id, points=1, count=1),
            crowd.sharing.promise(store_id, terms),
            crowd.drops.drop(show.slug, "For all", count=1, coupon_id=coupon.id),
            crowd.quizzes.make(
                show, "Where from?", ["Fujian", "Assam"], right=0, seconds=20, reward=reward,
                winners_max=1,
            ),
        ]  # fmt: skip
        for promise in promises:
            with pytest.raises(UnknownCoupon):
                await promise
