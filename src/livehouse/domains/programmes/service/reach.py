"""How far cues reach: what is of their own show, and what is of the rooms beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from livehouse.domains.programmes.errors import CompanionNotOn, CueElsewhere, CueLost
from livehouse.domains.programmes.model import Act, Cue, CueKind, Thing, Within
from livehouse.domains.programmes.ports import CueHome
from livehouse.domains.programmes.store import companions
from livehouse.domains.shows import Run, RunKind, Show, Shows
from livehouse.foundation.ids import ShowId
from livehouse.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Reach:
    """`homes` know whose thing a cue names; kinds without one are about their own show alone."""

    shows: Shows
    homes: Mapping[CueKind, CueHome] = field(default_factory=dict)

    async def check(
        self, tx: Transaction, show: Show, before: Sequence[Act], after: Sequence[Act]
    ) -> None:
        """Refuse cues that are new and name nothing, or what is out of reach."""
        known = {cue for act in before for cue in act.cues}
        for act in after:
            for cue in act.cues:
                if cue not in known:
                    await self.home(tx, show, act, cue)

    async def home(self, tx: Transaction, show: Show, act: Act, cue: Cue) -> Show:
        """The show whose thing a cue names, within the reach of `show`."""
        find = self.homes.get(cue.kind)
        if find is None or not cue.target:
            return show
        home_id = await find.whose(tx, cue.target)
        if home_id is None:
            raise CueLost(act=act.title)
        if home_id == show.id:
            return show
        if not await self._is_beside(tx, show.id, home_id, cue.kind):
            raise CueElsewhere(act=act.title)
        return await self.shows.by_id(tx, home_id)

    async def within(self, tx: Transaction, show: Show) -> list[Within]:
        """The show itself and the rooms beside it, each with what cues can name there."""
        stage_id = await companions.stage_of(tx, show.id)
        beside = await companions.beside(tx, [stage_id])
        others = [(stage_id, "stage"), *((one.companion_id, one.kind) for one in beside)]
        found = [await self._within(tx, show, "own", self.homes)]
        for show_id, relation in others:
            if show_id != show.id:
                # The stage alone reaches over; everybody calls over to every other.
                reached = self.homes if stage_id == show.id else {}
                other = await self.shows.by_id(tx, show_id)
                found.append(await self._within(tx, other, relation, reached))
        for one in await companions.asked(tx, show.id):
            if one.stage_id == show.id:
                asked = await self.shows.by_id(tx, one.companion_id)
                found.append(Within(asked, "asked", {}))
        return found

    async def _within(
        self, tx: Transaction, show: Show, relation: str, homes: Mapping[CueKind, CueHome]
    ) -> Within:
        things: dict[CueKind, list[Thing]] = {
            kind: await home.of_show(tx, show.id) for kind, home in homes.items()
        }
        return Within(show, relation, things)

    @staticmethod
    def entered(show: Show, run: Run, home: Show, kind: CueKind) -> tuple[Show, Run]:
        """Where the cue is carried out. Rehearsals open nothing in a room that is live, and the
        other way round; viewers are called from here, so only the room must be there."""
        if home.id == show.id:
            return show, run
        there = home.run if home.run is not None and home.run.on else None
        is_with_us = there is not None and there.kind is run.kind
        if kind is CueKind.INVITE:
            if run.kind is RunKind.LIVE and not is_with_us:
                raise CompanionNotOn(title=home.title)
            return show, run
        if there is None or not is_with_us:
            raise CompanionNotOn(title=home.title)
        return home, there

    async def _is_beside(
        self, tx: Transaction, show_id: ShowId, home_id: ShowId, kind: CueKind
    ) -> bool:
        """The stage reaches into the rooms beside it; everybody calls over to every other."""
        stage_id = await companions.stage_of(tx, home_id)
        if kind is not CueKind.INVITE:
            return stage_id == show_id
        return stage_id == await companions.stage_of(tx, show_id)
