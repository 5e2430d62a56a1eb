"""What somebody is in the room of a run: what a ticket says of its holder."""

from dataclasses import dataclass

from livehouse.domains.shows.model import may_enter
from livehouse.domains.shows.service import Shows
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import RunId
from livehouse.foundation.roles import Role
from livehouse.web.identity import Viewer

HOSTING = frozenset({Role.OWNER, Role.EDITOR, Role.HOST})


@dataclass(frozen=True, slots=True)
class RunRoles:
    """Asked once per ticket, so that the room itself never looks anybody up."""

    shows: Shows

    async def role(self, viewer: Viewer, run_id: RunId) -> str | None:
        """host, moderator, viewer or guest; None for no run, or a rehearsal of other people's."""
        try:
            show = await self.shows.of_run(run_id)
        except NotFound:
            return None
        held = viewer.roles_in(show.room.store_id)
        if not may_enter(show, staff=bool(held) or viewer.is_operator):
            return None
        if held & HOSTING:
            return "host"
        if held or viewer.is_operator:
            return "moderator"
        return "viewer" if viewer.signed_in else "guest"
