"""Battles: sums are conserved, a vote that is said again is harmless, and crowds are looked at."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livehouse.domains.invites import Subject
from livehouse.domains.play import api, pages
from livehouse.domains.play.errors import (
    UnknownContestant,
)
from livehouse.domains.play.model import battles as rules
from livehouse.domains.play.model.battles import Ballot, Battle, BattlePlan, Counted, Vote
from livehouse.foundation.errors import DomainError, InvalidInput
from livehouse.foundation.ids import BattleId, PersonId, RunId, ShowId, StoreId
from livehouse.foundation.roles import Role
from tests.support.battles_world import FREE, a_battle, a_friendly_battle, a_vote, shown
from tests.support.draws_world import a_live_show
from tests.support.moments import NOON
from tests.support.shows_world import ShowsWorld, member_of
from tests.support.web_client import an_identity

BATTLE = Battle(
    id=BattleId(UUID(int=1)), run_id=RunId(UUID(int=2)), show_id=ShowId(UUID(int=3)),
    store_id=StoreId(UUID(int=4)), title="Stars", contestants=("Ann", "Bo", "Cy"),
    free_votes=FREE, zone="Europe/Berlin", opens_at=NOON, closes_at=NOON + timedelta(hours=1),
)  # fmt: skip

votes = st.builds(
    Vote,
    battle_id=st.just(BATTLE.id),
    person_id=st.integers(1, 4).map(lambda number: PersonId(UUID(int=number))),
    contestant=st.integers(0, 2),
    given=st.integers(1, 14),
    outside=st.booleans(),
)
groups = st.lists(st.lists(votes, max_size=8), max_size=6)


def told(all_groups: list[list[Vote]]) -> tuple[dict[rules.VoteKey, Ballot], dict[int, int]]:
    """Group after group as the house counts them: the ballots and the sums."""
    ballots: dict[rules.VoteKey, Ballot] = {}
    sums: dict[int, int] = {}
    for group in all_groups:
        merged = list(rules.merged(group).values())
        changed = rules.counted(BATTLE, merged, list(ballots.values()), {}, now=NOON)
        for number, more in rules.gains(changed, ballots.values()).items():
            sums[number] = sums.get(number, 0) + more
        ballots |= {ballot.key: ballot for ballot in changed}
    return ballots, sums


@given(groups)
def test_the_sums_are_those_of_the_ballots(all_groups: list[list[Vote]]) -> None:
    ballots, sums = told(all_groups)

    for number in range(3):
        cast = sum(one.votes for one in ballots.values() if one.contestant == number)
        assert sums.get(number, 0) == cast


@given(groups)
def test_nobody_gives_more_than_the_day_allows(all_groups: list[list[Vote]]) -> None:
    ballots, _ = told(all_groups)

    for person in {one.person_id for one in ballots.values()}:
        assert sum(one.votes for one in ballots.values() if one.person_id == person) <= FREE


@given(groups)
def test_votes_that_are_said_again_change_nothing(all_groups: list[list[Vote]]) -> None:
    once = told(all_groups)

    assert told([*all_groups, *(group for group in all_groups if is_within(once, group))]) == once


def is_within(
    counted: tuple[dict[rules.VoteKey, Ballot], dict[int, int]], group: list[Vote]
) -> bool:
    """Whether all of the group has been counted in full: then it is a mere repeat."""
    ballots, _ = counted
    return all(
        (vote.battle_id, vote.person_id, vote.contestant) in ballots
        and ballots[vote.battle_id, vote.person_id, vote.contestant].votes >= vote.given
        for vote in group
    )


async def test_what_was_counted_is_in_the_table_and_in_the_room(world: ShowsWorld) -> None:
    battle = await a_battle(world)
    heard: list[Counted | DomainError] = []
    for number in range(1, 6):  # five taps before anything is written
        world.battles.vote(a_vote(battle, 1, 0, number), heard.append)
    world.battles.vote(a_vote(battle, 2, 1, 99), heard.append)

    await world.battles.flush()
    await world.battles.flush()

    assert heard == [Counted(5, 5), Counted(10, 0)]
    (standing,) = await world.battles.of_show(await world.shows.by_slug("tea-time"))
    assert standing.totals == {0: 5, 1: 10}
    assert (await shown(world, battle))["sums"] == {"0": 5, "1": 10}


async def test_two_nodes_count_the_same_fan_once(world: ShowsWorld) -> None:
    battle = await a_battle(world)
    group = [a_vote(battle, number, number % 2, 3) for number in range(1, 9)]

    await asyncio.gather(*(world.battles.count(group) for _ in range(3)))

    (standing,) = await world.battles.of_show(await world.shows.by_slug("tea-time"))
    assert sum(standing.totals.values()) == 8 * 3


async def test_votes_of_a_crowd_at_one_address_wait_for_the_staff(world: ShowsWorld) -> None:
    battle = await a_battle(world)
    crowd = [a_vote(battle, number, 0, 1, "203.0.113.7") for number in range(1, 24)]
    await world.battles.count([*crowd, a_vote(battle, 99, 1, 1, "203.0.113.8")])

    show = await world.shows.by_slug("tea-time")
    (standing,) = await world.battles.of_show(show)
    assert (standing.totals, standing.held) == ({0: 20, 1: 1}, 3)
    async with world.web(*pages.routes) as client:
        client.sign_in_as(member_of(show.room.store_id, Role.HOST))
        assert "203.0.113.7" in (await client.get("/studio/tea-time/battles")).text
        await client.post_form(
            f"/studio/tea-time/battles/{battle.id}/release", address="203.0.113.7"
        )

    (standing,) = await world.battles.of_show(show)
    assert (standing.totals, standing.held) == ({0: 23, 1: 1}, 0)


async def test_the_next_day_brings_new_votes(world: ShowsWorld) -> None:
    show = await a_live_show(world)
    battle = await world.battles.begin(
        show.slug, BattlePlan("Stars", ["Ann", "Bo"], 2, timedelta(days=3))
    )
    await world.battles.count([a_vote(battle, 1, 0, 2)])

    await world.clock.advance(timedelta(days=1))
    again = await world.battles.count([a_vote(battle, 1, 0, 2)])

    assert list(again.values()) == [Counted(2, 0)]
    (standing,) = await world.battles.of_show(show)
    assert standing.totals == {0: 4}


async def test_a_poll_is_answered_once_also_over_midnight(world: ShowsWorld) -> None:
    show = await a_live_show(world)
    poll = await world.battles.begin(
        show.slug,
        BattlePlan("Which glaze?", ["Moss", "Ash"], 1, timedelta(days=3), kind=rules.Kind.POLL),
    )
    await world.battles.count([a_vote(poll, 1, 0, 1)])

    await world.clock.advance(timedelta(days=1))
    again = await world.battles.count([a_vote(poll, 1, 1, 1)])

    assert list(again.values()) == [Counted(0, 0)]


async def test_what_is_no_vote_or_no_battle_is_refused(world: ShowsWorld) -> None:
    battle = await a_battle(world)
    wrong = await world.battles.count([a_vote(battle, 1, 2, 1)])
    assert [type(one) for one in wrong.values()] == [UnknownContestant]

    with pytest.raises(InvalidInput):
        await world.battles.begin("tea-time", BattlePlan("Alone", ["Ann"], 1, timedelta(hours=1)))


async def test_an_erased_fan_keeps_the_votes_and_leaves_no_address(world: ShowsWorld) -> None:
    battle = await a_battle(world)
    fan = PersonId(UUID(int=1))
    await world.battles.count([a_vote(battle, 1, 0, 3, "203.0.113.7")])
    exported = await world.battles.export(fan)

    async with world.database.transaction() as tx:
        await world.battles.erase(tx, fan)

    assert [one["votes"] for one in exported["votes"]] == [3]  # type: ignore[attr-defined]
    kept = await world.database.pool.fetch("select votes, address from battle_votes")
    assert [tuple(row) for row in kept] == [(3, "")]


async def test_a_host_begins_a_battle(world: ShowsWorld) -> None:
    show = await a_live_show(world)
    async with world.web(*pages.routes) as client:
        client.sign_in_as(member_of(show.room.store_id, Role.HOST))
        here = f"/studio/{show.slug}/battles"
        typed = {
            "kind": "poll",
            "title": "Which glaze?",
            "contestants": "Ann\nBo",
            "free_votes": "5",
            "minutes": "10",
        }
        assert (await client.post_form(here, **typed | {"contestants": "Ann"})).status_code == 422
        assert (await client.post_form(here, **typed)).status_code == 303
        assert "Bo" in (await client.get(here)).text
    (standing,) = await world.battles.of_show(show)
    assert (standing.battle.kind, standing.battle.free_votes) == (rules.Kind.POLL, 1)


SUBJECT = "battle"


async def brings(world: ShowsWorld, battle: Battle, person: int, *friends: int) -> None:
    """Friends come by somebody's link, and have not voted yet."""
    subject = Subject(SUBJECT, battle.id)
    link = await world.invites.link(PersonId(UUID(int=person)), subject)
    for friend in friends:
        await world.invites.arrive(link.code, PersonId(UUID(int=friend)))


async def left(world: ShowsWorld, battle: Battle, person: int) -> int:
    return (await world.battles.mine(battle.id, PersonId(UUID(int=person)))).left


async def test_a_friend_who_comes_and_votes_brings_more_votes_once(world: ShowsWorld) -> None:
    battle = await a_friendly_battle(world)
    await brings(world, battle, 1, 2, 3)
    assert await left(world, battle, 1) == FREE, "who has only come does not count"

    await world.battles.count([a_vote(battle, 2, 0, 1)])
    await world.battles.count([a_vote(battle, 2, 0, 2), a_vote(battle, 2, 1, 1)])
    assert await left(world, battle, 1) == FREE + 3

    told = await world.battles.count([a_vote(battle, 1, 0, 99)])
    assert list(told.values()) == [Counted(FREE + 3, 0)]
    await world.clock.advance(timedelta(days=1))
    assert await left(world, battle, 1) == FREE, "what friends brought is given once"
    await world.battles.count([a_vote(battle, 3, 0, 1)])
    assert await left(world, battle, 1) == FREE + 3


async def test_nobody_is_brought_in_a_ring_by_themselves_or_while_held_back(
    world: ShowsWorld,
) -> None:
    battle = await a_friendly_battle(world)
    await brings(world, battle, 1, 1, 2)
    await brings(world, battle, 2, 1)
    await brings(world, battle, 30, *range(40, 63))
    farm = [a_vote(battle, number, 0, 1, "203.0.113.7") for number in range(40, 63)]

    await world.battles.count([a_vote(battle, 1, 0, 1), a_vote(battle, 2, 0, 1), *farm])

    mine = [await world.battles.mine(battle.id, PersonId(UUID(int=n))) for n in (1, 2, 30)]
    assert [one.friends for one in mine] == [1, 0, 20], "three of the farm are held back"


async def test_a_fan_reads_what_is_left_and_a_link_leads_to_the_show(world: ShowsWorld) -> None:
    battle = await a_friendly_battle(world)
    async with world.web(*api.routes) as client:
        client.sign_in_as(an_identity(1))
        mine = (await client.get_json(f"/api/battles/{battle.id}/mine")).json()
    place = await world.invites.place(Subject(SUBJECT, battle.id))

    assert mine == {"given": {}, "left": FREE, "friends": 0}
    assert (place.path, place.title) == ("/shows/tea-time", "Stars")
