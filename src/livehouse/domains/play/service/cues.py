"""Cues of a run-sheet that games carry out: start a draw, begin a battle or a poll."""

from dataclasses import dataclass
from uuid import UUID

from livehouse.domains.play.model.battles import BattlePlan
from livehouse.domains.play.service.battles import Battles
from livehouse.domains.play.service.draws import Draws
from livehouse.domains.programmes import Cue, Preparations, Thing, ThingState
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
class VoteCues:
    """Begins the battle or poll that was prepared for the cue (a `CueHandler`)."""

    battles: Battles
    preparations: Preparations

    async def carry_out(self, tx: Transaction, show: Show, run: Run, cue: Cue) -> None:
        plan = await self.preparations.begun(tx, show, run, cue, BattlePlan)
        await self.battles.begin_within(tx, show, run, plan)


@dataclass(frozen=True, slots=True)
class CuedDraws:
    """The draws that cues name (a `CueHome`)."""

    draws: Draws

    async def whose(self, tx: Transaction, target: str) -> ShowId | None:
        try:
            return await self.draws.show_of(tx, UUID(target))
        except ValueError:
            return None

    async def of_show(self, tx: Transaction, show_id: ShowId) -> list[Thing]:
        """Those that are planned, and those that were started."""
        planned, started = await self.draws.named(tx, show_id)
        return [
            *(Thing(str(one), title) for one, title in planned.items()),
            *(Thing(str(one), title, ThingState.OVER) for one, title in started.items()),
        ]
