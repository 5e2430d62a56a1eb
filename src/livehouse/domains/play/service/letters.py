"""Sends the letters that draws and claims have left, each at least once and seldom twice."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from livehouse.domains.people import Mail, Mailer, People
from livehouse.domains.play.model.claims import Claim
from livehouse.domains.play.model.letters import (
    ATTEMPTS_MAX,
    SUBJECTS,
    TEXTS,
    Letter,
    is_news,
    next_try,
)
from livehouse.domains.play.store import letters as store
from livehouse.domains.play.store import winners
from livehouse.domains.stores import Stores
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import NotFound
from livehouse.storage.database import Database
from livehouse.web.i18n import Languages

log = structlog.get_logger()

SENT_PER_LOOK_MAX = 50
# Longer than all letters of one look may take: meanwhile nobody else sends them.
SENDING_DURATION = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class PrizeLetters:
    """`send_due` is work that is done again and again."""

    database: Database
    clock: Clock
    people: People
    stores: Stores
    mailer: Mailer
    languages: Languages
    origin: str

    async def send_due(self) -> int:
        """Send what waits; a letter that cannot be sent is tried again, and given up in the end."""
        now = self.clock.now()
        async with self.database.transaction() as tx:
            due = await store.take_due(tx, now, now + SENDING_DURATION, SENT_PER_LOOK_MAX)
        for letter in due:
            is_done = await self._send(letter) or letter.attempts >= ATTEMPTS_MAX
            async with self.database.transaction() as tx:
                if is_done:
                    await store.remove(tx, letter)
                else:
                    again = next_try(letter.attempts, self.clock.now())
                    await store.put_off(tx, letter, again)
        return len(due)

    async def _send(self, letter: Letter) -> bool:
        try:
            mail = await self._written(letter)
            if mail is not None:
                await self.mailer.send(mail)
        except Exception:
            # One letter that fails must not keep the others from going out.
            log.exception("letter_failed", kind=letter.kind.value, round=str(letter.round_id))
            return False
        return True

    async def _written(self, letter: Letter) -> Mail | None:
        """The letter in its reader's language; None where it is no news, or nobody reads it."""
        async with self.database.transaction() as tx:
            claim = await winners.find(tx, letter.round_id, letter.position)
        if claim is None or not is_news(letter, claim, self.clock.now()):
            return None
        try:
            person = await self.people.accounts.get(letter.person_id)
        except NotFound:
            return None
        if not person.email:
            return None
        words = self.languages.translator(person.language)
        params = {"name": person.name, **await self._params(claim)}
        text = words.text(TEXTS[letter.kind], **params)
        return Mail(person.email, words.text(SUBJECTS[letter.kind], **params), text)

    async def _params(self, claim: Claim) -> dict[str, str]:
        store_ = await self.stores.store(claim.store_id)
        return {
            "prize": claim.prize.title,
            "draw": claim.draw_title,
            "store": store_.name,
            "deadline": f"{claim.deadline:%Y-%m-%d %H:%M} UTC",
            "note": claim.note,
            "link": f"{self.origin.rstrip('/')}/prizes",
        }
