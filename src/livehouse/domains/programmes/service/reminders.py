"""Tells those who asked for it that a show begins, moves or is off: at least once, seldom twice."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from livehouse.domains.people import Mailer, People
from livehouse.domains.programmes.model.reminding import (
    BEFORE,
    HEAD_START_MAX,
    MOVED_SETTLES,
    After,
    LetterKind,
    Reminder,
    ReminderState,
    Tally,
    after_letter,
    head_start,
    letter_due,
)
from livehouse.domains.programmes.service.letters import ShowLetters
from livehouse.domains.programmes.store import reminders as store
from livehouse.domains.shows import Cancelled, Scheduled, Show, ShowOver, Shows
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import PersonId
from livehouse.storage.database import Database, Transaction

log = structlog.get_logger()

# So many letters are on their way at once, each in a connection of its own to the mail server.
SENT_AT_ONCE_MAX = 20
SEND_SECONDS_MAX = 40.0
TAKEN_AT_ONCE_MAX = 200
SENT_PER_LOOK_MAX = 10_000
# Longer than all letters that are taken at once may take: meanwhile nobody else sends them.
SENDING_DURATION = timedelta(minutes=10)
ATTEMPTS_MAX = 4
PAUSE = timedelta(minutes=1)
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Reminders:
    """On the database and by the clock of the shows."""

    shows: Shows
    people: People
    mailer: Mailer
    letters: ShowLetters

    async def wish(self, slug: str, person_id: PersonId) -> None:
        """Remind somebody once, some minutes before the show; asking again changes nothing."""
        async with self.shows.database.transaction() as tx:
            # Whoever moves the show meanwhile waits, and then finds this reminder, too.
            show = await self.shows.locked(tx, slug, shared=True)
            if not isinstance(show.state, Scheduled):
                raise ShowOver
            await store.add(tx, show.id, person_id, show.starts_at - BEFORE)

    async def drop(self, slug: str, person_id: PersonId) -> None:
        async with self.shows.database.transaction() as tx:
            show = await self.shows.in_transaction(tx, slug)
            await store.remove(tx, show.id, person_id)

    async def wants(self, slug: str, person_id: PersonId) -> bool:
        async with self.shows.database.transaction() as tx:
            show = await self.shows.in_transaction(tx, slug)
            return await store.wants(tx, show.id, person_id)

    async def tally(self, show: Show) -> Tally:
        async with self.shows.database.transaction() as tx:
            return await store.tally(tx, show.id)

    async def stop(self, slug: str, word: str) -> None:
        """Drop a reminder for whoever holds the word of its letter, signed in or not."""
        opened = self.letters.opened(word)
        if opened is None or opened[1] != slug:
            raise NotFound
        await self.drop(slug, PersonId(UUID(opened[0])))

    async def edited(
        self,
        tx: Transaction,
        before: Show,
        after: Show,
        *,
        openings_follow: bool,  # noqa: ARG002
    ) -> None:
        """Everybody who asked is told of another start, or that there is none (an `EditHook`)."""
        if after.starts_at != before.starts_at or isinstance(after.state, Cancelled):
            due_at = self.shows.clock.now() + MOVED_SETTLES
            await store.moved(tx, after.id, before.starts_at, due_at)

    async def send_due(self) -> int:
        """Send what is due, many at once; what cannot be sent is tried again, and counted in the
        end as missed. Returns how many were looked at."""
        looked = 0
        while looked < SENT_PER_LOOK_MAX:
            taken = await self._take()
            if not taken:
                break
            looked += len(taken)
            await self._send_all(taken)
        async with self.shows.database.transaction() as tx:
            await store.forget(tx, self.shows.clock.now() - KEPT)
        return looked

    async def _take(self) -> Sequence[Reminder]:
        now = self.shows.clock.now()
        async with self.shows.database.transaction() as tx:
            ahead = head_start(await store.backlog(tx, now + HEAD_START_MAX))
            return await store.take_due(
                tx, now, ahead=ahead, until=now + SENDING_DURATION, limit=TAKEN_AT_ONCE_MAX
            )

    async def _send_all(self, taken: Sequence[Reminder]) -> None:
        shows = await self.shows.of_ids(list({one.show_id for one in taken}))
        lanes = asyncio.Semaphore(SENT_AT_ONCE_MAX)
        async with asyncio.TaskGroup() as tasks:
            for one in taken:
                tasks.create_task(self._send_one(one, shows[one.show_id], lanes))

    async def _send_one(self, one: Reminder, show: Show, lanes: asyncio.Semaphore) -> None:
        async with lanes:
            now = self.shows.clock.now()
            kind = letter_due(show, one, now)
            after = after_letter(show, one, kind, now)
            if kind is not None and not await self._sent(kind, one, show):
                after = After(ReminderState.MISSED, moves_told=one.moves_told)
                if one.attempts < ATTEMPTS_MAX:
                    async with self.shows.database.transaction() as tx:
                        await store.put_off(tx, one, self.shows.clock.now() + PAUSE)
                    return
            if after.state is ReminderState.MISSED:
                log.warning("reminder_missed", show=show.slug)
            async with self.shows.database.transaction() as tx:
                await store.settle(tx, one, after, self.shows.clock.now())

    async def _sent(self, kind: LetterKind, one: Reminder, show: Show) -> bool:
        try:
            person = await self.people.accounts.get(one.person_id)
        except NotFound:
            return True  # an account that was erased has nobody to tell
        if not person.email:
            return True
        try:
            async with asyncio.timeout(SEND_SECONDS_MAX):
                await self.mailer.send(self.letters.written(kind, show, person, one))
        except Exception:
            # One letter that fails must not keep the others from going out.
            log.exception("reminder_failed", show=show.slug)
            return False
        return True


@dataclass(frozen=True, slots=True)
class RemindersKept:
    """A person's reminders, for the export of their data and for its erasure."""

    database: Database

    async def export(self, person_id: PersonId) -> dict[str, object]:
        async with self.database.transaction() as tx:
            found = await store.of_person(tx, person_id)
        return {"reminders": [str(show_id) for show_id in found]}

    async def erase(self, tx: Transaction, person_id: PersonId, /) -> None:
        await store.remove_of(tx, person_id)
