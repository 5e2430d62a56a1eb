"""Writes a migration from the difference between the tables and an empty or migrated database.

Usage: python -m tools.make_migration "what it does" [--first]
`--first` makes the initial migration anew (only before the first release).
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import Connection

import livehouse.app.tables  # noqa: F401 - registers every table
from livehouse.foundation.clock import SystemClock
from livehouse.storage.database import connect
from livehouse.storage.migrate import configuration, migrate
from livehouse.storage.postgres import BundledPostgres

VERSIONS = Path(__file__).parents[1] / "src/livehouse/storage/migrations/versions"


async def main(message: str, *, first: bool) -> None:
    if first:
        for old in VERSIONS.glob("0001_*.py"):
            old.unlink()
    number = f"{len(list(VERSIONS.glob('[0-9]*.py'))) + 1:04}"
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)  # noqa: ASYNC240 - nothing else runs in this loop
        (folder / "password").write_text("migration")
        server = BundledPostgres(folder / "postgres", folder / "password", SystemClock())
        async with server.running() as url:
            database = await connect(url, pool_size=2)
            if not first:
                await migrate(database.engine)
            async with database.engine.connect() as connection:
                await connection.run_sync(_write, message, number)
            await database.close()


def _write(connection: Connection, message: str, number: str) -> None:
    config = configuration()
    config.attributes["connection"] = connection
    config.set_main_option("file_template", f"{number}_%%(slug)s")
    command.revision(config, message=message, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], first="--first" in sys.argv))
