"""Parcels, always read and written under the lock of their order."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Row, select, update

from livehouse.domains.aftersales.errors import UnknownParcel
from livehouse.domains.aftersales.model.parcels import Label, Parcel, ParcelEvent, ParcelId
from livehouse.domains.aftersales.model.pieces import Piece
from livehouse.domains.aftersales.tables import parcels
from livehouse.foundation.ids import OrderId, StoreId
from livehouse.storage.database import Transaction


async def add(tx: Transaction, parcel: Parcel) -> None:
    await tx.execute(
        parcels.insert().values(
            id=parcel.id,
            order_id=parcel.order_id,
            store_id=parcel.store_id,
            carrier=parcel.label.carrier,
            tracking=parcel.label.tracking,
            pieces=msgspec.to_builtins(parcel.pieces),
            events=msgspec.to_builtins(parcel.events),
            sent_at=parcel.sent_at,
        )
    )


async def save_events(tx: Transaction, parcel: Parcel) -> None:
    events = msgspec.to_builtins(parcel.events)
    await tx.execute(update(parcels).where(parcels.c.id == parcel.id).values(events=events))


async def of_order(tx: Transaction, order_id: OrderId) -> list[Parcel]:
    """An order's parcels, the first sent first."""
    return await of_orders(tx, [order_id])


async def of_orders(tx: Transaction, order_ids: Iterable[OrderId]) -> list[Parcel]:
    rows = await tx.execute(
        select(parcels).where(parcels.c.order_id.in_(list(order_ids))).order_by(parcels.c.id)
    )
    return [_parcel(row) for row in rows]


async def find(tx: Transaction, parcel_id: ParcelId, store_id: StoreId) -> Parcel:
    """A parcel of this store; another's is not there."""
    row = (
        await tx.execute(
            select(parcels).where(parcels.c.id == parcel_id, parcels.c.store_id == store_id)
        )
    ).first()
    if row is None:
        raise UnknownParcel
    return _parcel(row)


def _parcel(row: Row[Any]) -> Parcel:
    return Parcel(
        id=ParcelId(row.id),
        order_id=OrderId(row.order_id),
        store_id=StoreId(row.store_id),
        label=Label(row.carrier, row.tracking),
        pieces=msgspec.convert(row.pieces, tuple[Piece, ...]),
        sent_at=row.sent_at,
        events=msgspec.convert(row.events, tuple[ParcelEvent, ...]),
    )
