"""Rooms beside a stage: linking them, finding them, counting who is in any of them."""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from livehouse.domains.programmes.errors import CompanionTaken
from livehouse.domains.programmes.model import Companion, CompanionKind
from livehouse.domains.programmes.model.companions import COMPANIONS_MAX
from livehouse.domains.programmes.store import companions as store
from livehouse.domains.programmes.store.companions import Link
from livehouse.domains.shows import Show, Shows
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import RunId, ShowId
from livehouse.foundation.text import N_
from livehouse.storage.database import Transaction

Visitors: TypeAlias = Callable[[RunId], Collection[str]]

# As long as a gateway that says nothing still counts for its rooms.
COUNTED_LATELY = timedelta(seconds=6)
KEPT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Companions:
    """On the database and by the clock of the shows. Who may link what is for the edges to say."""

    shows: Shows

    async def link(self, stage_slug: str, slug: str, kind: CompanionKind) -> None:
        """Put a show beside another; each stands beside one stage, and stages beside none."""
        async with self.shows.database.transaction() as tx:
            stage = await self.shows.locked(tx, stage_slug)
            show = await self.shows.in_transaction(tx, slug)
            others = await store.beside(tx, [stage.id, show.id])
            if kind is CompanionKind.STAGE or show.id == stage.id:
                raise InvalidInput(field="companion", problem=N_("choose another show"))
            if len(others) >= COMPANIONS_MAX:
                raise InvalidInput(field="companion", problem=N_("at most 12"))
            is_stage_itself = any(one.stage_id == show.id for one in others)
            if is_stage_itself or await store.stage_of(tx, stage.id) != stage.id:
                raise CompanionTaken
            if not await store.link(tx, Link(stage.id, show.id, kind.value)):
                raise CompanionTaken

    async def unlink(self, stage_slug: str, slug: str) -> None:
        async with self.shows.database.transaction() as tx:
            stage = await self.shows.in_transaction(tx, stage_slug)
            show = await self.shows.in_transaction(tx, slug)
            await store.unlink(tx, stage.id, show.id)

    async def of_show(self, slug: str) -> tuple[list[Companion], int]:
        """The other rooms of a show's night, and how many people are in all of them together."""
        async with self.shows.database.transaction() as tx:
            show = await self.shows.in_transaction(tx, slug)
            stage_id = await store.stage_of(tx, show.id)
            beside = await store.beside(tx, [stage_id])
            found = [
                (stage_id, CompanionKind.STAGE),
                *((one.companion_id, CompanionKind(one.kind)) for one in beside),
            ]
            rooms = [
                Companion(await self.shows.by_id(tx, show_id), kind)
                for show_id, kind in found
                if show_id != show.id
            ]
            since = self.shows.clock.now() - COUNTED_LATELY
            return rooms, await store.together(tx, stage_id, since) if rooms else 0

    async def count(self, node: str, visitors: Visitors) -> int:
        """Note how many people this node has in the rooms of each night that is on.

        A person in two rooms of a night is one, as one with two windows is in a room.
        """
        on = {show.id: show for show in await self.shows.on_air()}
        async with self.shows.database.transaction() as tx:
            nights = await self._nights(tx, on)
            now = self.shows.clock.now()
            for stage_id, rooms in nights.items():
                people = {one for show in rooms if show.run for one in visitors(show.run.id)}
                await store.note_audience(tx, stage_id, node, len(people), now)
            await store.forget_audiences(tx, now - KEPT)
        return len(nights)

    async def _nights(self, tx: Transaction, on: dict[ShowId, Show]) -> dict[ShowId, list[Show]]:
        nights: dict[ShowId, list[Show]] = defaultdict(list)
        for link in await store.all_links(tx, list(on)):
            nights[link.stage_id].append(on[link.companion_id])
        for stage_id, rooms in nights.items():
            if stage_id in on:
                rooms.append(on[stage_id])
        return nights
