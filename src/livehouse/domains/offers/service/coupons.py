"""Coupons: stores and the platform publish them, viewers take them, buyers use them up."""

from dataclasses import dataclass

from livehouse.domains.offers import model
from livehouse.domains.offers.errors import UnknownCoupon
from livehouse.domains.offers.model import CouponPlan, Published
from livehouse.domains.offers.store import discounts as store
from livehouse.domains.quotas import quotas
from livehouse.domains.stores import Stores
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import CouponId, IdSource, PersonId, QuotaId, StoreId
from livehouse.foundation.text import N_
from livehouse.storage.database import Database, Transaction

PAGE_COUPONS = 50
SHOWN_COUPONS_MAX = 20
CLAIMED_COUPONS_MAX = 200


@dataclass(frozen=True, slots=True)
class Coupons:
    """Who may publish for whom is for the edges to say; no store means the platform."""

    database: Database
    clock: Clock
    ids: IdSource
    stores: Stores

    async def publish(self, plan: CouponPlan, store_id: StoreId | None) -> Published:
        """Publish a coupon: from now on nothing of it changes, it can only end early."""
        now = self.clock.now()
        made = model.published_coupon(
            plan,
            coupon_id=CouponId(self.ids.new()),
            quota_id=QuotaId(self.ids.new()),
            store_id=store_id,
            now=now,
        )
        if store_id is not None:
            owner = await self.stores.store(store_id)
            if owner.currency != plan.currency:
                raise InvalidInput(field="currency", problem=N_("this is not the store's currency"))
        async with self.database.transaction() as tx:
            await quotas.create(tx, made.coupon.quota_id, made.uses.total)
            await store.add_coupon(tx, made, now)
        return made

    async def issued_by(
        self, store_id: StoreId | None, *, before: CouponId | None = None
    ) -> list[Published]:
        """A page of a store's coupons, or of the platform's, newest first."""
        async with self.database.transaction() as tx:
            return await store.issued_by(tx, store_id, before=before, limit=PAGE_COUPONS)

    async def coupon(self, coupon_id: CouponId) -> Published:
        async with self.database.transaction() as tx:
            return await _found(tx, coupon_id)

    async def end(self, coupon_id: CouponId) -> Published:
        """End a coupon now; who has used it keeps what it gave."""
        async with self.database.transaction() as tx:
            found = await _found(tx, coupon_id)
            if found.coupon.ends_at > self.clock.now():
                await store.end(tx, coupon_id, self.clock.now())
            return await _found(tx, coupon_id)

    async def shown_by(self, store_id: StoreId) -> list[Published]:
        """What viewers of a store's shows can take with one tap: its own and the platform's."""
        async with self.database.transaction() as tx:
            found = await store.shown_by(tx, store_id, self.clock.now(), limit=SHOWN_COUPONS_MAX)
        return [one for one in found if one.uses.left > 0]

    async def take(self, coupon_id: CouponId, person_id: PersonId) -> Published:
        """Take a coupon that is offered to everybody; taking it again changes nothing."""
        async with self.database.transaction() as tx:
            found = await _found(tx, coupon_id)
            if not found.shown or found.coupon.ends_at <= self.clock.now():
                raise UnknownCoupon
            await self._claim(tx, found, person_id)
        return found

    async def redeem(self, code: str, store_id: StoreId, person_id: PersonId) -> Published:
        """Take the coupon whose code somebody typed at a store."""
        async with self.database.transaction() as tx:
            found = await store.by_code(tx, model.a_code(code), store_id, self.clock.now())
            if found is None:
                raise UnknownCoupon
            await self._claim(tx, found, person_id)
        return found

    async def of_person(self, person_id: PersonId) -> list[Published]:
        """What a person has taken that is not over, those that end first before others."""
        async with self.database.transaction() as tx:
            return await store.claimed_by(
                tx, person_id, self.clock.now(), limit=CLAIMED_COUPONS_MAX
            )

    async def export(self, person_id: PersonId) -> dict[str, object]:
        """What a person has taken, for the export of their data."""
        async with self.database.transaction() as tx:
            found = await store.claimed_by(tx, person_id, None, limit=CLAIMED_COUPONS_MAX)
        return {
            "coupons": [
                {"id": str(one.coupon.id), "label": one.coupon.label, "code": one.code}
                for one in found
            ]
        }

    async def erase(self, tx: Transaction, person_id: PersonId, /) -> None:
        await store.forget_claims(tx, person_id)

    async def _claim(self, tx: Transaction, found: Published, person_id: PersonId) -> None:
        """A person's list is bounded, so that nobody fills our disk by tapping."""
        if await store.count_claims(tx, person_id) >= CLAIMED_COUPONS_MAX:
            await store.forget_oldest_claim(tx, person_id)
        await store.claim(tx, found.coupon.id, person_id, self.clock.now())


async def _found(tx: Transaction, coupon_id: CouponId) -> Published:
    found = await store.coupon(tx, coupon_id)
    if found is None:
        raise UnknownCoupon
    return found
