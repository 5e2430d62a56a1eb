"""`/whip/{room}`: a browser or encoder goes live over HTTP and WebRTC (RFC 9725)."""

from aiohttp import web

from livehouse.foundation.clock import Clock
from livehouse.media.ingest.errors import UnknownStreamKey
from livehouse.media.ingest.inputs import Inputs
from livehouse.media.webrtc import taps
from livehouse.media.webrtc.endpoint import Endpoint, bearer, offer_of
from livehouse.media.webrtc.limits import SESSIONS_MAX
from livehouse.media.webrtc.links import CLIENT_HEADER, WebRtcLinks
from livehouse.media.webrtc.offers import SENDS, checked_offer
from livehouse.media.webrtc.seats import Claim, Seats
from livehouse.media.webrtc.session import WhipSession

PROTOCOL = "whip"


class Whip(Endpoint[WhipSession]):
    """The sessions of all cameras that come over WebRTC."""

    def __init__(self, inputs: Inputs, clock: Clock, links: WebRtcLinks) -> None:
        # Whoever holds a key may send; a studio has many cameras behind one address.
        super().__init__(links, Seats(SESSIONS_MAX, per_address=SESSIONS_MAX))
        self._inputs = inputs
        self._clock = clock
        taps.know_more_profiles()

    def routes(self) -> list[web.AbstractRouteDef]:
        return self.routes_at("/whip/{room}", self.publish)

    async def publish(self, request: web.Request) -> web.Response:
        body = await offer_of(request)
        key = bearer(request)
        offer = checked_offer(body, directions=SENDS)
        address = request.headers.get(CLIENT_HEADER, "") or (request.remote or "")
        welcome = await self._inputs.authorise(key, protocol=PROTOCOL, address=address)
        if welcome.input_id != request.match_info["room"]:
            raise UnknownStreamKey
        claim = Claim(address)
        async with self.seated(claim, lambda: WhipSession(key, self._clock)) as (seat, session):
            answer = await session.answer(offer)
            # Only now, for it may push out another camera.
            publication = self._inputs.enter(welcome, protocol=PROTOCOL, address=address)
        return self.created(request, seat, session, answer, session.run(publication))
