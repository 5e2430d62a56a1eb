"""Transactions, and the facts that leave with their commit."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import msgspec
from asyncpg.pool import PoolConnectionProxy
from sqlalchemy import CursorResult, Executable, Row
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from livehouse.foundation.facts import Fact
from livehouse.storage import limits
from livehouse.storage.outbox import facts

# What hot stores speak to: a connection of the pool, without SQLAlchemy around it.
RawConnection: TypeAlias = asyncpg.Connection | PoolConnectionProxy

# How asyncpg and the system say that nobody is there. `InternalClientError` is what a connection
# answers that was cut in the middle of a question.
_AWAY = (
    ConnectionError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InternalClientError,
)

_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Transaction:
    """One unit of work: what is executed and what is recorded commits together or not at all."""

    connection: AsyncConnection
    _recorded: list[dict[str, object]] = field(default_factory=list)

    async def execute(
        self, statement: Executable, rows: Sequence[dict[str, Any]] | None = None
    ) -> CursorResult[Any]:
        if rows is None:
            return await self.connection.execute(statement)
        return await self.connection.execute(statement, rows)

    async def raw(self) -> RawConnection:
        """The connection itself, for the statements of hot stores inside this very transaction."""
        # SQLAlchemy begins when it is first asked something; what follows is then inside.
        await self.connection.exec_driver_sql("select 1")
        fairy = await self.connection.get_raw_connection()
        found = fairy.driver_connection
        assert isinstance(found, asyncpg.Connection), "we connect by asyncpg"
        return found

    async def stream(self, statement: Executable) -> AsyncIterator[Row[Any]]:
        """The rows of a question that may have very many, a few at a time."""
        async with self.connection.stream(statement) as rows:
            async for row in rows:
                yield row

    def record(self, fact: Fact, *, run_id: UUID | None = None) -> None:
        """Let `fact` leave with the commit; with a run, that run's room hears of it."""
        tag = fact.__struct_config__.tag
        assert isinstance(tag, str), "a fact needs a tag"
        self._recorded.append({"kind": tag, "run_id": run_id, "payload": _encode(fact)})

    async def flush(self) -> None:
        if self._recorded:
            rows, self._recorded = self._recorded, []
            await self.connection.execute(facts.insert(), rows)


class Database:
    """Ordinary work through SQLAlchemy Core; hot stores take the raw `pool`."""

    def __init__(self, engine: AsyncEngine, pool: asyncpg.Pool) -> None:
        self.engine = engine
        self.pool = pool

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self.engine.begin() as connection:
            tx = Transaction(connection)
            yield tx
            await tx.flush()

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Transaction]:
        """One moment of the whole database, to read however long it takes."""
        async with self.engine.connect() as connection:
            await connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            async with connection.begin():
                yield Transaction(connection)

    async def close(self) -> None:
        await self.engine.dispose()
        await self.pool.close()


async def connect(url: str, *, pool_size: int) -> Database:
    """Open the database that `url` names (postgresql://…); the caller closes it."""
    return Database(engine_of(url, pool_size=pool_size), await pool_of(url, pool_size=pool_size))


def engine_of(url: str, *, pool_size: int) -> AsyncEngine:
    return create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=limits.POOL_SECONDS_MAX,
        pool_pre_ping=True,
        connect_args={"server_settings": {"application_name": "livehouse", "timezone": "UTC"}},
    )


async def pool_of(url: str, *, pool_size: int) -> asyncpg.Pool:
    return await asyncpg.create_pool(
        str_url(url),
        min_size=1,
        max_size=pool_size,
        command_timeout=limits.STATEMENT_SECONDS_MAX,
        server_settings={"application_name": "livehouse", "timezone": "UTC", "jit": "off"},
        reset=_as_it_is,
    )


def is_away(error: BaseException) -> bool:
    """Whether the error says that the database is gone or just coming back: no bug, and what was
    asked may be asked again."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, _AWAY):
            return True
        # The same class tells of mistakes of ours, too.
        if isinstance(seen, asyncpg.InterfaceError) and "closed" in str(seen):
            return True
        seen = seen.orig if isinstance(seen, DBAPIError) else seen.__cause__
    return False


async def _as_it_is(connection: RawConnection) -> None:
    """Nobody changes a raw connection's session, so nothing is reset: that would be a round trip
    after each use. asyncpg has rolled back a transaction that was left open."""


def str_url(url: str) -> str:
    """The address as asyncpg wants it: without SQLAlchemy's driver name."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
