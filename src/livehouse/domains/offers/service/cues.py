"""Cues of a run-sheet that offers carry out: hold one up, open one."""

from dataclasses import dataclass
from uuid import UUID

from livehouse.domains.offers.errors import UnknownOffer
from livehouse.domains.offers.service.offers import Offers
from livehouse.domains.programmes import Cue
from livehouse.domains.shows import Run, Show
from livehouse.foundation.ids import OfferId, ShowId
from livehouse.storage.database import Transaction


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
    """Whose the offer is that a cue names (a `CueHome`)."""

    offers: Offers

    async def __call__(self, tx: Transaction, target: str, /) -> ShowId | None:
        try:
            return await self.offers.show_of(tx, OfferId(UUID(target)))
        except ValueError:
            return None


def _named(cue: Cue) -> OfferId:
    try:
        return OfferId(UUID(cue.target))
    except ValueError:
        raise UnknownOffer from None
