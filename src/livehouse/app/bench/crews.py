"""Clients in processes of their own: what the benchmark and they say to each other.

A crew reads its task as one JSON line, does what each further line asks for, answers each with one
JSON line, and ends when its standard input does, so that it never outlives the benchmark.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

import msgspec
from msgspec import Struct

ANSWER_SECONDS_MAX = 120.0
LEAVE_SECONDS_MAX = 5.0
LINE_BYTES_MAX = 2**28

T = TypeVar("T")


class CrewFailed(Exception):
    """A client process ended without an answer; its own words are on standard error."""


class Crew:
    """The benchmark's side of one client process."""

    def __init__(self, name: str, process: asyncio.subprocess.Process) -> None:
        self._name = name
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    async def ask(self, wish: Struct, type_: type[T]) -> T:
        """Send one line and wait for its answer."""
        self.tell(wish)
        return await self.answer(type_)

    def tell(self, wish: Struct) -> None:
        assert self._process.stdin is not None, "asked for a pipe"
        self._process.stdin.write(msgspec.json.encode(wish) + b"\n")

    async def answer(self, type_: type[T]) -> T:
        assert self._process.stdout is not None, "asked for a pipe"
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            line = await self._process.stdout.readline()
        if not line:
            raise CrewFailed(f"{self._name} ended early")
        return msgspec.json.decode(line, type=type_)


@asynccontextmanager
async def crew(name: str) -> AsyncIterator[Crew]:
    """Start `livehouse.app.bench.NAME` as a process; it is gone after the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"livehouse.app.bench.{name}",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=LINE_BYTES_MAX,
    )  # fmt: skip
    try:
        yield Crew(name, process)
    finally:
        assert process.stdin is not None, "asked for a pipe"
        process.stdin.close()
        await gone(process, within=LEAVE_SECONDS_MAX)


async def gone(process: asyncio.subprocess.Process, *, within: float) -> None:
    """Wait for a process that was asked to end; after so many seconds it is killed."""
    with suppress(TimeoutError):
        async with asyncio.timeout(within):
            await process.wait()
    if process.returncode is None:
        process.kill()
        await process.wait()


class Wishes:
    """The crew's side: lines from standard input, answers to standard output."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    async def next(self, type_: type[T]) -> T | None:
        """The next line, or None when the benchmark has gone."""
        line = await self._reader.readline()
        return msgspec.json.decode(line, type=type_) if line else None

    def answer(self, answer: Struct) -> None:
        sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
        sys.stdout.buffer.flush()


async def wishes() -> Wishes:
    reader = asyncio.StreamReader(limit=LINE_BYTES_MAX)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return Wishes(reader)
