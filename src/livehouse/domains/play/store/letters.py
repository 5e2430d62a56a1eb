"""Letters to winners that wait to be sent."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.play.model.letters import Kind, Letter
from livehouse.domains.play.tables import prize_letters as letters
from livehouse.foundation.ids import PersonId, RoundId
from livehouse.storage.database import Transaction


async def add(tx: Transaction, some: Iterable[Letter]) -> None:
    rows = [
        {"round_id": one.round_id, "position": one.position, "kind": one.kind.value,
         "person_id": one.person_id, "try_after": one.try_after}
        for one in some
    ]  # fmt: skip
    if rows:
        await tx.execute(insert(letters).on_conflict_do_nothing(), rows)


async def take_due(tx: Transaction, now: datetime, until: datetime, limit: int) -> list[Letter]:
    """Letters to send now; `until` then nobody else tries, should this process die."""
    due = (
        select(letters.c.round_id, letters.c.position, letters.c.kind)
        .where(letters.c.try_after <= now)
        .order_by(letters.c.try_after)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = await tx.execute(
        update(letters)
        .where(tuple_(letters.c.round_id, letters.c.position, letters.c.kind).in_(due))
        .values(try_after=until, attempts=letters.c.attempts + 1)
        .returning(*letters.c)
    )
    return [
        Letter(
            round_id=RoundId(row.round_id),
            position=row.position,
            kind=Kind(row.kind),
            person_id=PersonId(row.person_id),
            try_after=row.try_after,
            attempts=row.attempts,
        )
        for row in rows
    ]


async def put_off(tx: Transaction, letter: Letter, until: datetime) -> None:
    await tx.execute(update(letters).where(_is(letter)).values(try_after=until))


async def remove(tx: Transaction, letter: Letter) -> None:
    await tx.execute(delete(letters).where(_is(letter)))


async def remove_of(tx: Transaction, person_id: PersonId) -> None:
    await tx.execute(delete(letters).where(letters.c.person_id == person_id))


def _is(letter: Letter) -> ColumnElement[bool]:
    return and_(
        letters.c.round_id == letter.round_id,
        letters.c.position == letter.position,
        letters.c.kind == letter.kind.value,
    )
