"""Points and coupons that people get, and what they have by now."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import Struct

from livehouse.domains.crowd.errors import TooFewCoupons
from livehouse.domains.crowd.model.rewards import Earned, Reward, Source
from livehouse.domains.crowd.store import points as store
from livehouse.domains.crowd.store.points import Entry
from livehouse.domains.offers import Coupons
from livehouse.foundation.clock import Clock
from livehouse.foundation.ids import PersonId, StoreId
from livehouse.storage.database import Database, Transaction

LISTED_MAX = 100
EXPORTED_MAX = 10_000
# So many rows are booked in one statement.
BOOKED_MAX = 5_000


class Account(Struct, frozen=True):
    """What somebody has at each store, and how it came, the newest first."""

    balances: dict[StoreId, int]
    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class Rewards:
    """Who gives is another use case: `give` and `book` are part of its transaction."""

    database: Database
    clock: Clock
    coupons: Coupons

    async def check(self, reward: Reward, store_id: StoreId, people: int) -> None:
        """Whether a store may promise this to so many: a coupon is its own, and lasts."""
        if reward.coupon_id is None:
            return
        found = await self.coupons.promised(reward.coupon_id, store_id)
        if found.uses.left < people:
            raise TooFewCoupons(left=found.uses.left)

    async def give(
        self,
        tx: Transaction,
        reward: Reward,
        store_id: StoreId,
        people: Sequence[PersonId],
        source: Source,
    ) -> None:
        """Let all of them have it; who has had it by this source gets no more."""
        if reward.points:
            await self.book(
                tx, source, [Earned(store_id, person_id, reward.points) for person_id in people]
            )
        if reward.coupon_id is not None:
            await self.coupons.give_all(tx, reward.coupon_id, people)

    async def book(self, tx: Transaction, source: Source, earned: Sequence[Earned]) -> None:
        """Book points; a person earns them once by each source."""
        now = self.clock.now()
        for start in range(0, len(earned), BOOKED_MAX):
            await store.book(tx, source, earned[start : start + BOOKED_MAX], now)

    async def account(self, person_id: PersonId) -> Account:
        async with self.database.transaction() as tx:
            return Account(
                await store.balances_of(tx, person_id),
                await store.entries_of(tx, person_id, LISTED_MAX),
            )

    async def export(self, person_id: PersonId) -> dict[str, object]:
        """A person's points, for the export of their data."""
        async with self.database.transaction() as tx:
            found = await store.entries_of(tx, person_id, EXPORTED_MAX)
        return {"points": [{"points": one.points, "by": one.kind, "at": one.at} for one in found]}

    async def erase(self, tx: Transaction, person_id: PersonId, /) -> None:
        """Entries hold ids alone, and only grow."""
