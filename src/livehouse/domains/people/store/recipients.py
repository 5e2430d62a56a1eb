"""Who invoices were made out to: kept beside the books, whatever becomes of the account.

Invoices hold its id, so that what names a person stands in the tables of people alone and can go
from here, once the law lets it go, without touching a book.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, bindparam, literal, select
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.people.model import AddressLines
from livehouse.domains.people.tables import addresses, recipients
from livehouse.foundation.ids import AddressId, PersonId
from livehouse.storage.database import Transaction

# Whoever reads an invoice need not telephone.
_KEPT = ("recipient", "street", "city", "country", "postal_code", "region")


async def keep(tx: Transaction, address_id: AddressId, recipient_id: UUID, now: datetime) -> None:
    """Keep an address version as that of a recipient, under an id of its own."""
    columns = [addresses.c[name] for name in _KEPT]
    wanted = select(
        bindparam("new_id", recipient_id, type_=Uuid), addresses.c.person_id, literal(now), *columns
    ).where(addresses.c.id == address_id)
    await tx.execute(insert(recipients).from_select(["id", "person_id", "kept_at", *_KEPT], wanted))


async def read(tx: Transaction, ids: Collection[UUID]) -> dict[UUID, AddressLines]:
    """Those that still stand there."""
    rows = await tx.execute(select(recipients).where(recipients.c.id.in_(ids)))
    return {row.id: AddressLines(**{name: getattr(row, name) for name in _KEPT}) for row in rows}


async def of_person(tx: Transaction, person_id: PersonId) -> list[AddressLines]:
    rows = await tx.execute(
        select(recipients).where(recipients.c.person_id == person_id).order_by(recipients.c.id)
    )
    return [AddressLines(**{name: getattr(row, name) for name in _KEPT}) for row in rows]
