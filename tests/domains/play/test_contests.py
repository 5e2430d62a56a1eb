"""Star battles over several days: a round in each day's show, the day's winner, one ranking."""

import asyncio
from collections.abc import Coroutine
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import pytest
from httpx import Response
from msgspec.structs import replace

from livehouse.domains.invites import Subject, UnknownInvite
from livehouse.domains.play import Contests, api, pages
from livehouse.domains.play.errors import BattleNotOpen
from livehouse.domains.play.model import contests as rules
from livehouse.domains.play.model.battles import Battle, Counted, Vote
from livehouse.domains.play.model.contests import Contest, State
from livehouse.domains.stores import Store
from livehouse.foundation.errors import DomainError, InvalidInput, NotFound
from livehouse.foundation.ids import PersonId
from livehouse.foundation.roles import Role
from tests.support.battles_world import a_battle, a_vote
from tests.support.moments import NOON
from tests.support.shows_world import ShowsWorld, member_of
from tests.support.web_client import WebClient, an_identity

DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")


async def a_contest(world: ShowsWorld, store: Store, *, days: int = 3) -> Contest:
    """Each day from a minute from now on, for an hour."""
    begins = (world.clock.now() + timedelta(minutes=1)).astimezone(BERLIN)
    return await Contests(world.battles).make(
        store, "A star a day", ["Ann", "Bo"], first_day=begins.date(), days=days,
        begins=begins.time(), ends=(begins + timedelta(hours=1)).time(),
        free_votes=9, friend_votes=2,
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


async def test_a_round_opens_once_and_goes_from_show_to_show_of_its_store(
    world: ShowsWorld,
) -> None:
    contest, contests = await a_contest(world, await world.a_store()), Contests(world.battles)
    await world.a_show("kiln-time", store=await world.a_store("kiln"))
    store = await world.stores.store(contest.store_id)
    for slug in ("matinee", "evening"):
        await world.a_show(slug, store=store)
    await world.shows.go_live("kiln-time")
    await world.shows.rehearse("matinee")
    await world.clock.advance(timedelta(minutes=2))
    assert [await contests.open_due(), await contests.open_due()] == [1, 0]
    assert (await the_round(world, contest)).run_id is None, "not with others, nor in rehearsals"
    await cast(world, contest, {0: 2})

    for slug, fan in (("matinee", 0), ("evening", 1)):
        await world.shows.end("matinee")
        await world.shows.go_live(slug)
        await contests.open_due()
        await cast(world, contest, {fan: 3})
        shown = await the_round(world, contest)
        show = await world.shows.by_slug(slug)
        assert show.run is not None
        assert (shown.run_id, shown.show_id) == (show.run.id, show.id)
        assert [one.battle.id for one in await world.battles.of_show(show)] == [shown.id]
    await world.shows.end("evening")

    between = await the_round(world, contest)
    assert (between.run_id, between.last_moment) == (None, contest.rounds[0].closes_at)
    told = [fact for fact in await world.facts("play.") if fact.run_id]
    assert [fact.kind for fact in told] == ["play.battle_begun", *["play.votes_counted"] * 2] * 2
    sums = [msgspec.json.decode(one.payload)["sums"] for one in told if "sums" in str(one.payload)]
    assert sums == [[2, 0], [3, 0], [3, 0], [3, 3]], "what was given before it came is there"


async def test_a_day_without_a_show_is_voted_on_its_page(world: ShowsWorld) -> None:
    contest = await a_contest(world, await world.a_store(), days=1)
    async with world.web(*pages.routes, *api.routes) as web:
        page = f"/contests/{contest.id}"
        before = (await web.get_json(f"/api{page}")).json()
        await world.clock.advance(timedelta(minutes=2))
        await Contests(world.battles).open_due()
        opened = (await web.get_json(f"/api{page}")).json()["round"]
        guest = await web.post_json(f"/api/battles/{opened['id']}/votes", A_VOTE)
        web.sign_in_as(an_identity(7))
        counted = [await written(world, vote_of(web, opened["id"], given=3)) for _ in range(2)]
        voted = (await web.get_json(f"/api{page}")).json()
        mine = (await web.get_json(f"/api/battles/{opened['id']}/mine")).json()
        await world.clock.advance(timedelta(hours=2))
        late = await written(world, vote_of(web, opened["id"], given=4))
        await world.battle_ends.end_due()
        after = await web.get(page)

    assert (before["round"], before["ranking"][0]["votes"]) == (None, 0)
    assert (opened["state"], opened["names"], opened["show"]) == (
        "open", {"0": "Ann", "1": "Bo"}, "",
    )  # fmt: skip
    assert guest.status_code == 401
    assert [one.json() for one in counted] == [{"votes": 3, "left": 6}] * 2
    assert voted["ranking"][0] == {"name": "Bo", "votes": 3, "days": 0}
    assert mine == {"given": {"1": 3}, "left": 6, "friends": 0}
    assert (late.status_code, late.json()["code"]) == (409, "battle_not_open")
    assert "Bo has won the day." in after.text


async def test_the_house_missed_a_day_on_which_it_was_not_there(world: ShowsWorld) -> None:
    contest = await a_contest(world, await world.a_store(), days=1)
    await world.clock.advance(timedelta(hours=2))

    assert await Contests(world.battles).open_due() == 0
    (one,) = (await Contests(world.battles).standing(contest.id)).played
    assert one.state(world.clock.now()) is State.MISSED


async def test_room_and_page_are_one_ballot_and_one_crowd(world: ShowsWorld) -> None:
    contest = await an_open_contest(world)
    battle = await the_round(world, contest)
    inside = Vote(battle.id, FAN, 0, 5, "203.0.113.7")
    outside = replace(inside, given=4, outside=True)
    told = [await world.battles.count(group) for group in ([inside], [outside], [outside, inside])]
    assert [list(one.values()) for one in told] == [[Counted(5, 4)]] * 3, "said again, not added"
    more = await world.battles.count([replace(outside, contestant=1, given=99)])
    assert list(more.values()) == [Counted(4, 0)], "what is left of the day, and no more"

    crowd = [
        Vote(battle.id, PersonId(UUID(int=n)), 1, 1, "203.0.113.7", outside=n % 2 == 0)
        for n in range(100, 124)
    ]
    await world.battles.count(crowd)
    (held,) = await world.battle_ends.held(contest.store_id, battle.id)
    assert (held.address, held.people) == ("203.0.113.7", 5)
    async with world.web(*pages.routes) as web:
        here = "/console/tea-house/contests"
        web.sign_in_as(member_of(contest.store_id, Role.MODERATOR))
        barred = await web.post_form(f"{here}/{battle.id}/release", address=held.address)
        web.sign_in_as(member_of(contest.store_id, Role.HOST))
        listed = await web.get(here)
        await web.post_form(f"{here}/{battle.id}/refuse", address=held.address)
    assert barred.status_code == 403
    assert "203.0.113.7" in listed.text
    standing = await Contests(world.battles).standing(contest.id)
    assert sum(one.votes for one in standing.ranking) == 9 + 19


async def test_a_rooms_own_battle_is_not_voted_from_outside(world: ShowsWorld) -> None:
    battle = await a_battle(world)
    told = await world.battles.count([replace(a_vote(battle, 1, 0, 1), outside=True)])

    assert [type(one) for one in told.values()] == [NotFound]


async def test_friends_come_to_the_page_and_count_once_and_forged_links_never(
    world: ShowsWorld,
) -> None:
    contest = await an_open_contest(world)
    battle = await the_round(world, contest)
    link = await world.invites.link(FAN, Subject("battle", battle.id))
    place = await world.invites.place(link.subject)
    friend, stranger = PersonId(UUID(int=8)), PersonId(UUID(int=9))
    await world.invites.arrive(link.code, friend)
    await world.invites.arrive(link.code, FAN)
    with pytest.raises(UnknownInvite):
        await world.invites.arrive(link.code[:-2] + "zz", stranger)
    for _ in range(2):
        votes = [Vote(battle.id, one, 0, 1, outside=True) for one in (friend, stranger, FAN)]
        await world.battles.count(votes)

    assert place.path == f"/contests/{contest.id}"
    assert (await world.battles.mine(battle.id, FAN)).friends == 1
    contest_place = await world.invites.place(Subject("contest", contest.id))
    assert (contest_place.path, contest_place.title) == (place.path, contest.title)


FAN = PersonId(UUID(int=7))
A_VOTE = {"contestant": 1, "given": 3}


async def an_open_contest(world: ShowsWorld) -> Contest:
    contest = await a_contest(world, await world.a_store(), days=1)
    await world.clock.advance(timedelta(minutes=2))
    assert await Contests(world.battles).open_due() == 1
    return contest


async def the_round(world: ShowsWorld, contest: Contest) -> Battle:
    standing = await Contests(world.battles).standing(contest.id)
    return [one.battle for one in standing.played if one.battle is not None][-1]


async def vote_of(web: WebClient, battle_id: str, *, given: int) -> Response:
    return await web.post_json(f"/api/battles/{battle_id}/votes", A_VOTE | {"given": given})


async def written(world: ShowsWorld, asking: Coroutine[None, None, Response]) -> Response:
    """The answer to a vote, which comes once the group that it is in has been written."""
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        asked = tasks.create_task(asking)
        while not asked.done():
            await world.battles.flush()
            await asyncio.wait([asked], timeout=0.01)
    return asked.result()


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


@pytest.mark.parametrize(("begins", "ends", "hours"), [(20, 22, 2), (23, 1, 2), (20, 20, 24)])
def test_a_round_may_go_on_past_midnight(begins: int, ends: int, hours: int) -> None:
    rounds = rules.days_of(
        date(2031, 5, 1), 2, time(begins), time(ends), zone="Asia/Shanghai",
        now=datetime(2031, 4, 30, tzinfo=BERLIN),
    )  # fmt: skip

    assert [one.closes_at - one.opens_at for one in rounds] == [timedelta(hours=hours)] * 2


def test_a_day_that_is_over_cannot_be_planned() -> None:
    with pytest.raises(InvalidInput):
        rules.days_of(date(2001, 1, 1), 2, time(20), time(22), zone="Europe/Berlin", now=NOON)
