"""Another platform that takes WHIP: our own entrance, which can be closed and opened again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import av
from aiohttp import web
from av.video.codeccontext import VideoCodecContext

from livehouse.app.bench.ports import free_port
from livehouse.foundation.clock import SystemClock
from livehouse.media import timecode
from livehouse.media.h264 import START_CODE, split_avcc
from livehouse.media.ingest.gate import Welcome
from livehouse.media.ingest.inputs import Inputs
from livehouse.media.packets import Formats, Kind, SourceItem
from livehouse.media.problems import refusals_as_problems
from livehouse.media.webrtc.links import WebRtcLinks
from livehouse.media.webrtc.whip import Whip
from tests.support.cameras import ROOM, KeyedGate
from tests.support.media_material import luma


class WhipPlatform:
    """Lets in who shows `key` as bearer, and keeps what comes, a list for each opening."""

    def __init__(self, key: str) -> None:
        self.port = free_port()
        self.received: list[list[SourceItem]] = []
        self._key = key
        self._open = AsyncExitStack()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/whip/{ROOM}"

    async def start(self) -> None:
        clock = SystemClock()
        inputs = Inputs(KeyedGate(**{self._key: Welcome(ROOM)}), clock)
        whip = Whip(inputs, clock, WebRtcLinks())
        application = web.Application(middlewares=[refusals_as_problems])
        application.add_routes(whip.routes())
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        self._open.push_async_callback(runner.cleanup)
        await self._open.enter_async_context(whip.carrying())
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        tasks = await self._open.enter_async_context(asyncio.TaskGroup())
        keeping = tasks.create_task(self._keep(inputs))
        self._open.callback(keeping.cancel)

    async def kill(self) -> None:
        await self._open.aclose()

    def clocks(self, opening: int) -> list[int | None]:
        """What the burnt-in clock shows on each picture that came."""
        decoder = av.CodecContext.create("h264", "r")
        assert isinstance(decoder, VideoCodecContext)
        frames: list[av.VideoFrame] = []
        sets = b""
        for item in self.received[opening]:
            if isinstance(item, Formats):
                parameters = item.video.parameters
                sets = START_CODE + parameters.sequence + START_CODE + parameters.picture
            elif item.kind is Kind.VIDEO:
                units = b"".join(START_CODE + unit for unit in split_avcc(item.data))
                frames += decoder.decode(av.Packet(sets + units))
        frames += decoder.decode(None)
        return [timecode.read(luma(frame)) for frame in frames]

    async def _keep(self, inputs: Inputs) -> None:
        items: list[SourceItem] = []
        self.received.append(items)
        with inputs.at(ROOM).listening() as subscription:
            while True:
                items.append(await subscription.take())


@asynccontextmanager
async def whip_platform(key: str) -> AsyncIterator[WhipPlatform]:
    platform = WhipPlatform(key)
    await platform.start()
    try:
        yield platform
    finally:
        await platform.kill()
