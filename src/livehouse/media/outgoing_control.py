"""Commands about other platforms, for the app alone: every call carries the token."""

import msgspec
from aiohttp import web

from livehouse.media.control import Control
from livehouse.media.errors import InvalidSource, NoSuchVideo
from livehouse.media.host import Host
from livehouse.media.outgoing.specs import Targets


class OutgoingControl:
    def __init__(self, host: Host, control: Control) -> None:
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
        run.outgoing.want(wanted)
        body = msgspec.json.encode(run.outgoing.statuses())
        return web.Response(body=body, content_type="application/json")
