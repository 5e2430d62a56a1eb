"""What a client asks the house over HTTP before it follows a room: which run, and a ticket."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import aiohttp

from livehouse.client import limits
from livehouse.client.errors import NotJoined, Refused
from livehouse.client.wire import ABNORMAL

_TIMEOUT = aiohttp.ClientTimeout(total=limits.ANSWER_SECONDS_MAX)


class Door:
    """One house at `address`; who asks is known by the token, or by the session's cookies."""

    def __init__(self, address: str, http: aiohttp.ClientSession, token: str = "") -> None:
        self.address = address.rstrip("/")
        self.http = http
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def run_of(self, show: str) -> UUID:
        """The run of a show that is on now, or `Refused` with `not_live`."""
        try:
            info = await self._ask("GET", f"/api/shows/{show}")
        except NotJoined as error:
            raise Refused(error.reason) if error.reason else error from None
        run = info.get("run")
        if not run or run["state"] != "live":
            raise Refused("not_live", f"Nothing is on in {show!r} now.")
        return UUID(run["id"])

    async def ticket(self, run: UUID) -> str:
        """A minute's pass into the run's room."""
        answer = await self._ask("POST", "/api/tickets", {"run": str(run)})
        return str(answer["ticket"])

    async def _ask(self, method: str, path: str, body: object = None) -> Mapping[str, Any]:
        """The answer's JSON, or `NotJoined` with the status and the refusal's code."""
        try:
            request = self.http.request(
                method, self.address + path, json=body, headers=self._headers, timeout=_TIMEOUT
            )
            async with request as answer:
                said = await answer.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise NotJoined(ABNORMAL, str(error)) from error
        if not answer.ok:
            raise NotJoined(answer.status, str(said.get("code", "")))
        return dict(said)
