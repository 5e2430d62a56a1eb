"""A house in a process of its own, as operators run it, on a data folder of its own."""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from livehouse.app.secrets_folder import secret_file
from livehouse.app.settings import PREFIX
from livehouse.foundation.clock import SystemClock
from livehouse.storage import launch
from livehouse.storage.postgres import BundledPostgres

OPEN_SECONDS_MAX = 90.0
STOP_SECONDS_MAX = 30.0
TAIL_LINES = 15
_OPEN = b"Livehouse is open at "
# Beside other folders, /tmp is memory on many systems; what is written there is never durable.
_ON_DISK = Path("/var/tmp")  # noqa: S108 - the folder made in it is ours and has a random name


class HouseFailed(Exception):
    """The process ended or did not open in time; the message ends with what it said last."""


class HouseProcess:
    """`livehouse serve` on `folder`: started, awaited, stopped, and killed."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.address = ""
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._said: list[bytes] = []
        self._opened = asyncio.Event()

    @property
    def pid(self) -> int:
        assert self._process is not None, "asked before it was started"
        return self._process.pid

    @property
    def is_started(self) -> bool:
        return self._process is not None

    @property
    def said(self) -> str:
        """All that it has written so far."""
        return b"".join(self._said).decode(errors="replace")

    async def start(self, tasks: asyncio.TaskGroup, *, port: int = 0) -> None:
        """Start it and wait until its doors are open. It ends when we do, however we end."""
        self._opened = asyncio.Event()
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-S", str(launch.__file__),
            str(int(signal.SIGTERM)), str(os.geteuid()), str(os.getegid()),
            sys.executable, "-m", "livehouse", "--data", str(self.folder),
            "serve", "--host", "127.0.0.1", "--port", str(port),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env={**_clean_environment(), **self._environment},
            start_new_session=True,
        )  # fmt: skip
        self.address = ""
        self._reading = tasks.create_task(self._read(self._process, self._opened))
        try:
            async with asyncio.timeout(OPEN_SECONDS_MAX):
                await self._opened.wait()
        except TimeoutError:
            raise HouseFailed(f"the house did not open in time:\n{self._tail()}") from None
        if not self.address:
            raise HouseFailed(f"the house did not open:\n{self._tail()}")

    async def stop(self) -> int:
        """Ask it to end, and wait: its exit status."""
        assert self._process is not None, "stopped before it was started"
        with suppress(ProcessLookupError):
            self._process.terminate()
        return await self.ended()

    def kill(self) -> None:
        """End it at once, without any chance to tidy up."""
        assert self._process is not None, "killed before it was started"
        with suppress(ProcessLookupError):
            self._process.kill()

    async def ended(self) -> int:
        """Wait for its end; one that does not end is killed."""
        assert self._process is not None, "awaited before it was started"
        try:
            async with asyncio.timeout(STOP_SECONDS_MAX):
                return await self._process.wait()
        except TimeoutError:
            self.kill()
            return await self._process.wait()

    async def _read(self, process: asyncio.subprocess.Process, opened: asyncio.Event) -> None:
        """What it writes, to the end, which may come after the next one has been started."""
        assert process.stderr is not None, "asked for a pipe"
        async for line in process.stderr:
            self._said.append(line)
            if line.startswith(_OPEN):
                self.address = line.removeprefix(_OPEN).decode().strip()
                opened.set()
        opened.set()

    def _tail(self) -> str:
        return "\n".join(self.said.splitlines()[-TAIL_LINES:])


@asynccontextmanager
async def open_house(folder: Path, environment: Mapping[str, str]) -> AsyncIterator[HouseProcess]:
    """A house that is open as long as the block lasts."""
    house = HouseProcess(folder, environment)
    async with asyncio.TaskGroup() as tasks:
        try:
            await house.start(tasks)
            yield house
        finally:
            await house.stop()


@contextmanager
def a_folder(name: str, say: Callable[[str], None] = lambda _: None) -> Iterator[Path]:
    """A new data folder on a real disk, gone at the end with all that a house put elsewhere."""
    place = _ON_DISK if _ON_DISK.is_dir() and os.access(_ON_DISK, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix=f"livehouse-{name}-", dir=place))
    folder.chmod(0o755)  # the database may run as another user; secrets are closed inside
    say(f"working in {folder}")
    try:
        yield folder
    finally:
        password = secret_file(folder / "secrets", "postgres")
        elsewhere = BundledPostgres(folder / "postgres", password, SystemClock()).home
        shutil.rmtree(elsewhere, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def _clean_environment() -> dict[str, str]:
    """Ours without the operator's settings: a benchmark says itself what it runs with."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
