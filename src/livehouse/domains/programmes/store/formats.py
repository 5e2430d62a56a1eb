"""What shows say of themselves."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import RowMapping, select, update
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.programmes.model.formats import Asking, Chosen
from livehouse.domains.programmes.tables import show_formats
from livehouse.foundation.ids import ShowId
from livehouse.storage.database import Transaction


async def chosen(tx: Transaction, show_id: ShowId) -> Chosen | None:
    found = await tx.execute(select(show_formats).where(show_formats.c.show_id == show_id))
    row = found.mappings().first()
    return None if row is None else _chosen(row)


async def asking(tx: Transaction, limit: int) -> list[Asking]:
    """Whose hosts ask for a signature, who has waited longest first."""
    found = await tx.execute(
        select(show_formats)
        .where(show_formats.c.asked_at.is_not(None))
        .order_by(show_formats.c.asked_at)
        .limit(limit)
    )
    return [Asking(ShowId(row["show_id"]), _chosen(row)) for row in found.mappings()]


async def choose(tx: Transaction, show_id: ShowId, what: Chosen) -> None:
    values: dict[str, Any] = {name: getattr(what, name) for name in Chosen.__struct_fields__}
    values["confirmed"] = [one.value for one in what.confirmed]
    await tx.execute(
        insert(show_formats)
        .values(show_id=show_id, **values)
        .on_conflict_do_update(index_elements=["show_id"], set_=values)
    )


async def unsign(tx: Transaction, show_id: ShowId) -> None:
    """It is another show now than the one that was signed."""
    await tx.execute(
        update(show_formats)
        .where(show_formats.c.show_id == show_id)
        .values(signed_by=None, signed_at=None, signed_sheet=None)
    )


async def stop_asking(tx: Transaction, show_id: ShowId) -> None:
    await tx.execute(
        update(show_formats).where(show_formats.c.show_id == show_id).values(asked_at=None)
    )


async def note_camera(tx: Transaction, show_id: ShowId, key_seconds: float, now: datetime) -> None:
    await tx.execute(
        update(show_formats)
        .where(show_formats.c.show_id == show_id)
        .values(camera_seen_at=now, camera_key_seconds=key_seconds)
    )


def _chosen(row: RowMapping) -> Chosen:
    return msgspec.convert({name: row[name] for name in Chosen.__struct_fields__}, Chosen)
