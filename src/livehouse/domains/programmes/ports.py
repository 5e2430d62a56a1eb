"""What cues and reminders need of the domains above this one."""

from collections.abc import Collection, Mapping
from typing import Protocol

from livehouse.domains.programmes.model import Cue, Opening, Thing
from livehouse.domains.shows import Run, Show
from livehouse.foundation.ids import OfferId, RunId, ShowId
from livehouse.storage.database import Transaction


class Marks(Protocol):
    """Told within the transaction that an act begins: a chapter of the recording."""

    async def mark(self, tx: Transaction, run_id: RunId, title: str) -> None: ...


class CueHome(Protocol):
    """Knows the things that cues of one kind name."""

    async def whose(self, tx: Transaction, target: str) -> ShowId | None:
        """The show whose thing it is; None where there is no such thing."""

    async def of_show(self, tx: Transaction, show_id: ShowId) -> list[Thing]:
        """All that a show has of them, with their names."""


class PlannedOffers(Protocol):
    """Knows when offers open; leaves out what does not open by itself any more."""

    async def __call__(
        self, tx: Transaction, offer_ids: Collection[OfferId], /
    ) -> Mapping[OfferId, Opening]: ...


class CueHandler(Protocol):
    """Carries cues of one kind out, in the transaction that notes them as given.

    So a cue is given exactly once in a run, whatever dies: what it does is undone with the note.
    A `DomainError` undoes both; the cue then stands as refused, with the refusal's code.
    """

    async def carry_out(self, tx: Transaction, show: Show, run: Run, cue: Cue) -> None: ...
