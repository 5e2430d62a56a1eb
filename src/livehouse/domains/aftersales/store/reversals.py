"""Reversals: what of an order was undone. Rows are only ever added."""

from typing import Any

import msgspec
from sqlalchemy import Row, select

from livehouse.domains.aftersales.model.pieces import Piece
from livehouse.domains.aftersales.model.returns import ReturnId
from livehouse.domains.aftersales.model.reversals import Reversal, ReversalId
from livehouse.domains.aftersales.tables import reversals
from livehouse.foundation.ids import OrderId, StoreId
from livehouse.storage.database import Transaction


async def add(tx: Transaction, one: Reversal, store_id: StoreId) -> None:
    await tx.execute(
        reversals.insert().values(
            id=one.id,
            order_id=one.order_id,
            store_id=store_id,
            return_id=one.return_id,
            pieces=msgspec.to_builtins(one.pieces),
            amounts=list(one.amounts),
            delivery_minor=one.delivery_minor,
            goodwill_minor=one.goodwill_minor,
            total_minor=one.total_minor,
            restocked=one.restocked,
            ends_order=one.ends_order,
            made_at=one.made_at,
        )
    )


async def of_order(tx: Transaction, order_id: OrderId) -> tuple[Reversal, ...]:
    """All of an order, the oldest first."""
    rows = await tx.execute(
        select(reversals).where(reversals.c.order_id == order_id).order_by(reversals.c.id)
    )
    return tuple(_reversal(row) for row in rows)


def _reversal(row: Row[Any]) -> Reversal:
    return Reversal(
        id=ReversalId(row.id),
        order_id=OrderId(row.order_id),
        pieces=msgspec.convert(row.pieces, tuple[Piece, ...]),
        amounts=tuple(row.amounts),
        delivery_minor=row.delivery_minor,
        goodwill_minor=row.goodwill_minor,
        made_at=row.made_at,
        ends_order=row.ends_order,
        restocked=row.restocked,
        return_id=ReturnId(row.return_id) if row.return_id else None,
    )
