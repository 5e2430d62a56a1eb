"""Who wants to be told before a show begins."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.programmes.tables import reminders
from livehouse.foundation.ids import PersonId, ShowId
from livehouse.storage.database import Transaction


class Reminder(Struct, frozen=True):
    show_id: ShowId
    person_id: PersonId
    attempts: int


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


async def take_due(tx: Transaction, now: datetime, until: datetime, limit: int) -> list[Reminder]:
    """Reminders to send now; `until` then nobody else tries, should this process die."""
    due = (
        select(reminders.c.show_id, reminders.c.person_id)
        .where(reminders.c.try_after <= now)
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
    return [Reminder(ShowId(row.show_id), PersonId(row.person_id), row.attempts) for row in rows]


async def put_off(tx: Transaction, one: Reminder, until: datetime) -> None:
    await tx.execute(
        update(reminders)
        .where(reminders.c.show_id == one.show_id, reminders.c.person_id == one.person_id)
        .values(try_after=until)
    )


async def remove(tx: Transaction, show_id: ShowId, person_id: PersonId) -> None:
    await tx.execute(
        delete(reminders).where(reminders.c.show_id == show_id, reminders.c.person_id == person_id)
    )


async def remove_of(tx: Transaction, person_id: PersonId) -> None:
    await tx.execute(delete(reminders).where(reminders.c.person_id == person_id))
