"""What the sandbox remembers, as a real provider does in its own house."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.orders.model import Charge, PaymentState
from livehouse.domains.orders.tables import sandbox_charges
from livehouse.storage.database import Transaction


async def charge(tx: Transaction, payment_id: UUID) -> Charge | None:
    """What was decided of a payment; locked until the commit."""
    wanted = select(sandbox_charges).where(sandbox_charges.c.payment_id == payment_id)
    row = (await tx.execute(wanted.with_for_update())).first()
    if row is None:
        return None
    return Charge(row.payment_id, PaymentState(row.outcome), row.refunds_fail, dict(row.refunds))


async def keep_charge(tx: Transaction, charge: Charge) -> None:
    values = {
        "outcome": charge.outcome.value,
        "refunds_fail": charge.refunds_fail,
        "refunds": charge.refunds,
    }
    await tx.execute(
        insert(sandbox_charges)
        .values(payment_id=charge.payment_id, **values)
        .on_conflict_do_update(index_elements=["payment_id"], set_=values)
    )
