"""Payments one by one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update

from livehouse.domains.orders.model import Payment, PaymentState
from livehouse.domains.orders.tables import payments
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import OrderId
from livehouse.foundation.money import Money
from livehouse.storage.database import Transaction


async def add_payment(tx: Transaction, payment: Payment) -> None:
    await tx.execute(
        payments.insert().values(
            id=payment.id,
            order_id=payment.order_id,
            currency=payment.amount.currency,
            amount_minor=payment.amount.minor,
            state=payment.state.value,
            provider=payment.provider,
            started_at=payment.started_at,
        )
    )


async def lock_payment(tx: Transaction, payment_id: UUID) -> Payment:
    found = (
        await tx.execute(
            select(payments).where(payments.c.id == payment_id).with_for_update(key_share=True)
        )
    ).first()
    if found is None:
        raise NotFound
    return _payment(found)


async def payments_of(tx: Transaction, order_id: OrderId) -> list[Payment]:
    rows = await tx.execute(
        select(payments).where(payments.c.order_id == order_id).order_by(payments.c.id.desc())
    )
    return [_payment(row) for row in rows]


async def save_payment(tx: Transaction, payment: Payment, now: datetime) -> None:
    await tx.execute(
        update(payments)
        .where(payments.c.id == payment.id)
        .values(state=payment.state.value, settled_at=now)
    )


def _payment(row: Row[Any]) -> Payment:
    return Payment(
        row.id,
        OrderId(row.order_id),
        Money(row.currency, row.amount_minor),
        PaymentState(row.state),
        row.provider,
        row.started_at,
    )
