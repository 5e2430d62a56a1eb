"""What WHIP and WHEP have in common over HTTP: sessions, candidates, their end, other sites."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Generic, Protocol, TypeVar

import structlog
from aiohttp import web

from livehouse.media.ingest.errors import UnknownStreamKey
from livehouse.media.problems import problem
from livehouse.media.webrtc.errors import MalformedOffer, NoSuchSession
from livehouse.media.webrtc.limits import FRAGMENT_BYTES_MAX
from livehouse.media.webrtc.links import WebRtcLinks
from livehouse.media.webrtc.offers import checked_candidates, finished_answer
from livehouse.media.webrtc.peer import Peer
from livehouse.media.webrtc.seats import Claim, Seat, Seats

log = structlog.get_logger()

OFFER_TYPE = "application/sdp"
FRAGMENT_TYPE = "application/trickle-ice-sdpfrag"
SESSION_BYTES = 24
TAG_CHARACTERS = 16
CROSS_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, PATCH, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match",
    "Access-Control-Expose-Headers": "Location, ETag, Link, Accept-Patch",
    "Access-Control-Max-Age": "86400",
}

Handler = Callable[[web.Request], Awaitable[web.Response]]


class Session(Protocol):
    """One connection. `key` is the bearer token that it came with, empty where none is asked."""

    key: str
    peer: Peer

    @property
    def is_connected(self) -> bool: ...

    def leave(self) -> None: ...

    async def close(self) -> None: ...


S = TypeVar("S", bound=Session)


class Endpoint(Generic[S]):
    """The sessions at one kind of address. `carrying` must be on for any to be taken."""

    def __init__(self, links: WebRtcLinks, seats: Seats) -> None:
        self.links = links
        self.sessions: dict[str, S] = {}
        self.seats = seats
        self._carrying: asyncio.TaskGroup | None = None

    @property
    def group(self) -> asyncio.TaskGroup:
        assert self._carrying is not None, "carry first"
        return self._carrying

    @asynccontextmanager
    async def carrying(self) -> AsyncIterator[None]:
        """Carry sessions for as long as the block lasts."""
        async with asyncio.TaskGroup() as self._carrying:
            try:
                yield
            finally:
                for session in self.sessions.values():
                    session.leave()

    def routes_at(self, address: str, take: Handler) -> list[web.AbstractRouteDef]:
        session = address + "/{session}"
        return [
            web.post(address, as_webrtc(take)),
            web.options(address, as_webrtc(self._options)),
            web.patch(session, as_webrtc(self._trickle)),
            web.delete(session, as_webrtc(self._end)),
            web.options(session, as_webrtc(self._options)),
        ]

    @asynccontextmanager
    async def seated(self, claim: Claim, make: Callable[[], S]) -> AsyncIterator[tuple[Seat, S]]:
        """A seat, and the session in it; both are given up if the block fails. Refuses before
        anything is made for somebody whom we cannot carry."""
        seat, session = self.seats.take(claim), None
        try:
            session = seat.occupant = make()
            yield seat, session
        except BaseException:
            self.seats.give_back(seat)
            if session is not None:
                await session.close()
            raise

    def created(
        self,
        request: web.Request,
        seat: Seat,
        session: S,
        answer: str,
        work: Coroutine[None, None, None],
    ) -> web.Response:
        """Carry the session by `work`, and tell where it is (RFC 9725, 4.2)."""
        session_id = secrets.token_urlsafe(SESSION_BYTES)
        self.sessions[session_id] = session
        self.group.create_task(self._carry(session_id, seat, work))
        told = web.Response(
            status=201,
            body=finished_answer(answer, self.links.public_address).encode(),
            content_type=OFFER_TYPE,
            headers={
                "Location": f"{request.path}/{session_id}",
                "ETag": _tag(session_id),
                "Accept-Patch": FRAGMENT_TYPE,
            },
        )
        for link in self.links.headers():
            told.headers.add("Link", link)
        return told

    async def _carry(self, session_id: str, seat: Seat, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except Exception:
            # One connection's trouble is not another's: say it, and let the rest go on.
            log.exception("webrtc_failed")
        finally:
            del self.sessions[session_id]
            self.seats.give_back(seat)

    async def _trickle(self, request: web.Request) -> web.Response:
        """Candidates that come later; ICE restarts are not for us (422, RFC 9725, 4.3.3)."""
        session_id, session = self._found(request)
        if request.content_type != FRAGMENT_TYPE:
            return problem(415, "unsupported_media_type", f"Send {FRAGMENT_TYPE}.")
        body = await request.read()
        if len(body) > FRAGMENT_BYTES_MAX:
            raise MalformedOffer(reason=f"more than {FRAGMENT_BYTES_MAX} bytes")
        said, candidates = checked_candidates(body)
        if "ice-ufrag" in said and session.peer.is_restart(said["ice-ufrag"].strip()):
            return problem(422, "no_ice_restart", "ICE cannot be restarted. Connect anew.")
        wanted = request.headers.get("If-Match")
        if wanted is not None and wanted != _tag(session_id):
            return problem(412, "session_changed", "The connection has changed meanwhile.")
        for line in candidates:
            await session.peer.add_candidate(line, said.get("mid", "0").strip())
        return web.Response(status=204)

    async def _end(self, request: web.Request) -> web.Response:
        self._found(request)[1].leave()
        return web.Response(status=200)

    async def _options(self, _: web.Request) -> web.Response:
        return web.Response(status=204, headers={"Accept-Post": OFFER_TYPE})

    def _found(self, request: web.Request) -> tuple[str, S]:
        session_id = request.match_info["session"]
        session = self.sessions.get(session_id)
        if session is None:
            raise NoSuchSession
        if session.key and not secrets.compare_digest(
            bearer(request).encode(), session.key.encode()
        ):
            raise UnknownStreamKey
        return session_id, session


def as_webrtc(handler: Handler) -> Handler:
    """Statuses as RFC 9725 has them, where ours would be others; pages of any site may ask."""

    async def answering(request: web.Request) -> web.Response:
        try:
            answer = await handler(request)
        except MalformedOffer as refusal:
            answer = problem(400, refusal.code, str(refusal))
        except UnknownStreamKey as refusal:
            answer = problem(401, refusal.code, str(refusal))
            answer.headers["WWW-Authenticate"] = "Bearer"
        answer.headers.update(CROSS_ORIGIN)
        return answer

    return answering


async def offer_of(request: web.Request) -> bytes:
    """What was posted; another type is refused with 415."""
    if request.content_type != OFFER_TYPE:
        raise web.HTTPUnsupportedMediaType(reason="Send the offer as application/sdp")
    return await request.read()


def bearer(request: web.Request) -> str:
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not key:
        raise UnknownStreamKey
    return key.strip()


def _tag(session_id: str) -> str:
    return f'"{session_id[:TAG_CHARACTERS]}"'
