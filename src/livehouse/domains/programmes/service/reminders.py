"""Tells those who asked for it that a show begins, moves or is off, or that an offer opens: at
least once, seldom twice."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from livehouse.domains.people import Mailer, People
from livehouse.domains.programmes.errors import NothingToCome
from livehouse.domains.programmes.model.reminding import (
    BEFORE,
    BEFORE_OFFER,
    HEAD_START_MAX,
    MOVED_SETTLES,
    After,
    LetterKind,
    Opening,
    Reminder,
    ReminderState,
    Tally,
    after_letter,
    after_opening,
    head_start,
    letter_due,
    opening_due,
)
from livehouse.domains.programmes.ports import PlannedOffers
from livehouse.domains.programmes.service.letters import ShowLetters
from livehouse.domains.programmes.store import reminders as store
from livehouse.domains.shows import Cancelled, Ended, Scheduled, Show, ShowOver, Shows
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import OfferId, PersonId, ShowId
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


# Without a repr: shows know their hooks, and a traceback with locals would print the whole house.
@dataclass(frozen=True, slots=True, repr=False)
class Reminders:
    """On the database and by the clock of the shows."""

    shows: Shows
    people: People
    mailer: Mailer
    letters: ShowLetters
    planned: PlannedOffers

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

    async def wanting(
        self, tx: Transaction, show_id: ShowId, people: Collection[PersonId], /
    ) -> frozenset[PersonId]:
        """Those of them who asked for a letter before the show, within a use case of another
        domain."""
        return await store.wanting(tx, show_id, people)

    async def wish_offer(self, offer_id: OfferId, person_id: PersonId) -> None:
        """Remind somebody once, some minutes before an offer opens by itself; asking again changes
        nothing. Raises `NothingToCome` for one that the host opens, or that has opened."""
        async with self.shows.database.transaction() as tx:
            show_id = (await self._opening(tx, offer_id)).show_id
            slug = (await self.shows.by_id(tx, show_id)).slug
            # As of a show: whoever moves it waits for us, and what it has moved is read after it.
            show = await self.shows.locked(tx, slug, shared=True)
            opening = await self._opening(tx, offer_id)
            if isinstance(show.state, Cancelled | Ended):
                raise ShowOver
            at = opening.opens_at - BEFORE_OFFER
            await store.add(tx, show.id, person_id, at, offer_id=offer_id)

    async def drop_offer(self, offer_id: OfferId, person_id: PersonId) -> None:
        async with self.shows.database.transaction() as tx:
            await store.remove_offer(tx, offer_id, person_id)

    async def to_come(self, person_id: PersonId) -> Sequence[Reminder]:
        """What somebody will be told of, what comes first before others."""
        async with self.shows.database.transaction() as tx:
            return await store.of_person(tx, person_id, to_come=True)

    async def shows_to_come(self, person_id: PersonId) -> frozenset[str]:
        """The shows that somebody will be reminded of, by their slugs."""
        wanted = [one.show_id for one in await self.to_come(person_id) if one.offer_id is None]
        return frozenset(show.slug for show in (await self.shows.of_ids(wanted)).values())

    async def _opening(self, tx: Transaction, offer_id: OfferId) -> Opening:
        found = (await self.planned(tx, [offer_id])).get(offer_id)
        if found is None or found.opens_at <= self.shows.clock.now():
            raise NothingToCome
        return found

    async def tally(self, show: Show) -> Tally:
        async with self.shows.database.transaction() as tx:
            return await store.tally(tx, show.id)

    async def stop(self, slug: str, word: str) -> None:
        """Drop a reminder for whoever holds the word of its letter, signed in or not."""
        opened = self.letters.opened(word)
        if opened is None or opened[1] != slug:
            raise NotFound
        person_id, _, offer_id = opened
        if offer_id is None:
            await self.drop(slug, person_id)
        else:
            await self.drop_offer(offer_id, person_id)

    async def edited(
        self, tx: Transaction, before: Show, after: Show, *, openings_follow: bool
    ) -> None:
        """Everybody who asked is told of another start, or that there is none (an `EditHook`).

        Of offers that follow it only their own letters tell, at their new moments.
        """
        if after.starts_at != before.starts_at or isinstance(after.state, Cancelled):
            due_at = self.shows.clock.now() + MOVED_SETTLES
            await store.moved(tx, after.id, before.starts_at, due_at, with_offers=openings_follow)

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
        offer_ids = {one.offer_id for one in taken if one.offer_id is not None}
        async with self.shows.database.transaction() as tx:
            openings = await self.planned(tx, offer_ids) if offer_ids else {}
        lanes = asyncio.Semaphore(SENT_AT_ONCE_MAX)
        async with asyncio.TaskGroup() as tasks:
            for one in taken:
                opening = openings.get(one.offer_id) if one.offer_id is not None else None
                tasks.create_task(self._send_one(one, shows[one.show_id], opening, lanes))

    async def _send_one(
        self, one: Reminder, show: Show, opening: Opening | None, lanes: asyncio.Semaphore
    ) -> None:
        async with lanes:
            kind, after = self._looked_at(one, show, opening)
            if kind is not None and not await self._sent(kind, one, show, opening):
                after = After(ReminderState.MISSED, moves_told=one.moves_told)
                if one.attempts < ATTEMPTS_MAX:
                    async with self.shows.database.transaction() as tx:
                        await store.put_off(tx, one, self.shows.clock.now() + PAUSE)
                    return
            if after.state is ReminderState.MISSED:
                log.warning("reminder_missed", show=show.slug)
            async with self.shows.database.transaction() as tx:
                await store.settle(tx, one, after, self.shows.clock.now())

    def _looked_at(
        self, one: Reminder, show: Show, opening: Opening | None
    ) -> tuple[LetterKind | None, After]:
        now = self.shows.clock.now()
        if one.offer_id is None:
            kind = letter_due(show, one, now)
            return kind, after_letter(show, one, kind, now)
        kind = opening_due(show, opening, one, now)
        return kind, after_opening(show, opening, one, kind, now)

    async def _sent(
        self, kind: LetterKind, one: Reminder, show: Show, opening: Opening | None
    ) -> bool:
        person = await self.people.accounts.reader(one.person_id)
        if person is None:
            return True
        try:
            async with asyncio.timeout(SEND_SECONDS_MAX):
                mail = self.letters.written(kind, show, opening, person, one)
                await self.mailer.send(mail)
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
        return {
            "reminders": [
                {"show": str(one.show_id), "offer": str(one.offer_id) if one.offer_id else None}
                for one in found
            ]
        }

    async def erase(self, tx: Transaction, person_id: PersonId, /) -> None:
        await store.remove_of(tx, person_id)
