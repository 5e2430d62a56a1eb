"""How long people watch: counted in minutes, and only where something hangs on it."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeAlias
from uuid import UUID

from livehouse.domains.crowd.store import attendance as store
from livehouse.domains.shows import RunKind, Show, Shows
from livehouse.foundation.ids import PersonId, RunId
from livehouse.storage.database import Database, Transaction

Visitors: TypeAlias = Callable[[RunId], Collection[str]]
# Which of these shows, which are on, somebody wants to know it of.
Wanted: TypeAlias = Callable[[Transaction, Sequence[Show]], Awaitable[Iterable[Show]]]
Heard: TypeAlias = Callable[[Transaction, Show, Mapping[PersonId, int]], Awaitable[None]]

PEOPLE_PER_STATEMENT = 5_000
KEPT = timedelta(days=30)


@dataclass(slots=True)
class Attendance:
    """`wanted` and `heard` are filled by who asks; nobody is counted for nothing."""

    database: Database
    shows: Shows
    wanted: list[Wanted] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)

    async def note(self, visitors: Visitors) -> int:
        """Count this minute for everybody signed in whom this node has in a room; tells how many.

        A minute counts once for a person, whatever the windows and nodes that tell of it.
        """
        on = [show for show in await self.shows.on_air() if _is_live(show)]
        async with self.database.transaction() as tx:
            asked = {show.id: show for ask in self.wanted for show in await ask(tx, on)}
        noted = 0
        for show in asked.values():
            assert show.run is not None, "it is on"
            people = _signed_in(visitors(show.run.id))
            for start in range(0, len(people), PEOPLE_PER_STATEMENT):
                noted += await self._note(show, people[start : start + PEOPLE_PER_STATEMENT])
        return noted

    async def _note(self, show: Show, people: Sequence[PersonId]) -> int:
        assert show.run is not None, "it is on"
        async with self.database.transaction() as tx:
            now = self.shows.clock.now()
            minutes = await store.note(tx, show.run.id, people, now)
            if minutes:
                for hear in self.heard:
                    await hear(tx, show, minutes)
        return len(minutes)

    async def minutes(
        self, tx: Transaction, run_id: RunId, people: Sequence[PersonId]
    ) -> Mapping[PersonId, int]:
        """In how many minutes of a run each of these was there."""
        return await store.minutes(tx, run_id, people)

    async def forget(self) -> int:
        """Let go of what is old."""
        async with self.database.transaction() as tx:
            return await store.forget(tx, self.shows.clock.now() - KEPT)

    async def export(self, person_id: PersonId) -> dict[str, object]:
        """A person's minutes, for the export of their data."""
        async with self.database.transaction() as tx:
            found = await store.of_person(tx, person_id)
        return {"watched": [{"run": str(run_id), "minutes": n} for run_id, n in found]}

    async def erase(self, tx: Transaction, person_id: PersonId, /) -> None:
        await store.forget_person(tx, person_id)


def _is_live(show: Show) -> bool:
    return show.run is not None and show.run.on and show.run.kind is RunKind.LIVE


def _signed_in(visitors: Collection[str]) -> list[PersonId]:
    """Of the ids that visitors are counted by, those of people: guests have others."""
    return [PersonId(UUID(one[1:])) for one in visitors if one.startswith("u")]
