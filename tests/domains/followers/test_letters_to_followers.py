"""Letters to followers: which, when, to whom, and that each comes once."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from livehouse.domains.followers import NewsKind
from livehouse.domains.followers.model import (
    BEGUN_APART,
    BEGUN_LATELY,
    PLANNED_APART,
    PLANNED_SETTLES,
    letter_at,
    planned_due,
    tells_of_beginning,
)
from livehouse.domains.followers.service import news
from livehouse.domains.people import Mail, Person
from livehouse.domains.shows import Show
from tests.support.moments import NOON
from tests.support.shows_world import ShowsWorld

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")


async def a_follower(world: ShowsWorld, name: str, zone: str = "") -> Person:
    person = await world.people.accounts.sign_up(
        email=f"{name}@example.test", name=name, password=None, language="en", time_zone=zone
    )
    await world.followers.follow("tea-house", person.id)
    return person


async def sent(world: ShowsWorld) -> list[tuple[str, str]]:
    """To whom, and about what, of all that goes out now."""
    before = len(world.mail.sent)
    await world.news.tell()
    for kind in NewsKind:
        await world.news.send_due(kind)
    return sorted((mail.to, mail.subject) for mail in world.mail.sent[before:])


async def a_begun_show(world: ShowsWorld) -> Show:
    show = await world.a_show()
    # What was planned has been told before, to nobody.
    await world.clock.advance(PLANNED_SETTLES)
    await sent(world)
    return show


def at(hour: int) -> datetime:
    return datetime(2026, 1, 1, hour, 30, tzinfo=BERLIN).astimezone(UTC)


def test_nobody_is_written_to_at_night() -> None:
    morning = datetime(2026, 1, 2, 8, tzinfo=BERLIN)
    assert letter_at(NewsKind.PLANNED, at(12), BERLIN) == at(12)
    assert letter_at(NewsKind.PLANNED, at(22), BERLIN) == morning
    assert letter_at(NewsKind.PLANNED, at(3), BERLIN) == morning - DAY
    assert letter_at(NewsKind.BEGUN, at(21), BERLIN) == at(21)
    assert letter_at(NewsKind.BEGUN, at(22), BERLIN) is None


def test_letters_of_one_store_keep_apart() -> None:
    assert planned_due(None, NOON) == NOON + PLANNED_SETTLES
    assert planned_due(NOON, NOON + HOUR) == NOON + PLANNED_APART
    assert planned_due(NOON, NOON + 2 * DAY) == NOON + 2 * DAY + PLANNED_SETTLES
    assert tells_of_beginning(None, NOON)
    assert not tells_of_beginning(NOON, NOON + HOUR)
    assert tells_of_beginning(NOON, NOON + BEGUN_APART)


async def test_one_letter_tells_of_all_that_is_planned(world: ShowsWorld) -> None:
    show = await world.a_show()
    await world.shows.schedule(
        show.room.slug, "cake", "Cake time", starts_at=world.clock.now() + DAY
    )
    await a_follower(world, "ann", "Asia/Shanghai")
    too_early = await sent(world)
    await world.clock.advance(PLANNED_SETTLES)
    once = await sent(world)
    again = await sent(world)

    assert (too_early, again) == ([], [])
    assert once == [("ann@example.test", "What comes at Tea House")]
    text = world.mail.sent[-1].text
    assert "“Tea time”, Jan 1, 2026, 10:00\u202fPM (Asia/Shanghai)" in text
    assert text.index("/shows/tea-time") < text.index("/shows/cake")
    # The next letter about plans waits a day, whatever is planned meanwhile.
    await world.shows.schedule(
        show.room.slug, "more", "More tea", starts_at=world.clock.now() + 3 * DAY
    )
    await world.clock.advance(DAY - HOUR)
    assert await sent(world) == []
    await world.clock.advance(HOUR)
    assert len(await sent(world)) == 1


async def test_followers_hear_that_a_show_has_begun_unless_they_were_reminded_of_it(
    world: ShowsWorld,
) -> None:
    show = await a_begun_show(world)
    people = [await a_follower(world, name) for name in ("ann", "bob", "eve", "joe")]
    await world.reminders.wish(show.slug, people[1].id)
    await world.followers.leave("tea-house", people[2].id)
    await world.shows.rehearse(show.slug)
    of_a_rehearsal = await sent(world)
    await world.shows.end(show.slug)
    await world.shows.go_live(show.slug)
    await world.news.tell()
    await world.followers.leave("tea-house", people[3].id)

    assert of_a_rehearsal == []
    assert await sent(world) == [("ann@example.test", "“Tea time” has begun")]
    assert await sent(world) == []


async def test_what_has_begun_long_ago_is_no_news(world: ShowsWorld) -> None:
    show = await a_begun_show(world)
    await a_follower(world, "ann")
    await world.shows.go_live(show.slug)
    await world.news.tell()
    await world.clock.advance(BEGUN_LATELY + HOUR)

    assert await sent(world) == []


async def test_many_followers_are_told_in_batches_and_nobody_twice_or_not_at_all(
    world: ShowsWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news, "BATCH", 2)
    monkeypatch.setattr(news, "BATCHES_PER_LOOK_MAX", 1)
    show = await a_begun_show(world)
    names = ("ann", "bob", "eve", "joe", "kim")
    people = [await a_follower(world, name) for name in names]
    await world.shows.go_live(show.slug)

    # Between two looks a worker dies and another goes on; somebody comes back meanwhile.
    told = [await world.news.tell()]
    await world.followers.leave("tea-house", people[0].id)
    await world.followers.follow("tea-house", people[0].id)
    told += [await world.news.tell() for _ in range(3)]
    letters = await sent(world)

    assert told == [2, 2, 1, 0]
    # Whose letter was taken away with the press that left is not written a second one.
    assert [to for to, _ in letters] == [f"{name}@example.test" for name in names[1:]]


async def test_a_letter_that_fails_is_sent_later_and_the_others_at_once(world: ShowsWorld) -> None:
    show = await a_begun_show(world)
    for name in ("ann", "bob"):
        await a_follower(world, name)
    await world.shows.go_live(show.slug)
    deliver = world.mail.send

    async def but_not_to_ann(mail: Mail) -> None:
        if mail.to.startswith("ann") and len(world.mail.sent) < 2:
            world.mail.sent.append(mail)
            raise OSError
        await deliver(mail)

    world.mail.send = but_not_to_ann  # type: ignore[method-assign]
    await sent(world)
    await world.clock.advance(timedelta(minutes=1))
    assert await sent(world) == [("ann@example.test", "“Tea time” has begun")]


async def test_letters_that_wait_go_with_an_erased_account(world: ShowsWorld) -> None:
    await world.a_show()
    ann = await a_follower(world, "ann")
    await world.clock.advance(PLANNED_SETTLES)
    await world.news.tell()
    async with world.database.transaction() as tx:
        await world.followers.erase(tx, ann.id)

    assert await world.database.pool.fetchval("select count(*) from follower_letters") == 0
    assert await sent(world) == []
