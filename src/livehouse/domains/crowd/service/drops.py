"""Red packets: dropped by the host, grabbed by the crowd, ended with the seed in the open."""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from livehouse.domains.crowd.events import PacketsDropped, PacketsEnded, PacketsTaken
from livehouse.domains.crowd.model import drops as rules
from livehouse.domains.crowd.model.drops import Drop, Grab, Kind, Packet
from livehouse.domains.crowd.model.rewards import Earned, Reward, Source
from livehouse.domains.crowd.service.gathered import Gathered
from livehouse.domains.crowd.service.rewards import Rewards
from livehouse.domains.crowd.store import drops as store
from livehouse.domains.quotas import quotas
from livehouse.domains.shows import RunKind, Show, Shows
from livehouse.foundation.clock import Clock, to_ms
from livehouse.foundation.errors import DomainError, InvalidInput, NotFound
from livehouse.foundation.ids import CouponId, IdSource, PacketsId, PersonId, QuotaId
from livehouse.foundation.text import N_
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
        if not rules.AHEAD_SECONDS_MIN <= ahead_seconds <= rules.AHEAD_SECONDS_MAX:
            raise InvalidInput(field="ahead_seconds", problem=N_("between 3 and 60 seconds"))
        show = await self.shows.by_slug(show_slug)
        reward = Reward(points=0, coupon_id=coupon_id)
        async with self.database.transaction() as tx:
            show, run = await self.shows.running(tx, show_slug)
            opens_at = self.clock.now() + timedelta(seconds=ahead_seconds)
            drop = rules.checked(
                Drop(
                    id=PacketsId(self.ids.new()), run_id=run.id, show_id=show.id,
                    store_id=show.room.store_id, title=" ".join(title.split()),
                    kind=Kind.COUPON if coupon_id else Kind.POINTS, count=count,
                    total=count if coupon_id else points, quota_id=QuotaId(self.ids.new()),
                    coupon_id=coupon_id, rehearsal=run.kind is RunKind.REHEARSAL,
                    seed=self.chance(rules.SEED_BYTES), opens_at=opens_at,
                    closes_at=opens_at + timedelta(seconds=seconds),
                )
            )  # fmt: skip
            await self.rewards.check(reward, drop.store_id, count)
            await quotas.create(tx, drop.quota_id, drop.total)
            await store.add(tx, drop)
            tx.record(_dropped(drop), run_id=run.id)
        return drop

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
