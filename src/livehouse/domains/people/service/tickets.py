"""Tickets: a minute's proof of who one is, for the live connection, where cookies may not reach.

Who is inside holds a longer one, so that a crowd which lost its server comes back without a request
and without the database (decision 0073).
"""

from datetime import datetime

import msgspec
from msgspec import Struct

from livehouse.domains.people.errors import TicketRefused
from livehouse.domains.people.model import (
    RESUME_DURATION,
    STAY_DURATION,
    TICKET_DURATION,
    Ticket,
)
from livehouse.domains.people.ports import RunRoles
from livehouse.engine.ports import Visitor
from livehouse.foundation.clock import Clock, from_ms, to_ms
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import RunId
from livehouse.web.identity import Viewer
from livehouse.web.signing import Signer

PURPOSE = "ticket"


class Promise(Struct, frozen=True, array_like=True):
    """What a ticket says, signed."""

    run: RunId
    expires_ms: int
    visitor: Visitor


class Tickets:
    """Gives tickets at the door and knows them again inside; nothing is stored."""

    def __init__(self, signer: Signer, clock: Clock, runs: RunRoles) -> None:
        self._signer = signer
        self._clock = clock
        self._runs = runs
        self._decode = msgspec.json.Decoder(Promise).decode

    async def give(self, viewer: Viewer, run_id: RunId) -> Ticket:
        """A ticket into the run, or NotFound where there is none for this viewer."""
        role = await self._runs.role(viewer, run_id)
        if role is None:
            raise NotFound
        return self.sign(
            run_id, visitor_of(viewer, role), until=self._clock.now() + TICKET_DURATION
        )

    def sign(self, run_id: RunId, visitor: Visitor, *, until: datetime) -> Ticket:
        expires_ms = to_ms(until)
        payload = msgspec.json.encode(Promise(run_id, expires_ms, visitor))
        return Ticket(self._signer.sign(PURPOSE, payload), expires_ms)

    def resume(self, visitor: Visitor, run_id: RunId) -> str:
        """A ticket for who is inside; empty for whom the door should look at again."""
        now = self._clock.now()
        since_ms = visitor.since_ms or to_ms(now)
        leaves = from_ms(since_ms) + STAY_DURATION
        if leaves <= now:
            return ""
        inside = msgspec.structs.replace(visitor, since_ms=since_ms)
        return self.sign(run_id, inside, until=min(now + RESUME_DURATION, leaves)).ticket

    def verify(self, ticket: str, run: RunId) -> Visitor:
        """Whose ticket it is: unforged, for this run, and not too old."""
        payload = self._signer.open(PURPOSE, ticket)
        if payload is None:
            raise TicketRefused
        promise = self._decode(payload)
        if promise.run != run or promise.expires_ms <= to_ms(self._clock.now()):
            raise TicketRefused
        return promise.visitor


def visitor_of(viewer: Viewer, role: str) -> Visitor:
    """The viewer as the room knows them; `grant` is what one tap needs to buy."""
    if viewer.person_id is None:
        guest = f"g{viewer.guest_id}" if viewer.guest_id else ""
        return Visitor(id=guest, role="guest", language=viewer.language)
    grant = {"shown_as": viewer.shown_as}
    if viewer.default_address_id is not None:
        grant["address_id"] = str(viewer.default_address_id)
        grant["country"] = viewer.default_country
    return Visitor(
        id=f"u{viewer.person_id}",
        name=viewer.name,
        role=role,
        signed_in=True,
        language=viewer.language,
        grant=grant,
    )
