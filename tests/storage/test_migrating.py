"""Migrations run once, whoever starts at the same time."""

import asyncio
import sys
from asyncio.subprocess import PIPE

import asyncpg
import pytest

from livehouse.storage.database import connect
from livehouse.storage.migrate import known_revisions, migrate
from tests.support.postgres import PostgresForTests

# A house that starts: it brings the database up to date and says which steps were its own.
STARTING = """
import asyncio, sys
from livehouse.storage.database import connect
from livehouse.storage.migrate import migrate

async def main():
    database = await connect(sys.argv[1], pool_size=1)
    await migrate(database.engine, lambda step: print(step, flush=True))
    await database.close()

asyncio.run(main())
"""


@pytest.fixture
async def empty_url(postgres: PostgresForTests) -> str:
    name = postgres.next_name()
    admin = await asyncpg.connect(postgres.url)
    await admin.execute(f'create database "{name}"')
    await admin.close()
    return postgres.url_of(name)


async def test_two_that_start_at_once_do_the_work_once(empty_url: str) -> None:
    houses = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", STARTING, empty_url, stdout=PIPE, stderr=PIPE
        )
        for _ in range(2)
    ]
    told = [await house.communicate() for house in houses]

    assert [house.returncode for house in houses] == [0, 0], told
    steps = [line for out, _ in told for line in out.splitlines()]
    assert len(steps) == len(known_revisions())
    connection = await asyncpg.connect(empty_url)
    assert await connection.fetchval("select version_num from alembic_version") == max(
        known_revisions()
    )
    await connection.close()


async def test_migrating_again_does_nothing(empty_url: str) -> None:
    database = await connect(empty_url, pool_size=1)
    await migrate(database.engine)
    steps: list[str] = []

    await migrate(database.engine, steps.append)

    await database.close()
    assert steps == []
