"""SQL about drops."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import Row, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.offers.model import Drop, Taken
from livehouse.domains.offers.tables import coupon_claims, drops
from livehouse.foundation.ids import CouponId, DropId, PersonId, QuotaId, RunId
from livehouse.storage.database import Transaction


async def add(tx: Transaction, drop: Drop) -> None:
    await tx.execute(
        drops.insert().values(
            id=drop.id,
            run_id=drop.run_id,
            coupon_id=drop.coupon_id,
            quota_id=drop.quota_id,
            rehearsal=drop.rehearsal,
            ends_at=drop.ends_at,
        )
    )


async def by_ids(tx: Transaction, ids: Iterable[DropId]) -> dict[DropId, Drop]:
    rows = await tx.execute(select(drops).where(drops.c.id.in_(list(ids))))
    return {DropId(row.id): _drop(row) for row in rows}


async def lock(tx: Transaction, drop_id: DropId) -> Drop | None:
    wanted = select(drops).where(drops.c.id == drop_id).with_for_update(key_share=True)
    row = (await tx.execute(wanted)).first()
    return _drop(row) if row is not None else None


async def count_of_run(tx: Transaction, run_id: RunId) -> int:
    counted = select(func.count()).where(drops.c.run_id == run_id)
    return int((await tx.execute(counted)).scalar_one())


async def end(tx: Transaction, drop_id: DropId, now: datetime) -> None:
    await tx.execute(update(drops).where(drops.c.id == drop_id).values(ends_at=now))


async def claimed(
    tx: Transaction, wanted: Collection[tuple[CouponId, PersonId]]
) -> set[tuple[CouponId, PersonId]]:
    """Which of these people have which of these coupons already."""
    key = tuple_(coupon_claims.c.coupon_id, coupon_claims.c.person_id)
    rows = await tx.execute(
        select(coupon_claims.c.coupon_id, coupon_claims.c.person_id).where(key.in_(list(wanted)))
    )
    return {(CouponId(row.coupon_id), PersonId(row.person_id)) for row in rows}


async def claim_all(tx: Transaction, taken: Sequence[Taken], now: datetime) -> None:
    await tx.execute(
        insert(coupon_claims),
        [
            {"coupon_id": one.drop.coupon_id, "person_id": one.person_id, "claimed_at": now}
            for one in taken
        ],
    )


def _drop(row: Row[tuple[object, ...]]) -> Drop:
    return Drop(
        id=DropId(row.id),
        run_id=RunId(row.run_id),
        coupon_id=CouponId(row.coupon_id),
        quota_id=QuotaId(row.quota_id),
        ends_at=row.ends_at,
        rehearsal=row.rehearsal,
    )
