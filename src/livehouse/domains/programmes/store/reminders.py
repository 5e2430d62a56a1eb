"""Who wants to be told before a show begins, or an offer in it opens."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    RowMapping,
    Uuid,
    any_,
    delete,
    func,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.programmes.model.reminding import After, Reminder, ReminderState, Tally
from livehouse.domains.programmes.tables import reminders
from livehouse.foundation.ids import OfferId, PersonId, ShowId
from livehouse.storage.database import Transaction

# More than this begins as early as letters ever do.
BACKLOG_MAX = 100_000
FORGOTTEN_PER_LOOK_MAX = 5_000
_WAITING = ReminderState.WAITING.value
_THE_SHOW = UUID(int=0)
_KEY = (reminders.c.show_id, reminders.c.offer_id, reminders.c.person_id)


async def add(
    tx: Transaction,
    show_id: ShowId,
    person_id: PersonId,
    at: datetime,
    *,
    offer_id: OfferId | None = None,
) -> None:
    await tx.execute(
        insert(reminders)
        .values(show_id=show_id, offer_id=offer_id or _THE_SHOW, person_id=person_id, try_after=at)
        .on_conflict_do_nothing()
    )


async def wants(tx: Transaction, show_id: ShowId, person_id: PersonId) -> bool:
    """Whether somebody wants to be told of the show itself."""
    found = await tx.execute(
        select(reminders.c.show_id).where(*_is(show_id, None), reminders.c.person_id == person_id)
    )
    return found.first() is not None


async def wanting(
    tx: Transaction, show_id: ShowId, people: Collection[PersonId]
) -> frozenset[PersonId]:
    """Those of them who want to be told of the show itself, or were."""
    rows = await tx.execute(
        select(reminders.c.person_id).where(
            *_is(show_id, None),
            reminders.c.person_id == any_(literal(list(people), ARRAY(Uuid))),
        )
    )
    return frozenset(PersonId(row.person_id) for row in rows)


async def of_person(
    tx: Transaction, person_id: PersonId, *, to_come: bool = False
) -> Sequence[Reminder]:
    """What somebody wants to be told of, or only what is still `to_come`, what comes first before
    others."""
    wanted = select(reminders).where(reminders.c.person_id == person_id)
    if to_come:
        wanted = wanted.where(reminders.c.state == _WAITING)
    rows = await tx.execute(wanted.order_by(reminders.c.try_after, *_KEY))
    return [_reminder(row) for row in rows.mappings()]


async def tally(tx: Transaction, show_id: ShowId) -> Tally:
    found = await tx.execute(
        select(reminders.c.state, func.count().label("n"))
        .where(*_is(show_id, None))
        .group_by(reminders.c.state)
    )
    return Tally(**{row.state: row.n for row in found})


async def backlog(tx: Transaction, until: datetime) -> int:
    """How many plain reminders wait to be sent by then."""
    some = (
        select(literal(1))
        .where(_plain(), reminders.c.try_after <= until)
        .limit(BACKLOG_MAX)
        .subquery()
    )
    found = await tx.execute(select(func.count()).select_from(some))
    return int(found.scalar_one())


async def take_due(
    tx: Transaction, now: datetime, *, ahead: timedelta, until: datetime, limit: int
) -> list[Reminder]:
    """Letters to send now, plain reminders `ahead` of their moment; `until` then nobody else tries,
    should this process die."""
    is_due = (reminders.c.try_after <= now) | (_plain() & (reminders.c.try_after <= now + ahead))
    due = (
        select(*_KEY)
        .where(reminders.c.state == _WAITING, reminders.c.try_after <= now + ahead, is_due)
        .order_by(reminders.c.try_after)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = await tx.execute(
        update(reminders)
        .where(tuple_(*_KEY).in_(due))
        .values(try_after=until, attempts=reminders.c.attempts + 1)
        .returning(*reminders.c)
    )
    return [_reminder(row) for row in rows.mappings()]


async def settle(tx: Transaction, one: Reminder, after: After, now: datetime) -> None:
    """Note what became of one; not where its show was moved meanwhile: it waits for that now."""
    await tx.execute(
        update(reminders)
        .where(*_this(one), reminders.c.try_after == one.try_after)
        .values(
            state=after.state.value,
            try_after=after.try_after or now,
            attempts=0,
            moved_from=None,
            moves_told=after.moves_told,
        )
    )


async def put_off(tx: Transaction, one: Reminder, until: datetime) -> None:
    await tx.execute(
        update(reminders)
        .where(*_this(one), reminders.c.try_after == one.try_after)
        .values(try_after=until)
    )


async def moved(
    tx: Transaction, show_id: ShowId, start: datetime, due_at: datetime, *, with_offers: bool
) -> None:
    """Let everybody be told at `due_at` that the show no longer begins at `start`, also who was
    reminded already; `with_offers` their openings are looked at again then. Rows are locked in one
    order, so that no two who change many stand still."""
    touched = (reminders.c.show_id == show_id,) if with_offers else _is(show_id, None)
    locked = select(*_KEY).where(*touched).order_by(*_KEY).with_for_update().cte("locked")
    await tx.execute(
        update(reminders)
        .where(reminders.c.show_id == show_id, tuple_(*_KEY).in_(select(locked)))
        .values(
            state=_WAITING,
            try_after=due_at,
            attempts=0,
            moved_from=func.coalesce(reminders.c.moved_from, start),
        )
    )


async def remove(tx: Transaction, show_id: ShowId, person_id: PersonId) -> None:
    await tx.execute(
        delete(reminders).where(*_is(show_id, None), reminders.c.person_id == person_id)
    )


async def remove_offer(tx: Transaction, offer_id: OfferId, person_id: PersonId) -> None:
    await tx.execute(
        delete(reminders).where(
            reminders.c.offer_id == offer_id,
            reminders.c.offer_id != _THE_SHOW,
            reminders.c.person_id == person_id,
        )
    )


async def remove_of(tx: Transaction, person_id: PersonId) -> None:
    await tx.execute(delete(reminders).where(reminders.c.person_id == person_id))


async def forget(tx: Transaction, before: datetime) -> None:
    """Take away what was settled so long ago."""
    old = (
        select(*_KEY)
        .where(reminders.c.state.in_(("sent", "missed")), reminders.c.try_after < before)
        .limit(FORGOTTEN_PER_LOOK_MAX)
        .with_for_update(skip_locked=True)
    )
    await tx.execute(delete(reminders).where(tuple_(*_KEY).in_(old)))


def _plain() -> ColumnElement[bool]:
    """Those of a show that was not moved, and that nobody has tried to send."""
    return (
        (reminders.c.state == _WAITING)
        & reminders.c.moved_from.is_(None)
        & (reminders.c.attempts == 0)
    )


def _this(one: Reminder) -> tuple[ColumnElement[bool], ...]:
    return *_is(one.show_id, one.offer_id), reminders.c.person_id == one.person_id


def _is(show_id: ShowId, offer_id: OfferId | None) -> tuple[ColumnElement[bool], ...]:
    return reminders.c.show_id == show_id, reminders.c.offer_id == (offer_id or _THE_SHOW)


def _reminder(row: RowMapping) -> Reminder:
    offer_id = OfferId(row["offer_id"]) if row["offer_id"] != _THE_SHOW else None
    return Reminder(
        ShowId(row["show_id"]), PersonId(row["person_id"]), row["try_after"], offer_id,
        row["attempts"], row["moved_from"], row["moves_told"],
    )  # fmt: skip
