"""Telling a database that is away from a mistake of ours."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text

from livehouse.storage.database import Database, is_away


async def one_that_is_cut(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute(text("select pg_terminate_backend(pg_backend_pid())"))


async def a_raw_one_that_is_cut(database: Database) -> None:
    async with database.pool.acquire() as connection, connection.transaction():
        await connection.execute("select pg_terminate_backend(pg_backend_pid())")


async def a_wrong_one(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute(text("select nonsense"))


async def one_with_a_wrong_value(database: Database) -> None:
    await database.pool.execute("select $1::int", "five")


async def one_that_breaks_a_rule(database: Database) -> None:
    await database.pool.execute("insert into quotas (id, total) values (gen_random_uuid(), null)")


@pytest.mark.parametrize(
    ("question", "away"),
    [
        (one_that_is_cut, True),
        (a_raw_one_that_is_cut, True),
        (a_wrong_one, False),
        (one_with_a_wrong_value, False),
        (one_that_breaks_a_rule, False),
    ],
)
async def test_a_question_fails_by_a_database_that_is_away_or_by_our_mistake(
    question: Callable[[Database], Awaitable[None]], *, away: bool, database: Database
) -> None:
    with pytest.raises(Exception) as failed:  # noqa: PT011 - of which kind is what is asked
        await question(database)

    assert is_away(failed.value) is away, repr(failed.value)
