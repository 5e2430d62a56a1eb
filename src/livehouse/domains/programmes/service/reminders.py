"""Tells those who asked for it that a show begins soon: each at least once and seldom twice."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from livehouse.domains.people import Mail, Mailer, People
from livehouse.domains.programmes.store import reminders as store
from livehouse.domains.programmes.store.reminders import Reminder
from livehouse.domains.shows import Scheduled, ShowOver, Shows
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import PersonId
from livehouse.foundation.text import N_
from livehouse.storage.database import Database, Transaction
from livehouse.web.i18n import Languages
from livehouse.web.signing import Signer

log = structlog.get_logger()

BEFORE = timedelta(minutes=10)
SENT_PER_LOOK_MAX = 50
# Longer than all letters of one look may take: meanwhile nobody else sends them.
SENDING_DURATION = timedelta(minutes=5)
ATTEMPTS_MAX = 4
PAUSE = timedelta(minutes=1)
PURPOSE = "no reminder"

SUBJECT = N_("“{title}” begins soon")
TEXT = N_(
    "Hello {name},\n\n“{title}” begins at {time}. You asked us to remind you.\n\n{link}\n\n"
    "If you no longer want to be reminded of this show:\n{stop}\n"
)


@dataclass(frozen=True, slots=True)
class Reminders:
    """On the database and by the clock of the shows."""

    shows: Shows
    people: People
    mailer: Mailer
    languages: Languages
    signer: Signer
    origin: str

    async def wish(self, slug: str, person_id: PersonId) -> None:
        """Remind somebody once, some minutes before the show; asking again changes nothing."""
        async with self.shows.database.transaction() as tx:
            show = await self.shows.in_transaction(tx, slug)
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

    async def stop(self, slug: str, word: str) -> None:
        """Drop a reminder for whoever holds the word of its letter, signed in or not."""
        opened = self.signer.open(PURPOSE, word)
        person, _, about = (opened or b"").decode().partition(" ")
        if about != slug:
            raise NotFound
        await self.drop(slug, PersonId(UUID(person)))

    async def send_due(self) -> int:
        """Send what is due; what cannot be sent is tried again, and given up in the end."""
        now = self.shows.clock.now()
        async with self.shows.database.transaction() as tx:
            due = await store.take_due(tx, now, now + SENDING_DURATION, SENT_PER_LOOK_MAX)
        for one in due:
            is_done = await self._send(one) or one.attempts >= ATTEMPTS_MAX
            async with self.shows.database.transaction() as tx:
                if is_done:
                    await store.remove(tx, one.show_id, one.person_id)
                else:
                    await store.put_off(tx, one, self.shows.clock.now() + PAUSE)
        return len(due)

    async def _send(self, one: Reminder) -> bool:
        try:
            mail = await self._written(one)
            if mail is not None:
                await self.mailer.send(mail)
        except Exception:
            # One letter that fails must not keep the others from going out.
            log.exception("reminder_failed", show_id=str(one.show_id))
            return False
        return True

    async def _written(self, one: Reminder) -> Mail | None:
        """The letter in its reader's language; None where there is nothing to say any more."""
        async with self.shows.database.transaction() as tx:
            show = await self.shows.by_id(tx, one.show_id)
        try:
            person = await self.people.accounts.get(one.person_id)
        except NotFound:
            return None
        if not person.email or not isinstance(show.state, Scheduled):
            return None
        words = self.languages.translator(person.language)
        address = f"{self.origin.rstrip('/')}/shows/{show.slug}"
        word = self.signer.sign(PURPOSE, f"{one.person_id} {show.slug}".encode())
        text = words.text(
            TEXT,
            name=person.name,
            title=show.title,
            time=f"{show.starts_at:%Y-%m-%d %H:%M} UTC",
            link=address,
            stop=f"{address}/reminder/stop?word={word}",
        )
        return Mail(person.email, words.text(SUBJECT, title=show.title), text)


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
