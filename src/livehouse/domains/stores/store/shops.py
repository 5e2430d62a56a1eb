"""SQL about stores themselves."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec.structs import asdict
from sqlalchemy import Row, Select, delete, select, update

from livehouse.domains.stores.model import Store, StoreSettings, TaxRate
from livehouse.domains.stores.tables import stores, tax_rates
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import StoreId
from livehouse.storage.database import Transaction


async def insert_store(tx: Transaction, store: Store, now: datetime) -> None:
    columns = asdict(store)
    del columns["tax_rates"]
    await tx.execute(stores.insert().values(**columns, created_at=now))
    await _write_rates(tx, store.id, store.tax_rates)


async def update_store(tx: Transaction, store_id: StoreId, settings: StoreSettings) -> None:
    columns = asdict(settings)
    del columns["tax_rates"]
    await tx.execute(
        update(stores)
        .where(stores.c.id == store_id)
        .values(**columns, version=stores.c.version + 1)
    )
    await tx.execute(delete(tax_rates).where(tax_rates.c.store_id == store_id))
    await _write_rates(tx, store_id, settings.tax_rates)


async def update_slug(tx: Transaction, store_id: StoreId, slug: str) -> None:
    await tx.execute(update(stores).where(stores.c.id == store_id).values(slug=slug))


async def update_commission(tx: Transaction, store_id: StoreId, basis_points: int) -> None:
    await tx.execute(
        update(stores)
        .where(stores.c.id == store_id)
        .values(commission_basis_points=basis_points, version=stores.c.version + 1)
    )


async def commission_of(tx: Transaction, store_id: StoreId) -> int:
    """The platform's share of what a store sells now, in basis points."""
    wanted = select(stores.c.commission_basis_points).where(stores.c.id == store_id)
    found: int | None = (await tx.execute(wanted)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


async def read_store(tx: Transaction, store_id: StoreId) -> Store:
    found = await _read(tx, select(stores).where(stores.c.id == store_id))
    if not found:
        raise NotFound
    return found[0]


async def lock_store(tx: Transaction, store_id: StoreId) -> Store:
    """Whoever changes a catalogue holds its store, so that two never add the same product."""
    found = await _read(
        tx, select(stores).where(stores.c.id == store_id).with_for_update(key_share=True)
    )
    if not found:
        raise NotFound
    return found[0]


async def read_stores(tx: Transaction, store_ids: Iterable[StoreId]) -> list[Store]:
    wanted = stores.c.id.in_(list(store_ids))
    return await _read(tx, select(stores).where(wanted).order_by(stores.c.name, stores.c.id))


async def read_all_stores(tx: Transaction, limit: int) -> list[Store]:
    return await _read(tx, select(stores).order_by(stores.c.name, stores.c.id).limit(limit))


async def _read(tx: Transaction, statement: Select[tuple[object, ...]]) -> list[Store]:
    rows = (await tx.execute(statement)).all()
    rates = await _read_rates(tx, [row.id for row in rows])
    return [_store(row, rates.get(row.id, [])) for row in rows]


async def _read_rates(
    tx: Transaction, store_ids: Sequence[StoreId]
) -> dict[StoreId, list[TaxRate]]:
    rates: dict[StoreId, list[TaxRate]] = {}
    wanted = tax_rates.c.store_id.in_(store_ids)
    for row in await tx.execute(select(tax_rates).where(wanted).order_by(tax_rates.c.country)):
        rates.setdefault(row.store_id, []).append(TaxRate(row.country, row.basis_points))
    return rates


async def _write_rates(tx: Transaction, store_id: StoreId, rates: Sequence[TaxRate]) -> None:
    if rates:
        await tx.execute(
            tax_rates.insert(), [{"store_id": store_id, **asdict(rate)} for rate in rates]
        )


def _store(row: Row[tuple[object, ...]], rates: Sequence[TaxRate]) -> Store:
    columns = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented way to name columns
    del columns["created_at"]
    return Store(**columns, tax_rates=tuple(rates))
