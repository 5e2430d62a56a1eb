"""Rooms beside a stage: linking them, finding them, counting who is in any of them."""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from livehouse.domains.programmes.errors import CompanionTaken
from livehouse.domains.programmes.model import Companion, CompanionKind
from livehouse.domains.programmes.model.companions import ASKED_MAX, COMPANIONS_MAX, Asked
from livehouse.domains.programmes.store import companions as store
from livehouse.domains.programmes.store.companions import Link
from livehouse.domains.shows import Cancelled, Ended, Show, ShowOver, Shows
from livehouse.foundation.errors import InvalidInput, NotFound
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

    async def link(self, stage_slug: str, slug: str, kind: CompanionKind) -> bool:
        """Put a show beside another; each stands beside one stage, and stages beside none.

        A show of another store is only asked: False until that store accepts.
        """
        async with self.shows.database.transaction() as tx:
            stage, show = await self._locked(tx, stage_slug, slug)
            await self._check(tx, stage, show, kind)
            if show.room.store_id == stage.room.store_id:
                await self._link(tx, stage, show, kind)
                return True
            about = [*await store.asked(tx, stage.id), *await store.asked(tx, show.id)]
            if len(about) >= ASKED_MAX:
                raise InvalidInput(field="companion", problem=N_("others are to be answered first"))
            await store.ask(tx, Link(stage.id, show.id, kind.value), self.shows.clock.now())
            return False

    async def accept(self, slug: str, *, stage_slug: str) -> None:
        """Stand beside the stage of another store that has asked."""
        async with self.shows.database.transaction() as tx:
            stage, show = await self._locked(tx, stage_slug, slug)
            kind = await store.answered(tx, stage.id, show.id)
            if kind is None:
                raise NotFound
            await self._check(tx, stage, show, CompanionKind(kind))
            await self._link(tx, stage, show, CompanionKind(kind))

    async def asked(self, slug: str) -> list[Asked]:
        """Who asks this show to stand beside theirs, and whom it has asked, while unanswered."""
        async with self.shows.database.transaction() as tx:
            show = await self.shows.in_transaction(tx, slug)
            return [
                Asked(
                    await self.shows.by_id(tx, one.stage_id),
                    await self.shows.by_id(tx, one.companion_id),
                    CompanionKind(one.kind),
                )
                for one in await store.asked(tx, show.id)
            ]

    async def unlink(self, one_slug: str, other_slug: str) -> None:
        """Take two shows apart, whichever stands beside the other, or was asked to."""
        async with self.shows.database.transaction() as tx:
            one = await self.shows.in_transaction(tx, one_slug)
            other = await self.shows.in_transaction(tx, other_slug)
            for stage, show in ((one, other), (other, one)):
                await store.unlink(tx, stage.id, show.id)
                await store.answered(tx, stage.id, show.id)

    async def _locked(self, tx: Transaction, stage_slug: str, slug: str) -> tuple[Show, Show]:
        """Both, in one order, so that none becomes a stage while it is put beside another."""
        slugs = sorted({stage_slug, slug})
        found = {one: await self.shows.locked(tx, one) for one in slugs}
        return found[stage_slug], found[slug]

    async def _check(self, tx: Transaction, stage: Show, show: Show, kind: CompanionKind) -> None:
        others = await store.beside(tx, [stage.id, show.id])
        if kind is CompanionKind.STAGE or show.id == stage.id:
            raise InvalidInput(field="companion", problem=N_("choose another show"))
        if isinstance(show.state, Ended | Cancelled) or isinstance(stage.state, Ended | Cancelled):
            raise ShowOver
        if len(others) >= COMPANIONS_MAX:
            raise InvalidInput(field="companion", problem=N_("at most 12"))
        is_stage_itself = any(one.stage_id == show.id for one in others)
        is_beside = [await store.stage_of(tx, one.id) != one.id for one in (stage, show)]
        if is_stage_itself or any(is_beside):
            raise CompanionTaken

    async def _link(self, tx: Transaction, stage: Show, show: Show, kind: CompanionKind) -> None:
        if not await store.link(tx, Link(stage.id, show.id, kind.value)):
            raise CompanionTaken

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
