"""Backup and restore of a whole house: its database, its objects, its video, if wished its keys.

The database is one snapshot. Objects and segments are written once and never changed, and are
copied after it, so whatever the snapshot names is there.
"""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO

import asyncpg
from sqlalchemy.engine import make_url

from livehouse.app.archive import (
    FORMAT,
    ArchiveWriter,
    BackupRefused,
    Manifest,
    reading,
    verify,
    write_manifest,
    writing,
)
from livehouse.app.data_folder import PURPOSE_FILE, DataFolderRefused, held
from livehouse.app.lifespan import database_server
from livehouse.app.settings import Settings
from livehouse.foundation.clock import Clock, SystemClock
from livehouse.storage.database import str_url
from livehouse.storage.migrate import known_revisions
from livehouse.storage.objects import Objects, open_objects
from livehouse.storage.postgres import bundled_binaries

DUMP = "database.dump"
OBJECTS, VIDEO, GIVEN, FILMS, SECRETS = "objects", "live", "videos", "films", "secrets"
FOLDERS = {VIDEO, GIVEN, FILMS, SECRETS}
# Each house makes its own: the server that it opens is another one.
NOT_IN_A_BACKUP = {"postgres"}

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupPlan:
    """What goes in beside the database and the pictures."""

    secrets: bool = False
    video: bool = True


async def backup(
    settings: Settings, target: Path, plan: BackupPlan, *, say: Say, clock: Clock | None = None
) -> None:
    """Write everything into `target`; a running house may go on."""
    clock = clock or SystemClock()
    _check_target(settings, target)
    with held(settings.folder) as is_ours:
        async with database_server(settings, clock, is_ours=is_ours) as (url, _):
            with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as name:
                dump = Path(name) / DUMP
                say("copying the database")
                schema = await _schema_of(url)
                await asyncio.to_thread(_pg, url, "pg_dump", "--format=custom", f"--file={dump}")
                with writing(target) as archive:
                    archive.add_file(DUMP, dump)
                    await _add_objects(archive, _objects(settings), say)
                    await asyncio.to_thread(_add_folders, archive, settings.folder, plan, say)
                    manifest = Manifest(
                        format=FORMAT,
                        livehouse=version("livehouse"),
                        schema=schema,
                        made_at=clock.now(),
                        holds=_holds(plan),
                        members=dict(archive.members),
                    )
                    write_manifest(archive, manifest)
    say(f"files kept: {len(manifest.members)}, in {target}")


async def restore(
    settings: Settings, source: Path, *, force: bool, say: Say, clock: Clock | None = None
) -> None:
    """Put back what `source` holds, after all its hashes were compared.

    The database is replaced in one transaction. `force` allows that over a house that is in use
    already, whose state is lost then.
    """
    clock = clock or SystemClock()
    say("comparing the hashes")
    manifest = await asyncio.to_thread(verify, source)
    if manifest.schema not in known_revisions():
        raise BackupRefused(
            f"{source} was made by a newer Livehouse ({manifest.livehouse}); install that first"
        )
    if _is_used(settings.folder) and not force:
        raise BackupRefused(f"{settings.folder} holds a house already; --force replaces it")
    with held(settings.folder) as is_ours:
        if not is_ours:
            raise DataFolderRefused(f"a house is running on {settings.folder}; stop it first")
        async with database_server(settings, clock, is_ours=True) as (url, _):
            if await _has_tables(url) and not force:
                raise BackupRefused("the database has tables already; --force replaces them")
            await _unpack(settings, source, url, say)
    say(f"restored what was kept on {manifest.made_at:%Y-%m-%d %H:%M} UTC")


async def _unpack(settings: Settings, source: Path, url: str, say: Say) -> None:
    objects = _objects(settings)
    with reading(source) as members:
        for name, content, _ in members:
            kind, _, rest = name.partition("/")
            if name == DUMP:
                say("replacing the database")
                await asyncio.to_thread(_restore_database, settings.folder, url, content)
            elif kind == OBJECTS and rest:
                await objects.put(rest, content.read())
            elif name == PURPOSE_FILE or (kind in FOLDERS and rest):
                await asyncio.to_thread(_put_file, settings.folder / name, content)


def _put_file(path: Path, content: IO[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = 0o600 if path.parent.name == SECRETS else 0o644
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        shutil.copyfileobj(content, file)


def _restore_database(folder: Path, url: str, content: IO[bytes]) -> None:
    with tempfile.TemporaryDirectory(dir=folder, prefix=".restore-") as name:
        dump = Path(name) / DUMP
        with dump.open("wb") as file:
            shutil.copyfileobj(content, file)
        _replace_database(url, dump)


def _check_target(settings: Settings, target: Path) -> None:
    if target.exists():
        raise BackupRefused(f"{target} is there already; a backup never replaces another")
    if not target.parent.is_dir():
        raise BackupRefused(f"there is no folder {target.parent}")
    if not settings.folder.exists() and not settings.database_url:
        raise BackupRefused(f"{settings.folder} holds no house; name another --data")


async def _add_objects(archive: ArchiveWriter, objects: Objects, say: Say) -> None:
    say("copying pictures")
    async for key in objects.keys():
        content = await objects.get(key)
        if content is not None:
            archive.add_bytes(f"{OBJECTS}/{key}", content)


def _add_folders(archive: ArchiveWriter, folder: Path, plan: BackupPlan, say: Say) -> None:
    if (folder / PURPOSE_FILE).exists():
        archive.add_file(PURPOSE_FILE, folder / PURPOSE_FILE)
    if plan.video:
        say("copying video")
        archive.add_folder(VIDEO, folder / VIDEO)
        archive.add_folder(GIVEN, folder / GIVEN)
        archive.add_folder(FILMS, folder / FILMS)
    if plan.secrets:
        for path in sorted((folder / SECRETS).iterdir()):
            if path.name not in NOT_IN_A_BACKUP and path.is_file():
                archive.add_file(f"{SECRETS}/{path.name}", path)


def _holds(plan: BackupPlan) -> tuple[str, ...]:
    wishes = (("database", True), ("objects", True), ("video", plan.video))
    return tuple(name for name, wanted in (*wishes, ("secrets", plan.secrets)) if wanted)


def _objects(settings: Settings) -> Objects:
    return open_objects(settings.objects_url, settings.folder / OBJECTS)


def _is_used(folder: Path) -> bool:
    return any((folder / name).exists() for name in ("postgres", SECRETS, VIDEO, PURPOSE_FILE))


async def _schema_of(url: str) -> str:
    connection = await asyncpg.connect(str_url(url))
    try:
        found = await connection.fetchval("select version_num from alembic_version")
    except asyncpg.UndefinedTableError:
        raise BackupRefused("this database has no house in it yet") from None
    finally:
        await connection.close()
    return str(found)


async def _has_tables(url: str) -> bool:
    connection = await asyncpg.connect(str_url(url))
    try:
        query = "select count(*) from pg_class where relnamespace = 'public'::regnamespace"
        return bool(await connection.fetchval(query))
    finally:
        await connection.close()


def _replace_database(url: str, dump: Path) -> None:
    """Old tables go and new ones come in one transaction: a failure leaves what was there."""
    script = dump.with_suffix(".sql")
    _pg("", "pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(dump))
    _pg(
        url, "psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction",
        "--command=set client_min_messages = warning",
        "--command=drop schema if exists public cascade", "--command=create schema public",
        f"--file={script}", "--output=/dev/null",
    )  # fmt: skip


def _pg(url: str, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs; the password goes by the environment."""
    environment = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "PGTZ": "UTC"}
    command = [str(bundled_binaries() / program), *arguments]
    if url:
        address = make_url(str_url(url))
        environment["PGPASSWORD"] = address.password or ""
        query = dict(address.query)
        host = address.host or query.pop("host", "")
        environment |= {
            name: str(value)
            for name, value in (
                ("PGHOST", host), ("PGPORT", address.port), ("PGUSER", address.username),
                ("PGDATABASE", address.database), ("PGSSLMODE", query.get("sslmode")),
            )
            if value
        }  # fmt: skip
    done = subprocess.run(  # noqa: S603 - our own binary, no shell
        command, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BackupRefused(f"{program} failed: {done.stderr.strip()[-2_000:]}")
