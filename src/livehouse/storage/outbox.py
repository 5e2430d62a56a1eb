"""Facts: what has happened, written in the transaction that made it happen.

A fact's place in the order is (transaction, id). Readers stop below the oldest transaction that
still runs, so that a late commit is never skipped (decision 0005).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from asyncpg import Pool
from msgspec import Struct
from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.types import UserDefinedType
from typing_extensions import override

from livehouse.storage.schema import metadata


class Xid8(UserDefinedType[int]):
    """PostgreSQL's 64-bit transaction id, which never wraps around."""

    cache_ok = True

    @override
    def get_col_spec(self, **_: object) -> str:
        return "xid8"


facts = Table(
    "facts",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("xid", Xid8(), nullable=False, server_default=text("pg_current_xact_id()")),
    Column("at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("kind", Text, nullable=False),
    Column("run_id", Uuid),
    Column("payload", BYTEA, nullable=False),
    Index("ix_facts_order", "xid", "id"),
    Index("ix_facts_run", "run_id", "xid", "id", postgresql_where=text("run_id is not null")),
    Index("ix_facts_at", "at"),
)

cursors = Table(
    "cursors",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("xid", BigInteger, nullable=False),
    Column("id", BigInteger, nullable=False),
)


class Cursor(Struct, frozen=True, order=True):
    """How far a subscriber has read; the order is that of transactions, then of ids."""

    xid: int = 0
    id: int = 0


class StoredFact(Struct, frozen=True):
    cursor: Cursor
    kind: str
    run_id: UUID | None
    payload: bytes


class FactPage(Struct, frozen=True):
    """Facts in order; whatever is not above `read_to` has been read."""

    facts: Sequence[StoredFact]
    read_to: Cursor


# The horizon and the facts below it are of one snapshot: whatever is below it has been read.
_READ = """
with horizon as (select pg_snapshot_xmin(pg_current_snapshot()) as xid)
select h.xid::text::bigint - 1 as horizon, f.*
from horizon h
left join lateral (
    select f.xid::text::bigint as xid, f.id, f.kind, f.run_id, f.payload
    from facts f
    where (f.xid, f.id) > ($1::text::xid8, $2::bigint) and f.xid < h.xid {only_runs}
    order by f.xid, f.id
    limit $3
) f on true
"""
_READ_ALL = _READ.format(only_runs="")
_READ_RUNS = _READ.format(only_runs="and f.run_id = any($4::uuid[])")
_HEAD = "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1"
_ID_MAX = 2**63 - 1


class Outbox:
    """Reads facts in order, and remembers how far each subscriber has come."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def read(
        self, after: Cursor, *, limit: int, run_ids: Sequence[UUID] | None = None
    ) -> FactPage:
        """The next facts after `after`, of all or of the given runs, oldest first."""
        arguments: tuple[object, ...] = (str(after.xid), after.id, limit)
        if run_ids is None:
            rows = await self._pool.fetch(_READ_ALL, *arguments)
        else:
            rows = await self._pool.fetch(_READ_RUNS, *arguments, list(run_ids))
        found = [
            StoredFact(Cursor(row["xid"], row["id"]), row["kind"], row["run_id"], row["payload"])
            for row in rows
            if row["id"] is not None
        ]
        if len(found) == limit:
            return FactPage(found, found[-1].cursor)
        return FactPage(found, max(after, Cursor(rows[0]["horizon"], _ID_MAX)))

    async def head(self) -> Cursor:
        """A place below which everything is already readable: where a new subscriber starts."""
        return Cursor(await self._pool.fetchval(_HEAD), _ID_MAX)

    async def position(self, subscriber: str) -> Cursor:
        row = await self._pool.fetchrow(
            "select xid, id from cursors where subscriber = $1", subscriber
        )
        return Cursor(row["xid"], row["id"]) if row else Cursor()

    async def advance(self, subscriber: str, to: Cursor) -> None:
        await self._pool.execute(
            "insert into cursors (subscriber, xid, id) values ($1, $2, $3) "
            "on conflict (subscriber) do update set xid = excluded.xid, id = excluded.id",
            subscriber,
            to.xid,
            to.id,
        )

    async def forget(self, *, keep: timedelta, now: datetime) -> int:
        """Delete facts older than `keep`; a slow subscriber must have read them by then."""
        done: str = await self._pool.execute("delete from facts where at < $1", now - keep)
        return int(done.removeprefix("DELETE "))
