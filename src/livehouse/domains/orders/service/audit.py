"""Proves that the books are right: against themselves, the orders, the payments and the quotas.

What cannot be asked in SQL is reckoned again here, by the rule that booked it: once for all orders
that are alike, however many there are.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from livehouse.domains.ledger import Check, Transfer, found, ledger
from livehouse.domains.orders.errors import ReturnedTooMuch
from livehouse.domains.orders.model import (
    Back,
    Deal,
    Parties,
    as_booked,
    goes_back,
    paid_transfers,
    reference_of,
    refund_transfers,
    sale_of,
)
from livehouse.domains.orders.service.books import PAID, REFUNDED
from livehouse.domains.orders.store import checking
from livehouse.domains.orders.store.deals import deals_by_id
from livehouse.foundation.ids import DealId, OrderId
from livehouse.storage.database import Database, Transaction

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Audit:
    database: Database

    async def run(self) -> AsyncIterator[Check]:
        """Look through everything, in one moment's state; tells each check as it is done."""
        async with self.database.snapshot() as tx:
            async for check in look_through(tx):
                yield check


async def look_through(tx: Transaction) -> AsyncIterator[Check]:
    """Every check there is, on what `tx` sees."""
    async for check in ledger.check_books(tx):
        yield check
    async for check in checking.check_orders(tx):
        yield check
    yield await _check_paid(tx)
    yield await _check_backs(tx)


async def _check_paid(tx: Transaction) -> Check:
    looked_at, wrong, group = 0, list[str](), list[checking.Alike]()
    async for one in checking.alike(tx):
        looked_at += one.orders
        group.append(one)
        if len(group) == AT_ONCE:
            wrong += await _wrongly_paid(tx, group)
            group = []
    wrong += await _wrongly_paid(tx, group)
    return found("every paid order is booked once, with what it says", looked_at, wrong)


async def _wrongly_paid(tx: Transaction, group: Sequence[checking.Alike]) -> list[str]:
    deals = await deals_by_id(tx, {one.deal_id for one in group})
    wrong = []
    for one in group:
        deal = deals[one.deal_id]
        total = deal.price.total
        paid_in_full = (one.amount_minor, one.currency) == (total.minor, total.currency)
        if not paid_in_full or (one.transfers or "") != _expected(deal, one):
            wrong += [one.first] * one.orders
    return wrong


def _expected(deal: Deal, one: checking.Alike) -> str:
    """What such an order books at the rate that it was booked with."""
    rates = [int(part.rpartition("@")[2]) for part in (one.transfers or "").split(";") if part]
    rate = max(rates, default=0)
    parties = Parties(deal.store_id, one.provider, one.currency, rate)
    return ";".join(
        f"{move.debit.id}>{move.credit.id}={move.amount_minor}@{move.basis_points}"
        for move in paid_transfers(sale_of(deal, rate).sums, parties)
    )


async def _check_backs(tx: Transaction) -> Check:
    looked_at, wrong, group = 0, list[str](), list[tuple[OrderId, DealId, list[Back]]]()
    async for one in checking.orders_with_backs(tx):
        looked_at += len(one[2])
        group.append(one)
        if len(group) == AT_ONCE:
            wrong += await _wrongly_back(tx, group)
            group = []
    wrong += await _wrongly_back(tx, group)
    return found("everything that went back is booked, with what it was", looked_at, wrong)


async def _wrongly_back(
    tx: Transaction, group: Sequence[tuple[OrderId, DealId, list[Back]]]
) -> list[str]:
    deals = await deals_by_id(tx, {deal_id for _, deal_id, _ in group})
    paid = await ledger.booked_many(tx, PAID, [order_id for order_id, _, _ in group])
    references = [reference_of(id_, back) for id_, _, backs in group for back in backs]
    refunded = await ledger.booked_many(tx, REFUNDED, references)
    wrong = []
    for order_id, deal_id, backs in group:
        made = [refunded.get(reference_of(order_id, back), ()) for back in backs]
        if made != _refunds(deals[deal_id], paid.get(order_id, ()), backs):
            wrong.append(str(order_id))
    return wrong


def _refunds(
    deal: Deal, paid: tuple[Transfer, ...], backs: Sequence[Back]
) -> list[tuple[Transfer, ...]] | None:
    """What should be booked for each; None where more went back than there was."""
    sale, parties = as_booked(deal, paid)
    try:
        return [
            refund_transfers(goes_back(sale, backs[:number], back), parties)
            for number, back in enumerate(backs)
        ]
    except ReturnedTooMuch:
        return None
