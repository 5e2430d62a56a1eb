"""Points: entries that only grow, and the balance that each moves, in one statement."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ARRAY, BigInteger, Uuid, bindparam, select, text

from livehouse.domains.crowd.model.rewards import Earned, Source
from livehouse.domains.crowd.tables import point_balances, point_entries
from livehouse.foundation.ids import PersonId, StoreId
from livehouse.storage.database import Transaction

# Sorted by people, so that two groups never wait for each other in a circle.
_BOOK = text("""
with fresh as (
    insert into point_entries (source_kind, source_id, person_id, store_id, points, at)
    select :kind, :source, a.person_id, a.store_id, a.points, :now
    from unnest(:people, :stores, :points) as a(person_id, store_id, points)
    order by a.person_id
    on conflict do nothing
    returning store_id, person_id, points
)
insert into point_balances as b (store_id, person_id, points)
select store_id, person_id, points from fresh order by person_id
on conflict (store_id, person_id) do update set points = b.points + excluded.points
returning person_id
""").bindparams(
    bindparam("people", type_=ARRAY(Uuid)),
    bindparam("stores", type_=ARRAY(Uuid)),
    bindparam("points", type_=ARRAY(BigInteger)),
    bindparam("source", type_=Uuid),
)

_SPEND = text("""
with fresh as (
    insert into point_entries (source_kind, source_id, person_id, store_id, points, at)
    values (:kind, :source, :person, :store, - cast(:points as bigint), :now)
    on conflict do nothing
    returning store_id, person_id, points
)
update point_balances b set points = b.points + fresh.points from fresh
where b.store_id = fresh.store_id and b.person_id = fresh.person_id
""").bindparams(*(bindparam(name, type_=Uuid) for name in ("source", "person", "store")))


class Entry(Struct, frozen=True):
    """A line of somebody's account."""

    store_id: StoreId
    points: int
    kind: str
    at: datetime


async def book(
    tx: Transaction, source: Source, earned: Sequence[Earned], now: datetime
) -> set[PersonId]:
    """Book what each has earned by this source; tells who had not got it before."""
    if not earned:
        return set()
    found = await tx.execute(
        _BOOK.bindparams(
            kind=source.kind,
            source=source.id,
            now=now,
            people=[one.person_id for one in earned],
            stores=[one.store_id for one in earned],
            points=[one.points for one in earned],
        )
    )
    return {PersonId(row.person_id) for row in found}


async def lock(tx: Transaction, store_id: StoreId, person_id: PersonId) -> int:
    """What somebody has, held until the commit, so that nobody spends it twice."""
    found = await tx.execute(
        select(point_balances.c.points)
        .where(point_balances.c.store_id == store_id, point_balances.c.person_id == person_id)
        .with_for_update(key_share=True)
    )
    return int(found.scalar() or 0)


async def spend(
    tx: Transaction, source: Source, person_id: PersonId, paid: tuple[StoreId, int], now: datetime
) -> None:
    """Take so many points of a store, which somebody has; once for each source."""
    store_id, points = paid
    await tx.execute(
        _SPEND.bindparams(
            kind=source.kind, source=source.id, person=person_id, store=store_id, points=points,
            now=now,
        )
    )  # fmt: skip


async def balances_of(tx: Transaction, person_id: PersonId) -> dict[StoreId, int]:
    rows = await tx.execute(
        select(point_balances.c.store_id, point_balances.c.points).where(
            point_balances.c.person_id == person_id
        )
    )
    return {StoreId(row.store_id): row.points for row in rows}


async def entries_of(tx: Transaction, person_id: PersonId, limit: int) -> list[Entry]:
    """The newest first."""
    rows = await tx.execute(
        select(point_entries)
        .where(point_entries.c.person_id == person_id)
        .order_by(point_entries.c.at.desc(), point_entries.c.source_id)
        .limit(limit)
    )
    return [Entry(StoreId(row.store_id), row.points, row.source_kind, row.at) for row in rows]
