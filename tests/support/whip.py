"""A camera over WebRTC without a browser: FFmpeg's WHIP muxer, as PyAV brings it."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from livehouse.app.bench.certificates import whip_options


@asynccontextmanager
async def a_whip_camera(
    url: str, key: str, folder: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that sends for as long as the block lasts: its handshake would block our loop."""
    options = await asyncio.to_thread(whip_options, folder, key)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "livehouse.app.bench.clock_cameras", "whip", url,
        json.dumps(options), stdin=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(10):
                await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
