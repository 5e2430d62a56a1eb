"""What is kept ready for a show: named, listed, thrown away, and begun by a cue."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from msgspec import Struct, convert, to_builtins

from livehouse.domains.programmes.model import Cue, CueKind, Prepared, Thing, ThingState
from livehouse.domains.programmes.model import prepared as rules
from livehouse.domains.programmes.store import prepared as store
from livehouse.domains.shows import Run, RunKind, Show
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import IdSource, PreparedId, ShowId
from livehouse.storage.database import Database, Transaction

T = TypeVar("T", bound=Struct)


@dataclass(frozen=True, slots=True)
class Preparations:
    """The domains above check their terms before they are kept, and read them when they begin.
    Who may prepare for a show is for the edges to say."""

    database: Database
    clock: Clock
    ids: IdSource

    async def keep(self, show: Show, kind: CueKind, title: str, terms: Struct) -> Prepared:
        """Keep something ready to be begun by a cue of `kind`; nobody sees it until then."""
        one = Prepared(
            id=PreparedId(self.ids.new()), show_id=show.id, kind=kind,
            title=" ".join(title.split()), terms=to_builtins(terms),
        )  # fmt: skip
        async with self.database.transaction() as tx:
            rules.check_room(await store.count(tx, show.id))
            await store.add(tx, one, self.clock.now())
        return one

    async def of_show(self, show: Show) -> Sequence[Prepared]:
        async with self.database.transaction() as tx:
            return await store.of_show(tx, show.id)

    async def throw_away(self, show: Show, one_id: PreparedId) -> None:
        """Forget what was not held; what was stays. Raises `AlreadyHeld`."""
        async with self.database.transaction() as tx:
            found = await store.lock(tx, one_id)
            kind = found.kind if found else CueKind.NOTE
            rules.check_holding(found, show.id, kind, RunKind.LIVE)
            await store.throw_away(tx, one_id)

    async def begun(self, tx: Transaction, show: Show, run: Run, cue: Cue, terms: type[T]) -> T:
        """The terms of what begins now, as part of the use case that begins it. A rehearsal leaves
        it as it is. Raises `AlreadyHeld`."""
        found = await store.lock(tx, _id(cue.target))
        one = rules.check_holding(found, show.id, cue.kind, run.kind)
        if run.kind is RunKind.LIVE:
            await store.hold(tx, one.id, self.clock.now())
        return convert(one.terms, terms)


@dataclass(frozen=True, slots=True)
class PreparedThings:
    """Whose it is that cues of one kind name, where that is kept ready here (a `CueHome`)."""

    preparations: Preparations
    kind: CueKind

    async def whose(self, tx: Transaction, target: str) -> ShowId | None:
        try:
            found = await store.by_id(tx, _id(target))
        except NotFound:
            return None
        return found.show_id if found is not None and found.kind is self.kind else None

    async def of_show(self, tx: Transaction, show_id: ShowId) -> list[Thing]:
        return [
            Thing(str(one.id), one.title, ThingState.OVER if one.held_at else ThingState.READY)
            for one in await store.of_show(tx, show_id)
            if one.kind is self.kind
        ]


def _id(target: str) -> PreparedId:
    try:
        return PreparedId(UUID(target))
    except ValueError:
        raise NotFound from None
