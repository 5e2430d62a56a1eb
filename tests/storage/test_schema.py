"""The migrations and the tables say the same, also what autogeneration does not compare."""

from collections.abc import Mapping

import asyncpg
import pytest

from livehouse.app.tables import metadata
from livehouse.storage.database import connect
from livehouse.storage.migrate import migrate
from tests.support.postgres import PostgresForTests

# Partitions are made day by day, and Alembic keeps a table of its own.
OURS = """
  c.relnamespace = 'public'::regnamespace and c.relname <> 'alembic_version'
  and not c.relispartition and c.relname not like 'alembic_version%'
"""
QUESTIONS: Mapping[str, str] = {
    "tables": f"""
      select c.relname, c.relkind::text, c.reloptions::text, pg_get_partkeydef(c.oid)
      from pg_class c where {OURS} and c.relkind in ('r', 'p')
    """,
    "columns": f"""
      select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
        a.attidentity::text, a.attgenerated::text, pg_get_expr(d.adbin, d.adrelid)
      from pg_class c join pg_attribute a on a.attrelid = c.oid
      left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
      where {OURS} and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
    """,
    "constraints": f"""
      select c.relname, k.conname, k.contype::text, pg_get_constraintdef(k.oid)
      from pg_constraint k join pg_class c on c.oid = k.conrelid where {OURS}
    """,
    "indexes": f"""
      select c.relname, pg_get_indexdef(i.indexrelid)
      from pg_index i join pg_class c on c.oid = i.indrelid where {OURS}
    """,
    "triggers": f"""
      select c.relname, pg_get_triggerdef(t.oid), p.prosrc
      from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
      where {OURS} and not t.tgisinternal
    """,
}


@pytest.mark.parametrize("what", QUESTIONS)
async def test_migrating_gives_what_the_tables_say(postgres: PostgresForTests, what: str) -> None:
    migrated, made = postgres.next_name(), postgres.next_name()
    admin = await asyncpg.connect(postgres.url)
    for name in (migrated, made):
        await admin.execute(f'create database "{name}"')
    await admin.close()
    by_migrations = await connect(postgres.url_of(migrated), pool_size=1)
    await migrate(by_migrations.engine)
    by_tables = await connect(postgres.url_of(made), pool_size=1)
    async with by_tables.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)

    asked = [await one.pool.fetch(QUESTIONS[what]) for one in (by_migrations, by_tables)]
    await by_migrations.close()
    await by_tables.close()

    found, wanted = ({tuple(row) for row in rows} for rows in asked)
    assert found, "nothing was compared"
    hint = 'run `python -m tools.make_migration "what it does"`'
    assert not wanted - found, f"the migrations lack this: {hint}"
    assert not found - wanted, f"the tables lack this: {hint}"
