"""Battles for hosts and fans: begun, voted in, counted; how they end stands in `endings`.

Votes are summed up where they come in. Every tenth of a second what came is written together, as
few rows as there are voters, and only then anybody is told (decision 0132).
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import structlog
from msgspec import Struct, to_builtins
from msgspec.json import Encoder
from msgspec.structs import replace

from livehouse.domains.crowd import Reward, Rewards
from livehouse.domains.invites import Invites, Subject
from livehouse.domains.play.errors import VotesRefused
from livehouse.domains.play.events import BattleBegun, VotesCounted
from livehouse.domains.play.model import battles as rules
from livehouse.domains.play.model.battles import (
    Ballot,
    Battle,
    BattlePlan,
    Counted,
    Place,
    Vote,
    VoteKey,
)
from livehouse.domains.play.store import battles as store
from livehouse.domains.play.store import draws as facts_store
from livehouse.domains.shows import Run, RunKind, Show, Shows
from livehouse.domains.stores import Stores
from livehouse.foundation.clock import Clock, to_ms
from livehouse.foundation.errors import Busy, DomainError, NotFound
from livehouse.foundation.ids import BattleId, IdSource, PersonId, RunId
from livehouse.storage.database import Database, RawConnection, Transaction

log = structlog.get_logger()

# So many voters wait on a node at once; a tenth of a second later there is room again.
WAITING_MAX = 50_000
LISTED_MAX = 20
# Groups are written ten times a second; who waits longer than this says it again.
ANSWER_SECONDS_MAX = 10.0
EXPORTED_BALLOTS_MAX = 10_000

_encode = Encoder().encode


class Standing(Struct, frozen=True):
    """A battle and its sums."""

    battle: Battle
    totals: Mapping[int, int]
    held: int


class Mine(Struct, frozen=True):
    """Somebody's part: what they gave today by contestant, and what they may still give."""

    given: Mapping[int, int]
    left: int
    friends: int


Answer: TypeAlias = Callable[[Counted | DomainError], None]


@dataclass(slots=True)
class Battles:
    """`flush` is work that is done again and again."""

    database: Database
    clock: Clock
    ids: IdSource
    shows: Shows
    stores: Stores
    invites: Invites
    rewards: Rewards
    _waiting: dict[VoteKey, tuple[Vote, Answer]] = field(default_factory=dict)

    # The host's part.

    async def begin(self, show_slug: str, plan: BattlePlan) -> Battle:
        """Begin a battle, or a poll, in the run that is on; votes count from now on."""
        async with self.database.transaction() as tx:
            show, run = await self.shows.running(tx, show_slug)
            return await self.begin_within(tx, show, run, plan)

    async def begin_within(self, tx: Transaction, show: Show, run: Run, plan: BattlePlan) -> Battle:
        """The same as part of another use case, under the lock of the show."""
        battle = rules.planned(
            plan, await self._place(tx, show, run.id), BattleId(self.ids.new()),
            now=self.clock.now(), rehearsal=run.kind is RunKind.REHEARSAL,
        )  # fmt: skip
        await self.rewards.check(tx, plan.reward, show.room.store_id, plan.coupon_fans)
        return await self.add(tx, battle)

    async def check(self, show: Show, plan: BattlePlan) -> None:
        """Refuse a plan that could not begin as it is."""
        nobody = UUID(int=0)
        async with self.database.transaction() as tx:
            place = await self._place(tx, show, RunId(nobody))
            rules.planned(plan, place, BattleId(nobody), now=self.clock.now())
            await self.rewards.check(tx, plan.reward, show.room.store_id, plan.coupon_fans)

    async def _place(self, tx: Transaction, show: Show, run_id: RunId) -> Place:
        zone = (await self.stores.in_transaction(tx, show.room.store_id)).time_zone
        return Place(run_id, show.id, show.room.store_id, zone)

    async def add(self, tx: Transaction, battle: Battle) -> Battle:
        """Let a checked battle begin, within another use case, and tell its room."""
        battle = await self._kept(tx, battle)
        await store.add(tx, battle)
        self.show(tx, battle)
        return battle

    @staticmethod
    def show(tx: Transaction, battle: Battle) -> None:
        """Tell the room that it is in, if it is in one."""
        fact = BattleBegun(
            battle.id, battle.title, battle.contestants, battle.free_votes,
            to_ms(battle.closes_at), battle.kind.value, battle.friend_votes,
            battle.reward.points, battle.coupon_fans, str(battle.contest_id or ""),
        )  # fmt: skip
        if battle.run_id is not None:
            tx.record(fact, run_id=battle.run_id)

    async def of_show(self, show: Show) -> list[Standing]:
        """The battles of a show with their sums, the newest first; what was rehearsed is gone
        with its rehearsal."""
        on = show.run.id if show.run is not None and show.run.on else None
        async with self.database.transaction() as tx:
            return [
                await standing_of(tx, battle)
                for battle in await store.of_show(tx, show.id, LISTED_MAX, rehearsed_in=on)
            ]

    async def export(self, person_id: PersonId) -> dict[str, object]:
        """A person's votes, for the export of their data."""
        async with self.database.transaction() as tx:
            found = await store.of_person(tx, person_id, EXPORTED_BALLOTS_MAX)
        return {"votes": [to_builtins(ballot) for ballot in found]}

    async def erase(self, tx: Transaction, person_id: PersonId, /) -> None:
        """Keep the votes, which are in the sums, and not where they came from."""
        await store.forget(tx, person_id)

    async def _kept(self, tx: Transaction, battle: Battle) -> Battle:
        """The battle with a coupon of its own, of which there is one for each who may have it."""
        if battle.coupon_like is None or battle.rehearsal:
            return battle
        own = await self.rewards.coupons.set_aside(
            tx, battle.coupon_like, battle.coupon_fans, until=battle.closes_at
        )
        return replace(battle, reward=Reward(points=battle.reward.points, coupon_id=own))

    # The fans' part.

    async def mine(self, battle_id: BattleId, person_id: PersonId) -> Mine:
        """What somebody may still give today, and how many friends they have brought."""
        now = self.clock.now()
        async with self.database.pool.acquire() as connection, connection.transaction():
            battle = (await store.locked(connection, [battle_id])).get(battle_id)
            if battle is None:
                raise NotFound
            day = battle.day(now)
            known = await store.known(connection, [(battle.id, day, person_id)])
            friends = await self._friends(battle, [person_id])
            extra = await self._extra(connection, battle, [person_id], now, friends)
        given = {ballot.contestant: ballot.votes for ballot in known}
        left = battle.free_votes + extra.get(person_id, 0) - sum(given.values())
        return Mine(given, left, friends.get(person_id, 0))

    async def shared(self, battle_id: BattleId) -> tuple[Battle, Show | None] | None:
        """The battle that somebody may be invited to, and the show that it is or was in."""
        async with self.database.transaction() as tx:
            battle = await store.by_id(tx, battle_id)
            if battle is None:
                return None
            if battle.show_id is None:
                return battle, None
            return battle, await self.shows.by_id(tx, battle.show_id)

    async def cast(self, vote: Vote) -> Counted:
        """The same as `vote`, for who waits for the answer, which comes once it is durable."""
        told: asyncio.Future[Counted | DomainError] = asyncio.get_running_loop().create_future()

        def answer(decision: Counted | DomainError) -> None:
            if not told.done():  # they have gone meanwhile
                told.set_result(decision)

        self.vote(vote, answer)
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            decision = await told
        if isinstance(decision, DomainError):
            raise decision
        return decision

    def vote(self, vote: Vote, answer: Answer) -> None:
        """Take a vote; `answer` hears what counts of it, once that is durable. A later one of the
        same person for the same contestant answers for both."""
        key = _key(vote)
        before = self._waiting.get(key)
        if before is None and len(self._waiting) >= WAITING_MAX:
            raise Busy
        if before is None or vote.given >= before[0].given:
            self._waiting[key] = (vote, answer)

    async def flush(self) -> int:
        """Write what came since the last time, and answer."""
        if not self._waiting:
            return 0
        waiting, self._waiting = self._waiting, {}
        try:
            counted = await self.count([vote for vote, _ in waiting.values()])
        except Exception:
            # Whether it was committed is not known; saying it again is harmless.
            log.exception("votes_not_counted", votes=len(waiting))
            counted = dict.fromkeys(waiting, Busy())
        for key, (_, answer) in waiting.items():
            answer(counted[key])
        return len(waiting)

    async def count(self, votes: Iterable[Vote]) -> dict[VoteKey, Counted | DomainError]:
        """Write a group: ballots, sums and what the rooms are told, all of it or nothing."""
        merged = rules.merged(votes)
        now = self.clock.now()
        told: dict[VoteKey, Counted | DomainError] = {}
        async with self.database.pool.acquire() as connection, connection.transaction():
            found = await store.locked(connection, sorted({key[0] for key in merged}))
            by_battle: dict[BattleId, list[Vote]] = {}
            for key, vote in merged.items():
                try:
                    battle = rules.check_open(found.get(key[0]), vote, now)
                    by_battle.setdefault(battle.id, []).append(vote)
                except DomainError as refusal:
                    told[key] = refusal
            for battle_id, group in by_battle.items():
                told |= await self._count(connection, found[battle_id], group, now)
        for battle_id, group in by_battle.items():
            await self._welcome(found[battle_id], group)
        return told

    async def _welcome(self, battle: Battle, votes: Sequence[Vote]) -> None:
        """Who has voted counts for the friend by whose link they came: each once, and not while
        their votes are held back. Should we end before this, their next vote says it again."""
        if not battle.friend_votes or battle.rehearsal:
            return
        async with self.database.transaction() as tx:
            people = [vote.person_id for vote in votes]
            counts = await store.counting(tx, battle.id, people)
            await self.invites.joined(tx, _subject(battle.id), dict.fromkeys(counts, ""))

    async def _friends(self, battle: Battle, people: Sequence[PersonId]) -> Mapping[PersonId, int]:
        if not battle.friend_votes:
            return {}
        async with self.database.transaction() as tx:
            return await self.invites.brought(tx, _subject(battle.id), people)

    async def _extra(
        self,
        connection: RawConnection,
        battle: Battle,
        people: Sequence[PersonId],
        now: datetime,
        friends: Mapping[PersonId, int],
    ) -> dict[PersonId, int]:
        """What each has over of the votes that friends brought."""
        some = [person_id for person_id in people if friends.get(person_id)]
        if not some:
            return {}
        spent = await store.beyond(connection, battle, battle.day(now), some)
        return {one: rules.extra_votes(battle, friends[one], spent.get(one, 0)) for one in some}

    async def _count(
        self, connection: RawConnection, battle: Battle, votes: Sequence[Vote], now: datetime
    ) -> dict[VoteKey, Counted | DomainError]:
        day = battle.day(now)
        people = sorted({vote.person_id for vote in votes})
        known = await store.known(connection, [(battle.id, day, person) for person in people])
        addresses = {vote.person_id: vote.address for vote in votes}
        said = await store.places(connection, battle.id, sorted(set(addresses.values())))
        refused = rules.refused(known, addresses, said)
        barred = [vote for vote in votes if vote.person_id in refused]
        votes = [vote for vote in votes if vote.person_id not in refused]
        held = await self._held(connection, battle, known, addresses, now)
        held |= {one: False for one, place in addresses.items() if said.get(place)}
        friends = await self._friends(battle, people)
        extra = await self._extra(connection, battle, people, now, friends)
        changed = rules.counted(battle, votes, known, held, now=now, extra=extra)
        if changed:
            await store.write(connection, changed, addresses, now)
            gains = rules.gains(changed, known)
            totals = await store.gain(connection, battle.id, day, gains)
            await self.tell(connection, battle, totals)
        told = _answers(battle, votes, [*known, *changed], extra)
        return told | {_key(vote): VotesRefused() for vote in barred}

    async def _held(
        self,
        connection: RawConnection,
        battle: Battle,
        known: Sequence[Ballot],
        addresses: Mapping[PersonId, str],
        now: datetime,
    ) -> dict[PersonId, bool]:
        """Whose votes are held back: who comes to an address from which many have voted."""
        before = {ballot.person_id: ballot.held for ballot in known}
        fresh = {person: address for person, address in addresses.items() if person not in before}
        places = sorted(set(fresh.values()))
        crowds = await store.voters_at(connection, battle, battle.day(now), places)
        for person, address in fresh.items():
            crowds[address] = crowds.get(address, 0) + 1
            before[person] = bool(address) and crowds[address] > rules.VOTERS_PER_ADDRESS_MAX
        return before

    async def tell(
        self, connection: RawConnection, battle: Battle, totals: Mapping[int, int]
    ) -> None:
        if battle.run_id is None:
            return
        fact = _encode(VotesCounted(battle.id, battle.sums(totals)))
        tag = str(VotesCounted.__struct_config__.tag)
        await facts_store.tell(connection, [(tag, battle.run_id, fact)])


def _key(vote: Vote) -> VoteKey:
    return vote.battle_id, vote.person_id, vote.contestant


def _subject(battle_id: BattleId) -> Subject:
    return Subject("battle", battle_id)


def _answers(
    battle: Battle,
    votes: Sequence[Vote],
    standing: Sequence[Ballot],
    extra: Mapping[PersonId, int],
) -> dict[VoteKey, Counted | DomainError]:
    ballots = {ballot.key: ballot for ballot in standing}
    given: dict[PersonId, int] = {}
    for ballot in ballots.values():
        given[ballot.person_id] = given.get(ballot.person_id, 0) + ballot.votes
    told: dict[VoteKey, Counted | DomainError] = {}
    for vote in votes:
        key = _key(vote)
        mine = ballots.get(key)
        may = battle.free_votes + extra.get(vote.person_id, 0)
        left = may - given.get(vote.person_id, 0)
        told[key] = Counted(mine.votes if mine else 0, left)
    return told


async def standing_of(tx: Transaction, battle: Battle) -> Standing:
    return Standing(
        battle, await store.totals_of(tx, battle.id), await store.held_in(tx, battle.id)
    )
