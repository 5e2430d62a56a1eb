"""What happens to an order after its payment, for the domain above: inside its own transaction.

Whoever changes an order locks it first, and only then whatever else belongs to it.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from livehouse.domains.ledger import ledger
from livehouse.domains.offers import LeftChanged, discount_terms, remainder
from livehouse.domains.orders import model, store
from livehouse.domains.orders.events import OrderGivenBack
from livehouse.domains.orders.model import Back, Order, Sums
from livehouse.domains.orders.model.invoices import credited_by
from livehouse.domains.orders.service import lines
from livehouse.domains.orders.service.books import book_back
from livehouse.domains.orders.service.invoices import credit
from livehouse.domains.orders.service.refunds import request_refund
from livehouse.domains.quotas import ShareKey, quotas
from livehouse.foundation.ids import IdSource, OfferId, OrderId, QuotaId
from livehouse.foundation.money import Money
from livehouse.storage.database import Transaction


async def read(tx: Transaction, order_id: OrderId) -> Order:
    return await store.by_id(tx, order_id)


async def lock(tx: Transaction, order_id: OrderId) -> Order:
    """The order, which nobody else changes until the commit."""
    return await store.lock_order(tx, order_id)


async def ship(tx: Transaction, order: Order, now: datetime) -> Order:
    return await _saved(tx, order, model.ship(order, now), now)


async def deliver(
    tx: Transaction, order: Order, now: datetime, *, keeps_at: datetime | None = None
) -> Order:
    """Mark an order delivered; the store's money is due at `keeps_at`, when nobody can withdraw."""
    after = await _saved(tx, order, model.deliver(order, now), now)
    if after != order and keeps_at is not None:
        await ledger.set_due(tx, order.id, keeps_at)
    return after


async def close(tx: Transaction, order: Order, now: datetime) -> Order:
    return await _saved(tx, order, model.close(order, now), now)


async def give_back(
    tx: Transaction, order: Order, back: Back, ids: IdSource, now: datetime
) -> Order:
    """Let pieces and money of an order go back: goods, limits, budgets, books, credit note, refund.

    The buyer may buy again what is given back. Coupons are free again with the last of the order,
    since a part of it still stands on them.
    """
    earlier = await store.backs_of(tx, order.id)
    await book_back(tx, order, back, now)
    freed, shares = _freed(order, back)
    for quota_id, part in (await _freed_budgets(tx, order, earlier, back)).items():
        freed[quota_id] = part
    line = await lines.look(tx, _offers_in(order, freed), freed, now)
    await quotas.take_back(tx, freed)
    await quotas.return_shares(tx, shares)
    await lines.serve(tx, line, ids, now)
    await _tell_what_is_left(tx, order, freed)
    _tell_given_back(tx, order, back)
    if back.total_minor:
        amount = Money(order.total.currency, back.total_minor)
        await request_refund(tx, order.id, amount, back.key, now=now)
    if back.ends_order:
        order = await _saved(tx, order, model.refund(order, now), now)
    if back.total_minor:
        credited = credited_by(order.deal, back)
        delivery = back.delivery_minor
        await credit(tx, order, credited, delivery_minor=delivery, ids=ids, now=now)
    return order


async def restock(tx: Transaction, order: Order, units: Mapping[int, int]) -> None:
    """Put pieces on the shelf again that were exchanged: their sale stands, and so does what it
    took of the offer. Whoever waits is served by the next look at what is free."""
    freed: Counter[QuotaId] = Counter()
    for position, quantity in units.items():
        freed[order.deal.items[position].offer.stock_quota_id] += quantity
    await quotas.take_back(tx, freed)
    await _tell_what_is_left(tx, order, freed)


def _freed(order: Order, what: Back) -> tuple[Counter[QuotaId], Counter[ShareKey]]:
    """The units and the buyer's shares that are free again."""
    freed: Counter[QuotaId] = Counter()
    shares: Counter[ShareKey] = Counter()
    for position, quantity in what.units.items():
        offer = order.deal.items[position].offer
        if what.restocks:
            freed.update(dict.fromkeys(offer.quota_ids, quantity))
        if offer.limit:
            shares[offer.quota_id, order.buyer_id] += quantity
    if what.ends_order:
        goods = {id_ for item in order.deal.items for id_ in item.offer.quota_ids}
        amounts = order.deal.amounts().items()
        freed.update({id_: amount for id_, amount in amounts if id_ not in goods})
        mine = order.deal.shares_of(order.buyer_id).items()
        shares.update({key: amount for key, amount in mine if key[0] not in goods})
    return freed, shares


async def _freed_budgets(
    tx: Transaction, order: Order, earlier: Sequence[Back], back: Back
) -> dict[QuotaId, int]:
    """What of subsidies' budgets is free again: the partners' share of what goes back."""
    sale = model.sale_of(order.deal, 0)
    before = _by_ref(model.gone(sale, earlier))
    after = _by_ref(model.gone(sale, [*earlier, back]))
    budgets = await discount_terms.budgets(tx, after)
    taken = order.deal.amounts()
    return {
        quota_id: (taken[quota_id] if back.ends_order else after[ref]) - before[ref]
        for ref, quota_id in budgets.items()
        if quota_id in taken
    }


def _by_ref(sums: Sums) -> Counter[str]:
    found: Counter[str] = Counter()
    for one in sums.borne:
        found[one.ref] += one.minor
    return found


def _tell_given_back(tx: Transaction, order: Order, back: Back) -> None:
    for part in credited_by(order.deal, back):
        item = order.deal.items[part.position]
        fact = OrderGivenBack(
            order.id, item.offer.id, part.quantity, part.pays_minor, order.total.currency
        )
        tx.record(fact, run_id=item.run_id)


def _offers_in(order: Order, freed: Collection[QuotaId]) -> set[OfferId]:
    return {item.offer.id for item in order.deal.items if item.offer.quota_id in freed}


async def _tell_what_is_left(tx: Transaction, order: Order, freed: Mapping[QuotaId, int]) -> None:
    touched = [item for item in order.deal.items if freed.keys() & set(item.offer.quota_ids)]
    found = await quotas.read(tx, {id_ for item in touched for id_ in item.offer.quota_ids})
    for item in touched:
        rest = remainder(found[item.offer.quota_id], found[item.offer.stock_quota_id])
        tx.record(LeftChanged(item.offer.id, rest.left, rest.version), run_id=item.run_id)


async def _saved(tx: Transaction, before: Order, after: Order, now: datetime) -> Order:
    if after != before:
        await store.save_order(tx, after, now)
    return after
