"""The moments of orders' ways, and those whose time has come."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, exists, select
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.aftersales.model.complaints import OPEN_COMPLAINTS
from livehouse.domains.aftersales.model.deliveries import Delivery
from livehouse.domains.aftersales.model.pieces import OrderRef
from livehouse.domains.aftersales.model.returns import OPEN_RETURNS
from livehouse.domains.aftersales.tables import complaints, deliveries, returns
from livehouse.foundation.ids import OrderId, PersonId, StoreId
from livehouse.storage.database import Transaction


async def save(tx: Transaction, one: Delivery) -> None:
    moments = {
        "shipped_at": one.shipped_at,
        "arrived_at": one.arrived_at,
        "confirm_by": one.confirm_by,
        "delivered_at": one.delivered_at,
        "withdraw_until": one.withdraw_until,
        "closed_at": one.closed_at,
    }
    await tx.execute(
        insert(deliveries)
        .values(
            order_id=one.order.order_id,
            store_id=one.order.store_id,
            buyer_id=one.order.buyer_id,
            paid_at=one.paid_at,
            **moments,
        )
        .on_conflict_do_update(index_elements=["order_id"], set_=moments)
    )


async def find(tx: Transaction, order_id: OrderId) -> Delivery | None:
    row = (await tx.execute(select(deliveries).where(deliveries.c.order_id == order_id))).first()
    return _delivery(row) if row else None


async def due_to_confirm(tx: Transaction, now: datetime, limit: int) -> list[Delivery]:
    """What the carrier brought so long ago that it counts as delivered."""
    due = (
        select(deliveries)
        .where(deliveries.c.delivered_at.is_(None), deliveries.c.confirm_by <= now)
        .where(deliveries.c.closed_at.is_(None))
        .order_by(deliveries.c.confirm_by)
    )
    return await _some(tx, due, limit)


async def due_to_close(tx: Transaction, now: datetime, limit: int) -> list[Delivery]:
    """Delivered long enough ago, with nothing open about it any more."""
    here = deliveries.c
    returning = exists().where(
        returns.c.order_id == here.order_id, returns.c.state.in_(OPEN_RETURNS)
    )
    complaining = exists().where(
        complaints.c.order_id == here.order_id, complaints.c.state.in_(OPEN_COMPLAINTS)
    )
    due = (
        select(deliveries)
        .where(here.delivered_at.is_not(None), here.closed_at.is_(None))
        .where(here.withdraw_until <= now, ~returning, ~complaining)
        .order_by(here.withdraw_until)
    )
    return await _some(tx, due, limit)


async def _some(tx: Transaction, wanted: Select[Any], limit: int) -> list[Delivery]:
    return [_delivery(row) for row in await tx.execute(wanted.limit(limit))]


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        order=OrderRef(OrderId(row.order_id), StoreId(row.store_id), PersonId(row.buyer_id)),
        paid_at=row.paid_at,
        shipped_at=row.shipped_at,
        arrived_at=row.arrived_at,
        confirm_by=row.confirm_by,
        delivered_at=row.delivered_at,
        withdraw_until=row.withdraw_until,
        closed_at=row.closed_at,
    )
