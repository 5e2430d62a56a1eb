"""SQL about invoices."""

from typing import Any

import msgspec
from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.orders.model.invoices import Document, Invoice, InvoiceKind
from livehouse.domains.orders.tables import invoice_series, invoices
from livehouse.foundation.ids import OrderId, StoreId
from livehouse.storage.database import Transaction


async def next_number(tx: Transaction, store_id: StoreId, kind: InvoiceKind) -> int:
    """The next of the store's series. Others wait for it until the commit, so ask last.

    A transaction that comes to nothing gives its number back, so there are no gaps.
    """
    found = await tx.execute(
        insert(invoice_series)
        .values(store_id=store_id, kind=kind.value, last=1)
        .on_conflict_do_update(
            index_elements=[invoice_series.c.store_id, invoice_series.c.kind],
            set_={"last": invoice_series.c.last + 1},
        )
        .returning(invoice_series.c.last)
    )
    return int(found.scalar_one())


async def add(tx: Transaction, invoice: Invoice) -> None:
    columns = msgspec.structs.asdict(invoice)
    columns["kind"] = invoice.kind.value
    columns["document"] = msgspec.to_builtins(invoice.document)
    await tx.execute(invoices.insert().values(**columns))


async def of_order(tx: Transaction, order_id: OrderId) -> list[Invoice]:
    """The order's invoice and the credit notes to it, the oldest first."""
    rows = await tx.execute(
        select(invoices).where(invoices.c.order_id == order_id).order_by(invoices.c.id)
    )
    return [_invoice(row) for row in rows]


def _invoice(row: Row[Any]) -> Invoice:
    columns = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented way to name columns
    columns["kind"] = InvoiceKind(row.kind)
    columns["document"] = msgspec.convert(row.document, Document)
    return Invoice(**columns)
