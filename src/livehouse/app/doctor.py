"""`livehouse doctor`: looks at what a house needs and says what to do; changes nothing."""

import asyncio
import platform
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
from msgspec import Struct

from livehouse.app.data_folder import held
from livehouse.app.paying import missing
from livehouse.app.settings import Settings
from livehouse.foundation.clock import Clock, SystemClock
from livehouse.media.supervisor import MediaSupervisor
from livehouse.storage.database import str_url
from livehouse.storage.postgres import BundledPostgres, PostgresFailed, bundled_binaries

PYTHON_MIN = (3, 11)
POSTGRES_VERSION_MIN = 180_000
GIGABYTE = 1_000_000_000
DISK_BYTES_MIN = 5 * GIGABYTE
LOOK_SECONDS_MAX = 20.0


class Advice(Struct, frozen=True):
    """What was looked at, what is there, and what to do where it is not well."""

    what: str
    found: str
    well: bool = True
    do: str = ""

    @property
    def mark(self) -> str:
        return "ok  " if self.well else "FAIL"


async def examine(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Advice]:
    """Each part in turn; one that cannot be looked at is not well."""
    clock = clock or SystemClock()
    yield _python()
    yield _binaries()
    yield _disk(settings)
    if not settings.folder.exists():
        yield Advice("data folder", f"{settings.folder} will be made at the first start")
        yield _port(settings, is_running=False)
    else:
        with held(settings.folder) as is_ours:
            running = "a house is running here" if not is_ours else "nothing is running here"
            yield Advice("data folder", f"{settings.folder}: {running}")
            yield _port(settings, is_running=not is_ours)
            yield await _looked_at("database", lambda: _database(settings, clock, is_ours))
    yield await _looked_at("media process", lambda: _media(settings, clock))
    yield await _looked_at("mail", lambda: _mail(settings))
    yield _payments(settings)
    yield _origin(settings)


def _python() -> Advice:
    well = sys.version_info >= PYTHON_MIN
    found = f"{platform.python_version()} on {platform.machine()}"
    return Advice("Python", found, well, "" if well else "install Python 3.11 or newer")


def _binaries() -> Advice:
    try:
        done = subprocess.run(  # noqa: S603 - our own binary
            [str(bundled_binaries() / "postgres"), "--version"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    except (PostgresFailed, OSError) as error:
        return Advice("PostgreSQL", str(error), well=False, do="run `make setup` again")
    well = done.returncode == 0
    found = done.stdout.strip() or done.stderr.strip()
    return Advice("PostgreSQL", found, well, "" if well else "run `make setup` again")


def _disk(settings: Settings) -> Advice:
    folder = next(path for path in (settings.folder, *settings.folder.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    well = free >= DISK_BYTES_MIN
    do = "" if well else "make room or set another data folder: recording stops on a full disk"
    return Advice("disk", f"{free / GIGABYTE:.1f} GB free at {folder}", well, do)


def _port(settings: Settings, *, is_running: bool) -> Advice:
    address = f"{settings.host}:{settings.port}"
    if is_running:
        return Advice("port", f"{address}, which the running house should hold")
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        socket.create_server((settings.host, settings.port), family=family).close()
    except OSError as error:
        return Advice(
            "port", f"{address}: {error.strerror}", well=False, do="choose another with --port"
        )
    return Advice("port", f"{address} is free")


async def _database(settings: Settings, clock: Clock, is_ours: bool) -> Advice:  # noqa: FBT001
    url = settings.database_url
    if not url and is_ours:
        return Advice("database", "the bundled one, which starts with the house")
    if not url:
        password = settings.folder / "secrets" / "postgres"
        url = BundledPostgres(settings.folder / "postgres", password, clock).url
    connection = await asyncpg.connect(str_url(url), timeout=LOOK_SECONDS_MAX)
    try:
        number = int(await connection.fetchval("show server_version_num"))
        durable = await connection.fetchval("show synchronous_commit")
    finally:
        await connection.close()
    if number < POSTGRES_VERSION_MIN:
        return Advice("database", f"version {number}", well=False, do="PostgreSQL 18 is needed")
    if durable == "off":
        do = "set synchronous_commit = on: orders that were answered could be lost"
        return Advice("database", "synchronous_commit is off", well=False, do=do)
    return Advice("database", f"reachable, version {number // 10_000}.{number % 10_000}")


async def _media(settings: Settings, clock: Clock) -> Advice:
    folder = settings.folder if settings.folder.exists() else Path.cwd()
    async with MediaSupervisor(folder, clock).running() as media:
        return Advice("media process", f"starts (process {media.pid})")


async def _mail(settings: Settings) -> Advice:
    if not settings.mail_url:
        do = "set mail_url before strangers sign up: letters only lie in the data folder"
        return Advice("mail", "no server is set", do=do)
    url = urlsplit(settings.mail_url)
    port = url.port or (465 if url.scheme == "smtps" else 587)
    _, writer = await asyncio.open_connection(url.hostname, port)
    writer.close()
    return Advice("mail", f"{url.hostname}:{port} answers")


def _payments(settings: Settings) -> Advice:
    problem = missing(settings)
    offered = ", ".join(settings.payment_providers)
    if problem:
        return Advice("payments", offered, well=False, do=problem)
    if "sandbox" in settings.payment_providers:
        do = "set payment_providers before you sell: whoever pays in the sandbox pays nothing"
        return Advice("payments", f"{offered}: no money moves in the sandbox", do=do)
    if not settings.origin.startswith("https://"):
        do = "set origin: buyers come back there, and Stripe's notices need https"
        return Advice("payments", f"{offered} without an https:// origin", well=False, do=do)
    return Advice("payments", offered)


def _origin(settings: Settings) -> Advice:
    if settings.host in ("127.0.0.1", "::1", "localhost") or settings.origin:
        return Advice("address", settings.origin or "for this machine only")
    do = "set origin to the https:// address that people type"
    return Advice("address", f"open on {settings.host} without an origin", well=False, do=do)


async def _looked_at(what: str, look: Callable[[], Awaitable[Advice]]) -> Advice:
    try:
        async with asyncio.timeout(LOOK_SECONDS_MAX):
            return await look()
    except BaseExceptionGroup as group:
        return Advice(what, f"{group.exceptions[0]}", well=False, do=_TRY[what])
    except Exception as error:  # noqa: BLE001 - told to whoever asked
        found = f"{type(error).__name__}: {error}"
        return Advice(what, found, well=False, do=_TRY[what])


_TRY = {
    "database": "check database_url, and that its server runs and lets us in",
    "media process": "run `make setup` again; the log says more",
    "mail": "check mail_url, and that a firewall lets us out",
}
