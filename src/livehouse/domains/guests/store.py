"""Every SQL statement about guests."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.guests.model import Guest, Setting
from livehouse.domains.guests.tables import show_guests, stage_settings
from livehouse.foundation.ids import ShowId
from livehouse.storage.database import Transaction


async def add(tx: Transaction, guest: Guest) -> None:
    await tx.execute(show_guests.insert().values(**msgspec.structs.asdict(guest)))


async def of_shows(tx: Transaction, show_ids: Sequence[ShowId], now: datetime) -> list[Guest]:
    """Those whose links last, the oldest first."""
    found = await tx.execute(
        select(show_guests)
        .where(show_guests.c.show_id.in_(show_ids), show_guests.c.expires_at > now)
        .order_by(show_guests.c.made_at, show_guests.c.id)
    )
    return [_guest(row) for row in found]


async def lock_of_show(tx: Transaction, show_id: ShowId) -> list[Guest]:
    """All of a show, also those whose links have ended; nobody else changes them meanwhile."""
    found = await tx.execute(
        select(show_guests)
        .where(show_guests.c.show_id == show_id)
        .order_by(show_guests.c.id)
        .with_for_update()
    )
    return [_guest(row) for row in found]


async def one(tx: Transaction, guest_id: UUID) -> Guest | None:
    found = (await tx.execute(select(show_guests).where(show_guests.c.id == guest_id))).first()
    return _guest(found) if found else None


async def change(tx: Transaction, guest_id: UUID, **values: object) -> None:
    await tx.execute(update(show_guests).where(show_guests.c.id == guest_id).values(**values))


async def forget(tx: Transaction, guest_id: UUID) -> None:
    await tx.execute(delete(show_guests).where(show_guests.c.id == guest_id))


async def forget_ended(tx: Transaction, now: datetime) -> None:
    await tx.execute(delete(show_guests).where(show_guests.c.expires_at <= now))


async def forget_show(tx: Transaction, show_id: ShowId) -> None:
    await tx.execute(delete(show_guests).where(show_guests.c.show_id == show_id))
    await tx.execute(delete(stage_settings).where(stage_settings.c.show_id == show_id))


async def settings(tx: Transaction, show_ids: Sequence[ShowId]) -> dict[ShowId, Setting]:
    found = await tx.execute(select(stage_settings).where(stage_settings.c.show_id.in_(show_ids)))
    return {
        ShowId(row.show_id): Setting(ShowId(row.show_id), row.layout, row.main, row.names)
        for row in found
    }


async def set_setting(tx: Transaction, setting: Setting) -> None:
    values = {"layout": setting.layout, "main": setting.main, "names": setting.names}
    await tx.execute(
        insert(stage_settings)
        .values(show_id=setting.show_id, **values)
        .on_conflict_do_update(index_elements=["show_id"], set_=values)
    )


def _guest(row: Row[Any]) -> Guest:
    return Guest(**{name: getattr(row, name) for name in Guest.__struct_fields__})
