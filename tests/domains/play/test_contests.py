"""Star battles over several days: a round in each day's show, the day's winner, one ranking."""

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from livehouse.domains.play import Contests, pages
from livehouse.domains.play.errors import BattleNotOpen
from livehouse.domains.play.model import contests as rules
from livehouse.domains.play.model.battles import Counted, Vote
from livehouse.domains.play.model.contests import Contest, State
from livehouse.domains.stores import Store
from livehouse.foundation.errors import DomainError, InvalidInput
from livehouse.foundation.ids import PersonId
from livehouse.foundation.roles import Role
from tests.support.moments import NOON
from tests.support.shows_world import ShowsWorld, member_of

DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")


async def a_contest(world: ShowsWorld, store: Store, *, days: int = 3) -> Contest:
    """Each day from a minute from now on, for an hour."""
    begins = (world.clock.now() + timedelta(minutes=1)).astimezone(BERLIN)
    return await Contests(world.battles).make(
        store, "A star a day", ["Ann", "Bo"], first_day=begins.date(), days=days,
        begins=begins.time(), ends=(begins + timedelta(hours=1)).time(), free_votes=9,
    )  # fmt: skip


async def a_day(world: ShowsWorld, contest: Contest, votes: dict[int, int]) -> None:
    """A show goes on air, the round opens in it, fans vote, and both are over before the next."""
    opens_at = next(one.opens_at for one in contest.rounds if one.opens_at > world.clock.now())
    store = await world.stores.store(contest.store_id)
    show = await world.a_show(f"day-{opens_at:%d}", store=store)
    await world.shows.go_live(show.slug)
    await world.clock.advance(opens_at - world.clock.now() + timedelta(seconds=1))
    assert await Contests(world.battles).open_due() == 1
    await cast(world, contest, votes)
    await world.clock.advance(timedelta(hours=1, minutes=1))
    assert await world.battle_ends.end_due() == 1
    await world.shows.end(show.slug)


async def cast(
    world: ShowsWorld, contest: Contest, votes: dict[int, int]
) -> list[Counted | DomainError]:
    """Each contestant has one fan, who gives so many in the newest round."""
    standing = await Contests(world.battles).standing(contest.id)
    newest = [one.battle for one in standing.played if one.battle is not None][-1]
    fans = [
        Vote(newest.id, PersonId(UUID(int=number + 1)), number, given)
        for number, given in votes.items()
    ]
    return list((await world.battles.count(fans)).values())


async def test_each_day_has_a_winner_and_all_days_make_one_ranking(world: ShowsWorld) -> None:
    contest = await a_contest(world, await world.a_store())

    await a_day(world, contest, {0: 5, 1: 2})
    late = await cast(world, contest, {0: 6})
    await a_day(world, contest, {0: 1, 1: 3})

    assert [type(one) for one in late] == [BattleNotOpen], "no round is open"
    standing = await Contests(world.battles).standing(contest.id)
    states = [one.state(world.clock.now()) for one in standing.played]
    assert states == [State.OVER, State.OVER, State.PLANNED]
    assert [one.winner for one in standing.played] == [0, 1, None]
    assert [(one.contestant, one.votes, one.days) for one in standing.ranking] == [
        (0, 6, 1), (1, 5, 1),
    ]  # fmt: skip
    async with world.web(*pages.routes) as client:
        page = (await client.get(f"/contests/{contest.id}")).text
    assert "Ann has won the day." in page
    assert "Bo has won the day." in page


async def test_a_round_opens_once_in_a_live_show_of_its_own_store(world: ShowsWorld) -> None:
    contest = await a_contest(world, await world.a_store())
    contests = Contests(world.battles)
    other = await world.a_show("kiln-time", store=await world.a_store("kiln"))
    await world.shows.go_live(other.slug)
    await world.clock.advance(timedelta(minutes=2))
    assert await contests.open_due() == 0, "another store's show is no place for it"

    store = await world.stores.store(contest.store_id)
    show = await world.a_show("tea-time", store=store)
    await world.shows.rehearse(show.slug)
    assert await contests.open_due() == 0, "nor is a rehearsal"
    await world.shows.end(show.slug)
    await world.shows.go_live(show.slug)

    assert [await contests.open_due(), await contests.open_due()] == [1, 0]
    (one,) = await world.battles.of_show(show)
    assert one.battle.closes_at == contest.rounds[0].closes_at
    state = await world.rooms.show()
    assert state["battles"][str(one.battle.id)]["contest"] == str(contest.id)  # type: ignore[index]


async def test_a_day_without_a_show_is_not_played(world: ShowsWorld) -> None:
    contest = await a_contest(world, await world.a_store(), days=1)
    await world.clock.advance(timedelta(hours=2))

    assert await Contests(world.battles).open_due() == 0
    (one,) = (await Contests(world.battles).standing(contest.id)).played
    assert one.state(world.clock.now()) is State.MISSED


async def test_a_host_plans_one_in_the_console(world: ShowsWorld) -> None:
    store = await world.a_store()
    typed = {
        "title": "A star a day", "contestants": "Ann\nBo", "days": "7", "begins": "20:00",
        "ends": "22:00", "free_votes": "3",
        "first_day": (world.clock.now() + DAY).date().isoformat(),
    }  # fmt: skip
    async with world.web(*pages.routes) as client:
        client.sign_in_as(member_of(store.id, Role.HOST))
        here = "/console/tea-house/contests"
        assert (await client.post_form(here, **typed | {"contestants": "Ann"})).status_code == 422
        made = await client.post_form(here, **typed)
        assert made.status_code == 303
        assert "A star a day" in (await client.get(here)).text

    (contest,) = await Contests(world.battles).of_store(store.id)
    assert len(contest.rounds) == 7


@pytest.mark.parametrize(("begins", "ends", "hours"), [(20, 22, 2), (23, 1, 2)])
def test_a_round_may_go_on_past_midnight(begins: int, ends: int, hours: int) -> None:
    rounds = rules.days_of(
        date(2031, 5, 1), 2, time(begins), time(ends), zone="Asia/Shanghai",
        now=datetime(2031, 4, 30, tzinfo=BERLIN),
    )  # fmt: skip

    assert [one.closes_at - one.opens_at for one in rounds] == [timedelta(hours=hours)] * 2


def test_a_day_that_is_over_cannot_be_planned() -> None:
    with pytest.raises(InvalidInput):
        rules.days_of(date(2001, 1, 1), 2, time(20), time(22), zone="Europe/Berlin", now=NOON)
