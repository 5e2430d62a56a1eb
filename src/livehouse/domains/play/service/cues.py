"""Cues of a run-sheet that games carry out: start a draw."""

from dataclasses import dataclass
from uuid import UUID

from livehouse.domains.play.service.draws import Draws
from livehouse.domains.programmes import Cue
from livehouse.domains.shows import Run, Show
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import ShowId
from livehouse.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class DrawCues:
    """Starts the planned draw that the cue names (a `CueHandler`)."""

    draws: Draws

    async def carry_out(self, tx: Transaction, show: Show, run: Run, cue: Cue) -> None:
        try:
            plan_id = UUID(cue.target)
        except ValueError:
            raise NotFound from None
        await self.draws.start_within(tx, show, run, plan_id, by=None)


@dataclass(frozen=True, slots=True)
class CuedDraws:
    """Whose the draw is that a cue names (a `CueHome`)."""

    draws: Draws

    async def __call__(self, tx: Transaction, target: str, /) -> ShowId | None:
        try:
            return await self.draws.show_of(tx, UUID(target))
        except ValueError:
            return None
