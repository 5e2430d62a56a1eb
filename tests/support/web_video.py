"""A web server with live video in segments, as other houses have: FFmpeg cuts, aiohttp serves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from tests.support.encoders import FFMPEG, stopped
from tests.support.media_waiting import eventually


@asynccontextmanager
async def serving(*routes: web.AbstractRouteDef) -> AsyncIterator[str]:
    """A server of this machine with these routes; its address."""
    application = web.Application()
    application.add_routes(routes)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def live_hls(film: Path, folder: Path) -> AsyncIterator[str]:
    """The film over and over as plain HLS with transport streams; the playlist's address."""
    await asyncio.to_thread(folder.mkdir)
    process = await asyncio.create_subprocess_exec(
        FFMPEG, "-hide_banner", "-loglevel", "error", "-re", "-stream_loop", "-1",
        "-i", str(film), "-c", "copy", "-f", "hls", "-hls_time", "1", "-hls_list_size", "5",
        "-hls_flags", "delete_segments", str(folder / "live.m3u8"),
        stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    async with stopped(process), serving(web.static("/", folder)) as origin:
        await eventually(lambda: _is_there(folder / "live.m3u8"))
        yield f"{origin}/live.m3u8"


async def _is_there(path: Path) -> bool:
    return await asyncio.to_thread(path.exists)
