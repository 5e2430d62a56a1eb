"""What one part needs and another has: the ports that are filled here, where all parts meet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from livehouse.domains.ledger import Party
from livehouse.domains.shows import Shows
from livehouse.domains.stores import Stores
from livehouse.engine.ports import Cursor, FactPage, FrameLog, RoomFact
from livehouse.engine.ring import Ring
from livehouse.foundation.ids import RunId, StoreId
from livehouse.storage import outbox

# A run that ended is looked after a little longer, so that its last frame surely comes.
ENDED_LATELY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """The outbox as the engine reads it."""

    outbox: outbox.Outbox

    async def read(self, after: Cursor, runs: Sequence[RunId], *, limit: int) -> FactPage:
        page = await self.outbox.read(outbox.Cursor(*after), limit=limit, run_ids=runs)
        return FactPage(
            [
                RoomFact(_pair(fact.cursor), RunId(fact.run_id), fact.kind, fact.payload)
                for fact in page.facts
                if fact.run_id is not None
            ],
            _pair(page.read_to),
        )


@dataclass(frozen=True, slots=True)
class RunsToConduct:
    shows: Shows

    async def to_conduct(self) -> Sequence[RunId]:
        return await self.shows.runs_to_conduct(ENDED_LATELY)


@dataclass(frozen=True, slots=True)
class StoresToSettle:
    stores: Stores

    async def of_stores(self, owners: Sequence[str]) -> Mapping[str, Party]:
        found = await self.stores.stores([StoreId(UUID(owner)) for owner in owners])
        return {str(one.id): Party(one.name, one.slug, one.time_zone) for one in found}


@dataclass(frozen=True, slots=True)
class LoggedRooms:
    """Rooms as their frames in the log make them: what stands there has been seen, or may be."""

    frames: FrameLog

    async def latest(self, run: RunId) -> bytes | None:
        history = await self.frames.tail(run, back=0)
        return Ring(logged.payload for logged in history).latest() if history else None


def _pair(cursor: outbox.Cursor) -> Cursor:
    return cursor.xid, cursor.id
