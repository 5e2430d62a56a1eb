"""Draws for hosts and viewers: planning, starting, joining, hearing the result."""

import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from livehouse.domains.fairness import SEED_BYTES
from livehouse.domains.offers import Amount, Coupons
from livehouse.domains.play.errors import TermsFrozen
from livehouse.domains.play.events import PrizeShown, RoundPromised
from livehouse.domains.play.model import rounds, terms
from livehouse.domains.play.model.joining import Entry, Joined, Joining, Result
from livehouse.domains.play.model.rounds import Draw, Round, Stage
from livehouse.domains.play.model.terms import NOTHING, Plan, PrizeKind, Tasks
from livehouse.domains.play.service import entering
from livehouse.domains.play.service.entering import Ground
from livehouse.domains.play.store import draws as store
from livehouse.domains.play.store import entries, letters, winners
from livehouse.domains.play.store.draws import PrizeQuota
from livehouse.domains.quotas import quotas
from livehouse.domains.shows import Run, RunKind, Show, Shows
from livehouse.domains.stores import Stores
from livehouse.engine.group_commit import GroupCommit
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.ids import (
    CouponId,
    DrawId,
    IdSource,
    PersonId,
    QuotaId,
    RoundId,
    RunId,
    ShowId,
    VariantId,
)
from livehouse.foundation.markets import market_of
from livehouse.storage.database import Database, Transaction

GROUP_ENTRANTS_MAX = 2_000
WAITING_ENTRANTS_MAX = 100_000
# Sessions on this node that wait for a result; who comes on top asks again by themselves.
TOLD_MAX = 100_000
WINDOWS_PER_PERSON_MAX = 4
PLANS_MAX = 50
LISTED_MAX = 50
EXPORTED_ENTRIES_MAX = 10_000
FRIENDS_SHOWN_MAX = 20

Tell: TypeAlias = Callable[[Result], None]


class MyPart(Struct, frozen=True):
    """`friends` came by the person's link into a round; `newest` are the last of them. `done` is
    what the person did of its tasks."""

    takes_part: bool
    friends: int
    newest: Sequence[PersonId]
    done: Tasks = NOTHING


class StartedDraw(Struct, frozen=True):
    """A draw with all of its rounds, the last one as the newest."""

    draw: Draw
    rounds: list[Round]


@dataclass(slots=True)
class Draws:
    """`group` is the queue of those who join, which the app runs; `tell` and `learn_words` are work
    that is done again and again. Who may plan for a show is for the edges to say."""

    database: Database
    clock: Clock
    ids: IdSource
    stores: Stores
    shows: Shows
    coupons: Coupons
    ground: Ground
    key: bytes
    chance: Callable[[int], bytes] = secrets.token_bytes
    group: GroupCommit[Joining, Joined] = field(init=False)
    words: dict[RunId, tuple[RoundId, DrawId, str]] = field(default_factory=dict)
    _waiting: dict[RoundId, dict[PersonId, list[Tell]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ground.attendance.wanted.append(self.wants_minutes)
        self.group = GroupCommit(
            self.join,
            name="draws",
            group_max=GROUP_ENTRANTS_MAX,
            pending_max=WAITING_ENTRANTS_MAX,
        )

    # The host's part.

    async def plan(self, show: Show, plan: Plan) -> UUID:
        """Keep a draw to be started later; it may still be thrown away."""
        store_ = await self.stores.store(show.room.store_id)
        market = market_of(store_.market, store_.country)
        await self._sources(plan, show)
        plan = await self._valued(plan)
        plan = terms.checked(plan, market, store_.country, self.clock.now())
        plan_id = self.ids.new()
        async with self.database.transaction() as tx:
            await store.add_plan(tx, plan_id, show.id, plan, self.clock.now())
        return plan_id

    async def throw_away(self, show: Show, plan_id: UUID) -> None:
        """Forget a plan; what has started stays as it is, whoever asks."""
        async with self.database.transaction() as tx:
            if await store.is_started(tx, plan_id, show.id):
                raise TermsFrozen
            await store.take_plan(tx, plan_id, show.id)

    async def plans(self, show: Show) -> list[tuple[UUID, Plan]]:
        async with self.database.transaction() as tx:
            return await store.plans_of(tx, show.id, PLANS_MAX)

    async def start(self, show_slug: str, plan_id: UUID, *, by: PersonId) -> Round:
        """Freeze the terms, keep the prizes, and promise a seed: from here on nobody changes it."""
        async with self.database.transaction() as tx:
            show, run = await self.shows.running(tx, show_slug)
            return await self.start_within(tx, show, run, plan_id, by=by)

    async def show_of(self, tx: Transaction, plan_id: UUID) -> ShowId | None:
        """Whose a draw is, planned or started; None where there is none."""
        return await store.show_of(tx, plan_id)

    async def start_within(
        self, tx: Transaction, show: Show, run: Run, plan_id: UUID, *, by: PersonId | None
    ) -> Round:
        """The same as part of another use case; `by` is None where a cue does it by itself."""
        if await store.is_started(tx, plan_id, show.id):
            raise TermsFrozen
        rehearsal = run.kind is RunKind.REHEARSAL
        # What is rehearsed is a copy: the plan is there on the night, and so are the prizes.
        take = store.plan_of if rehearsal else store.take_plan
        plan = await take(tx, plan_id, show.id)
        draw = Draw(
            id=DrawId(self.ids.new() if rehearsal else plan_id), run_id=run.id, show_id=show.id,
            store_id=show.room.store_id, plan=plan, rehearsal=rehearsal,
        )  # fmt: skip
        kept = [] if rehearsal else await self._keep(tx, draw)
        await store.add_draw(tx, draw, kept, by, self.clock.now())
        return await self.begin(tx, draw, number=1, pot=1)

    async def begin(self, tx: Transaction, draw: Draw, *, number: int, pot: int) -> Round:
        """Promise the seed of a round; who it is for says the draw."""
        round_id = RoundId(self.ids.new())
        seed = self.chance(SEED_BYTES)
        one = rounds.promised(
            draw, number, pot, round_id=round_id, seed=seed, sealed=self.sealed(round_id, seed)
        )
        await store.add_round(tx, one)
        tx.record(_promised(draw, one), run_id=draw.run_id)
        return one

    def sealed(self, round_id: RoundId, seed: bytes) -> bytes:
        """The seed as it stands in the database, and back: who reads a copy of it knows no seed.

        One pad for one seed, since no id comes twice.
        """
        pad = hmac.digest(self.key, b"round" + round_id.bytes, "sha256")
        return bytes(a ^ b for a, b in zip(pad, seed, strict=True))

    # The viewers' part.

    async def join(self, wishes: Sequence[Joining]) -> list[Joined | DomainError]:
        """Take part, a group at once: durable when it is answered, and harmless to repeat."""
        now = self.clock.now()
        async with self.database.transaction() as tx:
            return await entering.enter(tx, self.ground, wishes, now)

    def await_result(self, entry: Entry, tell: Tell) -> None:
        """Let somebody on this node hear how the round went for them, once it is over."""
        people = self._waiting.setdefault(entry.round_id, {})
        if entry.person_id not in people and len(people) >= TOLD_MAX:
            return
        windows = people.setdefault(entry.person_id, [])
        windows.append(tell)
        del windows[:-WINDOWS_PER_PERSON_MAX]

    async def tell(self) -> int:
        """Tell those who wait on this node how it went."""
        told = 0
        for round_id in list(self._waiting):
            async with self.database.transaction() as tx:
                one = await store.round_by_id(tx, round_id)
                if one is None or not one.stage.is_over:
                    continue
                draw = await store.by_id(tx, one.draw_id)
            people = self._waiting.pop(round_id)
            told += await self._spread(draw, one, people)
        return told

    async def mine(self, round_id: RoundId, person_id: PersonId) -> MyPart:
        """Whether somebody is in a round, and whom they brought into it."""
        async with self.database.pool.acquire() as connection:
            known = await entries.known(connection, [(round_id, person_id, b"")])
            friends = await entries.brought(connection, round_id, [person_id])
            newest = await entries.friends(connection, round_id, person_id, FRIENDS_SHOWN_MAX)
        async with self.database.transaction() as tx:
            one = await store.round_by_id(tx, round_id)
            if one is None:
                raise NotFound
            did = await entering.done(tx, self.ground, one, [person_id])
        done = did.get((round_id, person_id), NOTHING)
        return MyPart(bool(known), friends.get(person_id, 0), newest, done)

    async def wants_minutes(self, tx: Transaction, on: Sequence[Show]) -> list[Show]:
        """Of the shows that are on those in which a draw asks how long one has watched."""
        asking = await store.asking_for_minutes(tx, [show.id for show in on])
        return [show for show in on if show.id in asking]

    async def learn_words(self) -> int:
        """Look up which words are asked for now, so that a line of chat costs no question."""
        async with self.database.pool.acquire() as connection:
            self.words = await store.keywords(connection, self.clock.now())
        return 0

    # What anybody may see.

    async def started(self, show: Show) -> list[StartedDraw]:
        """The draws of a show, the newest first; what was rehearsed is gone with its rehearsal."""
        on = show.run.id if show.run is not None and show.run.on else None
        async with self.database.transaction() as tx:
            return [
                StartedDraw(draw, await store.rounds_of(tx, draw.id))
                for draw in await store.of_show(tx, show.id, LISTED_MAX, rehearsed_in=on)
            ]

    async def round(self, round_id: RoundId) -> tuple[Draw, Round]:
        async with self.database.transaction() as tx:
            one = await store.round_by_id(tx, round_id)
            if one is None:
                raise NotFound
            return await store.by_id(tx, one.draw_id), one

    async def shared(self, draw_id: DrawId) -> tuple[Draw, Round] | None:
        """A draw that somebody may be invited to, and its newest round."""
        async with self.database.transaction() as tx:
            found = await store.rounds_of(tx, draw_id)
            return (await store.by_id(tx, draw_id), found[-1]) if found else None

    async def drawn(self, round_id: RoundId) -> list[tuple[str, int, str]]:
        """Name, prize and state of everybody who was drawn, from the first place on."""
        async with self.database.transaction() as tx:
            return await winners.names_of(tx, round_id)

    async def export(self, person_id: PersonId) -> dict[str, object]:
        """A person's entries and prizes, for the export of their data."""
        async with self.database.transaction() as tx:
            joined = await entries.of_person(tx, person_id, EXPORTED_ENTRIES_MAX)
            won = await winners.of_person(tx, person_id, EXPORTED_ENTRIES_MAX)
        return {
            "draws": [
                {"round": str(one.round_id), "name": one.name.hex(), "nonce": one.nonce.hex()}
                for one in joined
            ],
            "prizes": [to_builtins(one) for one in won],
        }

    async def erase(self, tx: Transaction, person_id: PersonId, /) -> None:
        """Keep the entries, which others' places were drawn among, and nothing else of them."""
        await winners.forget(tx, person_id)
        await letters.remove_of(tx, person_id)

    # How it is done.

    async def _spread(self, draw: Draw, one: Round, people: dict[PersonId, list[Tell]]) -> int:
        async with self.database.pool.acquire() as connection:
            won = {}
            if one.stage is Stage.DONE:
                won = await winners.won(connection, one.id, list(people))
            found = await entries.known(
                connection, [(one.id, person_id, b"") for person_id in people]
            )
        for entry in found:
            place, prize = won.get(entry.person_id, (0, -1))
            result = Result(
                one, entry, draw.plan.title, place, draw.plan.prizes[prize] if place else None
            )
            for tell in people.get(entry.person_id, ()):
                tell(result)
        return len(found)

    async def _keep(self, tx: Transaction, draw: Draw) -> list[PrizeQuota]:
        """Keep what may be won in all rounds: as a quota of its own, and off the stock."""
        sources = await self._sources(draw.plan, None)
        kept = []
        held: dict[QuotaId, int] = {}
        for prize, stock in zip(draw.plan.prizes, sources, strict=True):
            amount = prize.quantity * draw.plan.rounds
            quota_id = QuotaId(self.ids.new())
            await quotas.create(tx, quota_id, amount)
            if stock is not None:
                held[stock] = held.get(stock, 0) + amount
            kept.append(PrizeQuota(quota_id, stock))
        if held:
            await quotas.hold(tx, held)
        return kept

    async def _valued(self, plan: Plan) -> Plan:
        """The plan with what its prizes are worth where the house knows it: goods by their price,
        a coupon by what it takes off."""
        prizes = []
        for prize in plan.prizes:
            value = prize.value_minor
            if prize.kind is PrizeKind.GOODS and prize.source_id is not None:
                value = (await self.stores.variant(VariantId(prize.source_id))).variant.price.minor
            elif prize.kind is PrizeKind.COUPON and prize.source_id is not None:
                discount = (await self.coupons.coupon(CouponId(prize.source_id))).coupon.discount
                value = discount.minor if isinstance(discount, Amount) else value
            prizes.append(replace(prize, value_minor=value))
        return replace(plan, prizes=tuple(prizes))

    async def _sources(self, plan: Plan, show: Show | None) -> list[QuotaId | None]:
        """The stock behind each prize; with a show, only its own store's things are taken."""
        found: list[QuotaId | None] = []
        for prize in plan.prizes:
            stock = None
            if prize.kind is PrizeKind.GOODS and prize.source_id is not None:
                variant = await self.stores.variant(VariantId(prize.source_id))
                if show is not None and variant.store.id != show.room.store_id:
                    raise NotFound
                stock = variant.variant.stock_quota_id
            elif prize.kind is PrizeKind.COUPON and prize.source_id is not None and show:
                await self.coupons.promised(CouponId(prize.source_id), show.room.store_id)
            found.append(stock)
        return found


def _promised(draw: Draw, one: Round) -> RoundPromised:
    plan = draw.plan
    return RoundPromised(
        draw_id=draw.id,
        round_id=one.id,
        number=one.number,
        rounds=plan.rounds,
        draw_kind=plan.kind.value,
        title=plan.title,
        keyword=plan.keyword,
        goal=plan.goal,
        seconds=plan.seconds,
        currency=plan.currency,
        prizes=tuple(
            PrizeShown(prize.title, prize.kind.value, prize.quantity * one.pot, prize.value_minor)
            for prize in plan.prizes
        ),
        terms_hash=one.terms_hash,
        commitment=one.commitment,
        task_friends=plan.tasks.friends,
        task_minutes=plan.tasks.minutes,
    )
