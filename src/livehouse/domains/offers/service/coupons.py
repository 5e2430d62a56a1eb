"""Coupons: stores and the platform publish them, viewers take them, buyers use them up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from livehouse.domains.offers import model
from livehouse.domains.offers.errors import CouponNotValid, UnknownCoupon
from livehouse.domains.offers.events import CouponShown
from livehouse.domains.offers.model import Amount, Coupon, CouponPlan, Percent, Published
from livehouse.domains.offers.store import discounts as store
from livehouse.domains.quotas import quotas
from livehouse.domains.shows import Run, Show, Shows
from livehouse.domains.stores import Stores
from livehouse.foundation.clock import Clock, to_ms
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import CouponId, IdSource, PersonId, QuotaId, RunId, StoreId
from livehouse.foundation.text import N_
from livehouse.storage.database import Database, Transaction

PAGE_COUPONS = 50
SHOWN_COUPONS_MAX = 20
CLAIMED_COUPONS_MAX = 200
GIVEN_MAX = 5_000


@dataclass(frozen=True, slots=True)
class Coupons:
    """Who may publish for whom is for the edges to say; no store means the platform."""

    database: Database
    clock: Clock
    ids: IdSource
    stores: Stores
    shows: Shows

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
        rooms = await self._rooms(store_id) if made.shown else []
        async with self.database.transaction() as tx:
            await quotas.create(tx, made.coupon.quota_id, made.uses.total)
            await store.add_coupon(tx, made, now)
            _show(tx, made.coupon, rooms)
        return made

    async def publish_like(
        self, tx: Transaction, store_id: StoreId, pattern_id: CouponId, count: int
    ) -> Published:
        """A coupon with the terms of one that the store has published, for so many people, who get
        it in another domain's use case: it has no code and is offered nowhere else."""
        pattern = model.promisable(await store.coupon(tx, pattern_id), store_id)
        return await self._twin(tx, pattern, count)

    async def issued_by(
        self, store_id: StoreId | None, *, before: CouponId | None = None
    ) -> list[Published]:
        """A page of a store's coupons, or of the platform's, newest first."""
        async with self.database.transaction() as tx:
            return await store.issued_by(tx, store_id, before=before, limit=PAGE_COUPONS)

    async def promisable_by(self, store_id: StoreId) -> list[Published]:
        """A store's coupons that it may promise to people now, newest first."""
        async with self.database.transaction() as tx:
            return await store.promisable_by(tx, store_id, self.clock.now(), limit=PAGE_COUPONS)

    async def promised(self, coupon_id: CouponId, store_id: StoreId) -> Published:
        """A coupon that a store is about to promise, of its own or of the platform. Raises
        `UnknownCoupon`, also where it is set aside for others."""
        async with self.database.transaction() as tx:
            return model.promisable(await store.coupon(tx, coupon_id), store_id, None)

    async def coupon(self, coupon_id: CouponId) -> Published:
        async with self.database.transaction() as tx:
            return await _found(tx, coupon_id)

    async def end(self, coupon_id: CouponId) -> Published:
        """End a coupon now; who has used it keeps what it gave."""
        found = await self.coupon(coupon_id)
        rooms = await self._rooms(found.coupon.store_id) if found.shown else []
        now = self.clock.now()
        if found.coupon.ends_at <= now:
            return found
        async with self.database.transaction() as tx:
            await store.end(tx, coupon_id, now)
            ended = await _found(tx, coupon_id)
            _show(tx, ended.coupon, rooms)
        return ended

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

    async def give(self, tx: Transaction, coupon_id: CouponId, person_id: PersonId) -> None:
        """Let somebody have a coupon that they won, within a use case of another domain."""
        await self._claim(tx, await _found(tx, coupon_id), person_id)

    async def give_all(
        self, tx: Transaction, coupon_id: CouponId, people: Sequence[PersonId]
    ) -> None:
        """The same for many at once."""
        found = await _found(tx, coupon_id)
        for start in range(0, len(people), GIVEN_MAX):
            some = people[start : start + GIVEN_MAX]
            await store.claim_for(
                tx, found.coupon.id, some, self.clock.now(), most=CLAIMED_COUPONS_MAX
            )

    async def set_aside(
        self, tx: Transaction, coupon_id: CouponId, count: int, *, until: datetime
    ) -> CouponId:
        """Keep `count` uses of a coupon for people who will have it by `until`: as a coupon of its
        own with the same terms, so that nobody uses them up before."""
        pattern = await _found(tx, coupon_id)
        if pattern.coupon.ends_at <= until:
            raise CouponNotValid
        await quotas.take(tx, {pattern.coupon.quota_id: count})
        return (await self._twin(tx, pattern, count)).coupon.id

    async def put_back(
        self, tx: Transaction, own_id: CouponId, coupon_id: CouponId, *, unused: int
    ) -> None:
        """What was set aside for more people than there were is there for everybody again."""
        if not unused:
            return
        own, pattern = await _found(tx, own_id), await _found(tx, coupon_id)
        await quotas.set_total(tx, own.coupon.quota_id, own.uses.total - unused)
        await quotas.take_back(tx, {pattern.coupon.quota_id: unused})

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

    async def run_started(self, tx: Transaction, show: Show, run: Run) -> None:
        """Show the coupons of the store and of the platform in the room that opens."""
        shown = await store.shown_by(
            tx, show.room.store_id, self.clock.now(), limit=SHOWN_COUPONS_MAX
        )
        for one in shown:
            _show(tx, one.coupon, [run.id])

    async def run_ended(self, tx: Transaction, show: Show, run: Run) -> None:
        """A coupon is valid beyond the show that it was offered in."""

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

    async def _twin(self, tx: Transaction, pattern: Published, count: int) -> Published:
        """A coupon with the same terms, set aside for so many people."""
        now = self.clock.now()
        made = model.published_coupon(
            model.plan_like(pattern, count, now),
            coupon_id=CouponId(self.ids.new()),
            quota_id=QuotaId(self.ids.new()),
            store_id=pattern.coupon.store_id,
            now=now,
        )
        await quotas.create(tx, made.coupon.quota_id, count)
        await store.add_coupon(tx, made, now)
        return made

    async def _rooms(self, store_id: StoreId | None) -> list[RunId]:
        """The runs that are on of a store, or of all for a coupon of the platform."""
        return [
            show.run.id
            for show in await self.shows.on_air()
            if show.run is not None and store_id in {None, show.room.store_id}
        ]

    async def _claim(self, tx: Transaction, found: Published, person_id: PersonId) -> None:
        """A person's list is bounded, so that nobody fills our disk by tapping."""
        if await store.count_claims(tx, person_id) >= CLAIMED_COUPONS_MAX:
            await store.forget_oldest_claim(tx, person_id)
        await store.claim(tx, found.coupon.id, person_id, self.clock.now())


def _show(tx: Transaction, coupon: Coupon, runs: Iterable[RunId]) -> None:
    discount = coupon.discount
    fact = CouponShown(
        coupon_id=coupon.id,
        label=coupon.label,
        currency=coupon.currency,
        amount_minor=discount.minor if isinstance(discount, Amount) else 0,
        basis_points=discount.basis_points if isinstance(discount, Percent) else 0,
        from_minor=coupon.from_minor,
        cap_minor=coupon.cap_minor,
        starts_at_ms=to_ms(coupon.starts_at),
        ends_at_ms=to_ms(coupon.ends_at),
    )
    for run_id in runs:
        tx.record(fact, run_id=run_id)


async def _found(tx: Transaction, coupon_id: CouponId) -> Published:
    found = await store.coupon(tx, coupon_id)
    if found is None:
        raise UnknownCoupon
    return found
