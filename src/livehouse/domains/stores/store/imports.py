"""SQL about uploads on their way into a catalogue."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import Row, and_, or_, select, update

from livehouse.domains.stores.model import CatalogueImport, ImportReport, ImportState
from livehouse.domains.stores.tables import catalogue_imports as imports
from livehouse.foundation.ids import PersonId, StoreId
from livehouse.storage.database import Transaction

_UNFINISHED = (ImportState.WAITING.value, ImportState.RUNNING.value)
_SHOWN = [column for column in imports.c if column.name != "content"]
_NO_REPORT = ImportReport()


async def insert_import(
    tx: Transaction, upload: CatalogueImport, content: bytes, by: PersonId | None, now: datetime
) -> None:
    await tx.execute(
        imports.insert().values(
            id=upload.id,
            store_id=upload.store_id,
            started_by=by,
            file_name=upload.file_name,
            content=content,
            state=upload.state.value,
            created_at=now,
        )
    )


async def is_importing(tx: Transaction, store_id: StoreId) -> bool:
    found = await tx.execute(
        select(imports.c.id)
        .where(imports.c.store_id == store_id, imports.c.state.in_(_UNFINISHED))
        .limit(1)
    )
    return found.first() is not None


async def read_import(tx: Transaction, import_id: UUID) -> CatalogueImport | None:
    row = (await tx.execute(select(*_SHOWN).where(imports.c.id == import_id))).first()
    return None if row is None else _import(row)


async def list_imports(tx: Transaction, store_id: StoreId, limit: int) -> list[CatalogueImport]:
    rows = await tx.execute(
        select(*_SHOWN)
        .where(imports.c.store_id == store_id)
        .order_by(imports.c.id.desc())
        .limit(limit)
    )
    return [_import(row) for row in rows]


async def claim(
    tx: Transaction, now: datetime, *, lease: timedelta
) -> tuple[UUID, StoreId, bytes] | None:
    """Take the oldest upload that waits, or whose worker has fallen silent.

    Repeating an import changes nothing, so one that was cut off simply runs again.
    """
    due = (
        select(imports.c.id)
        .where(
            or_(
                imports.c.state == ImportState.WAITING.value,
                and_(imports.c.state == ImportState.RUNNING.value, imports.c.lease_until < now),
            )
        )
        .order_by(imports.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = (
        await tx.execute(
            update(imports)
            .where(imports.c.id.in_(due.scalar_subquery()))
            .values(state=ImportState.RUNNING.value, lease_until=now + lease)
            .returning(imports.c.id, imports.c.store_id, imports.c.content)
        )
    ).first()
    return None if row is None else (row.id, row.store_id, bytes(row.content))


async def note_progress(
    tx: Transaction, import_id: UUID, done: int, total: int, *, lease_until: datetime
) -> None:
    await tx.execute(
        update(imports)
        .where(imports.c.id == import_id)
        .values(done=done, total=total, lease_until=lease_until)
    )


async def finish(
    tx: Transaction, import_id: UUID, state: ImportState, report: ImportReport, now: datetime
) -> None:
    """Keep the report and let the file go."""
    await tx.execute(
        update(imports)
        .where(imports.c.id == import_id)
        .values(
            state=state.value,
            content=None,
            report=msgspec.msgpack.encode(report),
            ended_at=now,
        )
    )


def _import(row: Row[tuple[object, ...]]) -> CatalogueImport:
    report = (
        msgspec.msgpack.decode(row.report, type=ImportReport)
        if row.report is not None
        else _NO_REPORT
    )
    return CatalogueImport(
        id=row.id,
        store_id=row.store_id,
        file_name=row.file_name,
        state=ImportState(row.state),
        done=row.done,
        total=row.total,
        report=report,
        created_at=row.created_at,
    )
