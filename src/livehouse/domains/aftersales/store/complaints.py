"""Complaints: of an order, of a store, and those that the operator decides."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, select, update

from livehouse.domains.aftersales.model.complaints import (
    About,
    Complaint,
    ComplaintId,
    ComplaintState,
    Raised,
    complaint_state,
)
from livehouse.domains.aftersales.model.pieces import OrderRef
from livehouse.domains.aftersales.tables import complaints
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import OrderId, PersonId, StoreId
from livehouse.storage.database import Transaction

EXPORTED_MAX = 10_000


async def add(tx: Transaction, one: Complaint) -> None:
    assert isinstance(one.state, Raised), "a complaint begins with being raised"
    await tx.execute(
        complaints.insert().values(
            id=one.id,
            order_id=one.order.order_id,
            store_id=one.order.store_id,
            buyer_id=one.order.buyer_id,
            about=one.about.value,
            words=one.words,
            raised_at=one.raised_at,
            answer_by=one.state.answer_by,
            **_state_columns(one),
        )
    )


async def save(tx: Transaction, one: Complaint) -> None:
    await tx.execute(
        update(complaints).where(complaints.c.id == one.id).values(**_state_columns(one))
    )


async def find(tx: Transaction, complaint_id: ComplaintId) -> Complaint:
    row = (await tx.execute(select(complaints).where(complaints.c.id == complaint_id))).first()
    if row is None:
        raise NotFound
    return _complaint(row)


async def of_order(tx: Transaction, order_id: OrderId) -> list[Complaint]:
    return await _some(tx, complaints.c.order_id == order_id, before=None, limit=100)


async def of_store(
    tx: Transaction,
    store_id: StoreId,
    *,
    states: Sequence[str],
    before: ComplaintId | None,
    limit: int,
) -> list[Complaint]:
    """A store's complaints in these states, the newest first."""
    wanted = (complaints.c.store_id == store_id) & complaints.c.state.in_(states)
    return await _some(tx, wanted, before=before, limit=limit)


async def of_all(
    tx: Transaction, *, states: Sequence[str], before: ComplaintId | None, limit: int
) -> list[Complaint]:
    return await _some(tx, complaints.c.state.in_(states), before=before, limit=limit)


async def due(tx: Transaction, now: datetime, limit: int) -> list[Complaint]:
    """Complaints that the store did not answer in time."""
    late = (complaints.c.state == "raised") & (complaints.c.answer_by <= now)
    return await _some(tx, late, before=None, limit=limit)


async def of_buyer(tx: Transaction, buyer_id: PersonId) -> list[Complaint]:
    """All of a person's, for the export of their data."""
    mine = complaints.c.buyer_id == buyer_id
    return await _some(tx, mine, before=None, limit=EXPORTED_MAX)


async def forget_words(tx: Transaction, buyer_id: PersonId) -> None:
    """Take the buyer's own words out; what was answered and decided stays."""
    await tx.execute(update(complaints).where(complaints.c.buyer_id == buyer_id).values(words="-"))


async def _some(
    tx: Transaction, wanted: ColumnElement[bool], *, before: ComplaintId | None, limit: int
) -> list[Complaint]:
    statement = select(complaints).where(wanted)
    if before is not None:
        statement = statement.where(complaints.c.id < before)
    rows = await tx.execute(statement.order_by(complaints.c.id.desc()).limit(limit))
    return [_complaint(row) for row in rows]


def _state_columns(one: Complaint) -> dict[str, Any]:
    return {"state": complaint_state(one), "details": msgspec.to_builtins(one.state)}


def _complaint(row: Row[Any]) -> Complaint:
    return Complaint(
        id=ComplaintId(row.id),
        order=OrderRef(OrderId(row.order_id), StoreId(row.store_id), PersonId(row.buyer_id)),
        about=About(row.about),
        words=row.words,
        state=msgspec.convert(row.details, ComplaintState),
        raised_at=row.raised_at,
    )
