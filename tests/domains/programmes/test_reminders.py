"""Letters before a show or an offer in it: when they begin, that nobody is forgotten, what a move
changes."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from livehouse.domains.people import Mail, Person
from livehouse.domains.programmes import RemindersKept
from livehouse.domains.programmes.errors import NothingToCome
from livehouse.domains.programmes.model.reminding import (
    BEFORE,
    BEFORE_OFFER,
    MOVED_SETTLES,
    MOVES_TOLD_MAX,
    After,
    LetterKind,
    Opening,
    Reminder,
    ReminderState,
    Tally,
    after_opening,
    head_start,
    letter_due,
    opening_due,
)
from livehouse.domains.programmes.service.reminders import ATTEMPTS_MAX, PAUSE
from livehouse.domains.shows import Cancelled, Edit, Room, Scheduled, Show
from livehouse.foundation.ids import OfferId, RoomId, ShowId, StoreId
from tests.support.moments import NOON
from tests.support.shows_world import OWNER, ShowsWorld

HOUR = timedelta(hours=1)


async def a_reader(world: ShowsWorld, name: str = "ann", zone: str = "") -> Person:
    return await world.people.accounts.sign_up(
        email=f"{name}@example.test", name=name, password=None, language="en", time_zone=zone
    )


async def some_wishes(world: ShowsWorld, show: Show, names: str) -> None:
    for name in names:
        await world.reminders.wish(show.slug, (await a_reader(world, name)).id)


async def until_due(world: ShowsWorld, show: Show) -> None:
    await world.clock.advance(show.starts_at - BEFORE - world.clock.now())


@pytest.mark.parametrize(
    ("backlog", "seconds"), [(0, 0), (600, 60), (3_000, 300), (10_000_000, 3_000)]
)
def test_the_more_there_are_the_earlier_letters_begin(backlog: int, seconds: int) -> None:
    assert head_start(backlog).total_seconds() == seconds


async def test_a_letter_says_the_time_where_its_reader_is(world: ShowsWorld) -> None:
    show = await world.a_show()
    for name, zone in (("ann", "Asia/Shanghai"), ("bob", "")):
        await world.reminders.wish(show.slug, (await a_reader(world, name, zone)).id)
    await until_due(world, show)
    await world.reminders.send_due()

    by_reader = {mail.to: mail.text for mail in world.mail.sent}
    assert "Jan 1, 2026, 10:00\u202fPM (Asia/Shanghai)" in by_reader["ann@example.test"]
    assert "Jan 1, 2026, 2:00\u202fPM (UTC)" in by_reader["bob@example.test"]


async def test_who_asked_is_told_of_another_time_once_things_have_settled(
    world: ShowsWorld,
) -> None:
    show = await world.a_show()
    await some_wishes(world, show, "a")
    await world.shows.edit(show.slug, Edit(starts_at=show.starts_at + HOUR), version=0)
    moved = await world.shows.edit(show.slug, Edit(starts_at=show.starts_at + 2 * HOUR), version=1)
    at_once = await world.reminders.send_due()
    await world.clock.advance(MOVED_SETTLES)
    told = await world.reminders.send_due()
    at_the_old_time = await _sent_by(world, show)
    at_the_new_time = await _sent_by(world, moved)

    assert (at_once, told, at_the_old_time, at_the_new_time) == (0, 1, 0, 1)
    first, second = world.mail.sent
    assert first.subject == "“Tea time” begins at another time"
    assert "begins at Jan 1, 2026, 4:00\u202fPM (UTC), no longer at Jan 1, 2026, 2:00" in first.text
    assert second.subject == "“Tea time” begins soon"
    assert await world.reminders.tally(show) == Tally(sent=1)


async def test_who_was_reminded_already_hears_of_a_later_start(world: ShowsWorld) -> None:
    show = await world.a_show()
    await some_wishes(world, show, "a")
    await _sent_by(world, show)
    moved = await world.shows.edit(show.slug, Edit(starts_at=show.starts_at + HOUR), version=0)
    await world.clock.advance(MOVED_SETTLES)
    await world.reminders.send_due()
    await _sent_by(world, moved)

    subjects = [mail.subject.partition("” ")[2] for mail in world.mail.sent]
    assert subjects == ["begins soon", "begins at another time", "begins soon"]


async def test_a_show_that_is_put_back_needs_no_letter(world: ShowsWorld) -> None:
    show = await world.a_show()
    await some_wishes(world, show, "a")
    await world.shows.edit(show.slug, Edit(starts_at=show.starts_at + HOUR), version=0)
    await world.shows.edit(show.slug, Edit(starts_at=show.starts_at), version=1)
    await world.clock.advance(MOVED_SETTLES)
    await world.reminders.send_due()

    assert not world.mail.sent
    assert await _sent_by(world, show) == 1


async def test_who_asked_is_told_that_a_show_is_off(world: ShowsWorld) -> None:
    show = await world.a_show()
    await some_wishes(world, show, "a")
    await world.shows.cancel(show.slug)
    await world.clock.advance(MOVED_SETTLES)
    await world.reminders.send_due()
    await world.clock.advance(2 * HOUR)

    assert await world.reminders.send_due() == 0
    assert [mail.subject for mail in world.mail.sent] == ["“Tea time” does not take place"]


async def test_a_host_who_cannot_decide_fills_nobodys_letterbox(world: ShowsWorld) -> None:
    show = await world.a_show()
    again = Reminder(show.id, OWNER, NOON, moved_from=NOON, moves_told=MOVES_TOLD_MAX)

    assert letter_due(show, again, NOON) is None


async def test_a_letter_that_was_late_says_that_it_has_begun_and_then_counts_as_missed(
    world: ShowsWorld,
) -> None:
    show = await world.a_show()
    await some_wishes(world, show, "ab")
    await world.clock.advance(2 * HOUR)
    live = await world.shows.go_live(show.slug)
    about = Reminder(show.id, OWNER, world.clock.now())

    assert letter_due(live, about, world.clock.now()) is LetterKind.BEGUN
    await world.clock.advance(HOUR)
    await world.reminders.send_due()
    assert not world.mail.sent
    assert await world.reminders.tally(show) == Tally(missed=2)


class Clogged:
    """A mail server that takes no letter before so many wait at its door, and refuses some."""

    def __init__(self, together: int) -> None:
        self.together, self.waiting, self.sent = together, 0, 0
        self.open = asyncio.Event()
        self.refused = {"a@example.test"}

    async def send(self, mail: Mail) -> None:
        if mail.to in self.refused:
            raise OSError
        self.waiting += 1
        if self.waiting >= self.together:
            self.open.set()
        await self.open.wait()
        self.sent += 1


async def test_letters_go_out_side_by_side_and_a_failing_one_is_counted(world: ShowsWorld) -> None:
    show = await world.a_show()
    await some_wishes(world, show, "abcdef")
    world.reminders = type(world.reminders)(
        world.shows, world.people, server := Clogged(together=5), world.reminders.letters,
        world.reminders.planned,
    )  # fmt: skip
    await until_due(world, show)
    await world.reminders.send_due()
    after_one = await world.reminders.tally(show)
    for _ in range(ATTEMPTS_MAX):
        await world.clock.advance(PAUSE)
        await world.reminders.send_due()

    assert server.sent == 5
    assert after_one == Tally(waiting=1, sent=5)
    assert await world.reminders.tally(show) == Tally(sent=5, missed=1)


async def test_an_offer_that_moves_with_its_show_is_told_of_at_its_new_moment(
    world: ShowsWorld,
) -> None:
    show = await world.a_show()
    offer = await world.an_offer(show, opens_at=show.starts_at + HOUR)
    person = await a_reader(world)
    await world.reminders.wish_offer(offer.id, person.id)
    await world.shows.edit(show.slug, Edit(starts_at=show.starts_at + HOUR), version=0)
    await world.clock.advance(MOVED_SETTLES)
    await world.reminders.send_due()
    await world.clock.advance(show.starts_at + HOUR - world.clock.now())
    at_the_old_time = await world.reminders.send_due()
    await world.clock.advance(HOUR - BEFORE_OFFER)
    at_the_new_time = await world.reminders.send_due()

    assert (at_the_old_time, at_the_new_time) == (0, 1)
    assert [mail.subject for mail in world.mail.sent] == ["“Tea bowl” can be bought soon"]
    assert await world.reminders.tally(show) == Tally(), "it counts who wants the show itself"


async def test_an_offer_that_was_opened_by_hand_or_is_off_reminds_nobody(
    world: ShowsWorld,
) -> None:
    show, offer = await world.an_open_offer()
    later = await world.an_offer(show, opens_at=world.clock.now() + HOUR)
    person = await a_reader(world)
    with pytest.raises(NothingToCome):
        await world.reminders.wish_offer(offer.id, person.id)
    await world.reminders.wish_offer(later.id, person.id)
    await world.offers.open(later.id)
    await world.clock.advance(HOUR)

    assert await world.reminders.send_due() == 1
    assert not world.mail.sent
    assert not await world.reminders.to_come(person.id)


async def test_what_one_is_reminded_of_is_handed_out_and_erased_with_the_account(
    world: ShowsWorld,
) -> None:
    show = await world.a_show()
    offer = await world.an_offer(show, opens_at=show.starts_at)
    person = await a_reader(world)
    await world.reminders.wish(show.slug, person.id)
    await world.reminders.wish_offer(offer.id, person.id)
    kept = RemindersKept(world.database)
    exported = await kept.export(person.id)
    async with world.database.transaction() as tx:
        await kept.erase(tx, person.id)

    assert exported == {
        "reminders": [
            {"show": str(show.id), "offer": None},
            {"show": str(show.id), "offer": str(offer.id)},
        ]
    }
    assert await kept.export(person.id) == {"reminders": []}


MINUTE = timedelta(minutes=1)
ROOM = Room(RoomId(UUID(int=2)), "room", StoreId(UUID(int=3)), "Room")
SHOW = Show(ShowId(UUID(int=1)), "tea-time", ROOM, "Tea time", "", Scheduled(NOON), NOON)
OFF = replace(SHOW, state=Cancelled(NOON))
AT_NOON = Opening(SHOW.id, "Tea bowl", NOON)
WISH = Reminder(SHOW.id, OWNER, NOON, OfferId(UUID(int=4)))
AGAIN = replace(WISH, moved_from=NOON)
TOLD_OFTEN = replace(WISH, moves_told=MOVES_TOLD_MAX)
SENT, MISSED = After(ReminderState.SENT), After(ReminderState.MISSED)


@pytest.mark.parametrize(
    ("show", "opening", "reminder", "minutes", "expected"),
    [
        (SHOW, AT_NOON, WISH, -5, (LetterKind.OPENS, replace(SENT, moves_told=1))),
        (SHOW, AT_NOON, WISH, -55, (LetterKind.OPENS, replace(SENT, moves_told=1))),
        (SHOW, AT_NOON, WISH, -56, (None, After(ReminderState.WAITING, NOON - BEFORE_OFFER))),
        (SHOW, AT_NOON, AGAIN, -6, (None, After(ReminderState.WAITING, NOON - BEFORE_OFFER))),
        (SHOW, AT_NOON, AGAIN, -3, (LetterKind.OPENS, replace(SENT, moves_told=1))),
        (SHOW, AT_NOON, WISH, 15, (LetterKind.OPENS, replace(SENT, moves_told=1))),
        (SHOW, AT_NOON, WISH, 16, (None, MISSED)),
        (SHOW, None, WISH, -5, (None, SENT)),
        (OFF, AT_NOON, WISH, -5, (None, SENT)),
        (SHOW, AT_NOON, TOLD_OFTEN, -5, (None, replace(SENT, moves_told=MOVES_TOLD_MAX))),
    ],
)  # fmt: skip
def test_an_offers_letter_waits_for_its_opening_and_is_missed_only_while_that_is_to_come(
    show: Show,
    opening: Opening | None,
    reminder: Reminder,
    minutes: int,
    expected: tuple[LetterKind | None, After],
) -> None:
    now = NOON + minutes * MINUTE
    kind = opening_due(show, opening, reminder, now)

    assert (kind, after_opening(show, opening, reminder, kind, now)) == expected


async def _sent_by(world: ShowsWorld, show: Show) -> int:
    await until_due(world, show)
    return await world.reminders.send_due()
