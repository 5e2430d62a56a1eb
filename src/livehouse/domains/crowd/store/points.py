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
