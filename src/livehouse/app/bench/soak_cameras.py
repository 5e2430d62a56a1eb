"""The cameras of a soak: they come back by themselves, as encoders do, and are put into trouble."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from datetime import timedelta

from livehouse.foundation.clock import SystemClock, to_ms

COMES_BACK = timedelta(seconds=1)
LEAVE_SECONDS_MAX = 10.0


class ClockCamera:
    """One `clock_cameras` process after the other for as long as `run` goes on."""

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments
        self._process: asyncio.subprocess.Process | None = None
        self._may_send = asyncio.Event()
        self._may_send.set()
        # When (ms since 1970).
        self.starts: list[int] = []

    async def run(self) -> None:
        clock = SystemClock()
        try:
            while True:
                await self._may_send.wait()
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "livehouse.app.bench.clock_cameras", *self._arguments,
                    stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
                    start_new_session=True,
                )  # fmt: skip
                self.starts.append(to_ms(clock.now()))
                await self._process.wait()
                await clock.sleep(COMES_BACK)
        finally:
            await self._leave()

    async def drop(self, away: timedelta) -> None:
        """Cut it off in the middle of a packet; it comes back after a while."""
        self._may_send.clear()
        self._signal(signal.SIGKILL)
        await SystemClock().sleep(away)
        self._may_send.set()

    async def hush(self, lasting: timedelta) -> None:
        """Let it say nothing, with its connection open."""
        self._signal(signal.SIGSTOP)
        await SystemClock().sleep(lasting)
        self._signal(signal.SIGCONT)

    async def _leave(self) -> None:
        """Say goodbye, as when a host presses the button."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        assert process.stdin is not None, "asked for a pipe"
        process.stdin.close()
        try:
            async with asyncio.timeout(LEAVE_SECONDS_MAX):
                await process.wait()
        except TimeoutError:
            self._signal(signal.SIGKILL)
            await process.wait()

    def _signal(self, number: signal.Signals) -> None:
        """To it and to the FFmpeg that it has started."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)
