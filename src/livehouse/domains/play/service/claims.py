"""Prizes after the draw: claimed with an address, sent, or given to the next in order."""

from dataclasses import dataclass

from livehouse.domains.crowd import Earned, Rewards, Source
from livehouse.domains.offers import Coupons
from livehouse.domains.people import People
from livehouse.domains.play.model import claims as rules
from livehouse.domains.play.model.claims import Claim, State
from livehouse.domains.play.model.terms import PrizeKind
from livehouse.domains.play.store import draws as draws_store
from livehouse.domains.play.store import winners as store
from livehouse.domains.quotas import quotas
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import AddressId, CouponId, PersonId, RoundId, StoreId
from livehouse.storage.database import Database, Transaction

LISTED_MAX = 200
EXPIRED_PER_LOOK_MAX = 100
NOTE_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True)
class Claims:
    database: Database
    clock: Clock
    people: People
    coupons: Coupons
    rewards: Rewards

    async def of_person(self, person_id: PersonId) -> list[Claim]:
        """What somebody has won, the newest first."""
        async with self.database.transaction() as tx:
            return await store.of_person(tx, person_id, LISTED_MAX)

    async def of_store(self, store_id: StoreId) -> list[Claim]:
        """What a store's shows have given away; what has to be sent comes first."""
        async with self.database.transaction() as tx:
            return await store.of_store(tx, store_id, LISTED_MAX)

    async def claim(
        self,
        round_id: RoundId,
        position: int,
        person_id: PersonId,
        address_id: AddressId | None,
    ) -> Claim:
        """Take one's prize, in time and to an address of one's own; doing so again is harmless."""
        country = ""
        if address_id is not None:
            address = await self.people.addresses.owned(address_id, person_id)
            country = address.lines.country
        async with self.database.transaction() as tx:
            claim = await store.lock(tx, round_id, position)
            if claim.person_id != person_id:
                raise NotFound
            if claim.state in (State.CLAIMED, State.SENT):
                return claim
            rules.check_claiming(claim, address_id, country, self.clock.now())
            state = State.CLAIMED if claim.prize.needs_address else State.SENT
            await store.set_state(tx, claim, state, address_id=address_id)
            await self._spend(tx, claim)
            if claim.prize.kind is PrizeKind.COUPON and claim.prize.source_id is not None:
                await self.coupons.give(tx, CouponId(claim.prize.source_id), person_id)
            if claim.prize.points:
                earned = Earned(claim.store_id, person_id, claim.prize.points)
                await self.rewards.book(tx, Source("draw", round_id), [earned])
            return await store.lock(tx, round_id, position)

    async def sent(self, store_id: StoreId, round_id: RoundId, position: int, note: str) -> Claim:
        """The store has sent a prize; `note` may be the parcel's number."""
        async with self.database.transaction() as tx:
            claim = await store.lock(tx, round_id, position)
            if claim.store_id != store_id or claim.state not in (State.CLAIMED, State.SENT):
                raise NotFound
            note = " ".join(note.split())[:NOTE_CHARACTERS_MAX]
            await store.set_state(tx, claim, State.SENT, address_id=claim.address_id, note=note)
            return await store.lock(tx, round_id, position)

    async def expire_due(self) -> int:
        """Give what was not claimed in time to the next in the drawn order, or back."""
        now = self.clock.now()
        async with self.database.transaction() as tx:
            due = await store.take_due(tx, now, EXPIRED_PER_LOOK_MAX)
            for claim in due:
                await store.set_state(tx, claim, State.EXPIRED)
                draw = await draws_store.by_id(tx, claim.draw_id)
                deadline = rules.deadline_of(draw.plan.claim_hours, now)
                following = await store.bring_in(
                    tx, claim.round_id, claim.prize_number, now, deadline
                )
                if following is None:
                    await self._give_back(tx, claim)
        return len(due)

    async def _spend(self, tx: Transaction, claim: Claim) -> None:
        kept = (await draws_store.prize_quotas(tx, claim.draw_id))[claim.prize_number]
        amounts = {kept.quota_id: 1}
        if kept.stock_quota_id is not None:
            amounts[kept.stock_quota_id] = 1
        await quotas.spend(tx, amounts)

    async def _give_back(self, tx: Transaction, claim: Claim) -> None:
        kept = (await draws_store.prize_quotas(tx, claim.draw_id))[claim.prize_number]
        amounts = {kept.quota_id: 1}
        if kept.stock_quota_id is not None:
            amounts[kept.stock_quota_id] = 1
        await quotas.give_back(tx, amounts)
