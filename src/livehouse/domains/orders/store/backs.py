"""What of orders went back: rows are only ever added, under the order's lock."""

from datetime import datetime

import msgspec
from sqlalchemy import select

from livehouse.domains.orders.model import Back
from livehouse.domains.orders.tables import given_back
from livehouse.foundation.ids import OrderId
from livehouse.storage.database import Transaction


async def backs_of(tx: Transaction, order_id: OrderId) -> list[Back]:
    """All of an order, the oldest first."""
    rows = await tx.execute(
        select(given_back.c.what)
        .where(given_back.c.order_id == order_id)
        .order_by(given_back.c.number)
    )
    return [back_from(row.what) for row in rows]


async def add_back(
    tx: Transaction, order_id: OrderId, back: Back, *, number: int, now: datetime
) -> None:
    await tx.execute(
        given_back.insert().values(
            order_id=order_id,
            number=number,
            key=back.key,
            total_minor=back.total_minor,
            what=msgspec.to_builtins(back, str_keys=True),
            at=now,
        )
    )


def back_from(what: object) -> Back:
    return msgspec.convert(what, Back, str_keys=True)
