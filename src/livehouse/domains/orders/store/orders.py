"""Orders one by one, as people look at them and change them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, func, select, update

from livehouse.domains.offers import Line, Offer, offer_terms
from livehouse.domains.orders.model import (
    Cancelled,
    Expired,
    Order,
    OrderState,
    Paid,
    Placed,
    state_name,
)
from livehouse.domains.orders.tables import orders
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import AddressId, OfferId, OrderId, PersonId, RunId, StoreId
from livehouse.foundation.money import Money
from livehouse.storage.database import Transaction


async def by_id(tx: Transaction, order_id: OrderId) -> Order:
    rows = (await tx.execute(select(orders).where(orders.c.id == order_id))).all()
    if not rows:
        raise NotFound
    return (await _with_offers(tx, rows))[0]


async def lock_order(tx: Transaction, order_id: OrderId) -> Order:
    """Read the order and keep others from changing it until the commit."""
    rows = (
        await tx.execute(
            select(orders).where(orders.c.id == order_id).with_for_update(key_share=True)
        )
    ).all()
    if not rows:
        raise NotFound
    return (await _with_offers(tx, rows))[0]


async def of_buyer(
    tx: Transaction, buyer_id: PersonId, *, before: OrderId | None, limit: int
) -> list[Order]:
    """A buyer's orders, the newest first; ids grow with time."""
    wanted = select(orders).where(orders.c.buyer_id == buyer_id)
    if before is not None:
        wanted = wanted.where(orders.c.id < before)
    rows = (await tx.execute(wanted.order_by(orders.c.id.desc()).limit(limit))).all()
    return await _with_offers(tx, rows)


async def of_store(
    tx: Transaction,
    store_id: StoreId,
    *,
    before: OrderId | None,
    limit: int,
    state: str | None = None,
) -> list[Order]:
    wanted = select(orders).where(orders.c.store_id == store_id)
    if before is not None:
        wanted = wanted.where(orders.c.id < before)
    if state is not None:
        wanted = wanted.where(orders.c.state == state)
    rows = (await tx.execute(wanted.order_by(orders.c.id.desc()).limit(limit))).all()
    return await _with_offers(tx, rows)


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
    return await _with_offers(tx, rows)


async def save_order(tx: Transaction, order: Order, now: datetime) -> None:
    values: dict[str, Any] = {
        "state": state_name(order.state), "address_id": order.address_id, "changed_at": now,
    }  # fmt: skip
    if isinstance(order.state, Placed):
        values["hold_until"] = order.state.hold_until
    await tx.execute(update(orders).where(orders.c.id == order.id).values(**values))


async def show_numbers(tx: Transaction, run_id: RunId) -> Mapping[str, tuple[int, int]]:
    """Per state, how many orders a run has and their sum in minor units."""
    return await _numbers(tx, orders.c.run_id == run_id)


async def store_numbers(tx: Transaction, store_id: StoreId) -> Mapping[str, tuple[int, int]]:
    """The same for a store, which has one currency."""
    return await _numbers(tx, orders.c.store_id == store_id)


async def _numbers(tx: Transaction, where: ColumnElement[bool]) -> Mapping[str, tuple[int, int]]:
    wanted = select(
        orders.c.state,
        func.count().label("orders"),
        func.coalesce(func.sum(orders.c.total_minor), 0).label("total"),
    )
    rows = await tx.execute(wanted.where(where).group_by(orders.c.state))
    return {row.state: (row.orders, int(row.total)) for row in rows}


async def _with_offers(tx: Transaction, rows: Any) -> list[Order]:  # noqa: ANN401 - rows
    offers = await offer_terms.by_ids(tx, list({OfferId(row.offer_id) for row in rows}))
    return [_order(row, offers[row.offer_id]) for row in rows]


def _order(row: Row[Any], offer: Offer) -> Order:
    return Order(
        id=OrderId(row.id),
        offer=offer,
        run_id=RunId(row.run_id),
        buyer_id=PersonId(row.buyer_id),
        quantity=row.quantity,
        total=Money(row.currency, row.total_minor),
        lines=msgspec.convert(row.lines, tuple[Line, ...]),
        state=_state(row),
        placed_at=row.placed_at,
        address_id=AddressId(row.address_id) if row.address_id else None,
    )


def _state(row: Row[Any]) -> OrderState:
    match row.state:
        case "placed":
            return Placed(row.hold_until)
        case "paid":
            return Paid(row.changed_at)
        case "cancelled":
            return Cancelled(row.changed_at)
        case _:
            return Expired(row.changed_at)
