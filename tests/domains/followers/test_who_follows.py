"""Following a store: who counts, once, and what the sums say."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from livehouse.domains.followers.model import (
    RETURNS_WITHIN,
    Change,
    DaySum,
    ShowSum,
    Standing,
    every_day,
    follow,
    leave,
)
from livehouse.domains.followers.pages.console import chart_of
from livehouse.foundation.ids import PersonId, ShowId
from tests.support.moments import NOON
from tests.support.shows_world import ShowsWorld

DAY = timedelta(days=1)
TODAY = date(2026, 1, 1)
A_SHOW = ShowId(UUID(int=1))
ANN, BOB = PersonId(UUID(int=0xA)), PersonId(UUID(int=0xB))

presses = st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.integers(0, 40)), max_size=40)


@given(presses)
def test_followers_are_who_came_less_who_went_and_a_loop_counts_once(
    steps: list[tuple[int, bool, int]],
) -> None:
    now = NOON
    standings: dict[int, Standing] = {}
    days: dict[date, list[int]] = {}
    gained: dict[int, list[datetime]] = {}
    for person, wants, later in steps:
        now += later * DAY
        before = standings.get(person)
        change = (
            follow(before, A_SHOW, now, now.date()) if wants else leave(before, now, now.date())
        )
        if change is None:
            continue
        standings[person] = change.standing
        sums = days.setdefault(change.on, [0, 0])
        sums[0] += change.gained
        sums[1] += change.lost
        gained.setdefault(person, []).extend([now] * change.gained)

    follows = sum(one.left_at is None for one in standings.values())
    assert follows == sum(came - went for came, went in days.values())
    assert all(came >= 0 and went >= 0 for came, went in days.values())
    for moments in gained.values():
        apart = [later - earlier for earlier, later in pairwise(moments)]
        assert all(pause > RETURNS_WITHIN for pause in apart)


def test_who_comes_back_was_never_lost() -> None:
    here = Standing(NOON, A_SHOW)
    gone = leave(here, NOON + DAY, TODAY + DAY)
    assert gone == Change(Standing(NOON, A_SHOW, NOON + DAY, TODAY + DAY), TODAY + DAY, lost=1)

    back = follow(gone.standing, None, NOON + 2 * DAY, TODAY + 2 * DAY)

    assert back == Change(here, TODAY + DAY, lost=-1)


def test_the_chart_has_every_day_to_one_scale() -> None:
    days = every_day([DaySum(TODAY, 30, 10)], TODAY, 3)
    chart = chart_of(days)

    assert [one.day.day for one in days] == [30, 31, 1]
    assert [(one.up, one.down) for one in chart.columns] == [(0, 0), (0, 0), (90, 30)]
    assert chart_of([]).columns == []


async def test_a_store_sees_how_many_a_show_gathered_and_how_many_of_them_left(
    world: ShowsWorld,
) -> None:
    show = await world.a_show()
    await world.a_store("coffee-house")
    for person in (ANN, ANN, BOB):
        await world.followers.follow("tea-house", person, show=show.slug)
    # What is gathered for another store is not gathered in this show.
    await world.followers.follow("coffee-house", ANN, show=show.slug)
    await world.followers.leave("tea-house", BOB)
    await world.followers.leave("tea-house", BOB)

    reach = await world.followers.reach(await world.stores.by_slug("tea-house"))
    other = await world.followers.reach(await world.stores.by_slug("coffee-house"))

    assert (reach.followers, reach.days[-1]) == (1, DaySum(TODAY, 2, 1))
    assert reach.shows == [ShowSum(show.id, 2, 1)]
    assert other.shows == [ShowSum(None, 1, 0)]


async def test_a_loop_of_presses_counts_once_and_the_erased_leave_no_trace(
    world: ShowsWorld,
) -> None:
    await world.a_store()
    for _ in range(3):
        await world.followers.follow("tea-house", ANN)
        await world.followers.leave("tea-house", ANN)
    await world.followers.follow("tea-house", ANN)
    store = await world.stores.by_slug("tea-house")
    before = await world.followers.reach(store)
    kept = await world.followers.export(ANN)
    async with world.database.transaction() as tx:
        await world.followers.erase(tx, ANN)
    after = await world.followers.reach(store)

    assert (before.followers, before.days[-1]) == (1, DaySum(TODAY, 1, 0))
    of_ann = {"store": str(store.id), "since": world.clock.now(), "until": None}
    assert kept == {"follows": [of_ann]}
    assert (after.followers, after.days[-1]) == (0, DaySum(TODAY, 1, 1))
    assert await world.followers.export(ANN) == {"follows": []}


async def test_who_left_a_month_ago_is_forgotten_and_new_when_they_come(world: ShowsWorld) -> None:
    await world.a_store()
    await world.followers.follow("tea-house", ANN)
    await world.followers.leave("tea-house", ANN)
    await world.clock.advance(RETURNS_WITHIN + DAY)

    forgotten = await world.followers.forget()
    found = await world.followers.follow("tea-house", ANN)
    reach = await world.followers.reach(found.store)

    assert (forgotten, found.followers) == (1, 1)
    assert reach.shows == [ShowSum(None, 2, 1)]
