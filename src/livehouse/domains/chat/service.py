"""What people do in a chat: write, and for the staff, take back and ban."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from livehouse.domains.chat import store
from livehouse.domains.chat.errors import BannedFromChat, LineIdTaken, SlowMode
from livehouse.domains.chat.events import LinesTakenBack, PaceSet
from livehouse.domains.chat.model import ChatLine
from livehouse.domains.shows import Shows
from livehouse.engine.group_commit import GroupCommit
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.ids import ChatLineId, PersonId, RunId
from livehouse.storage.database import Database, Transaction

EXPORTED_LINES_MAX = 10_000

Dismissal: TypeAlias = Callable[[RunId, PersonId], Awaitable[None]]


@dataclass(slots=True)
class Chat:
    """Lines are stored in groups, before anybody sees them; `group` is run by the app.

    `dismissals` hear who was banned from which run, once that is durable.
    """

    database: Database
    clock: Clock
    shows: Shows
    dismissals: list[Dismissal] = field(default_factory=list)
    group: GroupCommit[ChatLine, bool] = field(init=False)

    def __post_init__(self) -> None:
        self.group = GroupCommit(self.write, name="chat")

    async def write(self, lines: Sequence[ChatLine]) -> list[bool | DomainError]:
        """Store a group; True for a line that may be shown, False for one that was taken back.

        Who sends a line again asks again for it to be shown: the conductor knows what it showed.
        """
        distinct: dict[ChatLineId, ChatLine] = {}
        for line in lines:
            distinct.setdefault(line.id, line)
        found = await store.write(self.database.pool, list(distinct.values()), self.clock.now())
        answers: list[bool | DomainError] = []
        for line in lines:
            outcome = found[line.id]
            if outcome.wait:
                answers.append(SlowMode(seconds=outcome.slow_seconds, retry_seconds=outcome.wait))
            elif not outcome.allowed:
                answers.append(BannedFromChat())
            elif not (outcome.own and line.is_same(distinct[line.id])):
                answers.append(LineIdTaken())
            else:
                answers.append(not outcome.gone)
        return answers

    async def take_back(self, show_slug: str, line_id: ChatLineId) -> None:
        """Delete a line for everybody, also from what is shown already."""
        async with self.database.transaction() as tx:
            _, run = await self.shows.running(tx, show_slug)
            if not await store.take_back(tx, run.id, line_id, self.clock.now()):
                raise NotFound
            tx.record(LinesTakenBack((line_id,)), run_id=run.id)

    async def set_pace(self, show_slug: str, slow_seconds: int) -> None:
        """Let everybody but the staff wait so long between two lines; 0 ends it."""
        async with self.database.transaction() as tx:
            _, run = await self.shows.running(tx, show_slug)
            await store.set_pace(tx, run.id, slow_seconds)
            tx.record(PaceSet(slow_seconds), run_id=run.id)

    async def ban(self, show_slug: str, person_id: PersonId, *, by: PersonId) -> None:
        """Take somebody's right to write in this room, with their lines and their seat."""
        async with self.database.transaction() as tx:
            show, run = await self.shows.running(tx, show_slug)
            now = self.clock.now()
            await store.ban(tx, show.room.id, person_id, by, now)
            gone = await store.take_back_all(tx, run.id, person_id, now)
            if gone:
                tx.record(LinesTakenBack(tuple(gone)), run_id=run.id)
        for dismiss in self.dismissals:
            await dismiss(run.id, person_id)

    async def unban(self, show_slug: str, person_id: PersonId) -> None:
        async with self.database.transaction() as tx:
            show = await self.shows.in_transaction(tx, show_slug)
            await store.unban(tx, show.room.id, person_id)

    async def banned(self, show_slug: str) -> list[PersonId]:
        async with self.database.transaction() as tx:
            show = await self.shows.in_transaction(tx, show_slug)
            return await store.banned(tx, show.room.id)

    async def barred(
        self, tx: Transaction, run_id: RunId, people: Sequence[PersonId]
    ) -> set[PersonId]:
        """Who of these may not write where this run is."""
        return await store.barred(tx, run_id, people)

    async def speakers(self, run_id: RunId) -> dict[str, str]:
        """Names of who wrote in a run, by their ids in the room; nobody who is erased."""
        return await store.speakers(self.database.pool, run_id)

    async def export(self, person_id: PersonId) -> dict[str, object]:
        async with self.database.transaction() as tx:
            return {"chat": await store.of_person(tx, person_id, EXPORTED_LINES_MAX)}

    async def erase(self, tx: Transaction, person_id: PersonId) -> None:
        await store.erase(tx, person_id)
