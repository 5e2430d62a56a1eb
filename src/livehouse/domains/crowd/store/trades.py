"""Trades of points for coupons."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import any_, bindparam, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from livehouse.domains.crowd.model.trades import Trade
from livehouse.domains.crowd.tables import point_entries, point_trades
from livehouse.foundation.ids import PersonId, StoreId, TradeId
from livehouse.storage.database import Transaction

KIND = "trade"


async def add(tx: Transaction, trade: Trade, now: datetime) -> None:
    values = {name: getattr(trade, name) for name in Trade.__struct_fields__}
    await tx.execute(point_trades.insert().values(**values, made_at=now))


async def by_id(tx: Transaction, trade_id: TradeId) -> Trade | None:
    row = (await tx.execute(select(point_trades).where(point_trades.c.id == trade_id))).first()
    return _trade(row) if row else None


async def of_stores(
    tx: Transaction, store_ids: Collection[StoreId], limit: int, *, open_at: datetime | None
) -> list[Trade]:
    """What these stores give for points, the newest first; with `open_at` what can be had then."""
    asked = (
        select(point_trades)
        .where(
            point_trades.c.store_id == any_(bindparam("stores", list(store_ids), type_=ARRAY(Uuid)))
        )
        .order_by(point_trades.c.id.desc())
        .limit(limit)
    )
    if open_at is not None:
        asked = asked.where(point_trades.c.ends_at > open_at)
    return [_trade(row) for row in await tx.execute(asked)]


async def end(tx: Transaction, trade: Trade, now: datetime) -> None:
    """It ends early; ends never move the other way."""
    await tx.execute(
        update(point_trades)
        .where(point_trades.c.id == trade.id, point_trades.c.ends_at > now)
        .values(ends_at=now)
    )


async def had_by(tx: Transaction, person_id: PersonId) -> set[TradeId]:
    rows = await tx.execute(
        select(point_entries.c.source_id).where(
            point_entries.c.person_id == person_id, point_entries.c.source_kind == KIND
        )
    )
    return {TradeId(row.source_id) for row in rows}


def _trade(row: object) -> Trade:
    return Trade(**{name: getattr(row, name) for name in Trade.__struct_fields__})
