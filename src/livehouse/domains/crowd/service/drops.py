"""Red packets: dropped by the host, grabbed by the crowd, ended with the seed in the open."""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from livehouse.domains.crowd.events import PacketsDropped, PacketsEnded, PacketsTaken
from livehouse.domains.crowd.model import drops as rules
from livehouse.domains.crowd.model.drops import Drop, Grab, Ground, Kind, Packet, PacketsPlan
from livehouse.domains.crowd.model.rewards import Earned, Reward, Source
from livehouse.domains.crowd.service.gathered import Gathered
from livehouse.domains.crowd.service.rewards import Rewards
from livehouse.domains.crowd.store import drops as store
from livehouse.domains.quotas import quotas
from livehouse.domains.shows import Run, RunKind, Show, Shows
from livehouse.foundation.clock import Clock, to_ms
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.ids import CouponId, IdSource, PacketsId, PersonId, QuotaId, RunId
from livehouse.storage.database import Database, Transaction

V = TypeVar("V")

LISTED_MAX = 20
ENDED_PER_LOOK_MAX = 20
EXPORTED_MAX = 10_000
# Parts of so many pots are kept at hand, and so many empty ones are remembered.
KNOWN_MAX = 50


@dataclass(slots=True)
class Drops:
    """`grabs` are written a few times a second; `end_due` is periodic work."""

    database: Database
    clock: Clock
    ids: IdSource
    shows: Shows
    rewards: Rewards
    chance: Callable[[int], bytes] = secrets.token_bytes
    grabs: Gathered[Grab, Packet] = field(init=False)
    _parts: OrderedDict[PacketsId, list[int]] = field(default_factory=OrderedDict)
    _gone: OrderedDict[PacketsId, Drop] = field(default_factory=OrderedDict)

    def __post_init__(self) -> None:
        self.grabs = Gathered("grabs", self.grab, lambda one: (one.drop_id, one.person_id))

    # The host's part.

    async def drop(
        self,
        show_slug: str,
        title: str,
        *,
        count: int,
        points: int = 0,
        coupon_id: CouponId | None = None,
        seconds: int = 60,
        ahead_seconds: int = rules.AHEAD_SECONDS_MIN,
    ) -> Drop:
        """Let packets fall: `points` in all, or a coupon in each; they open in a few seconds."""
        plan = PacketsPlan(
            title=title, count=count, points=points, coupon_id=coupon_id, seconds=seconds,
            ahead_seconds=ahead_seconds,
        )  # fmt: skip
        async with self.database.transaction() as tx:
            show, run = await self.shows.running(tx, show_slug)
            return await self.drop_within(tx, show, run, plan)

    async def drop_within(self, tx: Transaction, show: Show, run: Run, plan: PacketsPlan) -> Drop:
        """The same as part of another use case, under the lock of the show."""
        ground = Ground(run.id, show.id, show.room.store_id, run.kind is RunKind.REHEARSAL)
        ids = (PacketsId(self.ids.new()), QuotaId(self.ids.new()))
        seed = self.chance(rules.SEED_BYTES)
        drop = rules.planned(plan, ground, ids, seed, self.clock.now())
        await self.rewards.check(tx, plan.reward, drop.store_id, drop.count)
        await quotas.create(tx, drop.quota_id, drop.total)
        await store.add(tx, drop)
        tx.record(_dropped(drop), run_id=run.id)
        return drop

    async def check(self, show: Show, plan: PacketsPlan) -> None:
        """Refuse a plan that could not fall as it is."""
        nobody = UUID(int=0)
        ground = Ground(RunId(nobody), show.id, show.room.store_id)
        ids = (PacketsId(nobody), QuotaId(nobody))
        drop = rules.planned(plan, ground, ids, b"", self.clock.now())
        async with self.database.transaction() as tx:
            await self.rewards.check(tx, plan.reward, drop.store_id, drop.count)

    async def of_show(self, show: Show) -> list[Drop]:
        """The newest first; what was rehearsed is gone with its rehearsal."""
        on = show.run.id if show.run is not None and show.run.on else None
        async with self.database.transaction() as tx:
            return await store.of_show(tx, show.id, LISTED_MAX, rehearsed_in=on)

    async def end_due(self) -> int:
        """End what is empty or whose time is up: the seed comes out."""
        now = self.clock.now()
        async with self.database.transaction() as tx:
            due = await store.due(tx, now - rules.GRACE, ENDED_PER_LOOK_MAX)
            for drop in due:
                given = await store.end(tx, drop.id, now)
                fact = PacketsEnded(drop.id, drop.taken, given, drop.seed.hex())
                tx.record(fact, run_id=drop.run_id)
        return len(due)

    # The viewers' part.

    async def grab(self, grabs: Sequence[Grab]) -> list[Packet | DomainError]:
        """Serve who came in one moment: durable when it is answered, and harmless to repeat."""
        told: dict[tuple[PacketsId, PersonId], Packet | DomainError] = {}
        for drop_id in sorted({one.drop_id for one in grabs}):
            group = [one for one in grabs if one.drop_id == drop_id]
            for one, answer in zip(group, await self._serve(drop_id, group), strict=True):
                told[drop_id, one.person_id] = answer
        return [told[one.drop_id, one.person_id] for one in grabs]

    async def found(self, drop_id: PacketsId) -> Drop:
        async with self.database.transaction() as tx:
            drop = await store.by_id(tx, drop_id)
        if drop is None:
            raise NotFound
        return drop

    async def mine(self, drop_id: PacketsId, person_id: PersonId) -> Packet | None:
        """Somebody's receipt."""
        async with self.database.transaction() as tx:
            return (await store.known(tx, drop_id, [person_id])).get(person_id)

    async def export(self, person_id: PersonId) -> dict[str, object]:
        async with self.database.transaction() as tx:
            found = await store.of_person(tx, person_id, EXPORTED_MAX)
        return {
            "red_packets": [
                {"drop": str(one.drop_id), "number": one.number, "amount": one.amount,
                 "at": one.taken_at}
                for one in found
            ]
        }  # fmt: skip

    async def erase(self, tx: Transaction, person_id: PersonId, /) -> None:
        """Keep the packets, whose sum is the pot, and not where they were taken."""
        await store.forget(tx, person_id)

    async def _serve(self, drop_id: PacketsId, grabs: Sequence[Grab]) -> list[Packet | DomainError]:
        people = [one.person_id for one in grabs]
        now = self.clock.now()
        async with self.database.transaction() as tx:
            # Of an empty drop nothing is taken, so nobody waits for its row.
            drop = self._gone.get(drop_id) or await store.lock(tx, drop_id)
            known = await store.known(tx, drop_id, people)
            if drop is None:
                return rules.serve(None, grabs, known, {}, parts=(), now=now)
            there: dict[str, int] = {}
            if not drop.is_empty:
                there = await store.there(tx, drop_id, sorted({one.address for one in grabs}))
            answers = rules.serve(
                drop, grabs, known, there, parts=await self._parts_of(drop), now=now
            )
            fresh = [
                one for one in answers if isinstance(one, Packet) and one.person_id not in known
            ]
            if fresh:
                await self._take(tx, drop, fresh, grabs)
        if drop.is_empty:
            _remember(self._gone, drop_id, drop)
        return answers

    async def _take(
        self, tx: Transaction, drop: Drop, fresh: Sequence[Packet], grabs: Sequence[Grab]
    ) -> None:
        addresses = {one.person_id: one.address for one in grabs}
        await quotas.take(tx, {drop.quota_id: sum(one.amount for one in fresh)})
        await store.take(tx, drop, fresh, addresses, self.clock.now())
        tx.record(PacketsTaken(drop.id, drop.taken + len(fresh)), run_id=drop.run_id)
        if drop.rehearsal:
            return
        source = Source("packet", drop.id)
        if drop.kind is Kind.POINTS:
            await self.rewards.book(
                tx, source, [Earned(drop.store_id, one.person_id, one.amount) for one in fresh]
            )
        else:
            reward = Reward(coupon_id=drop.coupon_id)
            people = [one.person_id for one in fresh]
            await self.rewards.give(tx, reward, drop.store_id, people, source)

    async def _parts_of(self, drop: Drop) -> list[int]:
        parts = self._parts.get(drop.id)
        if parts is None and drop.kind is Kind.POINTS:
            parts = await asyncio.to_thread(rules.amounts, drop.seed, drop.total, drop.count)
            _remember(self._parts, drop.id, parts)
        return parts or []


def _remember(kept: OrderedDict[PacketsId, V], drop_id: PacketsId, value: V) -> None:
    kept[drop_id] = value
    while len(kept) > KNOWN_MAX:
        kept.popitem(last=False)


def _dropped(drop: Drop) -> PacketsDropped:
    return PacketsDropped(
        drop_id=drop.id,
        title=drop.title,
        drop_kind=drop.kind.value,
        count=drop.count,
        total=drop.total,
        commitment=drop.commitment,
        opens_at_ms=to_ms(drop.opens_at),
        closes_at_ms=to_ms(drop.closes_at),
    )
