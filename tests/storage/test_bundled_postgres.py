"""The bundled server: private, durable, and gone when we are."""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from livehouse.foundation.clock import SystemClock
from livehouse.storage.postgres import SYSTEM_HOME, BundledPostgres
from tests.support.postgres import PostgresForTests
from tests.support.processes import eventually, processes_of

# A house that is killed: it says that its server runs, and waits for the end.
DOOMED = """
import asyncio, sys
from pathlib import Path
from livehouse.foundation.clock import SystemClock
from livehouse.storage.postgres import BundledPostgres

async def main():
    folder = Path(sys.argv[1])
    async with BundledPostgres(folder / "postgres", folder / "password", SystemClock()).running():
        print("runs", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


PROMISED = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "synchronous_commit": "on",
    "fsync": "on",
    "full_page_writes": "on",
}


@pytest.fixture
def folder() -> Iterator[Path]:
    """Open to the system's user, and short enough for a socket's path."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="lh-") as name:
        path = Path(name)
        path.chmod(0o755)
        (path / "password").write_text("of this test")
        yield path


def server_in(folder: Path) -> BundledPostgres:
    return BundledPostgres(folder / "postgres", folder / "password", SystemClock())


async def test_a_wrong_password_is_refused(postgres: PostgresForTests) -> None:
    wrong = make_url(postgres.url).set(password="guessed")

    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(wrong.render_as_string(hide_password=False))


async def test_it_is_durable_and_listens_to_nobody_outside(folder: Path) -> None:
    async with server_in(folder).running() as url:
        connection = await asyncpg.connect(url)
        found = {name: await connection.fetchval(f"show {name}") for name in PROMISED}
        await connection.close()

    assert found == PROMISED


async def test_what_was_committed_is_there_at_the_second_start(folder: Path) -> None:
    async with server_in(folder).running() as url:
        connection = await asyncpg.connect(url)
        await connection.execute("create table kept (x int); insert into kept values (7)")
        await connection.close()

    async with server_in(folder).running() as url:
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("select x from kept") == 7
        await connection.close()


async def test_a_killed_house_leaves_nothing_and_starts_again(folder: Path) -> None:
    house = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DOOMED, str(folder), stdout=PIPE
    )
    assert house.stdout is not None
    while await house.stdout.readline() != b"runs\n":
        assert house.returncode is None, "it ended before its server ran"

    house.send_signal(signal.SIGKILL)
    await house.wait()

    async def ended() -> bool:
        return not processes_of(folder)

    await eventually("the server ended with the house", ended)
    async with server_in(folder).running() as url:
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("select 1") == 1
        await connection.close()


async def test_a_path_that_is_closed_to_others_stays_closed(folder: Path) -> None:
    """As root the server runs as another user; it gets a place of its own, and no mode changes."""
    closed = close(folder)
    server = BundledPostgres(closed / "postgres", folder / "password", SystemClock())
    try:
        async with server.running() as url:
            connection = await asyncpg.connect(url)
            assert await connection.fetchval("select 1") == 1
            await connection.close()
        assert closed.stat().st_mode & 0o777 == 0o700
        assert (SYSTEM_HOME in server.home.parents) == (os.geteuid() == 0)
    finally:
        forget(server)


def close(folder: Path) -> Path:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    return closed


def forget(server: BundledPostgres) -> None:
    shutil.rmtree(server.home, ignore_errors=True)
