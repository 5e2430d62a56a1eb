"""Brings a database to this version's tables: forward only, one process at a time."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from livehouse.storage import limits

# Any number will do, as long as every version uses the same.
_LOCK = 7_265_001

Progress = Callable[[str], None]


def configuration() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    return config


async def migrate(engine: AsyncEngine, progress: Progress = lambda _: None) -> None:
    """Run the missing migrations; others who start at the same time wait for us."""
    async with engine.connect() as connection:
        await connection.execute(
            text(f"set lock_timeout = '{int(limits.MIGRATION_LOCK_SECONDS_MAX)}s'")
        )
        await connection.execute(text("select pg_advisory_lock(:key)"), {"key": _LOCK})
        try:
            await connection.commit()
            await connection.run_sync(_upgrade, progress)
            await connection.commit()
        finally:
            await connection.rollback()
            await connection.execute(text("select pg_advisory_unlock(:key)"), {"key": _LOCK})
            await connection.execute(text("reset lock_timeout"))
            await connection.commit()


def known_revisions() -> frozenset[str]:
    """The migrations of this version, and those that led to it."""
    scripts = ScriptDirectory.from_config(configuration())
    return frozenset(revision.revision for revision in scripts.walk_revisions())


def _upgrade(connection: Connection, progress: Progress) -> None:
    config = configuration()
    config.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_revision()
    if current == scripts.get_current_head():
        return
    missing = list(scripts.iterate_revisions(scripts.get_current_head(), current))
    for step, revision in enumerate(reversed(missing), 1):
        progress(f"migration {step} of {len(missing)}: {revision.doc}")
    command.upgrade(config, "head")
