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


_READ = """
select f.xid::text::bigint as xid, f.id, f.kind, f.run_id, f.payload
from facts f
where (f.xid, f.id) > ($1::text::xid8, $2::bigint)
  and f.xid < pg_snapshot_xmin(pg_current_snapshot())
  {only_runs}
order by f.xid, f.id
limit $3
"""
_READ_ALL = _READ.format(only_runs="")
_READ_RUNS = _READ.format(only_runs="and f.run_id = any($4::uuid[])")
_HEAD = "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1"


class Outbox:
    """Reads facts in order, and remembers how far each subscriber has come."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def read(
        self, after: Cursor, *, limit: int, run_ids: Sequence[UUID] | None = None
    ) -> list[StoredFact]:
        """The next facts after `after`, of all or of the given runs, oldest first."""
        if run_ids is None:
            rows = await self._pool.fetch(_READ_ALL, str(after.xid), after.id, limit)
        else:
            rows = await self._pool.fetch(
                _READ_RUNS, str(after.xid), after.id, limit, list(run_ids)
            )
        return [
            StoredFact(Cursor(row["xid"], row["id"]), row["kind"], row["run_id"], row["payload"])
            for row in rows
        ]

    async def head(self) -> Cursor:
        """A place below which everything is already readable: where a new subscriber starts."""
        return Cursor(await self._pool.fetchval(_HEAD), 2**63 - 1)

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
