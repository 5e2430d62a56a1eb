"""Who follows a store, how that is counted, and which letters come of it."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import Enum
from uuid import UUID

from msgspec import Struct

from livehouse.domains.shows import Live, Show
from livehouse.domains.stores import Store
from livehouse.foundation.ids import PersonId, ShowId, StoreId

# Whoever comes back so soon was never lost, and is not gathered twice.
RETURNS_WITHIN = timedelta(days=30)
# A host who plans one show plans another: one letter tells of all of them.
PLANNED_SETTLES = timedelta(minutes=30)
# So far apart are the letters of one kind from one store, however much it plans or broadcasts.
PLANNED_APART = timedelta(days=1)
BEGUN_APART = timedelta(hours=3)
# A letter that is later than this tells of what its reader has missed.
BEGUN_LATELY = timedelta(minutes=15)
# Hours of the reader's own night.
QUIET_FROM, QUIET_UNTIL = 22, 8
SHOWS_NAMED_MAX = 5


class NewsKind(Enum):
    PLANNED = "planned"
    BEGUN = "begun"


class Standing(Struct, frozen=True):
    """How somebody stands to a store. They were gathered in `show_id`, or outside of any show; with
    `left_at` they follow no more, and `left_on` is the store's day on which that was counted."""

    since: datetime
    show_id: ShowId | None = None
    left_at: datetime | None = None
    left_on: date | None = None


class Change(Struct, frozen=True):
    """A standing from now on, and what it adds to the sums of the day `on`, and of the show that
    the person was gathered in."""

    standing: Standing
    on: date
    gained: int = 0
    lost: int = 0

    @property
    def followers(self) -> int:
        return self.gained - self.lost


class Followed(Struct, frozen=True):
    """A store that somebody follows."""

    store_id: StoreId
    since: datetime


class DaySum(Struct, frozen=True):
    """How many began to follow on a day of the store's, and how many stopped."""

    day: date
    gained: int = 0
    lost: int = 0


class ShowSum(Struct, frozen=True):
    """How many were gathered in a show, and how many of those have stopped since; outside of any
    show where there is none."""

    show_id: ShowId | None
    gained: int
    lost: int


class Reach(Struct, frozen=True):
    """What a store sees of its followers: sums, and nobody's name. `days` are its own."""

    followers: int
    days: list[DaySum]
    shows: list[ShowSum]


class Following(Struct, frozen=True):
    """How somebody stands to a store, and how many follow it."""

    store: Store
    followers: int
    follows: bool


class Happening(Struct, frozen=True):
    """Something that a store's followers are to be told. Of what is planned one letter tells in
    all; `told_to` is how far in their row it has been given out."""

    id: UUID
    store_id: StoreId
    kind: NewsKind
    made_at: datetime
    show_id: ShowId | None = None
    told_to: PersonId | None = None


class FollowLetter(Struct, frozen=True):
    """One to each follower, about one happening."""

    news_id: UUID
    person_id: PersonId
    store_id: StoreId
    kind: NewsKind
    show_id: ShowId | None = None
    attempts: int = 0

    @property
    def about(self) -> UUID:
        return self.news_id


def follow(
    before: Standing | None, show_id: ShowId | None, now: datetime, today: date
) -> Change | None:
    """What pressing “follow” changes; None for who follows already.

    Who comes back in time is where they were: the loss is taken back, on the day that it was
    counted, and nobody is gathered twice.
    """
    if before is None:
        return Change(Standing(now, show_id), today, gained=1)
    if before.left_at is None or before.left_on is None:
        return None
    if now - before.left_at > RETURNS_WITHIN:
        return Change(Standing(now, show_id), today, gained=1)
    return Change(Standing(before.since, before.show_id), before.left_on, lost=-1)


def leave(before: Standing | None, now: datetime, today: date) -> Change | None:
    """What pressing “unfollow” changes; None for who does not follow."""
    if before is None or before.left_at is not None:
        return None
    return Change(Standing(before.since, before.show_id, now, today), today, lost=1)


def planned_due(last: datetime | None, now: datetime) -> datetime:
    """When followers hear of what is planned; `last` is when they heard before."""
    settled = now + PLANNED_SETTLES
    return settled if last is None else max(settled, last + PLANNED_APART)


def tells_of_beginning(last: datetime | None, now: datetime) -> bool:
    """Whether followers hear of a show that begins; `last` is when they heard of one before."""
    return last is None or now - last >= BEGUN_APART


def letter_at(kind: NewsKind, now: datetime, zone: tzinfo) -> datetime | None:
    """When a letter goes to somebody in that zone: not in their night. None: never, since what has
    begun then is over in the morning."""
    there = now.astimezone(zone)
    if QUIET_UNTIL <= there.hour < QUIET_FROM:
        return now
    if kind is NewsKind.BEGUN:
        return None
    day = there + timedelta(days=1) if there.hour >= QUIET_FROM else there
    morning = day.replace(hour=QUIET_UNTIL, minute=0, second=0, microsecond=0)
    return morning.astimezone(UTC)


def is_on(show: Show, now: datetime) -> bool:
    """Whether it is still time to say that a show has begun."""
    state = show.state
    return isinstance(state, Live) and now - state.started_at <= BEGUN_LATELY


def every_day(found: list[DaySum], last: date, days: int) -> list[DaySum]:
    """So many days up to `last`, those on which nothing happened as well."""
    known = {one.day: one for one in found}
    wanted = [last - timedelta(days=n) for n in reversed(range(days))]
    return [known.get(day, DaySum(day)) for day in wanted]
