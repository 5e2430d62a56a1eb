"""The cues that need nothing but the room: slates, notes to the host, invitations to jump."""

from dataclasses import dataclass

from livehouse.domains.programmes.events import JumpInvited, SlateShown
from livehouse.domains.programmes.model import Cue, Thing
from livehouse.domains.shows import Cancelled, Ended, Run, Show, Shows
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import ShowId
from livehouse.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Slates:
    """Puts words before the picture; empty ones take them away."""

    async def carry_out(self, tx: Transaction, show: Show, run: Run, cue: Cue) -> None:  # noqa: ARG002
        tx.record(SlateShown(cue.text), run_id=run.id)


@dataclass(frozen=True, slots=True)
class Notes:
    """What the host reads: that it was given is all there is to it, and no viewer sees it."""

    async def carry_out(self, tx: Transaction, show: Show, run: Run, cue: Cue) -> None: ...


@dataclass(frozen=True, slots=True)
class Invitations:
    """Calls viewers into another show's room, or without a target back to this one."""

    async def carry_out(self, tx: Transaction, show: Show, run: Run, cue: Cue) -> None:  # noqa: ARG002
        tx.record(JumpInvited(cue.target, cue.text), run_id=run.id)


@dataclass(frozen=True, slots=True)
class InvitedShows:
    """Into whose room an invitation calls (a `CueHome`)."""

    shows: Shows

    async def whose(self, tx: Transaction, target: str) -> ShowId | None:
        try:
            show = await self.shows.in_transaction(tx, target)
        except NotFound:
            return None
        return None if isinstance(show.state, Ended | Cancelled) else show.id

    async def of_show(self, tx: Transaction, show_id: ShowId) -> list[Thing]:  # noqa: ARG002
        """One calls into a room, and not to anything in it."""
        return []
