"""Letters about shows to come: which is due, how long before, and what follows it."""

from datetime import datetime, timedelta
from enum import Enum

from msgspec import Struct

from livehouse.domains.shows import Cancelled, Ended, Live, Scheduled, Show
from livehouse.foundation.ids import OfferId, PersonId, ShowId

BEFORE = timedelta(minutes=10)
BEFORE_OFFER = timedelta(minutes=5)
# Letters of a large night leave the house one after the other: they begin so much earlier at most.
HEAD_START_MAX = timedelta(minutes=50)
# What a plain mail server takes of one house, rather less than more.
LETTERS_PER_SECOND = 10
# Whoever was late with a letter says that it has begun; after that there is nothing to come to.
BEGUN_LATELY = timedelta(minutes=15)
# A host who moves a show once moves it again: its readers hear of it when things have settled.
MOVED_SETTLES = timedelta(minutes=2)
MOVES_TOLD_MAX = 5


class LetterKind(Enum):
    SOON = "soon"
    BEGUN = "begun"
    MOVED = "moved"
    CANCELLED = "cancelled"
    OPENS = "opens"


class ReminderState(Enum):
    """`MISSED` could not be sent before there was nothing left to come to; `SENT` is also what was
    to be said of an offer that is gone before its letter."""

    WAITING = "waiting"
    SENT = "sent"
    MISSED = "missed"


class Reminder(Struct, frozen=True):
    """Somebody's wish to be told of a show, or of an offer in it before it opens. `try_after` is
    when this try of it ends; with `moved_from`, the start that they know of, they are told of
    another one, or the offer's opening is looked at again."""

    show_id: ShowId
    person_id: PersonId
    try_after: datetime
    offer_id: OfferId | None = None
    attempts: int = 0
    moved_from: datetime | None = None
    moves_told: int = 0


class Opening(Struct, frozen=True):
    """An offer that is to open by itself."""

    show_id: ShowId
    title: str
    opens_at: datetime


class After(Struct, frozen=True):
    """How a reminder stands once it was looked at; None of it waits for another moment."""

    state: ReminderState
    try_after: datetime | None = None
    moves_told: int = 0


class Tally(Struct, frozen=True):
    """How many want to be told of a show, and of how many it was too late."""

    waiting: int = 0
    sent: int = 0
    missed: int = 0


def head_start(backlog: int) -> timedelta:
    """How much earlier letters begin, so that so many are out in time."""
    return min(HEAD_START_MAX, timedelta(seconds=backlog / LETTERS_PER_SECOND))


def letter_due(show: Show, reminder: Reminder, now: datetime) -> LetterKind | None:
    """What there is to say of a show now; None for nothing."""
    match show.state:
        case Cancelled():
            return LetterKind.CANCELLED
        case Live(started_at=started_at) if now - started_at <= BEGUN_LATELY:
            return LetterKind.BEGUN
        case Scheduled(starts_at=starts_at):
            has_moved = reminder.moved_from not in {None, starts_at}
            if has_moved and reminder.moves_told < MOVES_TOLD_MAX:
                return LetterKind.MOVED
            is_early = starts_at - now > BEFORE + HEAD_START_MAX
            return None if is_early else LetterKind.SOON
        case _:
            return None


def after_letter(show: Show, reminder: Reminder, kind: LetterKind | None, now: datetime) -> After:
    """What becomes of a reminder whose letter of `kind` is sent, or that needs none now."""
    moves_told = reminder.moves_told + (kind is LetterKind.MOVED)
    is_to_come = isinstance(show.state, Scheduled) and show.starts_at - now > BEFORE
    if kind in {LetterKind.MOVED, None} and is_to_come:
        return After(ReminderState.WAITING, show.starts_at - BEFORE, moves_told)
    return After(ReminderState.SENT if kind else ReminderState.MISSED, moves_told=moves_told)


def opening_due(
    show: Show, opening: Opening | None, reminder: Reminder, now: datetime
) -> LetterKind | None:
    """Whether it is time to say that an offer opens; None for nothing."""
    if opening is None or not _sells(show) or reminder.moves_told >= MOVES_TOLD_MAX:
        return None
    # Only the moment that somebody waits for comes early where letters are many.
    head = HEAD_START_MAX if reminder.moved_from is None else timedelta(0)
    is_time = -BEGUN_LATELY <= opening.opens_at - now <= BEFORE_OFFER + head
    return LetterKind.OPENS if is_time else None


def after_opening(
    show: Show, opening: Opening | None, reminder: Reminder, kind: LetterKind | None, now: datetime
) -> After:
    """What becomes of a wish to hear of an offer: it waits for an opening that is later by now, and
    is missed only where the offer was still to open. Letters count as moves told of."""
    moves_told = reminder.moves_told + (kind is not None)
    is_quiet = reminder.moves_told >= MOVES_TOLD_MAX
    if kind is not None or opening is None or not _sells(show) or is_quiet:
        return After(ReminderState.SENT, moves_told=moves_told)
    if opening.opens_at - now > BEFORE_OFFER:
        return After(ReminderState.WAITING, opening.opens_at - BEFORE_OFFER, moves_told)
    return After(ReminderState.MISSED, moves_told=moves_told)


def _sells(show: Show) -> bool:
    return not isinstance(show.state, Cancelled | Ended)
