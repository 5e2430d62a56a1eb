"""Ratings: one per order, and a store's figure."""

from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.aftersales.model.pieces import OrderRef
from livehouse.domains.aftersales.model.ratings import Rating, Satisfaction
from livehouse.domains.aftersales.tables import ratings
from livehouse.foundation.ids import OrderId, PersonId, StoreId
from livehouse.storage.database import Transaction

EXPORTED_MAX = 10_000


async def add(tx: Transaction, rating: Rating) -> bool:
    """Whether it is the order's first; a second one changes nothing."""
    written = await tx.execute(
        insert(ratings)
        .values(
            order_id=rating.order.order_id,
            store_id=rating.order.store_id,
            buyer_id=rating.order.buyer_id,
            score=rating.score,
            words=rating.words,
            rated_at=rating.rated_at,
        )
        .on_conflict_do_nothing()
    )
    return written.rowcount == 1


async def of_order(tx: Transaction, order_id: OrderId) -> Rating | None:
    row = (await tx.execute(select(ratings).where(ratings.c.order_id == order_id))).first()
    return _rating(row) if row else None


async def of_buyer(tx: Transaction, buyer_id: PersonId) -> list[Rating]:
    """All of a person's, for the export of their data."""
    mine = select(ratings).where(ratings.c.buyer_id == buyer_id).limit(EXPORTED_MAX)
    return [_rating(row) for row in await tx.execute(mine)]


async def satisfaction(tx: Transaction, store_id: StoreId) -> Satisfaction:
    row = (
        await tx.execute(
            select(func.count().label("ratings"), func.avg(ratings.c.score).label("average")).where(
                ratings.c.store_id == store_id
            )
        )
    ).one()
    return Satisfaction(row.ratings, None if row.average is None else float(row.average))


async def forget_words(tx: Transaction, buyer_id: PersonId) -> None:
    await tx.execute(update(ratings).where(ratings.c.buyer_id == buyer_id).values(words=""))


def _rating(row: Row[Any]) -> Rating:
    return Rating(
        order=OrderRef(OrderId(row.order_id), StoreId(row.store_id), PersonId(row.buyer_id)),
        score=row.score,
        words=row.words,
        rated_at=row.rated_at,
    )
