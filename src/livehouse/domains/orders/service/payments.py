"""Paying: begin, hear what the provider says or ask it, and settle, once and only once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from msgspec.structs import replace

from livehouse.domains.orders import model, store
from livehouse.domains.orders.errors import (
    AmountDiffers,
    NoticeRefused,
    ProviderRefused,
    ProviderSilent,
    ProviderUnknown,
)
from livehouse.domains.orders.events import OrderPaid
from livehouse.domains.orders.model import SILENCE_MAX, Order, Payment, PaymentState, Placed
from livehouse.domains.orders.ports import GoOn, Notice, PaymentProvider, Redirect, RefundNotice
from livehouse.domains.orders.service.asking import each
from livehouse.domains.orders.service.books import book_paid
from livehouse.domains.orders.service.desk import own
from livehouse.domains.orders.service.invoices import issue
from livehouse.domains.orders.service.refunds import Refunds, give_back
from livehouse.domains.quotas import quotas
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.ids import IdSource, OrderId, PersonId
from livehouse.storage.database import Database, Transaction

log = structlog.get_logger()

# Who is at the payment provider already is given this long, so that goods do not go from
# under a payment that is on its way.
PAYING_DURATION = timedelta(minutes=5)
ASKED_PER_LOOK_MAX = 50
DUE_AFTER = timedelta(days=30)
# What a whole discount leaves needs no provider.
FREE = "free"
OUTCOMES = (PaymentState.SUCCEEDED, PaymentState.REFUSED, PaymentState.TIMED_OUT)


@dataclass(slots=True)
class Payments:
    """`providers` are all that payments were ever begun with, `offered` those to choose from;
    `hold` is how long an order waits for its first payment."""

    database: Database
    clock: Clock
    ids: IdSource
    providers: Mapping[str, PaymentProvider]
    offered: Sequence[str]
    hold: timedelta = model.HOLD_DURATION
    # When a store's money becomes due, should nobody say that the goods were delivered.
    due_after: timedelta = DUE_AFTER
    refunds: Refunds = field(init=False)

    def __post_init__(self) -> None:
        self.refunds = Refunds(self.database, self.clock, self.providers)

    async def of_order(self, order_id: OrderId) -> list[Payment]:
        """Every attempt to pay an order, the newest first."""
        async with self.database.transaction() as tx:
            return await store.payments_of(tx, order_id)

    async def find(self, payment_id: UUID) -> tuple[Payment, Order]:
        async with self.database.transaction() as tx:
            payment = await store.payment(tx, payment_id)
            return payment, await store.by_id(tx, payment.order_id)

    async def begin(self, order_id: OrderId, *, buyer_id: PersonId, provider: str = "") -> GoOn:
        """Start paying with one of the offered providers, the first if none is named.

        The answer is how the buyer goes on. Raises `ProviderSilent` or `ProviderRefused` when
        there is no way on; nothing was charged then.
        """
        name = provider or self.offered[0]
        if name not in self.offered:
            raise ProviderUnknown
        payment = await self._start(order_id, buyer_id, name)
        back = f"/orders/{order_id}/payments/{payment.id}"
        if payment.provider == FREE:
            return Redirect(back)
        begun = await self.providers[name].begin(payment, back)
        if begun.ref:
            async with self.database.transaction() as tx:
                await store.save_ref(tx, payment.id, begun.ref)
        return begun.go_on

    async def hear_signed(self, provider: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Take a notice as it came from outside, once its signature holds.

        The same one again changes nothing, and what does not concern us is no error. The names
        in `headers` are in small letters.
        """
        if provider not in self.providers:
            raise NotFound
        notice = self.providers[provider].read_notice(body, headers, self.clock.now())
        match notice:
            case Notice():
                await self.hear(notice, provider)
            case RefundNotice():
                await self.refunds.hear(notice)
            case None:
                log.info("notice_ignored", provider=provider)

    async def hear(self, notice: Notice, provider: str) -> Payment:
        """Take a provider's word on a payment of its own; the same one again changes nothing.

        Money for an order that is no longer there to be paid goes back to the buyer.
        """
        async with self.database.transaction() as tx:
            now = self.clock.now()
            known = await store.payment(tx, notice.payment_id)
            # The order before its payment, as everybody does, so that nobody waits in a circle.
            order = await store.lock_order(tx, known.order_id)
            payment = await store.lock_payment(tx, known.id)
            if payment.provider != provider:
                raise NotFound
            if notice.outcome not in OUTCOMES:
                raise NoticeRefused
            if notice.amount != payment.amount:
                log.error("payment_amount_differs", payment_id=str(payment.id))
                raise AmountDiffers
            if not model.concerns(payment, notice.outcome):
                return payment
            payment = replace(payment, state=notice.outcome)
            if payment.came:
                payment = await self._settle(tx, payment, order, now)
            await store.save_payment(tx, payment, now)
        return payment

    async def look(self, payment_id: UUID) -> Payment:
        """Ask the provider how a payment stands, if it has not said so itself."""
        async with self.database.transaction() as tx:
            payment = await store.payment(tx, payment_id)
        provider = self.providers.get(payment.provider)
        if not payment.is_open or provider is None:
            return payment
        notice = await provider.ask(payment)
        return await self.hear(notice, payment.provider) if notice else payment

    async def look_after_silent(self) -> int:
        """Ask about payments that nothing was heard of, and close what can no longer be paid."""
        async with self.database.transaction() as tx:
            silent = await store.take_silent(tx, self.clock.now(), ASKED_PER_LOOK_MAX)
        await each(silent, self._look_after)
        return len(silent)

    async def _look_after(self, payment: Payment) -> None:
        try:
            await self._ask_or_close(payment)
        except DomainError as refusal:
            code = refusal.code
            log.warning("payment_not_settled", payment_id=str(payment.id), code=code)

    async def _ask_or_close(self, payment: Payment) -> None:
        now = self.clock.now()
        if now - payment.started_at >= SILENCE_MAX:
            await self._give_up(payment)
            return
        found = await self.look(payment.id)
        if not found.is_open:
            return
        async with self.database.transaction() as tx:
            order = await store.by_id(tx, payment.order_id)
        provider = self.providers.get(payment.provider)
        if provider is not None and not isinstance(order.state, Placed):
            await provider.close(payment)

    async def _give_up(self, payment: Payment) -> None:
        """Ask a last time; what is still not known then is over."""
        try:
            payment = await self.look(payment.id)
        except (ProviderSilent, ProviderRefused):
            log.warning("payment_given_up", payment_id=str(payment.id))
        if payment.is_open:
            over = Notice(payment.id, PaymentState.TIMED_OUT, payment.amount)
            await self.hear(over, payment.provider)

    async def _start(self, order_id: OrderId, buyer_id: PersonId, provider: str) -> Payment:
        async with self.database.transaction() as tx:
            now = self.clock.now()
            order = own(await store.lock_order(tx, order_id), buyer_id)
            model.check_payable(order, now)
            assert isinstance(order.state, Placed), "what is payable is placed"
            payment = Payment(
                self.ids.new(), order.id, order.total, PaymentState.STARTED,
                provider if order.total.minor else FREE, now,
            )  # fmt: skip
            # Once, not again and again: else whoever keeps pressing keeps the goods from others.
            last = order.placed_at + self.hold + PAYING_DURATION
            hold_until = max(order.state.hold_until, min(now + PAYING_DURATION, last))
            order = replace(order, state=Placed(hold_until))
            await store.save_order(tx, order, now)
            await store.add_payment(tx, payment)
            if payment.provider == FREE:
                payment = await self._settle(
                    tx, replace(payment, state=PaymentState.SUCCEEDED), order, now
                )
                await store.save_payment(tx, payment, now)
        return payment

    async def _settle(
        self, tx: Transaction, payment: Payment, order: Order, now: datetime
    ) -> Payment:
        """Let money that came pay the order, or else send it back."""
        if not isinstance(order.state, Placed):
            # Too late, or the second payment of one order.
            await give_back(tx, payment, payment.amount, "unusable", now)
            return replace(payment, state=PaymentState.REFUNDED)
        await store.save_order(tx, model.pay(order, now), now)
        await issue(tx, order, self.ids, now)
        await book_paid(tx, order, payment.provider, due_at=now + self.due_after, now=now)
        # Last, since all that is sold of an offer waits for its quota until the commit.
        await quotas.spend(tx, order.deal.amounts())
        for item in order.deal.items:
            fact = OrderPaid(
                order.id, item.offer.id, item.quantity, item.pays_minor, order.total.currency
            )
            tx.record(fact, run_id=item.run_id)
        return payment
