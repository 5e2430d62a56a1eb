"""What the room stands beside: a server that hands every event to every viewer at once.

It is `websockets.broadcast`, the way its documentation recommends, on uvloop and with neither
compression nor pings. It speaks enough of our protocol for the same viewers to watch it.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import uvloop
from msgspec import Struct
from websockets.asyncio.server import ServerConnection, broadcast, serve

from livehouse.app.bench.crews import wishes
from livehouse.engine.protocol import Frame, encode
from livehouse.foundation.clock import SystemClock

_WELCOME = '{"type":"welcome"}'
_LINE = ("c01980000-0000-7000-8000-000000000000", "u01980000-0000-7000-8000-000000000000",
         "Ann 12", "which glaze is the blue one?", "viewer")  # fmt: skip


class Where(Struct, frozen=True):
    address: str


class Events(Struct, frozen=True):
    """Send so many lines at this pace."""

    count: int
    per_second: float


class Sent(Struct, frozen=True):
    events: int


async def main() -> None:
    lines = await wishes()
    keyframe = encode(Frame(n=1, epoch=1, at=0, state={})).decode()
    viewers: set[ServerConnection] = set()

    async def watch(viewer: ServerConnection) -> None:
        await viewer.recv()
        await viewer.send(_WELCOME)
        await viewer.send(keyframe)
        viewers.add(viewer)
        try:
            await viewer.wait_closed()
        finally:
            viewers.discard(viewer)

    server = serve(watch, "127.0.0.1", 0, compression=None, ping_interval=None, backlog=4_096)
    async with server as listening:
        host, port = next(iter(listening.sockets)).getsockname()[:2]
        lines.answer(Where(f"http://{host}:{port}"))
        n = 1
        while (events := await lines.next(Events)) is not None:
            async for _ in _paced(events):
                n += 1
                frame = encode(Frame(n=n, epoch=1, at=0, says=(_LINE,))).decode()
                broadcast(viewers, frame)
            lines.answer(Sent(events.count))


async def _paced(events: Events) -> AsyncIterator[int]:
    clock, loop = SystemClock(), asyncio.get_running_loop()
    began = loop.time()
    for number in range(events.count):
        late = loop.time() - began - number / events.per_second
        await clock.sleep(timedelta(seconds=max(0.0, -late)))
        yield number


if __name__ == "__main__":
    uvloop.run(main())
