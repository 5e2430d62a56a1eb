"""Coupons that fall into a room: many tap in the same second, and are answered together."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from livehouse.domains.offers import model
from livehouse.domains.offers.errors import UnknownDrop
from livehouse.domains.offers.events import CouponDropped, DropTaken
from livehouse.domains.offers.model import Amount, Drop, Percent, Published, Taken, Taking
from livehouse.domains.offers.store import discounts
from livehouse.domains.offers.store import drops as store
from livehouse.domains.quotas import Quota, quotas
from livehouse.domains.shows import NotLive, RunKind, Shows
from livehouse.engine.group_commit import GroupCommit
from livehouse.foundation.clock import Clock, to_ms
from livehouse.foundation.errors import DomainError, InvalidInput
from livehouse.foundation.ids import CouponId, DropId, IdSource, PersonId, QuotaId
from livehouse.foundation.text import N_
from livehouse.storage.database import Database, Transaction


@dataclass(slots=True)
class Drops:
    """`group` is the queue of taps, which the app runs."""

    database: Database
    clock: Clock
    ids: IdSource
    shows: Shows
    group: GroupCommit[Taking, Taken] = field(init=False)

    def __post_init__(self) -> None:
        self.group = GroupCommit(self.commit, name="drops")

    async def drop(
        self, show_slug: str, coupon_id: CouponId, *, count: int, seconds: int
    ) -> tuple[Drop, Published]:
        """Let `count` coupons fall into the room, with the terms of a coupon of the store's.

        Nobody sees who rehearses, so nothing falls then.
        """
        lasts = model.checked_drop(count, seconds)
        async with self.database.transaction() as tx:
            now = self.clock.now()
            show, run = await self.shows.running(tx, show_slug)
            if run.kind is not RunKind.LIVE:
                raise NotLive
            found = await discounts.coupon(tx, coupon_id)
            pattern = model.promisable(found, show.room.store_id)
            if await store.count_of_run(tx, run.id) >= model.DROPS_PER_RUN_MAX:
                raise InvalidInput(field="show", problem=N_("a show has at most 200 drops"))
            made = model.published_coupon(
                model.plan_like(pattern, count, now),
                coupon_id=CouponId(self.ids.new()),
                quota_id=QuotaId(self.ids.new()),
                store_id=show.room.store_id,
                now=now,
            )
            drop = Drop(
                id=DropId(self.ids.new()),
                run_id=run.id,
                coupon_id=made.coupon.id,
                quota_id=QuotaId(self.ids.new()),
                ends_at=min(now + lasts, made.coupon.ends_at),
            )
            await quotas.create(tx, made.coupon.quota_id, count)
            await quotas.create(tx, drop.quota_id, count)
            await discounts.add_coupon(tx, made, now)
            await store.add(tx, drop)
            _tell(tx, drop, made, Quota(drop.quota_id, count))
        return drop, made

    async def find(self, drop_id: DropId) -> tuple[Drop, Published]:
        async with self.database.transaction() as tx:
            drop = (await store.by_ids(tx, [drop_id])).get(drop_id)
            if drop is None:
                raise UnknownDrop
            return drop, await _coupon(tx, drop)

    async def end(self, drop_id: DropId) -> Drop:
        """Nobody takes any more; who has taken one keeps it."""
        async with self.database.transaction() as tx:
            now = self.clock.now()
            drop = await store.lock(tx, drop_id)
            if drop is None:
                raise UnknownDrop
            if drop.ends_at <= now:
                return drop
            await store.end(tx, drop_id, now)
            drop = replace(drop, ends_at=now)
            left = await quotas.read(tx, [drop.quota_id])
            _tell(tx, drop, await _coupon(tx, drop), left[drop.quota_id])
        return drop

    async def take(self, drop_id: DropId, person_id: PersonId) -> Taken:
        """One tap; again it changes nothing. Raises `DropOver` or `DropGone`, or `Busy`."""
        return await self.group.ask(Taking(drop_id, person_id))

    async def commit(self, takings: Sequence[Taking]) -> list[Taken | DomainError]:
        """Decide a group of taps under the lock of its drops' quotas, and write who has what."""
        async with self.database.transaction() as tx:
            drops = await store.by_ids(tx, {taking.drop_id for taking in takings})
            locked = await quotas.lock(tx, {drop.quota_id for drop in drops.values()})
            wanted = {
                (drops[one.drop_id].coupon_id, one.person_id)
                for one in takings
                if one.drop_id in drops
            }
            now = self.clock.now()
            decisions = model.decide_takings(
                takings,
                drops,
                await store.claimed(tx, wanted),
                {quota.id: quota.left for quota in locked.values()},
                now,
            )
            new = model.new_ones(decisions)
            if new:
                await store.claim_all(tx, new, now)
                await quotas.take(tx, Counter(one.drop.quota_id for one in new))
                await _tell_left(tx, {one.drop.id: one.drop for one in new}.values())
        return decisions


async def _coupon(tx: Transaction, drop: Drop) -> Published:
    found = await discounts.coupon(tx, drop.coupon_id)
    assert found is not None, "a drop has its coupon"
    return found


async def _tell_left(tx: Transaction, drops: Iterable[Drop]) -> None:
    told = list(drops)
    found = await quotas.read(tx, [drop.quota_id for drop in told])
    for drop in told:
        quota = found[drop.quota_id]
        tx.record(DropTaken(drop.id, quota.left, quota.version), run_id=drop.run_id)


def _tell(tx: Transaction, drop: Drop, made: Published, quota: Quota) -> None:
    coupon = made.coupon
    discount = coupon.discount
    fact = CouponDropped(
        drop_id=drop.id,
        coupon_id=coupon.id,
        label=coupon.label,
        currency=coupon.currency,
        amount_minor=discount.minor if isinstance(discount, Amount) else 0,
        basis_points=discount.basis_points if isinstance(discount, Percent) else 0,
        from_minor=coupon.from_minor,
        cap_minor=coupon.cap_minor,
        ends_at_ms=to_ms(drop.ends_at),
        total=quota.total,
        left=quota.left,
        version=quota.version,
    )
    tx.record(fact, run_id=drop.run_id)
