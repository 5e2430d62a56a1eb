"""Books what orders do to money, inside the transaction in which they do it."""

from datetime import datetime

from livehouse.domains.ledger import Booking, ledger
from livehouse.domains.orders import store
from livehouse.domains.orders.model import (
    Back,
    Order,
    Parties,
    Sums,
    as_booked,
    goes_back,
    paid_transfers,
    reference_of,
    refund_transfers,
    sale_of,
)
from livehouse.domains.stores import store_terms
from livehouse.storage.database import Transaction

PAID = "paid"
REFUNDED = "refunded"


async def book_paid(
    tx: Transaction, order: Order, provider: str, *, due_at: datetime, now: datetime
) -> None:
    """Book a paid order, at the commission that the store pays at this moment.

    The store's share becomes due at `due_at`, unless the delivery says otherwise
    (`ledger.set_due`).
    """
    rate = await store_terms.commission_of(tx, order.store_id)
    parties = Parties(order.store_id, provider, order.total.currency, rate)
    transfers = paid_transfers(sale_of(order.deal, rate).sums, parties)
    if transfers:
        await ledger.book(tx, Booking(PAID, order.id, order.id, now, due_at, transfers))


async def book_back(tx: Transaction, order: Order, back: Back, now: datetime) -> Sums:
    """Book what goes back of a paid order, which the caller has locked.

    Tells what that comes to for the buyer, for each who bore a discount, and of the commission;
    the same key again is the same thing and changes nothing. It is due together with its order.
    Raises `ReturnedTooMuch` where more would go back than was bought or paid.
    """
    sale, parties = as_booked(order.deal, await ledger.booked(tx, PAID, order.id))
    backs = await store.backs_of(tx, order.id)
    keys = [one.key for one in backs]
    if back.key in keys:
        number = keys.index(back.key)
        return goes_back(sale, backs[:number], backs[number])
    sums = goes_back(sale, backs, back)
    await store.add_back(tx, order.id, back, number=len(backs), now=now)
    transfers = refund_transfers(sums, parties)
    if transfers:
        due_at = await ledger.due_at(tx, order.id) or now
        reference = reference_of(order.id, back)
        await ledger.book(tx, Booking(REFUNDED, reference, order.id, now, due_at, transfers))
    return sums
