"""Fixtures that many tests share; what kind a test is follows from those it asks for."""

import gc
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import disk_usage
from tempfile import TemporaryDirectory

import asyncpg
import pytest
import structlog
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from livehouse.foundation.clock import SystemClock
from livehouse.foundation.ids import SystemIds
from livehouse.storage.database import Database
from tests.support.clock import ManualClock
from tests.support.moments import NOON
from tests.support.nats import NatsForTests, running_nats
from tests.support.postgres import (
    TEMPLATE,
    DatabasesOfAWorker,
    PostgresForTests,
    start_postgres,
)

# A shared machine is slow at times; a law is not broken by that.
settings.register_profile("livehouse", deadline=None)
settings.load_profile("livehouse")

# With every name in every frame, as structlog likes it, one traceback of a world takes seconds.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)

MEMORY_DISK_MIN = 4 * 1024**3
# Houses that tests open would otherwise all listen for cameras at the one usual port.
os.environ.setdefault("LIVEHOUSE_RTMP_PORT", "0")

ALONE = ("tests/faults/", "tests/journeys/")
# Where the long ones are: begun first, so that at the end no worker waits for another's last test.
FIRST = ("tests/app/", "tests/bench/", "tests/client/", "tests/media/", "tests/storage/")
MARKS = {"postgres": "database", "chromium": "browser", "house_folder": "faults"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--thorough", action="store_true", help="also the tests that take minutes")
    parser.addoption("--seed", type=int, help="the one simulated history to play again")
    parser.addoption("--seeds", type=int, default=20_000, help="how many, with --thorough")


def pytest_configure() -> None:
    """What is read stays, up to the end of the collection: there is no garbage in it."""
    gc.disable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("thorough"):
        long = [item for item in items if item.get_closest_marker("torture")]
        items[:] = [item for item in items if not item.get_closest_marker("torture")]
        config.hook.pytest_deselected(items=long)
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))  # else in random order
    for item in items:
        for fixture, mark in MARKS.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(mark)


def pytest_collection_finish() -> None:
    """All modules and tests stay: the collector need not look through them again and again."""
    gc.collect()
    gc.freeze()
    gc.enable()


class OneAfterAnother(LoadScopeScheduling):  # type: ignore[misc]  # xdist tells no types
    """Whole clusters side by side would share two cores, and their leases run out.

    By folder: pytest 9.2 no longer reads the names by which pytest-xdist 3.8 marks its groups.
    """

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in ALONE if nodeid.startswith(folder)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> OneAfterAnother | None:
    return OneAfterAnother(config, log) if config.getvalue("dist") == "loadgroup" else None


@contextmanager
def _open_folder(within: Path | None = None) -> Iterator[Path]:
    """pytest's own folders are closed to others, and to the system user that a root's
    PostgreSQL runs as; they are also cleared by sessions that start meanwhile."""
    with TemporaryDirectory(prefix="livehouse-test-", dir=within) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that any system user can walk into, gone after the test."""
    with _open_folder(_memory()) as folder:
        yield folder


def _memory() -> Path | None:
    """A disk in memory where there is one with room: a database is made for every test."""
    shared = Path("/dev/shm")
    return shared if shared.is_dir() and disk_usage(shared).free > MEMORY_DISK_MIN else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresForTests]:
    """One bundled PostgreSQL per test worker, with a migrated template database."""
    with _open_folder(_memory()) as folder, start_postgres(folder) as server:
        yield server


@pytest.fixture(scope="session")
def nats() -> Iterator[NatsForTests]:
    """One nats-server per test worker; each test's nodes have runs of their own."""
    with running_nats() as server:
        yield server


@pytest.fixture
async def database_url(postgres: PostgresForTests) -> AsyncIterator[str]:
    """A database of the test's own, cloned from the migrated template: what it commits is real."""
    name = postgres.next_name()
    admin = await asyncpg.connect(postgres.url)
    await admin.execute(f'create database "{name}" template "{TEMPLATE}" strategy file_copy')
    yield postgres.url_of(name)
    await admin.execute(f'drop database "{name}" with (force)')
    await admin.close()


@pytest.fixture(scope="session")
def databases(postgres: PostgresForTests) -> DatabasesOfAWorker:
    return DatabasesOfAWorker(postgres.url)


@pytest.fixture
async def database(database_url: str, databases: DatabasesOfAWorker) -> AsyncIterator[Database]:
    opened = await databases.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def ids() -> SystemIds:
    return SystemIds(SystemClock())
