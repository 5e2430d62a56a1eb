"""What is kept ready for the cues of a show."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select, update

from livehouse.domains.programmes.model import CueKind, Prepared
from livehouse.domains.programmes.tables import prepared
from livehouse.foundation.ids import PreparedId, ShowId
from livehouse.storage.database import Transaction


async def add(tx: Transaction, one: Prepared, now: datetime) -> None:
    await tx.execute(
        prepared.insert().values(
            id=one.id, show_id=one.show_id, kind=one.kind.value, title=one.title, terms=one.terms,
            made_at=now,
        )
    )  # fmt: skip


async def count(tx: Transaction, show_id: ShowId) -> int:
    found = await tx.execute(
        select(func.count()).select_from(prepared).where(prepared.c.show_id == show_id)
    )
    return int(found.scalar_one())


async def of_show(tx: Transaction, show_id: ShowId) -> list[Prepared]:
    """In the order in which they were prepared."""
    rows = await tx.execute(
        select(prepared).where(prepared.c.show_id == show_id).order_by(prepared.c.id)
    )
    return [_prepared(row) for row in rows]


async def by_id(tx: Transaction, one_id: PreparedId) -> Prepared | None:
    row = (await tx.execute(select(prepared).where(prepared.c.id == one_id))).first()
    return None if row is None else _prepared(row)


async def lock(tx: Transaction, one_id: PreparedId) -> Prepared | None:
    """Read it and keep others from beginning it until the commit."""
    found = await tx.execute(select(prepared).where(prepared.c.id == one_id).with_for_update())
    row = found.first()
    return None if row is None else _prepared(row)


async def hold(tx: Transaction, one_id: PreparedId, now: datetime) -> None:
    await tx.execute(update(prepared).where(prepared.c.id == one_id).values(held_at=now))


async def throw_away(tx: Transaction, one_id: PreparedId) -> None:
    await tx.execute(delete(prepared).where(prepared.c.id == one_id))


def _prepared(row: Row[Any]) -> Prepared:
    return Prepared(
        id=PreparedId(row.id), show_id=ShowId(row.show_id), kind=CueKind(row.kind),
        title=row.title, terms=row.terms, held_at=row.held_at,
    )  # fmt: skip
