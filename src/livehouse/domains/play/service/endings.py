"""How battles end: held votes are decided, the result stands, and fans get what was promised.

What has ended never changes (decision 0157), and millions of fans are rewarded in steps, of which
each may be the last one before the house falls over.
"""

from dataclasses import dataclass
from datetime import datetime

from livehouse.domains.crowd import Reward, Source
from livehouse.domains.play.events import BattleChecked, BattleEnded
from livehouse.domains.play.model import battles as rules
from livehouse.domains.play.model.battles import Battle, HeldPlace
from livehouse.domains.play.service.battles import Battles
from livehouse.domains.play.store import battles as counts_store
from livehouse.domains.play.store import endings as store
from livehouse.domains.shows import Run, Show
from livehouse.foundation.clock import to_ms
from livehouse.foundation.errors import NotFound
from livehouse.foundation.facts import Fact
from livehouse.foundation.ids import BattleId, PersonId, StoreId
from livehouse.storage.database import Transaction

ENDED_PER_LOOK_MAX = 20
PLACES_LISTED_MAX = 100
# So many fans are rewarded in one transaction, and so many transactions are made in one look.
FANS_PER_STEP = 5_000
STEPS_PER_LOOK_MAX = 20


@dataclass(frozen=True, slots=True)
class Endings:
    """`end_due` and `reward_due` are work that is done again and again."""

    battles: Battles

    async def run_started(self, tx: Transaction, show: Show, run: Run) -> None:
        """A battle begins when the host says so (a `RunHook`)."""

    async def run_ended(self, tx: Transaction, show: Show, run: Run) -> None:  # noqa: ARG002 - the hook's
        """With a show ends what was voted about in it."""
        await store.stop(tx, run.id, self.battles.clock.now())

    async def held(self, store_id: StoreId, battle_id: BattleId) -> list[HeldPlace]:
        """Where the votes come from that are held back, the most first."""
        async with self.battles.database.transaction() as tx:
            battle = await counts_store.by_id(tx, battle_id)
            if battle is None or battle.store_id != store_id:
                raise NotFound
            return await store.held_places(tx, battle_id, PLACES_LISTED_MAX)

    async def decide(
        self,
        store_id: StoreId,
        battle_id: BattleId,
        address: str | None,
        *,
        counts: bool,
        by: PersonId,
    ) -> None:
        """The staff has looked: held votes from an address (None: from all) count, or never will.
        What comes from there later follows. Raises `BattleFinal` once the result stands."""
        now = self.battles.clock.now()
        async with self.battles.database.pool.acquire() as connection, connection.transaction():
            battle = (await counts_store.locked(connection, [battle_id])).get(battle_id)
            if battle is None or battle.store_id != store_id:
                raise NotFound
            rules.check_deciding(battle)
            await store.decide(connection, battle_id, address, counts=counts, by=by, now=now)
            totals = await counts_store.gain(connection, battle_id, battle.day(now), {})
            await self.battles.tell(connection, battle, totals)

    async def end_due(self) -> int:
        """End battles whose time is up, once all votes of this node are written. Where votes are
        held back, the staff has a while to look first; then what is left of them is refused."""
        now = self.battles.clock.now()
        async with self.battles.database.transaction() as tx:
            due = await store.due(tx, now - rules.GRACE, ENDED_PER_LOOK_MAX)
            for battle in due:
                if battle.check_until is None and await counts_store.held_in(tx, battle.id):
                    await self._check(tx, battle, now)
                else:
                    await self._end(tx, battle, now)
        return len(due)

    async def reward_due(self) -> int:
        """Give the winners' fans what was promised; tells how many were looked at."""
        looked = 0
        for _ in range(STEPS_PER_LOOK_MAX):
            step = await self._reward()
            if step is None:
                break
            looked += step
        return looked

    async def _check(self, tx: Transaction, battle: Battle, now: datetime) -> None:
        until = now + rules.CHECK_FOR
        await store.begin_check(tx, battle.id, until)
        _tell(tx, battle, BattleChecked(battle.id, to_ms(until)))

    async def _end(self, tx: Transaction, battle: Battle, now: datetime) -> None:
        totals = await counts_store.totals_of(tx, battle.id)
        first = rules.ranked(totals, len(battle.contestants))[0]
        is_for_honour = not battle.reward.is_something or battle.rehearsal
        await store.end(tx, battle.id, now, first, rewarded=is_for_honour)
        _tell(tx, battle, BattleEnded(battle.id, battle.sums(totals), first))

    async def _reward(self) -> int | None:
        """One step: so many fans, durable with the place where the next step goes on."""
        now = self.battles.clock.now()
        async with self.battles.database.transaction() as tx:
            found = await store.to_reward(tx)
            if found is None:
                return None
            battle, last = found
            assert battle.first is not None, "it has ended"
            if last is None:
                await self._give_coupons(tx, battle, battle.first)
            fans = await store.fans_after(tx, battle.id, battle.first, last, FANS_PER_STEP)
            people = sorted({person_id for _, person_id in fans})
            await self._give(tx, battle, Reward(points=battle.reward.points), people)
            done = now if len(fans) < FANS_PER_STEP else None
            await store.note_rewarded(tx, battle.id, fans[-1] if fans else None, done)
        return len(fans)

    async def _give_coupons(self, tx: Transaction, battle: Battle, first: int) -> None:
        """One for each of the first fans; what was kept for more goes back."""
        own, like = battle.reward.coupon_id, battle.coupon_like
        if own is None or like is None:
            return
        fans = await store.first_fans(tx, battle.id, first, battle.coupon_fans)
        await self._give(tx, battle, Reward(coupon_id=own), fans)
        await self.battles.rewards.coupons.put_back(
            tx, own, like, unused=battle.coupon_fans - len(fans)
        )

    async def _give(
        self, tx: Transaction, battle: Battle, reward: Reward, people: list[PersonId]
    ) -> None:
        source = Source("battle", battle.id)
        await self.battles.rewards.give(tx, reward, battle.store_id, people, source)


def _tell(tx: Transaction, battle: Battle, fact: Fact) -> None:
    """Tell the room that it is in; between the shows there is none."""
    if battle.run_id is not None:
        tx.record(fact, run_id=battle.run_id)
