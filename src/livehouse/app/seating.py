"""Whom the house knows among viewers over WebRTC: guests by their link, its staff by a pass.

For them seats are kept, however many strangers come (decision 0162).
"""

from datetime import timedelta
from uuid import UUID

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response
from msgspec import Struct

from livehouse.app.guests import guest_input
from livehouse.domains.guests import PREFIX as GUEST_PREFIX
from livehouse.domains.guests import GuestLinkGone, Guests
from livehouse.domains.shows import NotLive, Shows
from livehouse.foundation.clock import Clock, to_ms
from livehouse.foundation.ids import PersonId, RunId
from livehouse.media.webrtc.links import IceServer, WebRtcLinks
from livehouse.web.context import limited
from livehouse.web.guards import require_store
from livehouse.web.identity import Viewer
from livehouse.web.limits import TICKETS
from livehouse.web.signing import Signer

PURPOSE = "seat"
LASTS = timedelta(minutes=1)
UUID_BYTES = 16


class Seating:
    """Gives out passes, and recognises who comes with one, or with a guest's link."""

    def __init__(self, guests: Guests, signer: Signer, clock: Clock) -> None:
        self._guests = guests
        self._signer = signer
        self._clock = clock

    def give(self, run: RunId, person_id: PersonId) -> str:
        """A pass for a seat at one run, good for a minute."""
        until = to_ms(self._clock.now() + LASTS)
        return self._signer.sign(PURPOSE, run.bytes + person_id.bytes + until.to_bytes(8, "big"))

    async def holder(self, word: str, run: RunId) -> str:
        """Who brings this bearer token to a run; empty where it opens nothing, for then it is
        worth as much as none."""
        if word.startswith(GUEST_PREFIX):
            return await self._guest(word, run)
        payload = self._signer.open(PURPOSE, word)
        if payload is None or payload[:UUID_BYTES] != run.bytes:
            return ""
        if int.from_bytes(payload[2 * UUID_BYTES :], "big") < to_ms(self._clock.now()):
            return ""
        return f"staff.{UUID(bytes=payload[UUID_BYTES : 2 * UUID_BYTES])}"

    async def _guest(self, link: str, run: RunId) -> str:
        try:
            guest = await self._guests.by_link(link)
        except GuestLinkGone:
            return ""
        show = await self._guests.show_of(guest)
        here = show.run is not None and show.run.id == run
        return guest_input(guest.id) if here else ""


class MonitorPass(Struct, frozen=True):
    """Where the show is seen without delay, and the bearer token that keeps a seat there."""

    whep: str
    token: str
    ice_servers: list[IceServer]


class MonitorDesk(Struct, frozen=True):
    """What giving out passes needs."""

    shows: Shows
    seating: Seating
    links: WebRtcLinks


@post(
    "/api/shows/{slug:str}/monitor",
    status_code=200,
    guards=[limited(TICKETS)],
    opt={"scope": "shows:read"},
)
async def ask_for_monitor(
    slug: FromPath[str],
    viewer: NamedDependency[Viewer],
    monitors: NamedDependency[MonitorDesk],
) -> Response[MonitorPass]:
    """Watch one's own show over WebRTC, however many others do."""
    show = await monitors.shows.by_slug(slug)
    person_id = require_store(viewer, show.room.store_id)
    if show.run is None or not show.run.on:
        raise NotLive
    given = MonitorPass(
        whep=f"/whep/{show.run.id}",
        token=monitors.seating.give(show.run.id, person_id),
        ice_servers=monitors.links.for_browsers(),
    )
    return Response(given, headers={"Cache-Control": "no-store"})


routes = (ask_for_monitor,)
