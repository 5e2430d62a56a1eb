"""Orders one by one, as people look at them and change them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Text, cast, func, select, update

from livehouse.domains.orders.model import (
    NUMBER_CHARACTERS,
    Cancelled,
    Closed,
    Deal,
    Delivered,
    Expired,
    Order,
    OrderState,
    Paid,
    Placed,
    Refunded,
    Shipped,
    Sought,
    state_name,
)
from livehouse.domains.orders.store.deals import deals_by_id
from livehouse.domains.orders.tables import deal_items, deals, orders
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import AddressId, DealId, OrderId, PersonId, RunId, StoreId
from livehouse.storage.database import Transaction

# All but the first state know when they began.
_LATER: Mapping[str, Callable[[datetime], OrderState]] = {
    "paid": Paid,
    "shipped": Shipped,
    "delivered": Delivered,
    "closed": Closed,
    "refunded": Refunded,
    "cancelled": Cancelled,
    "expired": Expired,
}


async def by_id(tx: Transaction, order_id: OrderId) -> Order:
    return await _one(tx, select(orders).where(orders.c.id == order_id))


async def lock_order(tx: Transaction, order_id: OrderId) -> Order:
    """Read the order and keep others from changing it until the commit."""
    wanted = select(orders).where(orders.c.id == order_id)
    return await _one(tx, wanted.with_for_update(key_share=True))


async def of_buyer(
    tx: Transaction, buyer_id: PersonId, *, before: OrderId | None, limit: int
) -> list[Order]:
    """A buyer's orders, the newest first; ids grow with time."""
    wanted = select(orders).where(orders.c.buyer_id == buyer_id)
    if before is not None:
        wanted = wanted.where(orders.c.id < before)
    rows = (await tx.execute(wanted.order_by(orders.c.id.desc()).limit(limit))).all()
    return await _with_deals(tx, rows)


async def of_store(
    tx: Transaction,
    store_id: StoreId,
    *,
    before: OrderId | None,
    limit: int,
    sought: Sought,
) -> list[Order]:
    """A store's orders that are sought, the newest first."""
    wanted = select(orders).where(orders.c.store_id == store_id, *_sought(sought))
    if before is not None:
        wanted = wanted.where(orders.c.id < before)
    rows = (await tx.execute(wanted.order_by(orders.c.id.desc()).limit(limit))).all()
    return await _with_deals(tx, rows)


async def numbered(tx: Transaction, store_id: StoreId, numbers: Sequence[str]) -> list[OrderId]:
    """A store's orders by the ends of their ids, in small letters."""
    found = await tx.execute(
        select(orders.c.id).where(orders.c.store_id == store_id, _number().in_(numbers))
    )
    return [OrderId(row.id) for row in found]


async def due_to_expire(tx: Transaction, now: datetime, limit: int) -> list[Order]:
    """Held orders whose time is up; those that another node works on are left to it."""
    rows = (
        await tx.execute(
            select(orders)
            .where(orders.c.state == "placed", orders.c.hold_until <= now)
            .order_by(orders.c.hold_until)
            .limit(limit)
            .with_for_update(key_share=True, skip_locked=True)
        )
    ).all()
    return await _with_deals(tx, rows)


async def save_order(tx: Transaction, order: Order, now: datetime) -> None:
    values: dict[str, Any] = {
        "state": state_name(order.state), "address_id": order.address_id, "changed_at": now,
    }  # fmt: skip
    if isinstance(order.state, Placed):
        values["hold_until"] = order.state.hold_until
    await tx.execute(update(orders).where(orders.c.id == order.id).values(**values))


async def save_expired(tx: Transaction, expired: Sequence[Order], now: datetime) -> None:
    """Many at once, as they are when a rush is over."""
    if expired:
        ids = [order.id for order in expired]
        await tx.execute(
            update(orders).where(orders.c.id.in_(ids)).values(state="expired", changed_at=now)
        )


async def show_numbers(
    tx: Transaction, run_id: RunId, *, since: datetime
) -> Mapping[str, tuple[int, int]]:
    """Per state, how many orders a run has and what they pay for its offers, in minor units.

    `since` is when the run began, so that older orders are not even looked at.
    """
    rows = await tx.execute(
        select(
            orders.c.state,
            func.count(orders.c.id.distinct()).label("orders"),
            func.coalesce(func.sum(deal_items.c.pays_minor), 0).label("total"),
        )
        .join(deal_items, deal_items.c.deal_id == orders.c.deal_id)
        .where(deal_items.c.run_id == run_id, orders.c.placed_at >= since)
        .group_by(orders.c.state)
    )
    return {row.state: (row.orders, int(row.total)) for row in rows}


async def store_numbers(tx: Transaction, store_id: StoreId) -> Mapping[str, tuple[int, int]]:
    """Per state, how many orders a store has and their sum; a store has one currency."""
    rows = await tx.execute(
        select(
            orders.c.state,
            func.count().label("orders"),
            func.coalesce(func.sum(deals.c.total_minor), 0).label("total"),
        )
        .join(deals, deals.c.id == orders.c.deal_id)
        .where(orders.c.store_id == store_id)
        .group_by(orders.c.state)
    )
    return {row.state: (row.orders, int(row.total)) for row in rows}


def _sought(sought: Sought) -> list[ColumnElement[bool]]:
    conditions = []
    if sought.state:
        conditions.append(orders.c.state == sought.state)
    if sought.number or sought.buyer_ids is not None:
        by_number = _number() == sought.number.lower()
        conditions.append(by_number | orders.c.buyer_id.in_(list(sought.buyer_ids or ())))
    if sought.since is not None:
        conditions.append(orders.c.placed_at >= sought.since)
    if sought.until is not None:
        conditions.append(orders.c.placed_at < sought.until)
    return conditions


def _number() -> ColumnElement[str]:
    return func.right(cast(orders.c.id, Text), NUMBER_CHARACTERS)


async def _one(tx: Transaction, wanted: Select[Any]) -> Order:
    rows = (await tx.execute(wanted)).all()
    if not rows:
        raise NotFound
    return (await _with_deals(tx, rows))[0]


async def _with_deals(tx: Transaction, rows: Sequence[Row[Any]]) -> list[Order]:
    found = await deals_by_id(tx, [DealId(row.deal_id) for row in rows])
    return [_order(row, found[DealId(row.deal_id)]) for row in rows]


def _order(row: Row[Any], deal: Deal) -> Order:
    return Order(
        id=OrderId(row.id),
        deal=deal,
        buyer_id=PersonId(row.buyer_id),
        state=_state(row),
        placed_at=row.placed_at,
        address_id=AddressId(row.address_id) if row.address_id else None,
    )


def _state(row: Row[Any]) -> OrderState:
    if row.state == "placed":
        return Placed(row.hold_until)
    return _LATER[row.state](row.changed_at)
