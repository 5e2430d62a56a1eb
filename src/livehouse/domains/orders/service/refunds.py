"""Money that goes back: decided in one transaction, sent by a job until it is through.

A refund is a row before it is a request, so that no crash forgets it; and it has an idempotency
key, so that no second attempt pays twice (decision 0093).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from msgspec import Struct
from msgspec.structs import replace

from livehouse.domains.orders import model, store
from livehouse.domains.orders.errors import (
    AmountDiffers,
    NothingToRefund,
    ProviderRefused,
    ProviderSilent,
)
from livehouse.domains.orders.model import REFUND_ATTEMPTS_MAX, Payment, Refund, RefundState
from livehouse.domains.orders.ports import PaymentProvider, Refunded, RefundNotice
from livehouse.domains.orders.service.asking import each
from livehouse.domains.orders.store import refunds as refund_store
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import OrderId
from livehouse.foundation.money import Money
from livehouse.storage.database import Database, Transaction

log = structlog.get_logger()

SENT_PER_LOOK_MAX = 50
FAILED_SHOWN_MAX = 200


async def request_refund(
    tx: Transaction, order_id: OrderId, amount: Money, reason: str, *, now: datetime
) -> Refund:
    """Decide, in the caller's transaction, that `amount` of an order's payment goes back.

    `reason` is the caller's key for this refund, such as `return:3f2a…`, at most 200 characters:
    the same reason for the same order again is the same refund and changes nothing. Once the
    transaction commits, the money is on its way whatever happens to this process.

    Locks the order's payment; who also locks the order does so before. Raises `NothingToRefund`
    where the order was not paid (or costs nothing), `RefundTooMuch` where more would go back than
    came, `RefundDiffers` where the reason was used for another amount.
    """
    payment = await store.lock_paid(tx, order_id)
    if payment is None or not payment.amount.minor:
        raise NothingToRefund
    return await give_back(tx, payment, amount, reason, now)


async def give_back(
    tx: Transaction, payment: Payment, amount: Money, reason: str, now: datetime
) -> Refund:
    """The same for one payment, which the caller has locked."""
    earlier = await refund_store.of_payment(tx, payment.id)
    refund = model.check_refund(payment, earlier, model.new_refund(payment, amount, reason, now))
    if refund not in earlier:
        await refund_store.add_refund(tx, refund)
    return refund


class FailedRefund(Struct, frozen=True):
    refund: Refund
    order_id: OrderId
    provider: str


@dataclass(slots=True)
class Refunds:
    """Sends refunds, hears what became of them, and keeps what failed for the operator."""

    database: Database
    clock: Clock
    providers: Mapping[str, PaymentProvider]

    async def of_order(self, order_id: OrderId) -> list[Refund]:
        """Everything that went back or will, the oldest first."""
        async with self.database.transaction() as tx:
            return await refund_store.of_order(tx, order_id)

    async def failed(self) -> list[FailedRefund]:
        """What waits for a person, the oldest first; so many as fit on a page."""
        async with self.database.transaction() as tx:
            found = await refund_store.failed(tx, FAILED_SHOWN_MAX)
        return [FailedRefund(*one) for one in found]

    async def send_due(self) -> int:
        """Send what is due and ask about what is on its way; tells how many."""
        async with self.database.transaction() as tx:
            due = await refund_store.take_due(tx, self.clock.now(), SENT_PER_LOOK_MAX)
        await each(due, self._send)
        return len(due)

    async def again(self, refund_id: UUID) -> Refund:
        """Send a failed one once more; pressed twice, it is sent once."""
        async with self.database.transaction() as tx:
            found = await refund_store.lock_refund(tx, refund_id)
            refund = model.refund_again(found)
            if refund != found:
                await refund_store.save_refund(tx, refund, self.clock.now())
        return refund

    async def hear(self, notice: RefundNotice) -> None:
        """Take a provider's notice about a refund; an outdated key is a round that is over."""
        async with self.database.transaction() as tx:
            refund = await refund_store.lock_refund(tx, _id_of(notice.key))
            if refund.key != notice.key:
                return
            if refund.amount != notice.amount:
                raise AmountDiffers
            heard = Refunded(notice.state, notice.ref, notice.problem)
            await self._keep(tx, refund, heard)

    async def _send(self, refund: Refund) -> None:
        """One attempt, outside of any transaction; silence leaves it to the next one."""
        if refund.state is RefundState.WANTED and refund.attempts > REFUND_ATTEMPTS_MAX:
            await self._give_up(refund)
            return
        async with self.database.transaction() as tx:
            payment = await store.payment(tx, refund.payment_id)
        try:
            heard = await self._at_provider(payment, refund)
        except ProviderSilent:
            return
        async with self.database.transaction() as tx:
            found = await refund_store.lock_refund(tx, refund.id)
            if found.key == refund.key:
                await self._keep(tx, found, heard)

    async def _at_provider(self, payment: Payment, refund: Refund) -> Refunded:
        provider = self.providers.get(payment.provider)
        if provider is None:
            raise ProviderSilent
        try:
            return await provider.refund(payment, refund)
        except ProviderRefused as refusal:
            return Refunded(RefundState.FAILED, problem=str(refusal.params.get("problem", "")))

    async def _keep(self, tx: Transaction, refund: Refund, heard: Refunded) -> None:
        after = model.refund_heard(refund, heard.state, ref=heard.ref, problem=heard.problem)
        if after == refund:
            return
        await refund_store.save_refund(tx, after, self.clock.now())
        if after.state is RefundState.FAILED:
            log.error("refund_failed", refund_id=str(refund.id), problem=heard.problem)

    async def _give_up(self, refund: Refund) -> None:
        """Let a person look. Whether it got through is unknown, so it keeps its key."""
        async with self.database.transaction() as tx:
            found = await refund_store.lock_refund(tx, refund.id)
            if found.state is RefundState.WANTED:
                silent = replace(found, state=RefundState.FAILED, problem="no answer")
                await refund_store.save_refund(tx, silent, self.clock.now())
        log.error("refund_failed", refund_id=str(refund.id), problem="no answer")


def _id_of(key: str) -> UUID:
    try:
        return UUID(key.partition(".")[0])
    except ValueError:
        raise NotFound from None
