"""FFmpeg as a host runs it: a picture and a tone, in real time, to wherever a test says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

STOP_SECONDS_MAX = 30.0
FFMPEG = "/usr/bin/ffmpeg"


@asynccontextmanager
async def encoder(
    address: str, *, size: str = "320x240", rate: int = 25, options: tuple[str, ...] = ()
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Publish for as long as the block lasts; keyframes every second, pictures out of order."""
    process = await asyncio.create_subprocess_exec(
        FFMPEG, "-hide_banner", "-loglevel", "error", "-re",
        "-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}",
        "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000",
        "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", str(rate),
        "-pix_fmt", "yuv420p", "-b:v", "300k", "-c:a", "aac", "-ac", "2",
        *options, "-f", "flv", address,
        stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        await _end(process)


@asynccontextmanager
async def replayed(film: Path, address: str) -> AsyncIterator[None]:
    """Send a film as it is, over and over, in real time."""
    process = await asyncio.create_subprocess_exec(
        FFMPEG, "-hide_banner", "-loglevel", "error", "-re", "-stream_loop", "-1",
        "-i", str(film), "-c", "copy", "-f", "flv", address,
        stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    async with stopped(process):
        yield


@asynccontextmanager
async def stopped(process: asyncio.subprocess.Process) -> AsyncIterator[None]:
    """The process has ended when the block has."""
    try:
        yield
    finally:
        await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        async with asyncio.timeout(STOP_SECONDS_MAX):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
