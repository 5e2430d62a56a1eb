"""Commands about recordings, for the app alone: every call carries the token."""

import re

import msgspec
from aiohttp import web

from livehouse.media.after.recordings import Recordings
from livehouse.media.after.specs import Work
from livehouse.media.control import Control
from livehouse.media.errors import InvalidSource, NoSuchVideo

WORK = re.compile(r"[0-9a-f-]{1,36}|whole")


class RecordingControl:
    def __init__(self, recordings: Recordings, control: Control) -> None:
        self._recordings = recordings
        self._control = control

    def routes(self) -> list[web.AbstractRouteDef]:
        base = "/control/recordings/{run}"
        return [
            web.get(base, self.info),
            web.delete(base, self.remove),
            web.put(base + "/works/{work}", self.order),
            web.delete(base + "/works/{work}", self.discard),
        ]

    async def info(self, request: web.Request) -> web.Response:
        return _json(await self._recordings.info(self._control.run_id(request)))

    async def remove(self, request: web.Request) -> web.Response:
        await self._recordings.remove(self._control.run_id(request))
        return web.Response(status=204)

    async def order(self, request: web.Request) -> web.Response:
        run_id, work_id = self._control.run_id(request), _work_id(request)
        try:
            work = msgspec.json.decode(await request.read(), type=Work)
        except msgspec.MsgspecError as error:
            raise InvalidSource(problem=str(error)) from error
        return _json(await self._recordings.order(run_id, work_id, work))

    async def discard(self, request: web.Request) -> web.Response:
        run_id, work_id = self._control.run_id(request), _work_id(request)
        await self._recordings.discard(run_id, work_id)
        return web.Response(status=204)


def _work_id(request: web.Request) -> str:
    work_id = request.match_info["work"]
    if not WORK.fullmatch(work_id):
        raise NoSuchVideo
    return work_id


def _json(answer: object) -> web.Response:
    return web.Response(body=msgspec.json.encode(answer), content_type="application/json")
