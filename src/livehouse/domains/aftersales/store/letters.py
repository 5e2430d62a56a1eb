"""Letters that wait to be sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update

from livehouse.domains.aftersales.model.letters import Kind, Letter
from livehouse.domains.aftersales.tables import letters
from livehouse.foundation.ids import OrderId, PersonId
from livehouse.storage.database import Transaction


async def add(tx: Transaction, letter: Letter) -> None:
    await tx.execute(
        letters.insert().values(
            id=letter.id,
            person_id=letter.person_id,
            order_id=letter.order_id,
            kind=letter.kind.value,
            params=letter.params,
            try_after=letter.try_after,
        )
    )


async def take_due(tx: Transaction, now: datetime, until: datetime, limit: int) -> list[Letter]:
    """Letters to send now; `until` then nobody else tries, should this process die."""
    due = (
        select(letters.c.id)
        .where(letters.c.try_after <= now)
        .order_by(letters.c.try_after)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = await tx.execute(
        update(letters)
        .where(letters.c.id.in_(due.scalar_subquery()))
        .values(try_after=until, attempts=letters.c.attempts + 1)
        .returning(*letters.c)
    )
    return [_letter(row) for row in rows]


async def put_off(tx: Transaction, letter: Letter, until: datetime) -> None:
    await tx.execute(update(letters).where(letters.c.id == letter.id).values(try_after=until))


async def remove(tx: Transaction, letter: Letter) -> None:
    await tx.execute(delete(letters).where(letters.c.id == letter.id))


async def remove_of(tx: Transaction, person_id: PersonId) -> None:
    await tx.execute(delete(letters).where(letters.c.person_id == person_id))


def _letter(row: Row[Any]) -> Letter:
    return Letter(
        id=row.id,
        person_id=PersonId(row.person_id),
        order_id=OrderId(row.order_id),
        kind=Kind(row.kind),
        params=row.params,
        try_after=row.try_after,
        attempts=row.attempts,
    )
