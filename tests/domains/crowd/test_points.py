"""Points: earned once by each source, spent on coupons and never on chances, none lost or made."""

import asyncio
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livehouse.domains.crowd import Earned, Source, api, pages
from livehouse.domains.crowd.errors import TooFewPoints, TradeOver
from livehouse.domains.crowd.model.trades import Trade
from livehouse.domains.offers import UnknownCoupon
from livehouse.domains.quotas import SoldOut
from livehouse.domains.shows import Show
from livehouse.foundation.errors import InvalidInput, NotFound
from livehouse.foundation.ids import PersonId, StoreId, TradeId
from livehouse.foundation.roles import Role
from tests.support.crowd_world import a_coupon
from tests.support.shows_world import ShowsWorld, member_of
from tests.support.web_client import an_identity

ANN = PersonId(UUID(int=1))
BOB = PersonId(UUID(int=2))


async def earned(world: ShowsWorld, store_id: StoreId, person_id: PersonId, points: int) -> None:
    async with world.database.transaction() as tx:
        source = Source("quiz", world.ids.new())
        await world.crowd.rewards.book(tx, source, [Earned(store_id, person_id, points)])


async def trades_of(world: ShowsWorld, show: Show, *prices: int, count: int = 10) -> list[Trade]:
    """What the show's store gives for points, all of it like one coupon."""
    coupon_id = await a_coupon(world, show)
    store_id = show.room.store_id
    return [
        await world.crowd.trades.offer(store_id, coupon_id, points=points, count=count)
        for points in prices
    ]


async def balance(world: ShowsWorld, person_id: PersonId, store_id: StoreId) -> int:
    return (await world.crowd.rewards.account(person_id)).balances.get(store_id, 0)


async def test_points_buy_a_coupon_once_and_it_can_be_used(world: ShowsWorld) -> None:
    show = await world.a_show()
    store_id = show.room.store_id
    (trade,) = await trades_of(world, show, 100)
    await earned(world, store_id, ANN, 250)

    for _ in range(2):
        await world.crowd.trades.trade(trade.id, ANN)

    assert await balance(world, ANN, store_id) == 150
    (mine,) = await world.coupons.of_person(ANN)
    assert (mine.coupon.id, mine.uses.total, mine.code, mine.shown) == (
        trade.coupon_id, 10, "", False,
    )  # fmt: skip
    (offered,) = await world.crowd.trades.open_to(ANN, [store_id])
    assert (offered.left, offered.is_mine) == (9, True)


async def test_who_has_too_few_or_comes_too_late_keeps_their_points(world: ShowsWorld) -> None:
    show = await world.a_show()
    store_id = show.room.store_id
    dear, last, over = await trades_of(world, show, 100, 10, 10, count=1)
    await world.crowd.trades.end(store_id, over.id)
    for who in (ANN, BOB):
        await earned(world, store_id, who, 99)
    await world.crowd.trades.trade(last.id, BOB)

    for trade, refusal in ((dear, TooFewPoints), (last, SoldOut), (over, TradeOver)):
        with pytest.raises(refusal):
            await world.crowd.trades.trade(trade.id, ANN)

    assert await balance(world, ANN, store_id) == 99
    assert await world.coupons.of_person(ANN) == []


async def test_two_taps_at_once_never_spend_the_same_points(world: ShowsWorld) -> None:
    show = await world.a_show()
    store_id = show.room.store_id
    both = await trades_of(world, show, 80, 80)
    await earned(world, store_id, ANN, 100)

    told = await asyncio.gather(
        *(world.crowd.trades.trade(one.id, ANN) for one in both), return_exceptions=True
    )

    assert sorted(type(one).__name__ for one in told) == ["TooFewPoints", "Trade"]
    assert await balance(world, ANN, store_id) == 20


async def test_a_store_gives_only_its_own_coupons_at_a_price(world: ShowsWorld) -> None:
    show = await world.a_show()
    other = await world.a_store("kiln")
    coupon_id = await a_coupon(world, show)

    with pytest.raises(UnknownCoupon):
        await world.crowd.trades.offer(other.id, coupon_id, points=1, count=1)
    with pytest.raises(InvalidInput):
        await world.crowd.trades.offer(show.room.store_id, coupon_id, points=0, count=1)
    trade = await world.crowd.trades.offer(show.room.store_id, coupon_id, points=1, count=1)
    with pytest.raises(NotFound):
        await world.crowd.trades.end(other.id, trade.id)


steps = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["earn", "trade"]), st.integers(1, 150)),
    max_size=12,
)


@pytest.fixture
async def market(world: ShowsWorld) -> tuple[StoreId, list[Trade]]:
    show = await world.a_show()
    return show.room.store_id, await trades_of(world, show, 40, 75, 120, count=1_000)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
async def test_no_point_is_lost_or_made_whatever_people_do(
    world: ShowsWorld, market: tuple[StoreId, list[Trade]], done: list[tuple[int, str, int]]
) -> None:
    store_id, trades = market
    people = [PersonId(world.ids.new()) for _ in range(3)]
    expected = dict.fromkeys(people, 0)
    had: set[tuple[PersonId, TradeId]] = set()
    for who, what, number in done:
        person_id, trade = people[who], trades[number % len(trades)]
        if what == "earn":
            await earned(world, store_id, person_id, number)
            expected[person_id] += number
        elif (person_id, trade.id) in had or expected[person_id] >= trade.points:
            await world.crowd.trades.trade(trade.id, person_id)
            expected[person_id] -= 0 if (person_id, trade.id) in had else trade.points
            had.add((person_id, trade.id))
        else:
            with pytest.raises(TooFewPoints):
                await world.crowd.trades.trade(trade.id, person_id)

    for person_id, points in expected.items():
        account = await world.crowd.rewards.account(person_id)
        assert sum(entry.points for entry in account.entries) == points
        assert account.balances.get(store_id, 0) == points >= 0
        coupons = await world.coupons.of_person(person_id)
        assert len(coupons) == sum(who == person_id for who, _ in had)


async def test_a_store_offers_and_a_viewer_trades_on_their_pages(world: ShowsWorld) -> None:
    show = await world.a_show()
    store = await world.stores.store(show.room.store_id)
    coupon_id = await a_coupon(world, show)
    ann = an_identity(1)
    await earned(world, store.id, PersonId(ann.person_id), 120)
    here = f"/console/{store.slug}/points"
    async with world.web(*pages.routes, *api.routes) as web:
        web.sign_in_as(member_of(store.id, Role.MODERATOR, number=7))
        refused = await web.post_form(here, coupon=str(coupon_id), points=100, count=3)
        web.sign_in_as(member_of(store.id, Role.EDITOR, number=8))
        empty = await web.post_form(here, coupon=str(coupon_id), points=0, count=3)
        await web.post_form(here, coupon=str(coupon_id), points=100, count=3)
        offered = await web.get(here)
        web.sign_in_as(ann)
        before = await web.get("/points")
        (told,) = (await web.get_json("/api/points")).json()
        trade = told["trades"][0]["id"]
        done = await web.post_form(f"/points/trades/{trade}")
        again = await web.post_json(f"/api/points/trades/{trade}", {})
        after = await web.get("/points")

    assert (refused.status_code, empty.status_code) == (403, 422)
    assert "Welcome" in offered.text
    assert "Have it" in before.text
    assert (done.status_code, again.status_code) == (303, 204)
    assert "Yours" in after.text
    assert "A coupon for points" in after.text
    assert await balance(world, PersonId(ann.person_id), store.id) == 20
