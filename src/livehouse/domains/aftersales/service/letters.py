"""Sends the letters that changes have left, each at least once and seldom twice."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from livehouse.domains.aftersales import store
from livehouse.domains.aftersales.model.letters import (
    ATTEMPTS_MAX,
    SUBJECTS,
    TEXTS,
    Kind,
    Letter,
    next_try,
)
from livehouse.domains.aftersales.service.desk import Desk
from livehouse.domains.orders import Placed, number_of, steps, take_untold
from livehouse.domains.people import Mail, Mailer
from livehouse.foundation.errors import NotFound
from livehouse.foundation.money import Money
from livehouse.web.i18n import Languages, Translator

log = structlog.get_logger()

SENT_PER_LOOK_MAX = 20
# Longer than all letters of one look may take: meanwhile nobody else sends them.
SENDING_DURATION = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Letters:
    desk: Desk
    mailer: Mailer
    languages: Languages
    origin: str

    async def tell_held(self) -> int:
        """Leave a letter for who waited and for whom something is held now; tells how many."""
        async with self.desk.database.transaction() as tx:
            held = await take_untold(tx, SENT_PER_LOOK_MAX)
            for wait in held:
                assert wait.order_id is not None, "an order holds it"
                order = await steps.read(tx, wait.order_id)
                if isinstance(order.state, Placed):
                    until = f"{order.state.hold_until:%Y-%m-%d %H:%M} UTC"
                    params = {"title": order.deal.first.offer.title, "until": until}
                    await self.desk.write(tx, order, Kind.HELD, params, self.desk.clock.now())
        return len(held)

    async def send_due(self) -> int:
        """Send what waits; a letter that cannot be sent is tried again, and given up in the end."""
        now = self.desk.clock.now()
        async with self.desk.database.transaction() as tx:
            due = await store.letters.take_due(tx, now, now + SENDING_DURATION, SENT_PER_LOOK_MAX)
        for letter in due:
            is_done = await self._send(letter) or letter.attempts >= ATTEMPTS_MAX
            async with self.desk.database.transaction() as tx:
                if is_done:
                    await store.letters.remove(tx, letter.id)
                else:
                    again = next_try(letter.attempts, self.desk.clock.now())
                    await store.letters.put_off(tx, letter.id, again)
        return len(due)

    async def _send(self, letter: Letter) -> bool:
        try:
            mail = await self._written(letter)
            if mail is not None:
                await self.mailer.send(mail)
        except Exception:
            # One letter that fails must not keep the others from going out.
            log.exception("letter_failed", kind=letter.kind.value, order_id=str(letter.order_id))
            return False
        return True

    async def _written(self, letter: Letter) -> Mail | None:
        """The letter in its reader's language; None where nobody is there to read it."""
        try:
            person = await self.desk.people.accounts.get(letter.person_id)
        except NotFound:
            return None
        if not person.email:
            return None
        words = self.languages.translator(person.language)
        order = await self.desk.order(letter.order_id)
        seller = await self.desk.stores.store(order.store_id)
        params = {
            "name": person.name,
            "store": seller.name,
            "number": number_of(letter.order_id),
            "link": f"{self.origin.rstrip('/')}/orders/{letter.order_id}",
            **_filled(letter, words),
        }
        text = words.text(TEXTS[letter.kind], **params)
        return Mail(person.email, words.text(SUBJECTS[letter.kind], **params), text)


def _filled(letter: Letter, words: Translator) -> dict[str, str]:
    if letter.kind is not Kind.REFUNDED:
        return letter.params
    amount = Money(letter.params["currency"], int(letter.params["minor"]))
    return {"amount": words.money(amount)}
