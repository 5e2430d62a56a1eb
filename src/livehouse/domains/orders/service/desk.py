"""Orders one by one: look, choose an address, pay, cancel; and the goods of who did not pay."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from msgspec.structs import replace

from livehouse.domains.offers import LeftChanged, Offer, remainder
from livehouse.domains.orders import model, store
from livehouse.domains.orders.errors import AmountDiffers, NoticeRefused
from livehouse.domains.orders.events import OrderPaid, OrdersReturned
from livehouse.domains.orders.model import Order, Paid, Payment, PaymentState, Placed
from livehouse.domains.orders.ports import Notice, PaymentProvider
from livehouse.domains.quotas import quotas
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.ids import AddressId, IdSource, OrderId, PersonId, QuotaId, RunId, StoreId
from livehouse.storage.database import Database, Transaction

PAGE_ORDERS = 30
EXPORTED_ORDERS_MAX = 10_000
EXPIRED_PER_LOOK_MAX = 500
# Who is at the payment provider already is given this long, so that goods do not go from
# under a payment that is on its way.
PAYING_DURATION = timedelta(minutes=5)
OUTCOMES = frozenset({"succeeded", "refused", "timed_out"})


@dataclass(slots=True)
class Orders:
    database: Database
    clock: Clock
    ids: IdSource
    provider: PaymentProvider

    async def of_buyer(self, buyer_id: PersonId, *, before: OrderId | None = None) -> list[Order]:
        async with self.database.transaction() as tx:
            return await store.of_buyer(tx, buyer_id, before=before, limit=PAGE_ORDERS)

    async def of_store(
        self, store_id: StoreId, *, before: OrderId | None = None, state: str | None = None
    ) -> list[Order]:
        async with self.database.transaction() as tx:
            return await store.of_store(tx, store_id, before=before, limit=PAGE_ORDERS, state=state)

    async def order(self, order_id: OrderId, *, buyer_id: PersonId) -> Order:
        """The buyer's own order; another's is not there."""
        async with self.database.transaction() as tx:
            return _own(await store.by_id(tx, order_id), buyer_id)

    async def in_store(self, order_id: OrderId, store_id: StoreId) -> Order:
        """An order that this store has to deliver; another's is not there."""
        async with self.database.transaction() as tx:
            order = await store.by_id(tx, order_id)
        if order.offer.store_id != store_id:
            raise NotFound
        return order

    async def payments_of(self, order_id: OrderId) -> list[Payment]:
        """Every attempt to pay an order, the newest first."""
        async with self.database.transaction() as tx:
            return await store.payments_of(tx, order_id)

    async def store_numbers(self, store_id: StoreId) -> dict[str, tuple[int, int]]:
        """A store's orders and their sums in minor units, per state."""
        async with self.database.transaction() as tx:
            return dict(await store.store_numbers(tx, store_id))

    async def choose_address(
        self, order_id: OrderId, address_id: AddressId, *, buyer_id: PersonId
    ) -> Order:
        async with self.database.transaction() as tx:
            order = _own(await store.lock_order(tx, order_id), buyer_id)
            order = model.set_address(order, address_id)
            await store.save_order(tx, order, self.clock.now())
        return order

    async def begin_payment(self, order_id: OrderId, *, buyer_id: PersonId) -> str:
        """Start paying; the answer is the provider's page, where the buyer goes on."""
        async with self.database.transaction() as tx:
            now = self.clock.now()
            order = _own(await store.lock_order(tx, order_id), buyer_id)
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

    async def payment(self, payment_id: UUID) -> tuple[Payment, Order]:
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

    async def cancel(self, order_id: OrderId, *, buyer_id: PersonId) -> Order:
        async with self.database.transaction() as tx:
            now = self.clock.now()
            order = model.cancel(_own(await store.lock_order(tx, order_id), buyer_id), now)
            await self._return_goods(tx, [order])
            await store.save_order(tx, order, now)
        return order

    async def expire_due(self) -> int:
        """Give the goods of unpaid orders back to the shelf."""
        async with self.database.transaction() as tx:
            now = self.clock.now()
            due = await store.due_to_expire(tx, now, EXPIRED_PER_LOOK_MAX)
            await self._return_goods(tx, due)
            for order in due:
                await store.save_order(tx, model.expire(order, now), now)
        return len(due)

    async def numbers(self, run_id: RunId) -> dict[str, tuple[int, int]]:
        """Orders and their sums per state, for the host."""
        async with self.database.transaction() as tx:
            return dict(await store.show_numbers(tx, run_id))

    async def export(self, person_id: PersonId) -> dict[str, object]:
        """A buyer's orders, for the export of their data."""
        async with self.database.transaction() as tx:
            found = await store.of_buyer(tx, person_id, before=None, limit=EXPORTED_ORDERS_MAX)
        return {"orders": [_exported(order) for order in found]}

    async def erase(self, tx: Transaction, person_id: PersonId, /) -> None:
        """Keep the orders, as the law asks: they hold ids, which then name nobody."""

    async def _settle(self, tx: Transaction, payment: Payment, now: datetime) -> PaymentState:
        order = await store.lock_order(tx, payment.order_id)
        if isinstance(order.state, Paid):
            return PaymentState.REFUNDED  # two payments for one order: the second goes back
        try:
            paid = model.pay(order, now)
        except DomainError:
            return PaymentState.REFUNDED
        await quotas.spend(tx, dict.fromkeys(order.offer.quota_ids, order.quantity))
        await store.save_order(tx, paid, now)
        fact = OrderPaid(
            order.id, order.offer.id, order.quantity, order.total.minor, order.total.currency
        )
        tx.record(fact, run_id=order.run_id)
        return PaymentState.SUCCEEDED

    async def _return_goods(self, tx: Transaction, orders: Sequence[Order]) -> None:
        """Free what the orders hold, and tell each room what is left again."""
        amounts: Counter[QuotaId] = Counter()
        shares: Counter[tuple[QuotaId, UUID]] = Counter()
        for order in orders:
            for quota_id in order.offer.quota_ids:
                amounts[quota_id] += order.quantity
            if order.offer.limit:
                shares[order.offer.quota_id, order.buyer_id] += order.quantity
        await quotas.give_back(tx, amounts)
        await quotas.return_shares(tx, shares)
        found = await quotas.read(tx, amounts)
        for (offer, run_id), group in _by_offer(orders):
            allotment, stock = (found[quota_id] for quota_id in offer.quota_ids)
            rest = remainder(allotment, stock)
            tx.record(LeftChanged(offer.id, rest.left, rest.version), run_id=run_id)
            quantity = sum(order.quantity for order in group)
            tx.record(OrdersReturned(offer.id, len(group), quantity), run_id=run_id)


def _by_offer(orders: Sequence[Order]) -> Iterable[tuple[tuple[Offer, RunId], list[Order]]]:
    groups: dict[tuple[UUID, RunId], list[Order]] = {}
    for order in orders:
        groups.setdefault((order.offer.id, order.run_id), []).append(order)
    return [((group[0].offer, group[0].run_id), group) for group in groups.values()]


def _exported(order: Order) -> dict[str, object]:
    return {
        "id": str(order.id),
        "placed_at": order.placed_at.isoformat(),
        "title": order.offer.title,
        "variant": order.offer.variant_title,
        "quantity": order.quantity,
        "total_minor": order.total.minor,
        "currency": order.total.currency,
        "state": model.state_name(order.state),
    }


def _own(order: Order, buyer_id: PersonId) -> Order:
    if order.buyer_id != buyer_id:
        raise NotFound
    return order


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
