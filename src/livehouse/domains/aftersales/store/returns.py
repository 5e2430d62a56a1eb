"""Returns: by order under the order's lock, and as a store's queue."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, select, update

from livehouse.domains.aftersales.model.pieces import OrderRef, Piece
from livehouse.domains.aftersales.model.returns import (
    Requested,
    Return,
    ReturnId,
    ReturnState,
    Why,
    return_state,
)
from livehouse.domains.aftersales.tables import returns
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import OrderId, PersonId, StoreId, VariantId
from livehouse.storage.database import Transaction

EXPORTED_MAX = 10_000


async def add(tx: Transaction, one: Return) -> None:
    assert isinstance(one.state, Requested), "a return begins with a request"
    await tx.execute(
        returns.insert().values(
            id=one.id,
            order_id=one.order.order_id,
            store_id=one.order.store_id,
            buyer_id=one.order.buyer_id,
            pieces=msgspec.to_builtins(one.pieces),
            why=one.why.value,
            note=one.note,
            requested_at=one.requested_at,
            answer_by=one.state.answer_by,
            **_state_columns(one),
        )
    )


async def save(tx: Transaction, one: Return) -> None:
    await tx.execute(update(returns).where(returns.c.id == one.id).values(**_state_columns(one)))


async def find(tx: Transaction, return_id: ReturnId) -> Return:
    row = (await tx.execute(select(returns).where(returns.c.id == return_id))).first()
    if row is None:
        raise NotFound
    return _return(row)


async def of_order(tx: Transaction, order_id: OrderId) -> list[Return]:
    """An order's returns, the first asked for first."""
    rows = await tx.execute(
        select(returns).where(returns.c.order_id == order_id).order_by(returns.c.id)
    )
    return [_return(row) for row in rows]


async def of_store(
    tx: Transaction,
    store_id: StoreId,
    *,
    states: Sequence[str],
    before: ReturnId | None,
    limit: int,
) -> list[Return]:
    """A store's returns in these states, the newest first."""
    wanted = select(returns).where(returns.c.store_id == store_id, returns.c.state.in_(states))
    if before is not None:
        wanted = wanted.where(returns.c.id < before)
    rows = await tx.execute(wanted.order_by(returns.c.id.desc()).limit(limit))
    return [_return(row) for row in rows]


async def due(tx: Transaction, now: datetime, limit: int) -> list[Return]:
    """Returns that nobody answered in time."""
    rows = await tx.execute(
        select(returns)
        .where(returns.c.state == "requested", returns.c.answer_by <= now)
        .order_by(returns.c.answer_by)
        .limit(limit)
    )
    return [_return(row) for row in rows]


async def of_buyer(tx: Transaction, buyer_id: PersonId) -> list[Return]:
    """All of a person's, for the export of their data."""
    mine = select(returns).where(returns.c.buyer_id == buyer_id).order_by(returns.c.id)
    return [_return(row) for row in await tx.execute(mine.limit(EXPORTED_MAX))]


async def forget_words(tx: Transaction, buyer_id: PersonId) -> None:
    await tx.execute(update(returns).where(returns.c.buyer_id == buyer_id).values(note=""))


def _state_columns(one: Return) -> dict[str, Any]:
    return {
        "state": return_state(one),
        "details": msgspec.to_builtins(one.state),
        "exchange_for": one.exchange_for,
    }


def _return(row: Row[Any]) -> Return:
    return Return(
        id=ReturnId(row.id),
        order=OrderRef(OrderId(row.order_id), StoreId(row.store_id), PersonId(row.buyer_id)),
        pieces=msgspec.convert(row.pieces, tuple[Piece, ...]),
        why=Why(row.why),
        note=row.note,
        state=msgspec.convert(row.details, ReturnState),
        requested_at=row.requested_at,
        exchange_for=VariantId(row.exchange_for) if row.exchange_for else None,
    )
