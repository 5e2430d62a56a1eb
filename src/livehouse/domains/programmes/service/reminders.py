"""Tells those who asked for it that something begins soon: each at least once and seldom twice."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import structlog

from livehouse.domains.people import Mail, Mailer, People
from livehouse.domains.programmes.errors import NothingToCome
from livehouse.domains.programmes.model import Occasion
from livehouse.domains.programmes.ports import Occasions
from livehouse.domains.programmes.store import reminders as store
from livehouse.domains.programmes.store.reminders import Reminder, Wish
from livehouse.domains.shows import Scheduled, ShowOver, Shows
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import PersonId, ShowId
from livehouse.foundation.text import N_
from livehouse.storage.database import Database, Transaction
from livehouse.web.i18n import Languages
from livehouse.web.signing import Signer

log = structlog.get_logger()

BEFORE = {"show": timedelta(minutes=10), "offer": timedelta(minutes=5)}
SENT_PER_LOOK_MAX = 50
# Longer than all letters of one look may take: meanwhile nobody else sends them.
SENDING_DURATION = timedelta(minutes=5)
ATTEMPTS_MAX = 4
PAUSE = timedelta(minutes=1)
PURPOSE = "no reminder"
SHOW = "show"
OFFER = "offer"

SUBJECT = N_("“{title}” begins soon")
TEXT = N_(
    "Hello {name},\n\n“{title}” begins at {time}. You asked us to remind you.\n\n{link}\n\n"
    "If you no longer want to be reminded of this show:\n{stop}\n"
)
SALE_SUBJECT = N_("“{title}” can be bought soon")
SALE_TEXT = N_(
    "Hello {name},\n\n“{title}” can be bought from {time} on. You asked us to remind you.\n\n"
    "{link}\n\nIf you no longer want to be reminded of it:\n{stop}\n"
)


@dataclass(frozen=True, slots=True)
class ShowOccasions:
    """When shows begin."""

    shows: Shows

    async def occasion(self, subject_id: UUID, /) -> Occasion | None:
        show = (await self.shows.of_ids([ShowId(subject_id)])).get(ShowId(subject_id))
        if show is None or not isinstance(show.state, Scheduled):
            return None
        return Occasion(path=f"/shows/{show.slug}", title=show.title, begins_at=show.starts_at)


@dataclass(frozen=True, slots=True)
class Reminders:
    """On the database and by the clock of the shows. `occasions` knows when things begin, by their
    kinds; `app` adds what the domains above offer."""

    shows: Shows
    people: People
    mailer: Mailer
    languages: Languages
    signer: Signer
    origin: str
    occasions: dict[str, Occasions] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.occasions[SHOW] = ShowOccasions(self.shows)

    async def wish(self, kind: str, subject_id: UUID, person_id: PersonId) -> None:
        """Remind somebody once, some minutes before; asking again changes nothing."""
        occasion = await self._occasion(kind, subject_id)
        if occasion is None:
            raise ShowOver if kind == SHOW else NothingToCome
        async with self.shows.database.transaction() as tx:
            at = occasion.begins_at - BEFORE[kind]
            await store.add(tx, Wish(kind, subject_id, person_id), at)

    async def drop(self, kind: str, subject_id: UUID, person_id: PersonId) -> None:
        async with self.shows.database.transaction() as tx:
            await store.remove(tx, Wish(kind, subject_id, person_id))

    async def wants(self, kind: str, subject_id: UUID, person_id: PersonId) -> bool:
        async with self.shows.database.transaction() as tx:
            return await store.wants(tx, Wish(kind, subject_id, person_id))

    async def of_person(self, person_id: PersonId) -> list[Wish]:
        """What somebody wants to be reminded of, what comes first before others."""
        async with self.shows.database.transaction() as tx:
            return await store.of_person(tx, person_id)

    async def stop(self, word: str) -> str:
        """Drop a reminder for whoever holds the word of its letter, signed in or not; tells where
        it led."""
        opened = self.signer.open(PURPOSE, word)
        if not opened:
            raise NotFound
        person, kind, subject = opened.decode().split(" ")
        await self.drop(kind, UUID(subject), PersonId(UUID(person)))
        occasion = await self._occasion(kind, UUID(subject))
        return occasion.path if occasion else "/"

    async def send_due(self) -> int:
        """Send what is due; what cannot be sent is tried again, and given up in the end."""
        now = self.shows.clock.now()
        async with self.shows.database.transaction() as tx:
            due = await store.take_due(tx, now, now + SENDING_DURATION, SENT_PER_LOOK_MAX)
        for one in due:
            occasion = await self._occasion(one.wish.kind, one.wish.subject_id)
            later = occasion.begins_at - BEFORE[one.wish.kind] if occasion else now
            is_done = False
            if later <= now:
                is_done = await self._send(one, occasion) or one.attempts >= ATTEMPTS_MAX
            async with self.shows.database.transaction() as tx:
                if is_done:
                    await store.remove(tx, one.wish)
                elif later > now:
                    # It was put off, and so is what was asked of us.
                    await store.put_off(tx, one, later, attempts=0)
                else:
                    again = self.shows.clock.now() + PAUSE
                    await store.put_off(tx, one, again, attempts=one.attempts)
        return len(due)

    async def _occasion(self, kind: str, subject_id: UUID) -> Occasion | None:
        known = self.occasions.get(kind)
        return await known.occasion(subject_id) if known else None

    async def _send(self, one: Reminder, occasion: Occasion | None) -> bool:
        try:
            mail = await self._written(one.wish, occasion) if occasion else None
            if mail is not None:
                await self.mailer.send(mail)
        except Exception:
            # One letter that fails must not keep the others from going out.
            log.exception("reminder_failed", kind=one.wish.kind, id=str(one.wish.subject_id))
            return False
        return True

    async def _written(self, wish: Wish, occasion: Occasion) -> Mail | None:
        """The letter in its reader's language; None where nobody reads it."""
        try:
            person = await self.people.accounts.get(wish.person_id)
        except NotFound:
            return None
        if not person.email:
            return None
        words = self.languages.translator(person.language)
        origin = self.origin.rstrip("/")
        key = f"{wish.person_id} {wish.kind} {wish.subject_id}"
        word = self.signer.sign(PURPOSE, key.encode())
        subject, text = (SUBJECT, TEXT) if wish.kind == SHOW else (SALE_SUBJECT, SALE_TEXT)
        written = words.text(
            text,
            name=person.name,
            title=occasion.title,
            time=f"{occasion.begins_at:%Y-%m-%d %H:%M} UTC",
            link=f"{origin}{occasion.path}",
            stop=f"{origin}/reminders/stop?word={word}",
        )
        return Mail(person.email, words.text(subject, title=occasion.title), written)


@dataclass(frozen=True, slots=True)
class RemindersKept:
    """A person's reminders, for the export of their data and for its erasure."""

    database: Database

    async def export(self, person_id: PersonId) -> dict[str, object]:
        async with self.database.transaction() as tx:
            found = await store.of_person(tx, person_id)
        return {"reminders": [{"of": one.kind, "id": str(one.subject_id)} for one in found]}

    async def erase(self, tx: Transaction, person_id: PersonId, /) -> None:
        await store.remove_of(tx, person_id)
