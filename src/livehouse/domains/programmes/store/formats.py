"""What shows say of themselves."""

import msgspec
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.programmes.model.formats import Chosen
from livehouse.domains.programmes.tables import show_formats
from livehouse.foundation.ids import ShowId
from livehouse.storage.database import Transaction


async def chosen(tx: Transaction, show_id: ShowId) -> Chosen | None:
    found = await tx.execute(select(show_formats).where(show_formats.c.show_id == show_id))
    row = found.mappings().first()
    if row is None:
        return None
    return msgspec.convert({name: row[name] for name in Chosen.__struct_fields__}, Chosen)


async def unsign(tx: Transaction, show_id: ShowId) -> None:
    await tx.execute(
        update(show_formats)
        .where(show_formats.c.show_id == show_id)
        .values(signed_by=None, signed_at=None)
    )


async def choose(tx: Transaction, show_id: ShowId, what: Chosen) -> None:
    values = {
        "format": what.format,
        "confirmed": [one.value for one in what.confirmed],
        "signed_by": what.signed_by,
        "signed_at": what.signed_at,
    }
    await tx.execute(
        insert(show_formats)
        .values(show_id=show_id, **values)
        .on_conflict_do_update(index_elements=["show_id"], set_=values)
    )
