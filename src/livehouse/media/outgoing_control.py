"""Commands about other platforms, for the app alone: every call carries the token."""

import asyncio
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from livehouse.foundation.clock import Clock
from livehouse.media.control import Control
from livehouse.media.errors import InvalidSource, NoSuchVideo
from livehouse.media.host import Host
from livehouse.media.outgoing.connection import Connect, Connection
from livehouse.media.outgoing.flv import FlvConnection
from livehouse.media.outgoing.specs import Target, Targets
from livehouse.media.packets import Formats
from livehouse.media.webrtc.pushing import WhipConnection


def connecting(loop: asyncio.AbstractEventLoop, clock: Clock) -> Connect:
    """Connects as a target's address asks for; WebRTC is spoken on `loop`."""

    def connect(target: Target, formats: Formats, allow_private: bool) -> Connection:  # noqa: FBT001 - as `Connect` has it
        if urlsplit(target.address).scheme in {"http", "https"}:
            return WhipConnection(target, formats, loop, clock, allow_private=allow_private)
        return FlvConnection(target.address, formats, allow_private=allow_private)

    return connect


class OutgoingControl:
    """Made on the loop that WebRTC is to be spoken on."""

    def __init__(self, host: Host, control: Control, clock: Clock) -> None:
        self._connect = connecting(asyncio.get_running_loop(), clock)
        self._host = host
        self._control = control

    def routes(self) -> list[web.AbstractRouteDef]:
        return [web.put("/control/runs/{run}/targets", self.want)]

    async def want(self, request: web.Request) -> web.Response:
        """All that a run is to be pushed to; tells how each of them is doing."""
        run = self._host.live(self._control.run_id(request))
        if run is None:
            raise NoSuchVideo
        try:
            wanted = msgspec.json.decode(await request.read(), type=Targets)
        except msgspec.MsgspecError:
            # Its words may hold an address with its key.
            raise InvalidSource(problem="targets") from None
        run.outgoing.want(wanted, self._connect)
        body = msgspec.json.encode(run.outgoing.statuses())
        return web.Response(body=body, content_type="application/json")
