"""Fair openings, from the promise of a seed to the last place (decision 0103).

Rows are the queue (decision 0019): whichever node looks moves an opening by one step, each in a
transaction of its own, so that the house may end between any two of them and go on.
"""

import asyncio
import hmac
import secrets
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import structlog
from msgspec import Struct, to_builtins
from msgspec.json import Decoder

from livehouse.domains.fairness import (
    PLACED,
    SEED_BYTES,
    WORK,
    arranged,
    commitment_to,
    stretched,
)
from livehouse.domains.offers import Offer, Offers, offer_terms
from livehouse.domains.orders.errors import ForeignOrder, LastDrawNotOver
from livehouse.domains.orders.events import (
    OpeningCalled,
    OpeningEnded,
    OpeningListed,
    OpeningPromised,
    OpeningRevealed,
)
from livehouse.domains.orders.model import openings as model
from livehouse.domains.orders.model.deciding import Known
from livehouse.domains.orders.model.openings import (
    Entering,
    Entry,
    EntryKey,
    Opening,
    Result,
    Seen,
    Stage,
)
from livehouse.domains.orders.ports import Rooms
from livehouse.domains.orders.service.till import Till
from livehouse.domains.orders.store import known as known_orders
from livehouse.domains.orders.store import openings as store
from livehouse.domains.shows import Run, RunKind
from livehouse.engine.group_commit import GroupCommit
from livehouse.foundation.clock import Clock, to_ms
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.facts import Fact
from livehouse.foundation.ids import IdSource, OpeningId, OrderId, PersonId
from livehouse.storage.database import Database, Transaction

log = structlog.get_logger()

GROUP_ENTRANTS_MAX = 1_000
WAITING_ENTRANTS_MAX = 50_000
# Places are given in groups, so that ordinary buyers of other offers come in between.
PLACES_PER_GROUP = 500
# Sessions on this node that wait for a draw; who comes on top asks again by themselves.
TOLD_MAX = 50_000
WINDOWS_PER_PERSON_MAX = 4
EXPORTED_ENTRIES_MAX = 10_000


class _Card(Struct, frozen=True):
    fair: Seen = Seen()


class _State(Struct, frozen=True):
    offers: Mapping[str, _Card] = {}


class _Keyframe(Struct, frozen=True):
    state: _State = _State()


Tell: TypeAlias = Callable[[Result], None]
_read_keyframe = Decoder(_Keyframe).decode


@dataclass(slots=True)
class Openings:
    """`group` is the queue of those who enter, which the app runs; `advance` and `tell` are work
    that is done again and again."""

    database: Database
    clock: Clock
    ids: IdSource
    offers: Offers
    till: Till
    rooms: Rooms
    key: bytes
    chance: Callable[[int], bytes] = secrets.token_bytes
    work: int = WORK
    places_per_group: int = PLACES_PER_GROUP
    group: GroupCommit[Entering, Entry] = field(init=False)
    _waiting: dict[OpeningId, dict[PersonId, list[Tell]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.offers.draws = [self]
        self.group = GroupCommit(
            self.enter,
            name="openings",
            group_max=GROUP_ENTRANTS_MAX,
            pending_max=WAITING_ENTRANTS_MAX,
        )

    async def called_for(self, tx: Transaction, offer: Offer, run: Run) -> None:
        """The host opens a fair offer (a `DrawHook`): promise a seed, unless one is promised."""
        under_way = await store.run_going_on(tx, offer.id)
        if under_way == run.id:
            return
        if under_way is not None:
            raise LastDrawNotOver  # of a run that has just ended: it will be in a moment
        opening_id = OpeningId(self.ids.new())
        seed = self.chance(SEED_BYTES)
        opening = model.promised(
            offer,
            run.id,
            opening_id=opening_id,
            seed=seed,
            sealed=self._sealed(opening_id, seed),
            now=self.clock.now(),
        )
        await store.add(tx, opening)
        tx.record(
            OpeningPromised(offer.id, opening.id, opening.commitment, opening.window_ms),
            run_id=run.id,
        )

    # Entering.

    async def enter(self, wishes: Sequence[Entering]) -> list[Entry | DomainError]:
        """Take part, a group at once: durable when it is answered, and harmless to repeat."""
        now = self.clock.now()
        offer_ids = list({wish.offer_id for wish in wishes})
        async with self.database.pool.acquire() as connection, connection.transaction():
            openings = await store.newest(connection, offer_ids)
            asked = [
                (openings[wish.offer_id].id, wish.person_id, wish.nonce)
                for wish in wishes
                if wish.offer_id in openings
            ]
            before = await store.known(connection, asked)
            decisions = model.admit(wishes, openings, before, now)
            known = {entry.key for entry in before}
            fresh = {
                one.key: one for one in decisions if isinstance(one, Entry) and one.key not in known
            }
            entered = await store.enter(connection, list(fresh.values())) if fresh else set()
        return [_told(one, known | entered) for one in decisions]

    async def record(self, opening_id: OpeningId) -> tuple[Opening, list[Entry]]:
        """What is published: who took part is told once the places are given, and not before."""
        async with self.database.transaction() as tx:
            opening = await store.by_id(tx, opening_id)
            if opening is None:
                raise NotFound
            is_done = opening.stage is Stage.DONE
            return opening, await store.entries(tx, opening_id) if is_done else []

    async def export(self, person_id: PersonId) -> dict[str, object]:
        """A person's entries, for the export of their data: the names that were theirs."""
        async with self.database.transaction() as tx:
            found = await store.of_person(tx, person_id, EXPORTED_ENTRIES_MAX)
        return {"fair_openings": [to_builtins(entry) for entry in found]}

    async def erase(self, tx: Transaction, person_id: PersonId, /) -> None:
        """Keep the entries, which others' places were drawn among, and nothing else of them."""
        await store.forget(tx, person_id)

    def await_result(self, entry: Entry, tell: Tell) -> None:
        """Let somebody on this node hear how the draw went for them, once it is over."""
        people = self._waiting.setdefault(entry.opening_id, {})
        if entry.person_id not in people and len(people) >= TOLD_MAX:
            return
        windows = people.setdefault(entry.person_id, [])
        windows.append(tell)
        del windows[:-WINDOWS_PER_PERSON_MAX]

    async def tell(self) -> int:
        """Tell those who wait on this node what has been decided."""
        if not self._waiting:
            return 0
        told = 0
        async with self.database.pool.acquire() as connection:
            over = await store.over(connection, list(self._waiting))
            for opening in over:
                people = self._waiting.pop(opening.id)
                found = await store.known(
                    connection, [(opening.id, person_id, "") for person_id in people]
                )
                orders = await known_orders(
                    connection, [entry.order_id for entry in found if entry.has_place]
                )
                told += _spread(opening, found, orders, people)
        return told

    # The steps.

    async def advance(self) -> int:
        """Move every opening as far as it can go now; tells how many steps that were."""
        steps = 0
        async with self.database.pool.acquire() as connection:
            going_on = await store.going_on(connection)
        for opening_id in going_on:
            async with self.database.pool.acquire() as connection, connection.transaction():
                if await store.claim(connection, opening_id):
                    while await self._step(opening_id):
                        steps += 1
        return steps

    async def _step(self, opening_id: OpeningId) -> bool:
        async with self.database.transaction() as tx:
            opening = await store.by_id(tx, opening_id)
        assert opening is not None, "openings are never deleted"
        if opening.stage in (Stage.PROMISED, Stage.CALLED, Stage.LISTED) and not await self._is_on(
            opening
        ):
            return await self._call_off(opening, "the show has ended")
        match opening.stage:
            case Stage.PROMISED:
                return await self._call(opening)
            case Stage.CALLED:
                return await self._list(opening)
            case Stage.LISTED:
                return await self._reveal(opening)
            case Stage.REVEALED:
                return await self._place(opening)
            case Stage.DONE | Stage.VOID:
                return False

    async def _call(self, opening: Opening) -> bool:
        if not model.shows_promise(await self._seen(opening), opening):
            return False
        async with self.database.transaction() as tx:
            opening = model.called(await store.lock(tx, opening.id), self.clock.now())
            await store.save(tx, opening)
            assert opening.call_at is not None, "it has just been called"
            assert opening.closes_at is not None, "it has just been called"
            fact = OpeningCalled(opening.offer_id, to_ms(opening.call_at), to_ms(opening.closes_at))
            tx.record(fact, run_id=opening.run_id)
        return True

    async def _list(self, opening: Opening) -> bool:
        now = self.clock.now()
        if not model.is_to_be_listed(opening, now):
            return False
        async with self.database.transaction() as tx:
            opening = await store.lock(tx, opening.id)
            entrants = [entry.entrant for entry in await store.entries(tx, opening.id)]
            opening = await asyncio.to_thread(model.listed, opening, entrants, now)
            await store.save(tx, opening)
            fact = OpeningListed(opening.offer_id, opening.entrants, opening.root)
            tx.record(fact, run_id=opening.run_id)
        return True

    async def _reveal(self, opening: Opening) -> bool:
        if not model.shows_list(await self._seen(opening), opening):
            return False
        seed = self._sealed(opening.id, opening.sealed_seed)
        if commitment_to(opening.id, seed) != opening.commitment:
            return await self._call_off(opening, "its seed was sealed with another key")
        opening = model.revealed(opening, seed, self.clock.now())
        await self._save(opening, OpeningRevealed(opening.offer_id, opening.seed))
        return True

    async def _place(self, opening: Opening) -> bool:
        """Give the places of one group, or end."""
        async with self.database.pool.acquire() as connection:
            entries = await store.next_entries(connection, opening.id, self.places_per_group)
        if not entries:
            if opening.entrants and await self._arrange(opening):
                return True
            return await self._end(opening)
        buys = [model.buy_of(entry, opening.offer_id) for entry in entries]
        outcomes = {
            entry.person_id: decision.code if isinstance(decision, DomainError) else PLACED
            for entry, decision in zip(entries, await self.till.commit(buys), strict=True)
        }
        async with self.database.pool.acquire() as connection:
            await store.set_outcomes(connection, opening.id, outcomes)
        return True

    async def _arrange(self, opening: Opening) -> bool:
        """Write down everybody's position; False when that was done before."""
        async with self.database.transaction() as tx:
            entries = await store.entries(tx, opening.id)
        if entries[0].position:
            return False
        key = await asyncio.to_thread(
            stretched, opening.id, bytes.fromhex(opening.seed), opening.root, self.work
        )
        order = await asyncio.to_thread(arranged, [entry.entrant for entry in entries], key)
        async with self.database.pool.acquire() as connection:
            await store.set_positions(connection, opening.id, [entrant.id for entrant in order])
        return True

    async def _end(self, opening: Opening) -> bool:
        show = await self.offers.shows.of_run(opening.run_id)
        async with self.database.transaction() as tx:
            entries = await store.entries(tx, opening.id)
            placed = sum(entry.has_place for entry in entries)
            opening = model.ended(opening, Stage.DONE, self.clock.now())
            await store.save(tx, opening)
            # What was rehearsed is still to be drawn for.
            if show.run is not None and show.run.kind is RunKind.LIVE:
                await offer_terms.set_drawn(tx, opening.offer_id)
            tx.record(OpeningEnded(opening.offer_id, "done", placed), run_id=opening.run_id)
        log.info("places_drawn", opening=str(opening.id), entrants=len(entries), placed=placed)
        return True

    async def _call_off(self, opening: Opening, why: str) -> bool:
        async with self.database.transaction() as tx:
            opening = await store.lock(tx, opening.id)
            await store.save(tx, model.ended(opening, Stage.VOID, self.clock.now()))
            await store.call_off(tx, opening.id)
            tx.record(OpeningEnded(opening.offer_id, "void", 0), run_id=opening.run_id)
        log.warning("opening_called_off", opening=str(opening.id), why=why)
        return True

    async def _save(self, opening: Opening, fact: Fact) -> None:
        async with self.database.transaction() as tx:
            await store.save(tx, opening)
            tx.record(fact, run_id=opening.run_id)

    async def _is_on(self, opening: Opening) -> bool:
        show = await self.offers.shows.of_run(opening.run_id)
        return show.run is not None and show.run.on

    async def _seen(self, opening: Opening) -> Seen:
        """What stands in a frame by now, read from the log of frames itself."""
        keyframe = await self.rooms.latest(opening.run_id)
        if keyframe is None:
            return Seen()
        card = _read_keyframe(keyframe).state.offers.get(str(opening.offer_id))
        return card.fair if card else Seen()

    def _sealed(self, opening_id: OpeningId, seed: bytes) -> bytes:
        """The seed as it stands in the database, and back: who reads a copy of it knows no seed.

        One pad for one seed, since no id comes twice.
        """
        pad = hmac.digest(self.key, b"opening" + opening_id.bytes, "sha256")
        return bytes(a ^ b for a, b in zip(pad, seed, strict=True))


def _told(decision: Entry | DomainError, entered: Container[EntryKey]) -> Entry | DomainError:
    """An entry whose order's id belongs to somebody else's is none."""
    if isinstance(decision, Entry) and decision.key not in entered:
        return ForeignOrder()
    return decision


def _spread(
    opening: Opening,
    found: Sequence[Entry],
    orders: Mapping[OrderId, Known],
    people: dict[PersonId, list[Tell]],
) -> int:
    for entry in found:
        result = Result(opening, entry, orders.get(entry.order_id))
        for tell in people[entry.person_id]:
            tell(result)
    return len(found)
