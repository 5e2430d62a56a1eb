"""Counts clean sales from facts as they come, and proves them by counting the orders again."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
from msgspec import Struct

from livehouse.domains.campaigns import model
from livehouse.domains.campaigns.model import Change, Entry, Sold
from livehouse.domains.campaigns.ports import RoomStates
from livehouse.domains.campaigns.store import entries, sales
from livehouse.domains.orders import OrderGivenBack, OrderPaid, sold_by_run
from livehouse.domains.shows import RunEnded, RunStarted, Shows
from livehouse.foundation.clock import Clock
from livehouse.foundation.ids import RunId, ShowId
from livehouse.storage.database import Database, Transaction
from livehouse.storage.outbox import Cursor, Outbox, StoredFact

SUBSCRIBER = "campaigns"
FACTS_PER_TURN = 2_000
TURNS_MAX = 50
RUNS_REMEMBERED_MAX = 20_000
RUNS_LOOKED_AT = 200

_SALES = ("orders.paid", "orders.given_back")
_decoder = msgspec.json.Decoder(OrderPaid | OrderGivenBack | RunStarted | RunEnded)
_KINDS = frozenset({*_SALES, "shows.run_started", "shows.run_ended"})


class _Counts(Struct, frozen=True):
    viewers: int = 0


class _State(Struct, frozen=True):
    counts: _Counts = _Counts()


class _Frame(Struct, frozen=True):
    state: _State = _State()


_frame = msgspec.json.Decoder(_Frame)


@dataclass(slots=True)
class Counting:
    """Reads the outbox behind everything that is committed: each fact counts once, since the sums
    and the place that was read to change in one transaction."""

    database: Database
    clock: Clock
    outbox: Outbox
    shows: Shows
    rooms: RoomStates
    _runs: OrderedDict[RunId, ShowId] = field(default_factory=OrderedDict)

    async def count(self) -> int:
        """Count what has happened since the last time; tells how many facts were read."""
        looked_at = 0
        for _ in range(TURNS_MAX):
            read = await self._turn()
            looked_at += read
            if read < FACTS_PER_TURN:
                break
        return looked_at

    async def _turn(self) -> int:
        read = await self.outbox.position(SUBSCRIBER)
        page = await self.outbox.read(read, limit=FACTS_PER_TURN)
        if page.read_to == read:
            return 0
        facts = [one for one in page.facts if one.kind in _KINDS]
        changes = await self._changes(facts)
        async with self.database.transaction() as tx:
            if not await sales.advance(tx, SUBSCRIBER, read, page.read_to):
                return 0
            for fact in facts:
                await self._follow(tx, fact)
            await self._add(tx, model.add_up(changes))
        return len(page.facts)

    async def recount(self) -> int:
        """Count all orders again and put that in the place of the sums; tells how many shows sold.

        The house may go on: what commits meanwhile is counted after it.
        """
        sold, to = await self._truth()
        async with self.database.transaction() as tx:
            await sales.replace_all(tx, SUBSCRIBER, sold, to)
        return len(sold)

    async def look_at_rooms(self) -> int:
        """Note how many watch each show that is on; tells how many there are."""
        looked_at, after = 0, None
        while True:
            async with self.database.transaction() as tx:
                runs = await entries.runs_on(tx, after, RUNS_LOOKED_AT)
            viewers = {run: await self._viewers(run) for run in runs}
            async with self.database.transaction() as tx:
                await entries.note_viewers(tx, viewers)
            looked_at += len(runs)
            if len(runs) < RUNS_LOOKED_AT:
                return looked_at
            after = runs[-1]

    async def _viewers(self, run: RunId) -> int:
        latest = await self.rooms.latest(run)
        return max(0, _frame.decode(latest).state.counts.viewers) if latest else 0

    async def _truth(self) -> tuple[list[Sold], Cursor]:
        """What each show has sold by the orders, up to a place in the outbox.

        Facts that stand above that place and are visible already will be read again, so what they
        tell is taken off.
        """
        async with self.database.snapshot() as tx:
            by_run = await sold_by_run(tx)
            to, above = await sales.horizon(tx, _SALES)
        changes = [
            Change(run_id, currency, paid, back, units)
            for (run_id, currency), (paid, back, units) in by_run.items()
        ]
        for run_id, payload in above:
            one = _change(run_id, payload)
            changes.append(
                Change(one.run_id, one.currency, -one.paid_minor, -one.back_minor, -one.units)
            )
        return model.add_up(await self._of_shows(changes)), to

    async def _changes(self, facts: Sequence[StoredFact]) -> list[tuple[ShowId, Change]]:
        return await self._of_shows(
            [
                _change(RunId(fact.run_id), fact.payload)
                for fact in facts
                if fact.kind in _SALES and fact.run_id is not None
            ]
        )

    async def _of_shows(self, changes: Sequence[Change]) -> list[tuple[ShowId, Change]]:
        return [(await self._show_of(change.run_id), change) for change in changes]

    async def _show_of(self, run_id: RunId) -> ShowId:
        if run_id not in self._runs:
            self._runs[run_id] = (await self.shows.of_run(run_id)).id
            if len(self._runs) > RUNS_REMEMBERED_MAX:
                self._runs.popitem(last=False)
        return self._runs[run_id]

    async def _follow(self, tx: Transaction, fact: StoredFact) -> None:
        match _decoder.decode(fact.payload):
            case RunStarted(run_id=run_id, show_id=show_id, run_kind="live"):
                await entries.went_on(tx, show_id, run_id, self.clock.now())
            case RunEnded(run_id=run_id, show_id=show_id):
                await entries.went_off(tx, run_id, show_id)
            case _:
                pass

    async def _add(self, tx: Transaction, sold: Sequence[Sold]) -> None:
        if not sold:
            return
        locked = await entries.lock_all(tx, sorted({one.show_id for one in sold}))
        await sales.add(tx, sold)
        await sales.count_in(tx, counting_in(locked), sold)


def counting_in(found: Sequence[Entry]) -> list[Entry]:
    return [entry for entry in found if entry.counts]


def _change(run_id: RunId, payload: bytes) -> Change:
    fact = _decoder.decode(payload)
    if isinstance(fact, OrderPaid):
        return Change(run_id, fact.currency, paid_minor=fact.total_minor, units=fact.quantity)
    assert isinstance(fact, OrderGivenBack), "who asks has looked at the kind"
    return Change(run_id, fact.currency, back_minor=fact.back_minor, units=-fact.quantity)
