"""SQL about how stores deliver."""

from collections.abc import Iterable, Sequence

from msgspec.structs import asdict
from sqlalchemy import Row, select, update

from livehouse.domains.stores.model import DeliveryEdit, DeliveryMethod
from livehouse.domains.stores.tables import delivery_methods
from livehouse.foundation.ids import DeliveryMethodId, StoreId
from livehouse.storage.database import RawConnection, Transaction

_IN_USE = """
select id, store_id, name, countries, currency, fee_minor, free_from_minor, days_min, days_max,
    active
from delivery_methods where store_id = any($1::uuid[]) and active order by fee_minor, id
"""


async def insert_method(tx: Transaction, method: DeliveryMethod) -> None:
    await tx.execute(delivery_methods.insert().values(**asdict(method)))


async def update_method(
    tx: Transaction, store_id: StoreId, method_id: DeliveryMethodId, edit: DeliveryEdit
) -> DeliveryMethod | None:
    """The method as it is now; None where this store has none such."""
    changed = await tx.execute(
        update(delivery_methods)
        .where(delivery_methods.c.id == method_id, delivery_methods.c.store_id == store_id)
        .values(**asdict(edit))
        .returning(delivery_methods)
    )
    row = changed.first()
    return None if row is None else _method(row)


async def methods_of(tx: Transaction, store_ids: Iterable[StoreId]) -> list[DeliveryMethod]:
    rows = await tx.execute(
        select(delivery_methods)
        .where(delivery_methods.c.store_id.in_(list(store_ids)))
        .order_by(delivery_methods.c.fee_minor, delivery_methods.c.id)
    )
    return [_method(row) for row in rows]


async def in_use(
    connection: RawConnection, store_ids: Sequence[StoreId]
) -> dict[StoreId, tuple[DeliveryMethod, ...]]:
    """What the till needs to know of how these stores deliver, on its own connection."""
    found: dict[StoreId, tuple[DeliveryMethod, ...]] = {}
    for row in await connection.fetch(_IN_USE, store_ids):
        columns = dict(row)
        columns["countries"] = tuple(columns["countries"])
        method = DeliveryMethod(**columns)
        found[method.store_id] = (*found.get(method.store_id, ()), method)
    return found


def _method(row: Row[tuple[object, ...]]) -> DeliveryMethod:
    columns = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented way to name columns
    columns["countries"] = tuple(columns["countries"])
    return DeliveryMethod(**columns)
