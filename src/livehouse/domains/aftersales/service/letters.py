"""Sends the letters that changes have left, each at least once and seldom twice."""

from dataclasses import dataclass
from datetime import timedelta

from livehouse.domains.aftersales import store
from livehouse.domains.aftersales.model.letters import (
    SUBJECTS,
    TEXTS,
    Kind,
    Letter,
)
from livehouse.domains.aftersales.service.desk import Desk
from livehouse.domains.orders import Placed, number_of, steps, take_untold
from livehouse.domains.people import Mail, Mailer, Post
from livehouse.foundation.money import Money
from livehouse.web.i18n import Languages, Translator

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
        post = Post(
            self.desk.database, self.desk.clock, self.mailer, store.letters,
            at_once=SENT_PER_LOOK_MAX, lasts=SENDING_DURATION,
        )  # fmt: skip
        return await post.send_due(self._written)

    async def _written(self, letter: Letter) -> Mail | None:
        """The letter in its reader's language; None where nobody is there to read it."""
        person = await self.desk.people.accounts.reader(letter.person_id)
        if person is None:
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
