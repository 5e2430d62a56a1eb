"""Paying: begin, hear what the provider says, and settle, once and only once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from msgspec.structs import replace

from livehouse.domains.orders import model, store
from livehouse.domains.orders.errors import AmountDiffers, NoticeRefused
from livehouse.domains.orders.events import OrderPaid
from livehouse.domains.orders.model import Order, Paid, Payment, PaymentState, Placed
from livehouse.domains.orders.ports import Notice, PaymentProvider
from livehouse.domains.orders.service.desk import own
from livehouse.domains.quotas import quotas
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.ids import IdSource, OrderId, PersonId
from livehouse.storage.database import Database, Transaction

# Who is at the payment provider already is given this long, so that goods do not go from
# under a payment that is on its way.
PAYING_DURATION = timedelta(minutes=5)
OUTCOMES = frozenset({"succeeded", "refused", "timed_out"})


@dataclass(slots=True)
class Payments:
    database: Database
    clock: Clock
    ids: IdSource
    provider: PaymentProvider

    async def of_order(self, order_id: OrderId) -> list[Payment]:
        """Every attempt to pay an order, the newest first."""
        async with self.database.transaction() as tx:
            return await store.payments_of(tx, order_id)

    async def begin(self, order_id: OrderId, *, buyer_id: PersonId) -> str:
        """Start paying; the answer is the provider's page, where the buyer goes on."""
        async with self.database.transaction() as tx:
            now = self.clock.now()
            order = own(await store.lock_order(tx, order_id), buyer_id)
            model.check_payable(order, now)
            assert isinstance(order.state, Placed), "what is payable is placed"
            payment = Payment(
                self.ids.new(), order.id, order.total, PaymentState.STARTED,
                self.provider.name, now,
            )  # fmt: skip
            # Once, not again and again: else whoever keeps pressing keeps the goods from others.
            last = order.placed_at + model.HOLD_DURATION + PAYING_DURATION
            hold_until = max(order.state.hold_until, min(now + PAYING_DURATION, last))
            await store.save_order(tx, replace(order, state=Placed(hold_until)), now)
            await store.add_payment(tx, payment)
        return await self.provider.begin(payment)

    async def find(self, payment_id: UUID) -> tuple[Payment, Order]:
        async with self.database.transaction() as tx:
            payment = await store.lock_payment(tx, payment_id)
            return payment, await store.by_id(tx, payment.order_id)

    async def hear_signed(self, provider: str, body: bytes, signature: str) -> Payment:
        """Take a notice as it came from outside, once its signature holds."""
        if provider != self.provider.name:
            raise NotFound
        return await self.hear(self.provider.read_notice(body, signature))

    async def hear(self, notice: Notice) -> Payment:
        """Take a provider's notice; the same one again changes nothing.

        Money for an order that is no longer there to be paid goes back to the buyer.
        """
        async with self.database.transaction() as tx:
            now = self.clock.now()
            payment = await store.lock_payment(tx, _uuid(notice.payment_id))
            if payment.state is not PaymentState.STARTED:
                return payment
            if notice.amount != payment.amount:
                raise AmountDiffers
            outcome = _outcome(notice)
            if outcome is PaymentState.SUCCEEDED:
                outcome = await self._settle(tx, payment, now)
            payment = replace(payment, state=outcome)
            await store.save_payment(tx, payment, now)
        if payment.state is PaymentState.REFUNDED:
            await self.provider.refund(payment)
        return payment

    async def _settle(self, tx: Transaction, payment: Payment, now: datetime) -> PaymentState:
        order = await store.lock_order(tx, payment.order_id)
        if isinstance(order.state, Paid):
            return PaymentState.REFUNDED  # two payments for one order: the second goes back
        try:
            paid = model.pay(order, now)
        except DomainError:
            return PaymentState.REFUNDED
        await quotas.spend(tx, order.deal.amounts())
        await store.save_order(tx, paid, now)
        for item in order.deal.items:
            fact = OrderPaid(
                order.id, item.offer.id, item.quantity, item.pays_minor, order.total.currency
            )
            tx.record(fact, run_id=item.run_id)
        return PaymentState.SUCCEEDED


def _outcome(notice: Notice) -> PaymentState:
    """What a provider may say of a payment; all else is not for it to decide."""
    if notice.outcome not in OUTCOMES:
        raise NoticeRefused
    return PaymentState(notice.outcome)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
