"""Varnish in front of a house, as the guide for clusters sets it up, in a process of its own."""

import asyncio
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

from msgspec import Struct

from livehouse.app.bench.crews import CrewFailed, gone
from livehouse.app.bench.ports import free_port
from livehouse.foundation.clock import SystemClock
from livehouse.storage import launch

OPEN_SECONDS_MAX = 30.0
STOP_SECONDS_MAX = 10.0
LOCAL = "127.0.0.1"
# Debian puts it where only root's PATH looks.
_VARNISHD = shutil.which("varnishd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
# As the guide says it. Viewers who all come at once wait without a thread each; by default Varnish
# keeps one for each of them for 50 ms, thousands at a time, and they are in each other's way.
PARAMETERS = (
    "-p", "timeout_linger=0", "-p", "thread_pools=1", "-p", "thread_pool_min=20",
    "-p", "thread_pool_max=50", "-p", "thread_queue_limit=20000",
)  # fmt: skip
_BACKEND = re.compile(r'\.host = "[^"]*";(\s*)\.port = "[^"]*";')
_PAUSE = timedelta(milliseconds=50)


class Cache(Struct, frozen=True):
    pid: int
    host: str
    port: int


def for_one_house(vcl: str, port: int) -> str:
    """The guide's configuration with the house on this machine in the place of every gateway."""
    told, found = _BACKEND.subn(rf'.host = "{LOCAL}";\1.port = "{port}";', vcl)
    assert found, "the guide names its gateways by host and port"
    return told


@asynccontextmanager
async def open_cache(folder: Path, house_port: int) -> AsyncIterator[Cache]:
    """A cache that is open as long as the block lasts. It ends when we do, however we end."""
    if _VARNISHD is None:
        raise CrewFailed("the benchmark needs Varnish: apt install varnish")
    vcl = folder / "varnish.vcl"
    guide = files("livehouse.app.bench") / "varnish.vcl"
    vcl.write_text(for_one_house(guide.read_text(), house_port))
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-S", str(launch.__file__),
        str(int(signal.SIGTERM)), str(os.geteuid()), str(os.getegid()),
        _VARNISHD, "-F", "-j", "none", "-n", str(folder / "varnish"), "-f", str(vcl),
        "-a", f"{LOCAL}:{port}", "-s", "malloc,256m", "-T", "none",
        *PARAMETERS,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await _opened(process, port)
        yield Cache(process.pid, LOCAL, port)
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await gone(process, within=STOP_SECONDS_MAX)


async def _opened(process: asyncio.subprocess.Process, port: int) -> None:
    clock = SystemClock()
    async with asyncio.timeout(OPEN_SECONDS_MAX):
        while process.returncode is None:
            with suppress(OSError):
                _, writer = await asyncio.open_connection(LOCAL, port)
                writer.close()
                return
            await clock.sleep(_PAUSE)
    raise CrewFailed(f"varnishd ended with {process.returncode}; `varnishd -C -f` shows why")
