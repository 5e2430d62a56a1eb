"""Payments one by one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update

from livehouse.domains.orders.model import FIRST_LOOK, Payment, PaymentState, next_look
from livehouse.domains.orders.tables import payments
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import OrderId
from livehouse.foundation.money import Money
from livehouse.storage.database import Transaction

OPEN = (PaymentState.STARTED.value, PaymentState.REFUSED.value)


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
            look_at=payment.started_at + FIRST_LOOK,
        )
    )


async def payment(tx: Transaction, payment_id: UUID) -> Payment:
    return _one((await tx.execute(select(payments).where(payments.c.id == payment_id))).first())


async def lock_payment(tx: Transaction, payment_id: UUID) -> Payment:
    """Keep others from changing it until the commit. Who also locks its order does so before."""
    wanted = select(payments).where(payments.c.id == payment_id).with_for_update(key_share=True)
    return _one((await tx.execute(wanted)).first())


async def lock_paid(tx: Transaction, order_id: OrderId) -> Payment | None:
    """The payment that paid an order: there is one at most."""
    wanted = select(payments).where(
        payments.c.order_id == order_id, payments.c.state == PaymentState.SUCCEEDED.value
    )
    found = (await tx.execute(wanted.with_for_update(key_share=True))).first()
    return _payment(found) if found is not None else None


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


async def save_ref(tx: Transaction, payment_id: UUID, ref: str) -> None:
    await tx.execute(update(payments).where(payments.c.id == payment_id).values(ref=ref))


async def take_silent(tx: Transaction, now: datetime, limit: int) -> Sequence[Payment]:
    """Payments to ask about, each for nobody else until its next look is due."""
    rows = await tx.execute(
        select(payments)
        .where(payments.c.state.in_(OPEN), payments.c.look_at <= now)
        .order_by(payments.c.look_at)
        .limit(limit)
        .with_for_update(key_share=True, skip_locked=True)
    )
    found = [_payment(row) for row in rows]
    for one in found:
        await tx.execute(
            update(payments).where(payments.c.id == one.id).values(look_at=next_look(one, now))
        )
    return found


def _one(row: Row[Any] | None) -> Payment:
    if row is None:
        raise NotFound
    return _payment(row)


def _payment(row: Row[Any]) -> Payment:
    return Payment(
        row.id,
        OrderId(row.order_id),
        Money(row.currency, row.amount_minor),
        PaymentState(row.state),
        row.provider,
        row.started_at,
        row.ref,
    )
