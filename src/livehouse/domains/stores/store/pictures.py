"""SQL about pictures that wait to be fetched."""

from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import func, select, update

from livehouse.domains.stores.model import ImageId, ImageState, limits
from livehouse.domains.stores.tables import images
from livehouse.foundation.ids import ProductId
from livehouse.storage.database import Transaction


class PendingImage(Struct, frozen=True):
    id: ImageId
    product_id: ProductId
    source: str
    attempts: int


async def claim_pending(
    tx: Transaction, now: datetime, *, lease: timedelta, limit: int
) -> list[PendingImage]:
    """Take pictures that are due; whoever dies with them leaves them to the next after `lease`."""
    await _give_up_on_killers(tx, now)
    due = (
        select(images.c.id)
        .where(images.c.state == ImageState.PENDING.value, images.c.try_after <= now)
        .order_by(images.c.try_after, images.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = await tx.execute(
        update(images)
        .where(images.c.id.in_(due.scalar_subquery()))
        .values(try_after=now + lease, attempts=images.c.attempts + 1)
        .returning(images.c.id, images.c.product_id, images.c.source, images.c.attempts)
    )
    return [PendingImage(row.id, row.product_id, row.source, row.attempts) for row in claimed]


async def _give_up_on_killers(tx: Transaction, now: datetime) -> None:
    """A picture that ended its worker each time would end the next one too."""
    await tx.execute(
        update(images)
        .where(
            images.c.state == ImageState.PENDING.value,
            images.c.try_after <= now,
            images.c.attempts >= limits.IMAGE_ATTEMPTS_MAX,
        )
        .values(state=ImageState.FAILED.value, reason="picture_unreadable")
    )


async def mark_ready(tx: Transaction, image_id: ImageId, key: str) -> None:
    await tx.execute(
        update(images)
        .where(images.c.id == image_id)
        .values(state=ImageState.READY.value, key=key, reason="")
    )


async def mark_failed(tx: Transaction, image_id: ImageId, reason: str) -> None:
    await tx.execute(
        update(images)
        .where(images.c.id == image_id)
        .values(state=ImageState.FAILED.value, reason=reason)
    )


async def try_again(tx: Transaction, image_id: ImageId, reason: str, *, after: datetime) -> None:
    await tx.execute(
        update(images).where(images.c.id == image_id).values(reason=reason, try_after=after)
    )


async def ask_again(tx: Transaction, product_id: ProductId, now: datetime) -> int:
    """Let the failed pictures of a product be fetched once more."""
    asked = await tx.execute(
        update(images)
        .where(images.c.product_id == product_id, images.c.state == ImageState.FAILED.value)
        .values(state=ImageState.PENDING.value, attempts=0, reason="", try_after=now)
    )
    return asked.rowcount


async def count_pending(tx: Transaction) -> int:
    counted = select(func.count()).where(images.c.state == ImageState.PENDING.value)
    return int((await tx.execute(counted)).scalar_one())
