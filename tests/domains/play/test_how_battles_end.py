"""Battles end: held votes are decided first, the result is final, fans get what was promised."""

from datetime import timedelta
from uuid import UUID

import pytest

from livehouse.domains.crowd import Reward
from livehouse.domains.crowd.errors import TooFewCoupons
from livehouse.domains.play.errors import BattleFinal, BattleNotOpen, VotesRefused
from livehouse.domains.play.model import battles as rules
from livehouse.domains.play.model.battles import Battle, BattlePlan, Counted
from livehouse.domains.play.service import endings
from livehouse.foundation.ids import PersonId
from tests.support.battles_world import a_battle, a_friendly_battle, a_vote, shown
from tests.support.crowd_world import a_coupon
from tests.support.draws_world import a_live_show
from tests.support.shows_world import OWNER, ShowsWorld

CROWDED = "203.0.113.7"
OVER = timedelta(hours=1, seconds=2)


async def a_close_battle(world: ShowsWorld) -> Battle:
    """Ann is behind, and of her fans at one address nine are held back."""
    battle = await a_battle(world)
    await world.battles.count([a_vote(battle, number, 0, 1, CROWDED) for number in range(1, 30)])
    rivals = [a_vote(battle, number, 1, 1) for number in range(100, 125)]
    await world.battles.count(rivals)
    return battle


async def test_the_result_waits_for_held_votes_and_is_final_then(world: ShowsWorld) -> None:
    battle = await a_close_battle(world)
    show = await world.shows.by_slug("tea-time")
    await world.clock.advance(OVER)

    assert await world.battle_ends.end_due() == 1
    assert (await shown(world, battle))["state"] == "checked"
    await world.battle_ends.decide(show.room.store_id, battle.id, CROWDED, counts=True, by=OWNER)
    assert await world.battle_ends.end_due() == 1

    card = await shown(world, battle)
    assert (card["state"], card["first"], card["sums"]) == ("ended", 0, {"0": 29, "1": 25})
    with pytest.raises(BattleFinal):
        await world.battle_ends.decide(show.room.store_id, battle.id, None, counts=False, by=OWNER)


async def test_what_nobody_looked_at_in_time_is_refused_and_said_so(world: ShowsWorld) -> None:
    await a_close_battle(world)
    await world.clock.advance(OVER)
    assert (await world.battle_ends.end_due(), await world.battle_ends.end_due()) == (1, 0)

    await world.clock.advance(rules.CHECK_FOR + timedelta(seconds=2))
    assert await world.battle_ends.end_due() == 1

    (standing,) = await world.battles.of_show(await world.shows.by_slug("tea-time"))
    assert (standing.battle.first, standing.totals, standing.held) == (1, {0: 20, 1: 25}, 0)
    exported = await world.battles.export(PersonId(UUID(int=29)))
    assert [one["refused"] for one in exported["votes"]] == [True]  # type: ignore[attr-defined]


async def test_a_refused_address_is_told_so_and_its_first_voters_go_on(world: ShowsWorld) -> None:
    battle = await a_close_battle(world)
    show = await world.shows.by_slug("tea-time")
    await world.battle_ends.decide(show.room.store_id, battle.id, CROWDED, counts=False, by=OWNER)

    told = await world.battles.count(
        [a_vote(battle, number, 0, 2, CROWDED) for number in (1, 29, 30)]
    )

    assert [type(one) for one in told.values()] == [Counted, VotesRefused, VotesRefused]
    (standing,) = await world.battles.of_show(show)
    assert (standing.totals, standing.held) == ({0: 21, 1: 25}, 0)


async def test_a_battle_ends_with_its_show(world: ShowsWorld) -> None:
    battle = await a_battle(world)
    await world.shows.end("tea-time")
    await world.clock.advance(timedelta(seconds=2))

    late = await world.battles.count([a_vote(battle, 1, 0, 1)])

    assert [type(one) for one in late.values()] == [BattleNotOpen]
    assert await world.battle_ends.end_due() == 1


async def test_a_battle_ends_by_the_clock_and_names_who_is_first(world: ShowsWorld) -> None:
    battle = await a_battle(world)
    await world.battles.count([a_vote(battle, 1, 1, 4)])

    await world.clock.advance(timedelta(hours=1, seconds=2))
    late = await world.battles.count([a_vote(battle, 2, 0, 4)])
    assert await world.battle_ends.end_due() == 1

    assert [type(one) for one in late.values()] == [BattleNotOpen]
    card = await shown(world, battle)
    assert (card["state"], card["first"], card["sums"]) == ("ended", 1, {"0": 0, "1": 4})


async def test_the_winners_fans_are_rewarded_once_and_nobody_else(world: ShowsWorld) -> None:
    battle = await a_friendly_battle(world, points=7)
    await world.battles.count(
        [a_vote(battle, 1, 1, 4), a_vote(battle, 2, 1, 1), a_vote(battle, 3, 0, 2)]
    )
    await world.clock.advance(timedelta(hours=31))

    assert (await world.battle_ends.end_due(), await world.battle_ends.end_due()) == (1, 0)
    assert (await world.battle_ends.reward_due(), await world.battle_ends.reward_due()) == (2, 0)

    points = [await world.crowd.rewards.account(PersonId(UUID(int=n))) for n in (1, 2, 3)]
    assert [list(one.balances.values()) for one in points] == [[7], [7], []]


async def test_fans_are_rewarded_in_steps_that_go_on_where_one_ended(
    world: ShowsWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    battle = await a_friendly_battle(world, points=7)
    await world.battles.count([a_vote(battle, number, 0, 1) for number in range(1, 8)])
    await world.clock.advance(timedelta(days=1))
    await world.battles.count([a_vote(battle, number, 0, 1) for number in (1, 9)])
    await world.clock.advance(timedelta(hours=8))
    await world.battle_ends.end_due()
    monkeypatch.setattr(endings, "FANS_PER_STEP", 4)
    monkeypatch.setattr(endings, "STEPS_PER_LOOK_MAX", 1)

    looked = [await world.battle_ends.reward_due() for _ in range(4)]

    assert looked == [4, 4, 1, 0]
    fans = [*range(1, 8), 9]
    points = [await world.crowd.rewards.account(PersonId(UUID(int=n))) for n in fans]
    assert [list(one.balances.values()) for one in points] == [[7]] * 8


async def test_the_first_fans_get_the_coupon_that_was_kept_for_them(world: ShowsWorld) -> None:
    show = await a_live_show(world)
    coupon_id = await a_coupon(world, show, uses=5)
    promise = Reward(coupon_id=coupon_id)
    with pytest.raises(TooFewCoupons):
        await world.battles.begin(
            show.slug,
            BattlePlan(
                "Stars", ["Ann", "Bo"], 1, timedelta(hours=1), reward=promise, coupon_fans=6
            ),
        )
    battle = await world.battles.begin(
        show.slug,
        BattlePlan("Stars", ["Ann", "Bo"], 1, timedelta(hours=1), reward=promise, coupon_fans=3),
    )
    assert (await world.coupons.coupon(coupon_id)).uses.left == 2, "nobody else can use them up"

    for number in (9, 2):
        await world.battles.count([a_vote(battle, number, 0, 1)])
        await world.clock.advance(timedelta(seconds=1))
    await world.clock.advance(OVER)
    await world.battle_ends.end_due()
    await world.battle_ends.reward_due()

    theirs = [await world.coupons.of_person(PersonId(UUID(int=n))) for n in (9, 2, 3)]
    assert [[one.uses.left for one in some] for some in theirs] == [[2], [2], []]
    assert (await world.coupons.coupon(coupon_id)).uses.left == 3, "what is over goes back"
