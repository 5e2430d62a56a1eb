"""A backup holds the whole house, and nothing is restored that is not exactly what was kept."""

import gzip
import tarfile
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from livehouse.app.archive import BackupRefused, is_plain, verify
from livehouse.app.backup import BackupPlan, backup, restore
from livehouse.app.data_folder import DataFolderRefused, held
from livehouse.app.settings import Settings
from livehouse.storage.database import Database
from livehouse.storage.objects import open_objects
from tests.support.clock import ManualClock
from tests.support.postgres import PostgresForTests


def quiet(_: str) -> None:
    """Nobody listens to the progress here."""


@pytest.fixture
async def house(tmp_path: Path, database: Database, database_url: str) -> Settings:
    """A house with a fact, a picture, a segment and a key."""
    folder = tmp_path / "house"
    await database.pool.execute(
        "insert into facts (kind, payload) values ('tests.happened', 'something')"
    )
    await open_objects("", folder / "objects").put("pictures/cup.webp", b"a cup")
    segment = folder / "live/r1/video/0.m4s"
    segment.parent.mkdir(parents=True)
    segment.write_bytes(b"pictures that move")
    (folder / "secrets").mkdir()
    (folder / "secrets/signing").write_text("a key")
    return Settings(data=str(folder), database_url=database_url)


@pytest.fixture
async def empty(tmp_path: Path, postgres: PostgresForTests) -> AsyncIterator[Settings]:
    name = postgres.next_name()
    admin = await asyncpg.connect(postgres.url)
    await admin.execute(f'create database "{name}"')
    yield Settings(data=str(tmp_path / "elsewhere"), database_url=postgres.url_of(name))
    await admin.execute(f'drop database "{name}" with (force)')
    await admin.close()


@pytest.fixture
async def kept(house: Settings, tmp_path: Path, clock: ManualClock) -> Path:
    target = tmp_path / "kept.tar.gz"
    await backup(house, target, BackupPlan(secrets=True), say=quiet, clock=clock)
    return target


async def test_a_restored_house_has_what_the_other_had(kept: Path, empty: Settings) -> None:
    await restore(empty, kept, force=False, say=quiet)

    found = await asyncpg.connect(empty.database_url)
    assert await found.fetchval("select payload from facts") == b"something"
    await found.close()
    assert await open_objects("", empty.folder / "objects").get("pictures/cup.webp") == b"a cup"
    assert (empty.folder / "live/r1/video/0.m4s").read_bytes() == b"pictures that move"
    assert (empty.folder / "secrets/signing").read_text() == "a key"
    assert (empty.folder / "secrets/signing").stat().st_mode & 0o777 == 0o600


async def test_keys_stay_at_home_unless_asked_for(
    house: Settings, tmp_path: Path, clock: ManualClock
) -> None:
    target = tmp_path / "without.tar.gz"

    await backup(house, target, BackupPlan(video=False), say=quiet, clock=clock)

    assert set(verify(target).members) == {"database.dump", "objects/pictures/cup.webp"}
    assert target.stat().st_mode & 0o777 == 0o600


async def test_the_password_of_the_database_is_never_in_a_backup(
    house: Settings, tmp_path: Path, clock: ManualClock
) -> None:
    (house.folder / "secrets/postgres").write_text("of this server only")
    target = tmp_path / "with.tar.gz"

    await backup(house, target, BackupPlan(secrets=True), say=quiet, clock=clock)

    assert "secrets/postgres" not in verify(target).members


async def test_a_house_in_use_is_not_replaced_unless_forced(kept: Path, house: Settings) -> None:
    with pytest.raises(BackupRefused, match="--force"):
        await restore(house, kept, force=False, say=quiet)

    connection = await asyncpg.connect(house.database_url)
    await connection.execute("insert into facts (kind, payload) values ('tests.later', '')")
    await restore(house, kept, force=True, say=quiet)

    assert await connection.fetchval("select count(*) from facts") == 1
    await connection.close()


async def test_a_database_with_tables_is_not_replaced_unless_forced(
    kept: Path, house: Settings, tmp_path: Path
) -> None:
    elsewhere = Settings(data=str(tmp_path / "new"), database_url=house.database_url)

    with pytest.raises(BackupRefused, match="has tables already"):
        await restore(elsewhere, kept, force=False, say=quiet)


async def test_nothing_is_restored_beside_a_running_house(kept: Path, house: Settings) -> None:
    with held(house.folder), pytest.raises(DataFolderRefused, match="running"):
        await restore(house, kept, force=True, say=quiet)


async def test_a_backup_goes_on_beside_a_running_house(
    house: Settings, tmp_path: Path, clock: ManualClock
) -> None:
    target = tmp_path / "live.tar.gz"

    with held(house.folder):
        await backup(house, target, BackupPlan(), say=quiet, clock=clock)

    assert verify(target).holds == ("database", "objects", "video")


async def test_a_backup_never_replaces_another(
    kept: Path, house: Settings, clock: ManualClock
) -> None:
    with pytest.raises(BackupRefused, match="there already"):
        await backup(house, kept, BackupPlan(), say=quiet, clock=clock)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.99])
async def test_a_torn_backup_changes_nothing(kept: Path, empty: Settings, part: float) -> None:
    tear(kept, part)

    with pytest.raises(BackupRefused):
        await restore(empty, kept, force=False, say=quiet)

    assert not empty.folder.exists()


async def test_a_changed_byte_is_noticed_before_anything_is_restored(
    kept: Path, empty: Settings
) -> None:
    falsify(kept)

    with pytest.raises(BackupRefused, match=r"damaged: live/r1/video/0\.m4s"):
        await restore(empty, kept, force=False, say=quiet)

    assert not empty.folder.exists()


def test_a_file_that_is_no_backup_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.tar.gz"
    with tarfile.open(other, "w:gz") as tar:
        tar.add(__file__, "test.py")

    with pytest.raises(BackupRefused, match="no manifest"):
        verify(other)


@pytest.mark.parametrize("name", ["/etc/passwd", "../x", "live/../../x", "live\\..\\x", ""])
def test_no_member_leaves_the_folder(name: str) -> None:
    assert not is_plain(name)


def tear(path: Path, part: float) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * part)])


def falsify(path: Path) -> None:
    content = gzip.decompress(path.read_bytes())
    path.write_bytes(gzip.compress(content.replace(b"pictures that move", b"pictures that lie!")))
