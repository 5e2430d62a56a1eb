"""Rewards for friends who are brought: counted from what friends do, held while an order may come
back, given once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from msgspec import Struct

from livehouse.domains.crowd.model import sharing as rules
from livehouse.domains.crowd.model.rewards import Earned, Source
from livehouse.domains.crowd.model.sharing import Brought, Deed, Rule, State, Terms
from livehouse.domains.crowd.service.rewards import Rewards
from livehouse.domains.crowd.store import sharing as store
from livehouse.domains.crowd.store.sharing import Counts
from livehouse.domains.invites import Invites, Subject
from livehouse.domains.orders import OrderGivenBack, OrderPaid, Refunded, steps
from livehouse.domains.quotas import quotas
from livehouse.domains.shows import Show, Shows
from livehouse.foundation.clock import Clock
from livehouse.foundation.ids import (
    IdSource,
    OrderId,
    PersonId,
    QuotaId,
    RuleId,
    RunId,
    StoreId,
)
from livehouse.storage.database import Database, Transaction
from livehouse.storage.outbox import Outbox, StoredFact

SUBSCRIBER = "sharing"
FACTS_PER_TURN = 2_000
TURNS_MAX = 50
SETTLED_PER_TURN = 200
LISTED_MAX = 100

_decoder = msgspec.json.Decoder(OrderPaid | OrderGivenBack)
_KINDS = frozenset({"orders.paid", "orders.given_back"})


class Standing(Struct, frozen=True):
    """A rule, what it has given and holds, and for how many friends there is more."""

    rule: Rule
    counts: Counts
    left: int


@dataclass(frozen=True, slots=True)
class Sharing:
    """`count` and `settle` are work that is done again and again. Who may make rules for a store is
    for the edges to say."""

    database: Database
    clock: Clock
    ids: IdSource
    shows: Shows
    invites: Invites
    rewards: Rewards

    # The store's part.

    async def promise(self, store_id: StoreId, terms: Terms) -> Rule:
        """From now on friends count by these terms, which never change; a coupon gets a twin of its
        own, so that nothing is promised that has run out."""
        terms = rules.checked(terms)
        async with self.database.transaction() as tx:
            label = ""
            if terms.reward.coupon_id is not None:
                coupons = self.rewards.coupons
                made = await coupons.publish_like(tx, store_id, terms.reward.coupon_id, terms.total)
                reward = msgspec.structs.replace(terms.reward, coupon_id=made.coupon.id)
                terms = msgspec.structs.replace(terms, reward=reward)
                label = made.coupon.label
            rule = Rule(
                id=RuleId(self.ids.new()),
                store_id=store_id,
                terms=terms,
                quota_id=QuotaId(self.ids.new()),
                label=label,
            )
            await quotas.create(tx, rule.quota_id, terms.total)
            await store.add(tx, rule, self.clock.now())
        return rule

    async def end(self, store_id: StoreId, rule_id: RuleId) -> None:
        """No friend counts by it any more; what is held goes on."""
        async with self.database.transaction() as tx:
            await store.end(tx, store_id, rule_id, self.clock.now())

    async def of_store(self, store_id: StoreId) -> list[Standing]:
        """A store's rules, the newest first."""
        async with self.database.transaction() as tx:
            found = await store.of_store(tx, store_id, LISTED_MAX)
            return await _standing(tx, found)

    # The viewers' part.

    async def promised(self, show_slug: str) -> list[Rule]:
        """What the show's store gives for friends now."""
        show = await self.shows.by_slug(show_slug)
        async with self.database.transaction() as tx:
            found = await store.in_force(tx, store_id=show.room.store_id)
            return [one.rule for one in await _standing(tx, found) if one.left]

    async def of_sharer(self, person_id: PersonId) -> list[tuple[Brought, Rule]]:
        """What somebody got for friends or is to get, the newest first."""
        async with self.database.transaction() as tx:
            return await store.of_sharer(tx, person_id, LISTED_MAX)

    async def export(self, person_id: PersonId) -> dict[str, object]:
        """What a person got for friends, for the export of their data."""
        found = await self.of_sharer(person_id)
        return {"for_friends": [{"state": one.state.value, "at": one.due_at} for one, _ in found]}

    async def erase(self, tx: Transaction, person_id: PersonId, /) -> None:
        """Rows hold ids alone, which then name nobody."""

    # What friends do.

    async def wants(self, tx: Transaction, on: Sequence[Show]) -> Iterable[Show]:
        """The shows of stores that give something for friends who watch."""
        stores = {rule.store_id for rule in await store.in_force(tx, Deed.WATCH)}
        return [show for show in on if show.room.store_id in stores]

    async def watched(self, tx: Transaction, show: Show, minutes: Mapping[PersonId, int]) -> None:
        """People have been there for so many minutes: those count who reach what a rule asks."""
        for rule in await store.in_force(tx, Deed.WATCH, show.room.store_id):
            people = [one for one, many in minutes.items() if many == rule.terms.minutes]
            await self._count(tx, rule, show, people)

    async def count(self) -> int:
        """Read what was bought and given back since the last time; tells how many facts."""
        looked_at = 0
        for _ in range(TURNS_MAX):
            read = await self._turn()
            looked_at += read
            if read < FACTS_PER_TURN:
                break
        return looked_at

    async def settle(self) -> int:
        """Give what was held long enough, unless the order came back."""
        now = self.clock.now()
        async with self.database.transaction() as tx:
            due = await store.take_due(tx, now, SETTLED_PER_TURN)
            await self._settle(tx, due, now)
        return len(due)

    # How it is done.

    async def _turn(self) -> int:
        outbox = Outbox(self.database.pool)
        read = await outbox.position(SUBSCRIBER)
        page = await outbox.read(read, limit=FACTS_PER_TURN)
        if page.read_to == read:
            return 0
        facts = [one for one in page.facts if one.kind in _KINDS]
        async with self.database.transaction() as tx:
            if not await store.advance(tx, SUBSCRIBER, read, page.read_to):
                return 0
            await self._bought(tx, facts)
            await self._came_back(tx, facts)
        return len(page.facts)

    async def _bought(self, tx: Transaction, facts: Sequence[StoredFact]) -> None:
        by_store: dict[StoreId, list[Rule]] = {}
        for rule in await store.in_force(tx, Deed.BUY):
            by_store.setdefault(rule.store_id, []).append(rule)
        if not by_store:
            return
        bought: dict[OrderId, RunId] = {}
        for fact in facts:
            paid = _decoder.decode(fact.payload)
            if isinstance(paid, OrderPaid) and fact.run_id is not None:
                bought.setdefault(paid.order_id, RunId(fact.run_id))
        for order_id, run_id in bought.items():
            order = await steps.read(tx, order_id)
            for rule in by_store.get(order.store_id, ()):
                show = await self.shows.of_run(run_id)
                await self._count(tx, rule, show, [order.buyer_id], order_id=order_id)

    async def _came_back(self, tx: Transaction, facts: Sequence[StoredFact]) -> None:
        orders = {
            back.order_id
            for fact in facts
            if isinstance(back := _decoder.decode(fact.payload), OrderGivenBack)
        }
        if orders:
            await self._settle(tx, await store.held_for(tx, orders), self.clock.now())

    async def _count(
        self,
        tx: Transaction,
        rule: Rule,
        show: Show,
        people: Sequence[PersonId],
        *,
        order_id: OrderId | None = None,
    ) -> None:
        """Let friends count for who brought them into the show or its room."""
        friends = dict(await self.invites.inviters(tx, Subject("room", show.room.id), people))
        friends |= await self.invites.inviters(tx, Subject("show", show.id), people)
        if not friends:
            return
        # Under the lock of what it may give, so that no cap is passed by two at once.
        left = (await quotas.lock(tx, [rule.quota_id]))[rule.quota_id].left
        known = await store.already(tx, rule.id, friends.keys())
        counts = await store.friends_of(tx, rule.id, set(friends.values()))
        now = self.clock.now()
        found = [
            rules.earned(rule, pair, show.id, reward_id=self.ids.new(), now=now, order_id=order_id)
            for pair in rules.admitted(rule, friends, known, counts, left)
        ]
        if found:
            await quotas.hold(tx, {rule.quota_id: len(found)})
            await store.note(tx, found, now)
            await self._settle(tx, found, now)

    async def _settle(self, tx: Transaction, held: Sequence[Brought], now: datetime) -> None:
        by_id = await store.by_ids(tx, {one.rule_id for one in held})
        for one in held:
            is_refunded = False
            if one.order_id is not None:
                order = await steps.read(tx, one.order_id)
                is_refunded = isinstance(order.state, Refunded)
            state = rules.state_at(one.state, is_refunded=is_refunded, due_at=one.due_at, now=now)
            if state is State.GIVEN:
                await self._give(tx, one, by_id[one.rule_id])
            elif state is State.WITHDRAWN:
                await quotas.give_back(tx, {by_id[one.rule_id].quota_id: 1})
            if state is not one.state:
                await store.set_state(tx, one, state)

    async def _give(self, tx: Transaction, one: Brought, rule: Rule) -> None:
        reward = rule.terms.reward
        if reward.points:
            earned = Earned(rule.store_id, one.sharer_id, reward.points)
            await self.rewards.book(tx, Source("share", one.id), [earned])
        if reward.coupon_id is not None:
            await self.rewards.coupons.give(tx, reward.coupon_id, one.sharer_id)
        await quotas.spend(tx, {rule.quota_id: 1})


async def _standing(tx: Transaction, found: Sequence[Rule]) -> list[Standing]:
    left = await quotas.read(tx, [rule.quota_id for rule in found])
    counts = await store.counts(tx, [rule.id for rule in found])
    return [
        Standing(rule, counts.get(rule.id, Counts()), left[rule.quota_id].left) for rule in found
    ]
