"""Rewards for friends: for what a friend does, once, within caps, and not for what comes back."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livehouse.domains.crowd import Reward, api, pages
from livehouse.domains.crowd.model import sharing as rules
from livehouse.domains.crowd.model.sharing import Deed, Rule, State, Terms
from livehouse.domains.invites import Subject
from livehouse.domains.offers import Offer
from livehouse.domains.orders import Back, Order, steps
from livehouse.domains.shows import Show
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import PersonId, QuotaId, RuleId, StoreId
from livehouse.foundation.roles import Role
from tests.support.crowd_world import a_coupon
from tests.support.draws_world import a_live_show, person
from tests.support.moments import NOON
from tests.support.orders_world import a_buyer, paid
from tests.support.shows_world import ShowsWorld, member_of

MINUTE = timedelta(minutes=1)
WATCH = Terms(deed=Deed.WATCH, reward=Reward(points=10), friends_max=2, total=100, minutes=3)
BUY = Terms(deed=Deed.BUY, reward=Reward(points=50), friends_max=9, total=100, hold_days=14)


def a_rule(terms: Terms) -> Rule:
    return Rule(
        id=RuleId(UUID(int=1)), store_id=StoreId(UUID(int=2)), terms=terms,
        quota_id=QuotaId(UUID(int=3)),
    )  # fmt: skip


people = st.integers(1, 9).map(person)


@given(
    st.dictionaries(people, people), st.sets(people), st.dictionaries(people, st.integers(0, 4)),
    st.integers(0, 9),
)  # fmt: skip
def test_a_friend_counts_once_for_another_and_no_cap_is_passed(
    friends: dict[PersonId, PersonId],
    known: set[PersonId],
    counts: dict[PersonId, int],
    left: int,
) -> None:
    found = rules.admitted(a_rule(WATCH), friends, known, counts, left)

    assert len(found) == len({friend for friend, _ in found}) <= left
    assert all(friend not in known and friends[friend] == by != friend for friend, by in found)
    for sharer in {by for _, by in found}:
        had = counts.get(sharer, 0)
        assert had + sum(by == sharer for _, by in found) <= WATCH.friends_max


@given(st.sampled_from(State), st.booleans(), st.integers(-5, 5))
def test_what_is_given_or_withdrawn_stays_so_and_a_refund_takes_what_is_held(
    state: State,
    is_refunded: bool,  # noqa: FBT001 - drawn
    days: int,
) -> None:
    now = NOON + timedelta(days=days)

    after = rules.state_at(state, is_refunded=is_refunded, due_at=NOON, now=now)

    if state is not State.HELD:
        assert after is state
    elif is_refunded:
        assert after is State.WITHDRAWN
    else:
        assert after is (State.GIVEN if days >= 0 else State.HELD)


async def bring(world: ShowsWorld, show: Show, sharer: int, friends: Collection[int]) -> None:
    link = await world.invites.link(person(sharer), Subject("show", show.id))
    for friend in friends:
        await world.invites.arrive(link.code, person(friend))


async def watching(world: ShowsWorld, visitors: Collection[str], minutes: int) -> int:
    """Time goes on, and two nodes tell of the same people."""
    noted = 0
    for _ in range(minutes):
        for _ in range(2):
            noted += await world.crowd.attendance.note(lambda _: visitors)
        await world.clock.advance(MINUTE)
    return noted


async def points(world: ShowsWorld, number: int) -> int:
    return sum((await world.crowd.rewards.account(person(number))).balances.values())


def seen(*numbers: int) -> list[str]:
    return ["g1234", *(f"u{person(number)}" for number in numbers)]


async def test_friends_who_watch_long_enough_bring_points_up_to_the_cap(world: ShowsWorld) -> None:
    show = await a_live_show(world)
    assert await watching(world, seen(2, 3), 1) == 0, "nobody is counted for nothing"
    await world.crowd.sharing.promise(show.room.store_id, WATCH)
    await bring(world, show, 1, [2, 3, 4, 5])

    assert await watching(world, seen(1, 2, 3, 4), 2) == 8
    assert await points(world, 1) == 0
    await watching(world, seen(1, 2, 3, 4), 3)
    await watching(world, seen(5), 2)

    assert await points(world, 1) == 20, "two friends count, however many came"
    assert await points(world, 2) == 0


async def test_a_friend_who_watches_again_brings_nothing_more(world: ShowsWorld) -> None:
    show = await a_live_show(world)
    await world.crowd.sharing.promise(show.room.store_id, WATCH)
    await bring(world, show, 1, [2])
    await watching(world, seen(2), 3)
    await world.shows.end(show.slug)
    other = await world.shows.schedule(
        show.room.slug, "again", "Again", starts_at=world.clock.now() + timedelta(hours=1)
    )
    await world.shows.go_live(other.slug)
    await bring(world, other, 1, [2])

    await watching(world, seen(2), 3)

    assert await points(world, 1) == 10


async def test_what_somebody_watched_is_forgotten(world: ShowsWorld) -> None:
    show = await a_live_show(world)
    await world.crowd.sharing.promise(show.room.store_id, WATCH)
    await watching(world, seen(2, 3), 1)
    async with world.database.transaction() as tx:
        await world.crowd.attendance.erase(tx, person(3))

    assert (await world.crowd.attendance.export(person(3)))["watched"] == []
    assert len((await world.crowd.attendance.export(person(2)))["watched"]) == 1  # type: ignore[arg-type]
    await world.clock.advance(timedelta(days=31))
    assert await world.crowd.attendance.forget() == 1


async def gives_back(world: ShowsWorld, order: Order) -> None:
    back = Back(key="return:1", units={0: 1}, amounts={0: order.total.minor}, ends_order=True)
    async with world.database.transaction() as tx:
        locked = await steps.lock(tx, order.id)
        await steps.give_back(tx, locked, back, world.ids, world.clock.now())


async def states(world: ShowsWorld, number: int) -> list[str]:
    found = await world.crowd.sharing.of_sharer(person(number))
    return sorted(one.state.value for one, _ in found)


async def a_rule_for_buyers(world: ShowsWorld, terms: Terms = BUY) -> tuple[Show, Offer, Rule]:
    show, offer = await world.an_open_offer()
    return show, offer, await world.crowd.sharing.promise(show.room.store_id, terms)


async def test_a_friends_order_is_held_and_pays_when_it_has_stood(world: ShowsWorld) -> None:
    show, offer, rule = await a_rule_for_buyers(world)
    await bring(world, show, 1, [2, 3])
    await paid(world, offer.id, buyer=1)
    for buyer in (2, 2, 4):
        await paid(world, offer.id, buyer=buyer)

    await world.crowd.sharing.count()
    assert await world.crowd.sharing.count() == 0
    assert await states(world, 1) == ["held"], "oneself, strangers and second orders bring nothing"
    assert await points(world, 1) == 0
    await world.clock.advance(timedelta(days=14))
    for _ in range(2):
        await world.crowd.sharing.settle()

    assert await states(world, 1) == ["given"]
    assert await points(world, 1) == 50
    quota = await world.quota(rule.quota_id)
    assert (quota.held, quota.spent) == (0, 1)


async def test_an_order_that_comes_back_takes_what_is_held_with_it(world: ShowsWorld) -> None:
    show, offer, rule = await a_rule_for_buyers(world)
    await bring(world, show, 1, [2, 3])
    first = await paid(world, offer.id, buyer=2)
    second = await paid(world, offer.id, buyer=3)
    await world.crowd.sharing.count()

    await gives_back(world, first)
    await world.crowd.sharing.count()
    assert await states(world, 1) == ["held", "withdrawn"]
    await gives_back(world, second)
    await world.clock.advance(timedelta(days=15))
    await world.crowd.sharing.settle()
    await world.crowd.sharing.count()

    assert await states(world, 1) == ["withdrawn", "withdrawn"]
    assert await points(world, 1) == 0
    quota = await world.quota(rule.quota_id)
    assert (quota.held, quota.spent) == (0, 0)


async def test_no_more_is_given_than_was_promised_and_nothing_after_the_end(
    world: ShowsWorld,
) -> None:
    terms = Terms(deed=Deed.BUY, reward=Reward(points=5), friends_max=9, total=1)
    show, offer, rule = await a_rule_for_buyers(world, terms)
    other = await world.crowd.sharing.promise(show.room.store_id, BUY)
    await world.crowd.sharing.end(show.room.store_id, other.id)
    await bring(world, show, 1, [2, 3])

    for buyer in (2, 3):
        await paid(world, offer.id, buyer=buyer)
        await world.crowd.sharing.count()

    assert await points(world, 1) == 5
    assert [one.left for one in await world.crowd.sharing.of_store(show.room.store_id)] == [100, 0]
    assert await world.crowd.sharing.promised(show.slug) == []
    assert rule.terms == terms


async def test_a_coupon_is_given_for_one_friend_and_can_be_used(world: ShowsWorld) -> None:
    show = await a_live_show(world)
    coupon_id = await a_coupon(world, show)
    reward = Reward(coupon_id=coupon_id)
    terms = Terms(deed=Deed.WATCH, reward=reward, friends_max=1, total=7, minutes=1)
    rule = await world.crowd.sharing.promise(show.room.store_id, terms)
    await bring(world, show, 1, [2, 3])

    await watching(world, seen(2, 3), 1)

    (mine,) = await world.coupons.of_person(person(1))
    assert mine.coupon.id == rule.terms.reward.coupon_id != coupon_id
    assert mine.uses.total == 7


WRONG = (
    Terms(deed=Deed.WATCH, reward=Reward(), friends_max=1, total=1, minutes=1),
    Terms(deed=Deed.WATCH, reward=Reward(points=1), friends_max=1, total=1),
    Terms(deed=Deed.BUY, reward=Reward(points=1), friends_max=0, total=1),
    Terms(deed=Deed.BUY, reward=Reward(points=1), friends_max=1, total=1, hold_days=91),
    Terms(deed=Deed.BUY, reward=Reward(points=1), friends_max=1, total=1, minutes=5),
)


@pytest.mark.parametrize("terms", WRONG)
def test_a_rule_that_makes_no_sense_is_refused(terms: Terms) -> None:
    with pytest.raises(InvalidInput):
        rules.checked(terms)


async def test_the_store_makes_rules_and_the_sharer_sees_whom_they_brought(
    world: ShowsWorld,
) -> None:
    show = await a_live_show(world)
    store = await world.stores.store(show.room.store_id)
    ann, bob, cleo = [await a_buyer(world, name) for name in ("Ann", "Bartholomew", "Cleo")]
    here = f"/console/{store.slug}/sharing"
    rule = {"deed": "watch", "points": 10, "minutes": 1, "friends_max": 5, "total": 9}
    async with world.web(*pages.routes, *api.routes) as web:
        web.sign_in_as(member_of(store.id, Role.MODERATOR, number=7))
        refused = await web.post_form(here, **rule)
        web.sign_in_as(member_of(store.id, Role.EDITOR, number=8))
        wrong = await web.post_form(here, **rule | {"points": 0})
        await web.post_form(here, **rule)
        made = await web.get(here)
        await bring(world, show, ann.person_id.int, [bob.person_id.int])
        await bring(world, show, bob.person_id.int, [cleo.person_id.int])
        await watching(world, seen(bob.person_id.int), 1)
        web.sign_in_as(ann)
        page = await web.get("/friends")
        (told,) = (await web.get_json(f"/api/shows/{show.slug}/sharing")).json()

    assert (refused.status_code, wrong.status_code) == (403, 422)
    assert "watches for 1 minute" in made.text
    assert "B***" in page.text
    assert "Bartholomew" not in page.text
    assert "brought 1 in turn" in page.text
    assert "With those whom they brought it is 2." in page.text
    assert "10 points" in page.text
    assert (told["deed"], told["points"], told["friends_max"]) == ("watch", 10, 5)
