"""Invoices when an order is paid, credit notes when money goes back: in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from livehouse.domains.orders import store
from livehouse.domains.orders.model import Order
from livehouse.domains.orders.model.invoices import (
    Credited,
    Invoice,
    InvoiceKind,
    credit_note_of,
    invoice_of,
    seller_of,
)
from livehouse.domains.people import AddressLines, recipients
from livehouse.domains.stores import store_terms
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import IdSource, OrderId
from livehouse.storage.database import Database, Transaction


class Printed(Struct, frozen=True):
    """An invoice with whom it was made out to; None where that is no longer kept."""

    invoice: Invoice
    recipient: AddressLines | None


@dataclass(slots=True)
class Invoices:
    database: Database

    async def of_order(self, order_id: OrderId) -> list[Printed]:
        """The order's invoice and the credit notes to it, the oldest first."""
        async with self.database.transaction() as tx:
            found = await store.invoices.of_order(tx, order_id)
            ids = {one.recipient_id for one in found if one.recipient_id is not None}
            named = await recipients.read(tx, ids)
        return [
            Printed(one, named.get(one.recipient_id) if one.recipient_id else None) for one in found
        ]


async def issue(tx: Transaction, order: Order, ids: IdSource, now: datetime) -> Invoice:
    """The invoice of an order that is paid in this transaction.

    Takes the store's next number and holds it until the commit: call it last.
    """
    seller = seller_of(await store_terms.read_store(tx, order.store_id))
    document = invoice_of(order.deal, seller, order.placed_at)
    recipient_id = None
    if order.address_id is not None:
        recipient_id = ids.new()
        await recipients.keep(tx, order.address_id, recipient_id, now)
    invoice = Invoice(
        id=ids.new(),
        store_id=order.store_id,
        kind=InvoiceKind.INVOICE,
        number=await store.invoices.next_number(tx, order.store_id, InvoiceKind.INVOICE),
        order_id=order.id,
        corrects=None,
        recipient_id=recipient_id,
        document=document,
        issued_at=now,
    )
    await store.invoices.add(tx, invoice)
    return invoice


async def credit(
    tx: Transaction,
    order: Order,
    credited: Sequence[Credited],
    *,
    delivery_minor: int,
    ids: IdSource,
    now: datetime,
) -> Invoice:
    """The credit note for what goes back in this transaction. Call it last, as `issue`."""
    found = await store.invoices.of_order(tx, order.id)
    if not found:
        raise NotFound
    invoice = found[0]
    note = Invoice(
        id=ids.new(),
        store_id=order.store_id,
        kind=InvoiceKind.CREDIT_NOTE,
        number=await store.invoices.next_number(tx, order.store_id, InvoiceKind.CREDIT_NOTE),
        order_id=order.id,
        corrects=invoice.id,
        recipient_id=invoice.recipient_id,
        document=credit_note_of(invoice.document, order.deal, credited, delivery_minor),
        issued_at=now,
    )
    await store.invoices.add(tx, note)
    return note
