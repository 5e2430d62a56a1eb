"""Debian's Chromium without a window, asked over its own debugging protocol."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import aiohttp
import msgspec
from msgspec import Struct

from livehouse.app.bench.crews import CrewFailed, gone
from livehouse.foundation.clock import SystemClock
from livehouse.storage import launch

OPEN_SECONDS_MAX = 60.0
ANSWER_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 10.0
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
    "--window-size=1440,900",
    "--remote-debugging-port=0",
)
_PAUSE = timedelta(milliseconds=50)


class _Target(Struct, frozen=True, rename="camel"):
    id: str
    web_socket_debugger_url: str


class _Thrown(Struct, frozen=True):
    text: str = ""


class _Value(Struct, frozen=True):
    value: object = None


class _Evaluated(Struct, frozen=True, rename="camel"):
    result: _Value = _Value()
    exception_details: _Thrown | None = None


class _Reply(Struct, frozen=True):
    """An answer, or one of the many events, which have no id."""

    id: int = 0
    result: msgspec.Raw = msgspec.Raw(b"{}")


class Tab:
    """One page. Expressions are JavaScript; what they give must be JSON."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._asked = 0

    async def open(self, url: str) -> None:
        """Leave for another page; what was there before is gone when this is answered."""
        await self._ask("Page.navigate", url=url)

    async def value(self, expression: str) -> object:
        """What the expression comes to, also when that is a promise."""
        raw = await self._ask(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        evaluated = msgspec.json.decode(raw, type=_Evaluated)
        if evaluated.exception_details is not None:
            raise CrewFailed(f"the page says: {evaluated.exception_details.text}")
        return evaluated.result.value

    async def _ask(self, method: str, **params: object) -> msgspec.Raw:
        self._asked += 1
        await self._socket.send_json({"id": self._asked, "method": method, "params": params})
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            while True:
                reply = msgspec.json.decode(await self._socket.receive_str(), type=_Reply)
                if reply.id == self._asked:
                    return reply.result


class Chromium:
    def __init__(self, pid: int, session: aiohttp.ClientSession, address: str) -> None:
        self.pid = pid
        self._session = session
        self._address = address

    @asynccontextmanager
    async def tab(self) -> AsyncIterator[Tab]:
        """A new tab in front of the others, closed at the end."""
        async with self._session.put(f"{self._address}/json/new?about:blank") as answer:
            target = msgspec.json.decode(await answer.read(), type=_Target)
        socket = self._session.ws_connect(target.web_socket_debugger_url, max_msg_size=0)
        try:
            async with socket as connected:
                yield Tab(connected)
        finally:
            async with self._session.get(f"{self._address}/json/close/{target.id}"):
                pass


@asynccontextmanager
async def open_chromium(folder: Path) -> AsyncIterator[Chromium]:
    """A browser that is open as long as the block lasts. It ends when we do, however we end."""
    path = shutil.which("chromium")
    if path is None:
        raise CrewFailed("the benchmark needs Chromium: apt install chromium")
    profile = folder / "chromium"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-S", str(launch.__file__),
        str(int(signal.SIGTERM)), str(os.geteuid()), str(os.getegid()),
        path, *FLAGS, f"--user-data-dir={profile}", "about:blank",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=OPEN_SECONDS_MAX)
    try:
        port = await _port(process, profile / "DevToolsActivePort")
        async with aiohttp.ClientSession(timeout=timeout) as session:
            yield Chromium(process.pid, session, f"http://127.0.0.1:{port}")
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await gone(process, within=STOP_SECONDS_MAX)


async def _port(process: asyncio.subprocess.Process, told: Path) -> int:
    """Where it listens, which it writes into its profile when it does."""
    clock = SystemClock()
    async with asyncio.timeout(OPEN_SECONDS_MAX):
        while process.returncode is None:
            with suppress(OSError, ValueError, IndexError):
                return int((await asyncio.to_thread(told.read_text)).splitlines()[0])
            await clock.sleep(_PAUSE)
    raise CrewFailed(f"chromium ended with {process.returncode}")
