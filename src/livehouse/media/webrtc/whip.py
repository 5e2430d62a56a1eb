"""`/whip/{room}`: a browser or encoder goes live over HTTP and WebRTC (RFC 9725)."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog
from aiohttp import web

from livehouse.foundation.clock import Clock
from livehouse.media.ingest.errors import UnknownStreamKey
from livehouse.media.ingest.inputs import Inputs, Publication
from livehouse.media.problems import problem
from livehouse.media.webrtc import taps
from livehouse.media.webrtc.errors import MalformedOffer, NoSuchSession, TooManySessions
from livehouse.media.webrtc.limits import CONNECTING_MAX, FRAGMENT_BYTES_MAX, SESSIONS_MAX
from livehouse.media.webrtc.links import CLIENT_HEADER, WebRtcLinks
from livehouse.media.webrtc.offers import (
    SENDS,
    checked_candidates,
    checked_offer,
    finished_answer,
)
from livehouse.media.webrtc.session import WhipSession

log = structlog.get_logger()

OFFER_TYPE = "application/sdp"
FRAGMENT_TYPE = "application/trickle-ice-sdpfrag"
PROTOCOL = "whip"
SESSION_BYTES = 24
CROSS_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, PATCH, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match",
    "Access-Control-Expose-Headers": "Location, ETag, Link, Accept-Patch",
    "Access-Control-Max-Age": "86400",
}

Handler = Callable[["Whip", web.Request], Awaitable[web.Response]]


def as_whip(handler: Handler) -> Handler:
    """Statuses as RFC 9725 has them, where ours would be others; pages of any site may ask."""

    async def answering(whip: "Whip", request: web.Request) -> web.Response:
        try:
            answer = await handler(whip, request)
        except MalformedOffer as refusal:
            answer = problem(400, refusal.code, str(refusal))
        except UnknownStreamKey as refusal:
            answer = problem(401, refusal.code, str(refusal))
            answer.headers["WWW-Authenticate"] = "Bearer"
        answer.headers.update(CROSS_ORIGIN)
        return answer

    return answering


class Whip:
    """The sessions of all cameras that come over WebRTC."""

    def __init__(self, inputs: Inputs, clock: Clock, links: WebRtcLinks) -> None:
        self._inputs = inputs
        self._clock = clock
        self._links = links
        self._sessions: dict[str, WhipSession] = {}
        self._group: asyncio.TaskGroup | None = None
        taps.know_more_profiles()

    @asynccontextmanager
    async def carrying(self) -> AsyncIterator[None]:
        """Carry sessions for as long as the block lasts."""
        async with asyncio.TaskGroup() as self._group:
            try:
                yield
            finally:
                for session in self._sessions.values():
                    session.leave()

    def routes(self) -> list[web.AbstractRouteDef]:
        endpoint, session = "/whip/{room}", "/whip/{room}/{session}"
        return [
            web.post(endpoint, self.publish),
            web.options(endpoint, self.options),
            web.patch(session, self.trickle),
            web.delete(session, self.end),
            web.options(session, self.options),
        ]

    @as_whip
    async def publish(self, request: web.Request) -> web.Response:
        if request.content_type != OFFER_TYPE:
            return problem(415, "unsupported_media_type", f"Send the offer as {OFFER_TYPE}.")
        key = _bearer(request)
        offer = checked_offer(await request.read(), directions=SENDS)
        connecting = sum(not session.is_connected for session in self._sessions.values())
        if len(self._sessions) >= SESSIONS_MAX or connecting >= CONNECTING_MAX:
            raise TooManySessions
        address = request.headers.get(CLIENT_HEADER, "") or (request.remote or "")
        welcome = await self._inputs.authorise(key, protocol=PROTOCOL, address=address)
        if welcome.input_id != request.match_info["room"]:
            raise UnknownStreamKey
        session = WhipSession(secrets.token_urlsafe(SESSION_BYTES), key, self._clock)
        try:
            answer = finished_answer(await session.answer(offer), self._links.public_address)
            # Only now, for it may push out another camera.
            publication = self._inputs.enter(welcome, protocol=PROTOCOL, address=address)
        except BaseException:
            await session.close()
            raise
        assert self._group is not None, "carry first"
        self._sessions[session.session_id] = session
        self._group.create_task(self._carry(session, publication))
        location = f"/whip/{request.match_info['room']}/{session.session_id}"
        headers = {"Location": location, "ETag": f'"{session.session_id[:16]}"',
                   "Accept-Patch": FRAGMENT_TYPE}  # fmt: skip
        created = web.Response(
            status=201, body=answer.encode(), content_type=OFFER_TYPE, headers=headers
        )
        for link in self._links.headers():
            created.headers.add("Link", link)
        return created

    @as_whip
    async def trickle(self, request: web.Request) -> web.Response:
        """Candidates that come later; ICE restarts are not for us (422, RFC 9725, 4.3.3)."""
        session = self._session(request)
        if request.content_type != FRAGMENT_TYPE:
            return problem(415, "unsupported_media_type", f"Send {FRAGMENT_TYPE}.")
        body = await request.read()
        if len(body) > FRAGMENT_BYTES_MAX:
            raise MalformedOffer(reason=f"more than {FRAGMENT_BYTES_MAX} bytes")
        said, candidates = checked_candidates(body)
        if "ice-ufrag" in said and session.is_restart(said["ice-ufrag"].strip()):
            return problem(422, "no_ice_restart", "ICE cannot be restarted. Connect anew.")
        wanted = request.headers.get("If-Match")
        if wanted is not None and wanted != f'"{session.session_id[:16]}"':
            return problem(412, "session_changed", "The connection has changed meanwhile.")
        for line in candidates:
            await session.add_candidate(line, said.get("mid", "0").strip())
        return web.Response(status=204)

    @as_whip
    async def end(self, request: web.Request) -> web.Response:
        self._session(request).leave()
        return web.Response(status=200)

    @as_whip
    async def options(self, _: web.Request) -> web.Response:
        return web.Response(status=204, headers={"Accept-Post": OFFER_TYPE})

    def _session(self, request: web.Request) -> WhipSession:
        session = self._sessions.get(request.match_info["session"])
        if session is None:
            raise NoSuchSession
        if not secrets.compare_digest(_bearer(request).encode(), session.key.encode()):
            raise UnknownStreamKey
        return session

    async def _carry(self, session: WhipSession, publication: Publication) -> None:
        try:
            await session.run(publication)
        except Exception:
            # One camera's trouble is not another's: say it, and let the rest go on.
            log.exception("whip_failed")
        finally:
            self._sessions.pop(session.session_id, None)


def _bearer(request: web.Request) -> str:
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not key:
        raise UnknownStreamKey
    return key.strip()
