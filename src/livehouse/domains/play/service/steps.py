"""The steps of rounds, which whichever node looks takes, each in a transaction of its own.

Rows are the queue (decision 0019), so that the house may end between any two steps and go on.
"""

import asyncio
from dataclasses import dataclass

import structlog
from msgspec import Struct
from msgspec.json import Decoder, encode

from livehouse.domains.fairness import (
    PROTOCOL,
    WORK,
    DrawRecord,
    commitment_to,
    first_places,
    root_of_leaves,
    stretched,
    terms_in,
)
from livehouse.domains.play.events import (
    RoundEnded,
    RoundListed,
    RoundOpened,
    RoundRevealed,
)
from livehouse.domains.play.model import rounds
from livehouse.domains.play.model.claims import deadline_of
from livehouse.domains.play.model.letters import Kind, of_winning
from livehouse.domains.play.model.rounds import Draw, Round, Seen, Stage, Winner
from livehouse.domains.play.ports import Records, Rooms
from livehouse.domains.play.service.draws import Draws
from livehouse.domains.play.store import draws as store
from livehouse.domains.play.store import entries
from livehouse.domains.play.store import letters as letters_store
from livehouse.domains.play.store import winners as winners_store
from livehouse.domains.quotas import quotas
from livehouse.foundation.clock import to_ms
from livehouse.foundation.facts import Fact
from livehouse.foundation.ids import QuotaId, RoundId
from livehouse.storage.database import Transaction

log = structlog.get_logger()

# So many winners are read out in the room; all of them stand on the draw's page.
SHOWN_WINNERS_MAX = 20
NAME_DIGITS_SHOWN = 8


class _Keyframe(Struct, frozen=True):
    class _State(Struct, frozen=True):
        draws: dict[str, Seen] = {}

    state: _State = _State()


_read_keyframe = Decoder(_Keyframe).decode


@dataclass(slots=True)
class Steps:
    """`advance` is work that is done again and again, on any node."""

    draws: Draws
    rooms: Rooms
    records: Records
    work: int = WORK

    async def advance(self) -> int:
        """Move every round as far as it can go now; tells how many steps that were."""
        steps = 0
        database = self.draws.database
        async with database.pool.acquire() as connection:
            going_on = await store.going_on(connection)
        for round_id in going_on:
            async with database.pool.acquire() as connection, connection.transaction():
                if await store.claim(connection, round_id):
                    while await self._step(round_id):
                        steps += 1
        return steps

    async def _step(self, round_id: RoundId) -> bool:
        async with self.draws.database.transaction() as tx:
            one = await store.round_by_id(tx, round_id)
        assert one is not None, "rounds are never deleted"
        if one.stage.is_over:
            return False
        if one.stage is not Stage.REVEALED and not await self._is_on(one):
            return await self._call_off(one, "the show has ended")
        match one.stage:
            case Stage.PROMISED:
                return await self._open(one)
            case Stage.OPEN:
                return await self._close(one)
            case Stage.LISTED:
                return await self._reveal(one)
            case _:
                return await self._draw(one)

    async def _open(self, one: Round) -> bool:
        if not rounds.shows_promise(await self._seen(one), one):
            return False
        one = rounds.opened(one, self.draws.clock.now())
        assert one.opens_at is not None, "it has just been opened"
        assert one.closes_at is not None, "it has just been opened"
        fact = RoundOpened(one.draw_id, to_ms(one.opens_at), to_ms(one.closes_at))
        await self._save(one, fact)
        return True

    async def _close(self, one: Round) -> bool:
        now = self.draws.clock.now()
        if not rounds.is_to_be_closed(one, now):
            return False
        async with self.draws.database.transaction() as tx:
            one = await store.lock(tx, one.id)  # nobody joins while the list is read
            await entries.forget_places(tx, one.id)
            draw = await store.by_id(tx, one.draw_id)
            if not rounds.has_enough(one, draw.plan):
                await self._roll_on(tx, draw, one)
                return True
            async with self.draws.database.pool.acquire() as connection:
                leaves = await entries.leaves(connection, one.id)
            root = await asyncio.to_thread(root_of_leaves, leaves)
            one = rounds.listed(one, root, now)
            await store.save(tx, one)
            tx.record(RoundListed(one.draw_id, one.entrants, one.root), run_id=one.run_id)
        return True

    async def _reveal(self, one: Round) -> bool:
        if not rounds.shows_list(await self._seen(one), one):
            return False
        seed = self.draws.sealed(one.id, one.sealed_seed)
        if commitment_to(one.id, seed) != one.commitment:
            return await self._call_off(one, "its seed was sealed with another key")
        one = rounds.revealed(one, seed, self.draws.clock.now())
        await self._save(one, RoundRevealed(one.draw_id, one.seed))
        return True

    async def _draw(self, one: Round) -> bool:
        """Draw, publish, and give: a draw is over when anybody can recompute it."""
        async with self.draws.database.pool.acquire() as connection:
            names = await entries.names(connection, one.id)
            drawn = await asyncio.to_thread(self._drawn, one, names)
            people = await entries.behind(connection, one.id, drawn)
            nonces = await entries.nonces(connection, one.id)
        names_drawn = [name.hex() for name in drawn]
        if not one.rehearsal:
            await self.records.put(record_key(one.id), self._record(one, nonces, names_drawn))
        async with self.draws.database.transaction() as tx:
            draw = await store.by_id(tx, one.draw_id)
            found = rounds.winners_of(one, draw.plan, names_drawn, people)
            await self._give(tx, draw, one, found)
        log.info("round_drawn", round=str(one.id), entrants=one.entrants, drawn=len(drawn))
        return True

    def _drawn(self, one: Round, names: bytes) -> list[bytes]:
        key = stretched(one.id, bytes.fromhex(one.seed), one.root, self.work)
        return first_places(names, key, terms_in(one.terms).listed)

    def _record(self, one: Round, nonces: bytes, places: list[str]) -> bytes:
        return encode(
            DrawRecord(
                protocol=PROTOCOL,
                draw_id=one.id,
                terms=one.terms,
                terms_hash=one.terms_hash,
                commitment=one.commitment,
                seed=one.seed,
                root=one.root,
                nonces=nonces.hex(),
                places=tuple(places),
            )
        )

    async def _give(self, tx: Transaction, draw: Draw, one: Round, found: list[Winner]) -> None:
        now = self.draws.clock.now()
        counts = rounds.given(found, draw.plan)
        if not draw.rehearsal:
            await self._hand_out(tx, draw, one, found)
        await store.save(tx, rounds.ended(one, Stage.DONE, now))
        shown = [one for one in found if one.prize >= 0][:SHOWN_WINNERS_MAX]
        fact = RoundEnded(
            draw_id=draw.id,
            round_id=one.id,
            stage=Stage.DONE.value,
            won=sum(counts),
            winners=tuple(one.shown_as or one.name[:NAME_DIGITS_SHOWN] for one in shown),
        )
        tx.record(fact, run_id=one.run_id)
        if one.number < draw.plan.rounds:
            await self.draws.begin(tx, draw, number=one.number + 1, pot=1)

    async def _hand_out(self, tx: Transaction, draw: Draw, one: Round, found: list[Winner]) -> None:
        now = self.draws.clock.now()
        counts = rounds.given(found, draw.plan)
        kept = await store.prize_quotas(tx, draw.id)
        await quotas.hold(tx, {prize.quota_id: n for prize, n in zip(kept, counts, strict=True)})
        over = [
            prize.quantity * one.pot - n for prize, n in zip(draw.plan.prizes, counts, strict=True)
        ]
        await _back_to_stock(tx, kept, over)
        deadline = deadline_of(draw.plan.claim_hours, now)
        await winners_store.add(tx, draw.id, found, now, deadline)
        letters = [
            letter
            for winner in found
            if winner.prize >= 0
            for letter in of_winning(
                Kind.WON, one.id, winner.position, winner.person_id, now=now, deadline=deadline
            )
        ]
        await letters_store.add(tx, letters)

    async def _roll_on(self, tx: Transaction, draw: Draw, one: Round) -> None:
        """Too few have come: the pot goes into the next round, or back after the last."""
        one = rounds.ended(one, Stage.UNFILLED, self.draws.clock.now())
        await store.save(tx, one)
        fact = RoundEnded(draw_id=draw.id, round_id=one.id, stage=one.stage.value)
        tx.record(fact, run_id=one.run_id)
        if one.number < draw.plan.rounds:
            await self.draws.begin(tx, draw, number=one.number + 1, pot=rounds.following_pot(one))
        else:
            await self._return(tx, draw, one)

    async def _call_off(self, one: Round, why: str) -> bool:
        async with self.draws.database.transaction() as tx:
            one = rounds.ended(await store.lock(tx, one.id), Stage.VOID, self.draws.clock.now())
            await store.save(tx, one)
            await entries.forget_places(tx, one.id)
            draw = await store.by_id(tx, one.draw_id)
            await self._return(tx, draw, one)
            fact = RoundEnded(draw_id=draw.id, round_id=one.id, stage=one.stage.value)
            tx.record(fact, run_id=one.run_id)
        log.warning("draw_called_off", round=str(one.id), why=why)
        return True

    async def _return(self, tx: Transaction, draw: Draw, one: Round) -> None:
        """Nothing more is drawn: what this round and those to come would have given goes back."""
        if draw.rehearsal:
            return
        rest = draw.plan.rounds - one.number + one.pot
        kept = await store.prize_quotas(tx, draw.id)
        await _back_to_stock(tx, kept, [prize.quantity * rest for prize in draw.plan.prizes])

    async def _save(self, one: Round, fact: Fact) -> None:
        async with self.draws.database.transaction() as tx:
            await store.save(tx, one)
            tx.record(fact, run_id=one.run_id)

    async def _is_on(self, one: Round) -> bool:
        show = await self.draws.shows.of_run(one.run_id)
        return show.run is not None and show.run.on

    async def _seen(self, one: Round) -> Seen:
        """What stands in a frame by now, read from the log of frames itself."""
        keyframe = await self.rooms.latest(one.run_id)
        if keyframe is None:
            return Seen()
        return _read_keyframe(keyframe).state.draws.get(str(one.draw_id), Seen())


def record_key(round_id: RoundId) -> str:
    return f"draws/{round_id}.json"


async def _back_to_stock(tx: Transaction, kept: list[store.PrizeQuota], amounts: list[int]) -> None:
    back: dict[QuotaId, int] = {}
    for prize, amount in zip(kept, amounts, strict=True):
        if prize.stock_quota_id is not None and amount:
            back[prize.stock_quota_id] = back.get(prize.stock_quota_id, 0) + amount
    await quotas.give_back(tx, back)
