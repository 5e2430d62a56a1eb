"""Every SQL statement about films."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, Select, delete, func, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.films.model import CHECK_LEASE, COMING_KEPT, REFUSED_KEPT, Film, FilmState
from livehouse.domains.films.tables import films
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import FilmId, StoreId
from livehouse.storage.database import Transaction


async def lock_store(tx: Transaction, store_id: StoreId) -> None:
    """One at a time adds films: what they take has a bound."""
    key = func.hashtextextended(f"films {store_id}", literal_column("0"))
    await tx.execute(select(func.pg_advisory_xact_lock(key)))


async def add(tx: Transaction, film: Film) -> bool:
    """False where the recording is a film already."""
    added = await tx.execute(
        insert(films)
        .values(**msgspec.structs.asdict(film), changed_at=film.created_at)
        .on_conflict_do_nothing()
    )
    return added.rowcount > 0


async def of_store(tx: Transaction, store_id: StoreId) -> list[Film]:
    """The newest first."""
    newest = films.c.created_at.desc(), films.c.id.desc()
    wanted = _films().where(films.c.store_id == store_id).order_by(*newest)
    return [_film(row) for row in await tx.execute(wanted)]


async def film(tx: Transaction, store_id: StoreId, film_id: FilmId, *, lock: bool = False) -> Film:
    """`lock` keeps others from changing it until the commit."""
    wanted = _films().where(films.c.id == film_id, films.c.store_id == store_id)
    found = (await tx.execute(wanted.with_for_update() if lock else wanted)).first()
    if found is None:
        raise NotFound
    return _film(found)


async def in_state(tx: Transaction, state: FilmState, limit: int) -> list[Film]:
    wanted = _films().where(films.c.state == state).order_by(films.c.created_at).limit(limit)
    return [_film(row) for row in await tx.execute(wanted)]


async def change(tx: Transaction, film_id: FilmId, now: datetime, **values: object) -> bool:
    """False where it was deleted."""
    changed = await tx.execute(
        update(films).where(films.c.id == film_id).values(changed_at=now, **values)
    )
    return changed.rowcount > 0


async def claim(tx: Transaction, now: datetime) -> Film | None:
    """What waits longest to be checked, and is checked by nobody else."""
    next_one = (
        select(films.c.id)
        .where(
            films.c.state == "checking",
            or_(films.c.claimed_until.is_(None), films.c.claimed_until < now),
        )
        .order_by(films.c.created_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    claimed = await tx.execute(
        update(films)
        .where(films.c.id == next_one)
        .values(claimed_until=now + CHECK_LEASE)
        .returning(*(films.c[name] for name in Film.__struct_fields__))
    )
    found = claimed.first()
    return _film(found) if found else None


async def forget(tx: Transaction, film_id: FilmId) -> None:
    await tx.execute(delete(films).where(films.c.id == film_id))


async def forget_old(tx: Transaction, now: datetime) -> None:
    """Uploads that nobody goes on with, and old refusals."""
    await tx.execute(
        delete(films).where(
            or_(
                (films.c.state == "coming") & (films.c.changed_at < now - COMING_KEPT),
                (films.c.state == "refused") & (films.c.changed_at < now - REFUSED_KEPT),
            )
        )
    )


async def known(tx: Transaction, film_ids: Collection[FilmId]) -> set[FilmId]:
    """Those of the ids that are films."""
    found = await tx.execute(select(films.c.id).where(films.c.id.in_(film_ids)))
    return {FilmId(row.id) for row in found}


def _films() -> Select[Any]:
    return select(*(films.c[name] for name in Film.__struct_fields__))


def _film(row: Row[Any]) -> Film:
    values: Sequence[Any] = row
    return Film(**dict(zip(Film.__struct_fields__, values, strict=True)))
