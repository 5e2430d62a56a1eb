"""Real processes for tests: whose they are, and waiting for what they do."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from signal import SIGKILL

import aiohttp
import psutil

from livehouse.app.bench.house import HouseProcess
from livehouse.foundation.clock import SystemClock

WAIT_SECONDS_MAX = 120.0
_LOOK_AGAIN = timedelta(milliseconds=30)


async def eventually(
    what: str, is_so: Callable[[], Awaitable[bool]], seconds: float = WAIT_SECONDS_MAX
) -> None:
    """Wait until `is_so`: the one place in the tests where real time passes on purpose."""
    clock = SystemClock()
    deadline = clock.now() + timedelta(seconds=seconds)
    while not await is_so():
        assert clock.now() < deadline, f"not within {seconds:g} s: {what}"
        await clock.sleep(_LOOK_AGAIN)


def processes_of(folder: Path) -> list[psutil.Process]:
    """Every process that works for the house in `folder`, wherever it was started from."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            words = " ".join(process.cmdline())
            if str(folder) in words or process.cwd().startswith(str(folder)):
                found.append(process)
    return [process for process in found if process.pid != os.getpid()]


async def nothing_is_left_of(folder: Path) -> None:
    async def gone() -> bool:
        return not processes_of(folder)

    try:
        await eventually("every process of the house has ended", gone)
    except AssertionError:
        raise AssertionError([process.cmdline() for process in processes_of(folder)]) from None


def postmaster_of(house: HouseProcess) -> psutil.Process:
    """The database server's first process, whose end ends the others."""
    return _child(house, lambda words: words[0].endswith("/postgres"))


def backend_of(house: HouseProcess) -> psutil.Process:
    """One of the database's processes that serve the house."""
    for process in postmaster_of(house).children():
        if "livehouse livehouse" in " ".join(process.cmdline()):
            return process
    raise AssertionError("the house has no connection to its database")


def media_of(house: HouseProcess) -> psutil.Process:
    return _child(house, lambda words: "livehouse.media.process" in words)


def kill(process: psutil.Process) -> None:
    process.send_signal(SIGKILL)


async def status_of(address: str, path: str) -> int:
    """The HTTP status, or 0 when nobody answers."""
    try:
        async with aiohttp.ClientSession() as client, client.get(address + path) as answer:
            return answer.status
    except (aiohttp.ClientError, OSError):
        return 0


async def is_well(house: HouseProcess) -> bool:
    return await status_of(house.address, "/healthz") == 200


def _child(house: HouseProcess, is_it: Callable[[list[str]], bool]) -> psutil.Process:
    for process in psutil.Process(house.pid).children():
        words = process.cmdline()
        if words and is_it(words):
            return process
    raise AssertionError("the house has no such process")


def environment(**settings: object) -> Mapping[str, str]:
    """Settings of a house as its environment."""
    return {f"LIVEHOUSE_{name.upper()}": str(value) for name, value in settings.items()}


@asynccontextmanager
async def killed_at_the_end(house: HouseProcess) -> AsyncIterator[None]:
    """Whatever the test finds, the house does not outlive it."""
    try:
        yield
    finally:
        house.kill()
        await house.ended()
