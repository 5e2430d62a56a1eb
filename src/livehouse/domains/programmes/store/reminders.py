"""Who wants to be told before a show begins, or an offer opens."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.programmes.tables import reminders
from livehouse.foundation.ids import PersonId
from livehouse.storage.database import Transaction


class Wish(Struct, frozen=True):
    """Somebody wants to be told of something: a kind, such as show, and an id."""

    kind: str
    subject_id: UUID
    person_id: PersonId


class Reminder(Struct, frozen=True):
    wish: Wish
    attempts: int


async def add(tx: Transaction, wish: Wish, at: datetime) -> None:
    await tx.execute(
        insert(reminders)
        .values(kind=wish.kind, subject_id=wish.subject_id, person_id=wish.person_id, try_after=at)
        .on_conflict_do_nothing()
    )


async def wants(tx: Transaction, wish: Wish) -> bool:
    found = await tx.execute(select(reminders.c.kind).where(_is(wish)))
    return found.first() is not None


async def of_person(tx: Transaction, person_id: PersonId) -> list[Wish]:
    found = await tx.execute(
        select(reminders.c.kind, reminders.c.subject_id)
        .where(reminders.c.person_id == person_id)
        .order_by(reminders.c.try_after, reminders.c.subject_id)
    )
    return [Wish(row.kind, row.subject_id, person_id) for row in found]


async def take_due(tx: Transaction, now: datetime, until: datetime, limit: int) -> list[Reminder]:
    """Reminders to send now; `until` then nobody else tries, should this process die."""
    key = (reminders.c.kind, reminders.c.subject_id, reminders.c.person_id)
    due = (
        select(*key)
        .where(reminders.c.try_after <= now)
        .order_by(reminders.c.try_after)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = await tx.execute(
        update(reminders)
        .where(tuple_(*key).in_(due))
        .values(try_after=until, attempts=reminders.c.attempts + 1)
        .returning(*reminders.c)
    )
    return [
        Reminder(Wish(row.kind, row.subject_id, PersonId(row.person_id)), row.attempts)
        for row in rows
    ]


async def put_off(tx: Transaction, one: Reminder, until: datetime, *, attempts: int) -> None:
    await tx.execute(
        update(reminders).where(_is(one.wish)).values(try_after=until, attempts=attempts)
    )


async def remove(tx: Transaction, wish: Wish) -> None:
    await tx.execute(delete(reminders).where(_is(wish)))


async def remove_of(tx: Transaction, person_id: PersonId) -> None:
    await tx.execute(delete(reminders).where(reminders.c.person_id == person_id))


def _is(wish: Wish) -> ColumnElement[bool]:
    return and_(
        reminders.c.kind == wish.kind,
        reminders.c.subject_id == wish.subject_id,
        reminders.c.person_id == wish.person_id,
    )
