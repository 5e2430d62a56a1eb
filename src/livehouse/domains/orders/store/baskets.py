"""SQL about baskets."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.orders.model.basket import Entry
from livehouse.domains.orders.tables import basket_items, baskets
from livehouse.foundation.ids import OfferId, OrderId, PersonId, StoreId
from livehouse.storage.database import Transaction


async def read(tx: Transaction, person_id: PersonId) -> list[Entry]:
    """What the person wants, in the order in which it came in."""
    rows = await tx.execute(
        select(basket_items.c.offer_id, basket_items.c.quantity)
        .where(basket_items.c.person_id == person_id)
        .order_by(basket_items.c.added_at, basket_items.c.offer_id)
    )
    return [Entry(OfferId(row.offer_id), row.quantity) for row in rows]


async def lock(tx: Transaction, person_id: PersonId, store_id: StoreId, new_id: UUID) -> OrderId:
    """Keep others from changing this store's part; the id that its next order will have.

    `new_id` becomes that id where there is none yet.
    """
    found = await tx.execute(
        insert(baskets)
        .values(person_id=person_id, store_id=store_id, order_id=new_id)
        .on_conflict_do_update(
            index_elements=[baskets.c.person_id, baskets.c.store_id],
            set_={"order_id": baskets.c.order_id},
        )
        .returning(baskets.c.order_id)
    )
    return OrderId(found.scalar_one())


async def order_ids(tx: Transaction, person_id: PersonId) -> dict[StoreId, OrderId]:
    """The id that the next order of each store will have."""
    rows = await tx.execute(
        select(baskets.c.store_id, baskets.c.order_id).where(baskets.c.person_id == person_id)
    )
    return {StoreId(row.store_id): OrderId(row.order_id) for row in rows}


async def put(
    tx: Transaction, person_id: PersonId, store_id: StoreId, wanted: Entry, now: datetime
) -> None:
    await tx.execute(
        insert(basket_items)
        .values(
            person_id=person_id,
            offer_id=wanted.offer_id,
            store_id=store_id,
            quantity=wanted.quantity,
            added_at=now,
        )
        .on_conflict_do_update(
            index_elements=[basket_items.c.person_id, basket_items.c.offer_id],
            set_={"quantity": wanted.quantity},
        )
    )


async def remove(tx: Transaction, person_id: PersonId, offer_ids: Sequence[OfferId]) -> None:
    await tx.execute(
        delete(basket_items).where(
            basket_items.c.person_id == person_id, basket_items.c.offer_id.in_(offer_ids)
        )
    )


async def renew(tx: Transaction, person_id: PersonId, order_id: OrderId, new_id: UUID) -> bool:
    """Let the store's next order have another id; whether it had `order_id` until now."""
    changed = await tx.execute(
        update(baskets)
        .where(baskets.c.person_id == person_id, baskets.c.order_id == order_id)
        .values(order_id=new_id)
    )
    return changed.rowcount > 0


async def count(tx: Transaction, person_id: PersonId) -> int:
    """How many pieces lie in the basket."""
    found = await tx.execute(
        select(func.coalesce(func.sum(basket_items.c.quantity), 0)).where(
            basket_items.c.person_id == person_id
        )
    )
    return int(found.scalar_one())


async def erase(tx: Transaction, person_id: PersonId) -> None:
    await tx.execute(delete(basket_items).where(basket_items.c.person_id == person_id))
    await tx.execute(delete(baskets).where(baskets.c.person_id == person_id))
