"""Sends the letters that draws and claims have left, each at least once and seldom twice."""

from dataclasses import dataclass
from datetime import timedelta

from livehouse.domains.people import Mail, Mailer, People, Post
from livehouse.domains.play.model.claims import Claim
from livehouse.domains.play.model.letters import (
    SUBJECTS,
    TEXTS,
    Letter,
    is_news,
)
from livehouse.domains.play.store import letters as store
from livehouse.domains.play.store import winners
from livehouse.domains.stores import Stores
from livehouse.foundation.clock import Clock
from livehouse.storage.database import Database
from livehouse.web.i18n import Languages

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
        post = Post(
            self.database, self.clock, self.mailer, store,
            at_once=SENT_PER_LOOK_MAX, lasts=SENDING_DURATION,
        )  # fmt: skip
        return await post.send_due(self._written)

    async def _written(self, letter: Letter) -> Mail | None:
        """The letter in its reader's language; None where it is no news, or nobody reads it."""
        async with self.database.transaction() as tx:
            claim = await winners.find(tx, letter.round_id, letter.position)
        if claim is None or not is_news(letter, claim, self.clock.now()):
            return None
        person = await self.people.accounts.reader(letter.person_id)
        if person is None:
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
