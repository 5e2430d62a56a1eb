"""Refunds: decided once, then sent until they are through."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy import Row, Select, select, update

from livehouse.domains.orders.model import Refund, RefundState, next_try
from livehouse.domains.orders.tables import payments, refunds
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import OrderId
from livehouse.foundation.money import Money
from livehouse.storage.database import Transaction

TO_SEND = (RefundState.WANTED.value, RefundState.PENDING.value)


async def add_refund(tx: Transaction, refund: Refund) -> None:
    await tx.execute(
        refunds.insert().values(
            id=refund.id,
            payment_id=refund.payment_id,
            currency=refund.amount.currency,
            amount_minor=refund.amount.minor,
            reason=refund.reason,
            state=refund.state.value,
            attempts=refund.attempts,
            round=refund.round,
            ref=refund.ref,
            problem=refund.problem,
            requested_at=refund.requested_at,
            try_at=refund.requested_at,
        )
    )


async def lock_refund(tx: Transaction, refund_id: UUID) -> Refund:
    found = (
        await tx.execute(select(refunds).where(refunds.c.id == refund_id).with_for_update())
    ).first()
    if found is None:
        raise NotFound
    return _refund(found)


async def save_refund(tx: Transaction, refund: Refund, now: datetime) -> None:
    """Keep how a refund stands; one that is wanted (again) is due at once."""
    ended = refund.state in (RefundState.SUCCEEDED, RefundState.FAILED)
    values: dict[str, Any] = {
        "state": refund.state.value, "attempts": refund.attempts, "round": refund.round,
        "ref": refund.ref, "problem": refund.problem, "settled_at": now if ended else None,
    }  # fmt: skip
    if refund.state is RefundState.WANTED:
        values["try_at"] = now
    await tx.execute(update(refunds).where(refunds.c.id == refund.id).values(**values))


async def take_due(tx: Transaction, now: datetime, limit: int) -> Sequence[Refund]:
    """Refunds to send or to ask about, each with this attempt counted, and for nobody else until
    its next one is due."""
    rows = await tx.execute(
        select(refunds)
        .where(refunds.c.state.in_(TO_SEND), refunds.c.try_at <= now)
        .order_by(refunds.c.try_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = [_refund(row) for row in rows]
    taken = [replace(refund, attempts=refund.attempts + 1) for refund in found]
    for refund in taken:
        await tx.execute(
            update(refunds)
            .where(refunds.c.id == refund.id)
            .values(attempts=refund.attempts, try_at=next_try(refund, now))
        )
    return taken


async def of_payment(tx: Transaction, payment_id: UUID) -> list[Refund]:
    return await _all(tx, select(refunds).where(refunds.c.payment_id == payment_id))


async def of_order(tx: Transaction, order_id: OrderId) -> list[Refund]:
    joined = select(refunds).join(payments, payments.c.id == refunds.c.payment_id)
    return await _all(tx, joined.where(payments.c.order_id == order_id))


async def failed(tx: Transaction, limit: int) -> list[tuple[Refund, OrderId, str]]:
    """What waits for a person, the oldest first, with its order and provider."""
    rows = await tx.execute(
        select(refunds, payments.c.order_id, payments.c.provider)
        .join(payments, payments.c.id == refunds.c.payment_id)
        .where(refunds.c.state == RefundState.FAILED.value)
        .order_by(refunds.c.requested_at)
        .limit(limit)
    )
    return [(_refund(row), OrderId(row.order_id), row.provider) for row in rows]


async def _all(tx: Transaction, wanted: Select[Any]) -> list[Refund]:
    rows = await tx.execute(wanted.order_by(refunds.c.requested_at, refunds.c.id))
    return [_refund(row) for row in rows]


def _refund(row: Row[Any]) -> Refund:
    return Refund(
        row.id,
        row.payment_id,
        Money(row.currency, row.amount_minor),
        row.reason,
        RefundState(row.state),
        row.requested_at,
        row.attempts,
        row.round,
        row.ref,
        row.problem,
    )
