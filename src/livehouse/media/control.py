"""The control API of the media process, for the app alone: every call carries the token."""

import secrets
from typing import TypeVar

import msgspec
from aiohttp import web
from msgspec.structs import replace

from livehouse.foundation.errors import NotAllowed
from livehouse.media.errors import InvalidSource, NoSuchVideo
from livehouse.media.host import Host
from livehouse.media.ingest.http_gate import HttpGate
from livehouse.media.serving import RUN
from livehouse.media.specs import AppPlace, Playback, Reason, StartRun
from livehouse.media.webrtc.seats import Seats

T = TypeVar("T")


class Control:
    def __init__(self, host: Host, gate: HttpGate, token: str, seats: Seats) -> None:
        self._host = host
        self._seats = seats
        self._gate = gate
        self._expected = f"Bearer {token}"

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get("/control/health", self.health),
            web.get("/control/runs/{run}", self.status),
            web.put("/control/runs/{run}", self.start),
            web.delete("/control/runs/{run}", self.stop),
            web.post("/control/runs/{run}/kick", self.kick),
            web.put("/control/app", self.hear_of_app),
            web.post("/control/inputs/{input}/kick", self.kick_camera),
            web.put("/control/inputs/{input}/pull", self.pull),
            web.delete("/control/inputs/{input}/pull", self.end_pull),
        ]

    async def health(self, request: web.Request) -> web.Response:
        self._check(request)
        return _json(replace(self._host.health(), seats=self._seats.counts()))

    async def status(self, request: web.Request) -> web.Response:
        status = self._host.status(self.run_id(request))
        if status is None:
            raise NoSuchVideo
        return _json(status)

    async def start(self, request: web.Request) -> web.Response:
        run_id = self.run_id(request)
        wanted = await _read(request, StartRun)
        self._host.start(run_id, wanted)
        return _json(self._host.status(run_id), status=202)

    async def stop(self, request: web.Request) -> web.Response:
        await self._host.stop(self.run_id(request))
        return web.Response(status=204)

    async def kick(self, request: web.Request) -> web.Response:
        self._host.kick(self.run_id(request))
        return web.Response(status=204)

    async def hear_of_app(self, request: web.Request) -> web.Response:
        self._check(request)
        self._gate.app_url = (await _read(request, AppPlace)).url
        return web.Response(status=204)

    async def kick_camera(self, request: web.Request) -> web.Response:
        self._check(request)
        reason = (await _read(request, Reason)).reason
        self._host.inputs.kick(request.match_info["input"], reason)
        return web.Response(status=204)

    async def pull(self, request: web.Request) -> web.Response:
        self._check(request)
        playback = await _read(request, Playback)
        self._host.pulls.start(request.match_info["input"], playback)
        return web.Response(status=204)

    async def end_pull(self, request: web.Request) -> web.Response:
        self._check(request)
        self._host.pulls.stop(request.match_info["input"])
        return web.Response(status=204)

    def run_id(self, request: web.Request) -> str:
        """The run that a call is about, once it is known to come from the app."""
        self._check(request)
        run_id = request.match_info["run"]
        if not RUN.fullmatch(run_id):
            raise NoSuchVideo
        return run_id

    def _check(self, request: web.Request) -> None:
        given = request.headers.get("Authorization", "")
        if not secrets.compare_digest(given.encode(), self._expected.encode()):
            raise NotAllowed


async def _read(request: web.Request, form: type[T]) -> T:
    try:
        return msgspec.json.decode(await request.read(), type=form)
    except msgspec.MsgspecError as error:
        raise InvalidSource(problem=str(error)) from error


def _json(answer: object, *, status: int = 200) -> web.Response:
    body = msgspec.json.encode(answer)
    return web.Response(status=status, body=body, content_type="application/json")
