"""Who wants to be told before a show begins."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, literal, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.programmes.model.reminding import After, Reminder, ReminderState, Tally
from livehouse.domains.programmes.tables import reminders
from livehouse.foundation.ids import PersonId, ShowId
from livehouse.storage.database import Transaction

# More than this begins as early as letters ever do.
BACKLOG_MAX = 100_000
FORGOTTEN_PER_LOOK_MAX = 5_000
_WAITING = ReminderState.WAITING.value


async def add(tx: Transaction, show_id: ShowId, person_id: PersonId, at: datetime) -> None:
    await tx.execute(
        insert(reminders)
        .values(show_id=show_id, person_id=person_id, try_after=at)
        .on_conflict_do_nothing()
    )


async def wants(tx: Transaction, show_id: ShowId, person_id: PersonId) -> bool:
    found = await tx.execute(
        select(reminders.c.show_id).where(
            reminders.c.show_id == show_id, reminders.c.person_id == person_id
        )
    )
    return found.first() is not None


async def of_person(tx: Transaction, person_id: PersonId) -> Sequence[ShowId]:
    found = await tx.execute(select(reminders.c.show_id).where(reminders.c.person_id == person_id))
    return [ShowId(row.show_id) for row in found]


async def tally(tx: Transaction, show_id: ShowId) -> Tally:
    found = await tx.execute(
        select(reminders.c.state, func.count().label("n"))
        .where(reminders.c.show_id == show_id)
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
        select(reminders.c.show_id, reminders.c.person_id)
        .where(reminders.c.state == _WAITING, reminders.c.try_after <= now + ahead, is_due)
        .order_by(reminders.c.try_after)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = await tx.execute(
        update(reminders)
        .where(tuple_(reminders.c.show_id, reminders.c.person_id).in_(due))
        .values(try_after=until, attempts=reminders.c.attempts + 1)
        .returning(*reminders.c)
    )
    return [
        Reminder(
            ShowId(row.show_id), PersonId(row.person_id), row.try_after, row.attempts,
            row.moved_from, row.moves_told,
        )
        for row in rows
    ]  # fmt: skip


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


async def moved(tx: Transaction, show_id: ShowId, start: datetime, due_at: datetime) -> None:
    """Let everybody be told at `due_at` that the show no longer begins at `start`, also who was
    reminded already. Rows are locked in one order, so that no two who change many stand still."""
    locked = (
        select(reminders.c.person_id)
        .where(reminders.c.show_id == show_id)
        .order_by(reminders.c.person_id)
        .with_for_update()
        .cte("locked")
    )
    await tx.execute(
        update(reminders)
        .where(reminders.c.show_id == show_id, reminders.c.person_id.in_(select(locked)))
        .values(
            state=_WAITING,
            try_after=due_at,
            attempts=0,
            moved_from=func.coalesce(reminders.c.moved_from, start),
        )
    )


async def remove(tx: Transaction, show_id: ShowId, person_id: PersonId) -> None:
    await tx.execute(
        delete(reminders).where(reminders.c.show_id == show_id, reminders.c.person_id == person_id)
    )


async def remove_of(tx: Transaction, person_id: PersonId) -> None:
    await tx.execute(delete(reminders).where(reminders.c.person_id == person_id))


async def forget(tx: Transaction, before: datetime) -> None:
    """Take away what was settled so long ago."""
    old = (
        select(reminders.c.show_id, reminders.c.person_id)
        .where(reminders.c.state.in_(("sent", "missed")), reminders.c.try_after < before)
        .limit(FORGOTTEN_PER_LOOK_MAX)
        .with_for_update(skip_locked=True)
    )
    key = tuple_(reminders.c.show_id, reminders.c.person_id)
    await tx.execute(delete(reminders).where(key.in_(old)))


def _plain() -> ColumnElement[bool]:
    """Those of a show that was not moved, and that nobody has tried to send."""
    return (
        (reminders.c.state == _WAITING)
        & reminders.c.moved_from.is_(None)
        & (reminders.c.attempts == 0)
    )


def _this(one: Reminder) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return reminders.c.show_id == one.show_id, reminders.c.person_id == one.person_id
