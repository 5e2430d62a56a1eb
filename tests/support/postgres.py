"""A real PostgreSQL for a test worker, run beside its event loops by a thread."""

import asyncio
import os
import signal
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import make_url

from livehouse.app.secrets_folder import secret_file
from livehouse.foundation.clock import SystemClock
from livehouse.storage.database import Database, connect, engine_of, pool_of
from livehouse.storage.migrate import migrate
from livehouse.storage.postgres import BundledPostgres

TEMPLATE = "livehouse_template"


@dataclass
class PostgresForTests:
    url: str
    numbers: Iterator[int] = field(default_factory=count)

    def url_of(self, name: str) -> str:
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def next_name(self) -> str:
        return f"test_{next(self.numbers)}"


class DatabasesOfAWorker:
    """Opens one database of a server after the other by the same engine, which compiles a
    statement once and not anew for every test."""

    def __init__(self, url: str) -> None:
        self._engine = engine_of(url, pool_size=8)
        self._name = ""
        event.listen(self._engine.sync_engine, "do_connect", self._choose)

    async def open(self, url: str) -> Database:
        """The one database until it is closed."""
        self._name = make_url(url).database or ""
        return Database(self._engine, await pool_of(url, pool_size=8))

    def _choose(
        self, _dialect: object, _record: object, _args: object, how: dict[str, Any]
    ) -> None:
        how["database"] = self._name


@contextmanager
def start_postgres(folder: Path) -> Iterator[PostgresForTests]:
    """Run the bundled server until the block ends.

    Its process is a child of the main thread's loop elsewhere; here a loop of its own keeps it,
    because each test has a loop of its own.
    """
    password = folder / "password"
    password.write_text("a password for tests")
    server = BundledPostgres(folder / "postgres", password, SystemClock())
    ready, stop = threading.Event(), threading.Event()
    failure: list[BaseException] = []

    async def serve() -> None:
        async with server.running():
            await _make_template(PostgresForTests(server.url))
            ready.set()
            await asyncio.to_thread(stop.wait)

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:  # noqa: BLE001 - handed to the test that asked
            failure.append(error)
            ready.set()

    thread = threading.Thread(target=run, name="postgres")
    thread.start()
    ready.wait()
    try:
        if failure:
            raise failure[0]
        yield PostgresForTests(server.url)
    finally:
        stop.set()
        thread.join()


class PostgresOfATest:
    """A server of the test's own: ended as it likes, and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        password = secret_file(folder / "secrets", "postgres")
        self._server = BundledPostgres(folder / "postgres", password, SystemClock())
        self._serving = AsyncExitStack()

    @property
    def url(self) -> str:
        return self._server.url

    async def start(self) -> None:
        await self._serving.enter_async_context(self._server.running())

    async def stop(self) -> None:
        """As an operator does who does not wait until everybody has gone: a fast shutdown."""
        await self._serving.aclose()

    async def kill(self) -> None:
        """End its first process at once; the others end when they notice."""
        pid_file = self._server.home / "cluster" / "postmaster.pid"
        os.kill(int(pid_file.read_text().splitlines()[0]), signal.SIGKILL)
        await self._serving.aclose()


@asynccontextmanager
async def a_postgres(folder: Path) -> AsyncIterator[PostgresOfATest]:
    """A server with a migrated database, its data where `house_folder` clears it away."""
    server = PostgresOfATest(folder)
    await server.start()
    try:
        database = await connect(server.url, pool_size=1)
        await migrate(database.engine)
        await database.close()
        yield server
    finally:
        await server.stop()


async def _make_signing_in_cheap(database: Database, server: PostgresForTests) -> None:
    """Every test opens some connections; nobody tries passwords on them."""
    account = make_url(server.url)
    async with database.pool.acquire() as connection:
        await connection.execute("set scram_iterations = 1")
        await connection.execute(f"alter role {account.username} password '{account.password}'")
        await connection.execute("reset scram_iterations")


async def _make_template(server: PostgresForTests) -> None:
    database = await connect(server.url_of("postgres"), pool_size=1)
    # What a test commits need not outlive the machine's power; killed processes are another matter
    # (tests/faults), and have a server of their own.
    await database.pool.execute("alter system set fsync = off")
    await _make_signing_in_cheap(database, server)
    await database.pool.execute("select pg_reload_conf()")
    await database.pool.execute(f'create database "{TEMPLATE}"')
    await database.close()
    template = await connect(server.url_of(TEMPLATE), pool_size=1)
    await migrate(template.engine)
    await template.close()
