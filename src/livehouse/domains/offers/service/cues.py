"""Cues of a run-sheet that offers carry out: hold one up, open one."""

from dataclasses import dataclass
from uuid import UUID

from livehouse.domains.offers.errors import UnknownOffer
from livehouse.domains.offers.model import Closed, DropPlan, Open, Planned
from livehouse.domains.offers.service.drops import Drops
from livehouse.domains.offers.service.offers import Offers
from livehouse.domains.programmes import Cue, Preparations, Thing, ThingState
from livehouse.domains.shows import Run, Show
from livehouse.foundation.ids import OfferId, ShowId
from livehouse.storage.database import Transaction

_STATES = {Planned: ThingState.READY, Open: ThingState.OPEN, Closed: ThingState.OVER}


@dataclass(frozen=True, slots=True)
class PinCues:
    """Holds up the offer that the cue names (a `CueHandler`)."""

    offers: Offers

    async def carry_out(self, tx: Transaction, show: Show, run: Run, cue: Cue) -> None:
        await self.offers.pin_within(tx, show, run, _named(cue))


@dataclass(frozen=True, slots=True)
class OpenCues:
    """Opens the offer that the cue names (a `CueHandler`)."""

    offers: Offers

    async def carry_out(self, tx: Transaction, show: Show, run: Run, cue: Cue) -> None:  # noqa: ARG002
        await self.offers.open_within(tx, show, _named(cue))


@dataclass(frozen=True, slots=True)
class CuedOffers:
    """The offers that cues name (a `CueHome`)."""

    offers: Offers

    async def whose(self, tx: Transaction, target: str) -> ShowId | None:
        try:
            return await self.offers.show_of(tx, OfferId(UUID(target)))
        except ValueError:
            return None

    async def of_show(self, tx: Transaction, show_id: ShowId) -> list[Thing]:
        found = await self.offers.of_show_within(tx, show_id)
        return [Thing(str(one.id), one.full_title, _STATES[type(one.state)]) for one in found]


@dataclass(frozen=True, slots=True)
class DropCues:
    """Lets the coupons fall that were prepared for the cue (a `CueHandler`)."""

    drops: Drops
    preparations: Preparations

    async def carry_out(self, tx: Transaction, show: Show, run: Run, cue: Cue) -> None:
        plan = await self.preparations.begun(tx, show, run, cue, DropPlan)
        await self.drops.drop_within(tx, show, run, plan)


def _named(cue: Cue) -> OfferId:
    try:
        return OfferId(UUID(cue.target))
    except ValueError:
        raise UnknownOffer from None
