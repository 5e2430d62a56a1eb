"""The demo's director: opens and closes offers by itself, and pays for the simulated buyers."""

import random
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle

import structlog

from livehouse.app.build import Platform
from livehouse.app.demo_house import House
from livehouse.domains.offers import Offer
from livehouse.domains.orders import Charge, PaymentState, Sought
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import OrderId, PersonId

log = structlog.get_logger()

# The rhythm of the show: hold a product up, open it, sell, close, breathe.
LOOK_FIRST = timedelta(seconds=6)
OPEN_FOR = timedelta(seconds=45)
BREATHE = timedelta(seconds=5)
PAY_EVERY = timedelta(seconds=4)
PAYING_SHARE = 0.85
TOP_UP_BELOW = 8
TOP_UP_TO = 30


@dataclass(slots=True)
class Director:
    platform: Platform
    house: House
    dice: random.Random = field(default_factory=lambda: random.Random(6))  # noqa: S311 - play
    _left_unpaid: set[OrderId] = field(default_factory=set)

    async def run(self) -> None:
        """Go round the run of offers until cancelled or the show ends."""
        for offer in cycle(self.house.offers):
            try:
                await self._present(offer)
            except DomainError as refusal:
                log.info("demo_pauses", code=refusal.code)
            await self._pause(BREATHE)

    async def _present(self, offer: Offer) -> None:
        platform = self.platform
        await platform.offers.pin(self.house.show_slug, offer.id)
        await self._pause(LOOK_FIRST)
        await self._top_up(offer)
        await platform.offers.open(offer.id)
        await self._pause(OPEN_FOR)
        await platform.offers.close(offer.id)

    async def _top_up(self, offer: Offer) -> None:
        allotment = (await self.platform.offers.allotment(offer.id)).left
        if allotment < TOP_UP_BELOW:
            with suppress(DomainError):
                await self.platform.offers.enlarge(offer.id, by=TOP_UP_TO - allotment)

    async def _pause(self, duration: timedelta) -> None:
        """Wait, and meanwhile let the simulated buyers pay."""
        until = self.platform.clock.now() + duration
        while (now := self.platform.clock.now()) < until:
            await self._pay()
            await self.platform.clock.sleep(min(PAY_EVERY, until - now))

    async def _pay(self) -> None:
        """Most of the simulated buyers pay; the goods of the others come back by themselves."""
        store = await self.platform.stores.by_slug(self.house.store_slug)
        for order in await self.platform.orders.of_store(store.id, sought=Sought(state="placed")):
            if order.buyer_id not in self.house.audience or order.id in self._left_unpaid:
                continue
            if self.dice.random() > PAYING_SHARE:
                self._left_unpaid.add(order.id)
                continue
            with suppress(DomainError):
                await self._approve(order.id, order.buyer_id)

    async def _approve(self, order_id: OrderId, buyer_id: PersonId) -> None:
        """Pay at the sandbox, as a buyer does: its signed notice is what counts."""
        payments, sandbox = self.platform.payments, self.platform.providers.sandbox
        await payments.begin(order_id, buyer_id=buyer_id, provider=sandbox.name)
        payment = (await payments.of_order(order_id))[0]
        await sandbox.decide(Charge(payment.id, PaymentState.SUCCEEDED))
        await payments.hear_signed(sandbox.name, *sandbox.notice(payment, "succeeded"))
