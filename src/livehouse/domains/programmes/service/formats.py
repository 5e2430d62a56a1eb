"""A show's format: chosen, confirmed, signed off, and the gate that it is to going live."""

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from livehouse.domains.programmes.errors import NotReady
from livehouse.domains.programmes.model.formats import (
    Chosen,
    Format,
    Requirement,
    missing,
)
from livehouse.domains.programmes.store import formats as store
from livehouse.domains.programmes.store import sheets
from livehouse.domains.shows import Run, RunKind, Show, Shows, Where
from livehouse.foundation.errors import InvalidInput, NotFound
from livehouse.foundation.ids import PersonId
from livehouse.foundation.text import N_
from livehouse.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Formats:
    """A show without a format goes live as it likes: formats are a promise that is then held."""

    shows: Shows
    known: Mapping[str, Format]

    async def choose(self, slug: str, what: Chosen, where: Where | None = None) -> None:
        """Say what a show is; whoever changes that changes what was signed off, so that is gone."""
        if what.format not in self.known:
            raise InvalidInput(field="format", problem=N_("choose one of the formats"))
        what = replace(what, signed_by=None, signed_at=None)
        async with self.shows.database.transaction() as tx:
            show = await self.shows.locked(tx, slug)
            if where is not None:
                await self.shows.settle(tx, show, where)
            await store.choose(tx, show.id, what)

    async def sign_off(self, slug: str, *, by: PersonId) -> None:
        """Let a show go live as it is; for operators."""
        async with self.shows.database.transaction() as tx:
            show = await self.shows.locked(tx, slug)
            chosen = await store.chosen(tx, show.id)
            if chosen is None:
                raise NotFound
            signed = replace(chosen, signed_by=by, signed_at=self.shows.clock.now())
            await store.choose(tx, show.id, signed)

    async def of_show(self, slug: str) -> tuple[Chosen | None, list[Requirement]]:
        """What a show says of itself, and what its format still asks for."""
        async with self.shows.database.transaction() as tx:
            show = await self.shows.in_transaction(tx, slug)
            chosen = await store.chosen(tx, show.id)
            return chosen, await self._missing(tx, show, chosen)

    async def edited(
        self,
        tx: Transaction,
        before: Show,
        after: Show,
        *,
        openings_follow: bool,  # noqa: ARG002
    ) -> None:
        """A place or an origin is what a format asks for: another one is to be signed anew."""
        if before.where != after.where:
            await store.unsign(tx, after.id)

    async def run_started(self, tx: Transaction, show: Show, run: Run) -> None:
        """Refuse to go live what is not what it says it is (a `RunHook`); rehearsals are free."""
        if run.kind is not RunKind.LIVE:
            return
        chosen = await store.chosen(tx, show.id)
        gaps = await self._missing(tx, show, chosen)
        if gaps and chosen is not None and chosen.signed_by is None:
            raise NotReady(count=len(gaps))

    async def run_ended(self, tx: Transaction, show: Show, run: Run) -> None:
        """What a show was stays as it was."""

    async def _missing(
        self, tx: Transaction, show: Show, chosen: Chosen | None
    ) -> list[Requirement]:
        if chosen is None or chosen.format not in self.known:
            return []
        return missing(
            self.known[chosen.format],
            chosen,
            show.where,
            await sheets.sheet(tx, show.id),
            rehearsed=await self.shows.has_rehearsed(tx, show.id),
        )
