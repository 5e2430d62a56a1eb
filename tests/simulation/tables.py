"""What the database holds, and the engine's ports to it: the log, the leases, the facts, the runs.

Each statement keeps what its SQL in `storage` promises: locks, snapshots, conflicts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from msgspec import Struct
from msgspec.json import Encoder

from livehouse.domains.chat.model import ChatLine
from livehouse.domains.orders import NewOrder
from livehouse.domains.quotas import Quota
from livehouse.engine import limits
from livehouse.engine.ports import Cursor, FactPage, LoggedFrame, RoomFact
from livehouse.foundation.facts import Fact
from livehouse.foundation.ids import ChatLineId, OrderId, QuotaId, RunId
from tests.simulation.database import Database, Transaction
from tests.simulation.laws import Laws
from tests.simulation.loop import loop_here

_encode = Encoder().encode
ID_MAX = 2**63 - 1


class Lease(Struct, frozen=True):
    holder: str
    epoch: int
    expires_at: float


@dataclass(slots=True)
class Tables:
    """What is committed."""

    frames: dict[RunId, dict[int, LoggedFrame]] = field(default_factory=dict)
    leases: dict[RunId, Lease] = field(default_factory=dict)
    facts: list[RoomFact] = field(default_factory=list)  # in the order of their commits
    runs: list[RunId] = field(default_factory=list)
    lines: dict[ChatLineId, ChatLine] = field(default_factory=dict)
    taken_back: set[ChatLineId] = field(default_factory=set)
    orders: dict[OrderId, NewOrder] = field(default_factory=dict)
    quotas: dict[QuotaId, Quota] = field(default_factory=dict)
    shares: dict[tuple[QuotaId, UUID], int] = field(default_factory=dict)
    fact_ids: int = 0


def record(tx: Transaction, tables: Tables, run: RunId, fact: Fact) -> None:
    """Let a fact leave with the transaction."""
    tag = fact.__struct_config__.tag
    assert isinstance(tag, str), "a fact needs a tag"
    tables.fact_ids += 1
    row = RoomFact((tx.number(), tables.fact_ids), run, tag, _encode(fact))
    tx.write(lambda: tables.facts.append(row))


@dataclass(slots=True)
class SimulatedFrameLog:
    """Guarded by the lease, which is locked until the frames are committed."""

    database: Database
    tables: Tables
    laws: Laws

    async def append(self, frames: Sequence[LoggedFrame]) -> frozenset[RunId]:
        async def work(tx: Transaction) -> frozenset[RunId]:
            mine = [frame for frame in frames if await self._may(tx, frame)]
            for frame in mine:
                self._insert(tx, frame)
            return frozenset(frame.run for frame in mine)

        return await self.database.ask(work)

    async def _may(self, tx: Transaction, frame: LoggedFrame) -> bool:
        await tx.lock(("lease", frame.run), shared=True)
        lease = self.tables.leases.get(frame.run)
        return lease is not None and lease.epoch == frame.epoch

    def _insert(self, tx: Transaction, frame: LoggedFrame) -> None:
        def write() -> None:
            if frame.n not in self.tables.frames.setdefault(frame.run, {}):
                self.tables.frames[frame.run][frame.n] = frame
                self.laws.frame_committed(frame)

        tx.write(write)

    async def tail(self, run: RunId, *, back: int) -> Sequence[LoggedFrame]:
        async def work(tx: Transaction) -> Sequence[LoggedFrame]:  # noqa: ARG001 - writes nothing
            rows = self.tables.frames.get(run, {})
            keys = [n for n, frame in rows.items() if frame.is_key]
            if not keys:
                return []
            begin = max((n for n in keys if n <= max(rows) - back), default=min(keys))
            return [rows[n] for n in sorted(rows) if n >= begin]

        return await self.database.ask(work)

    async def since(self, run: RunId, n: int, *, limit: int) -> Sequence[LoggedFrame]:
        async def work(tx: Transaction) -> Sequence[LoggedFrame]:  # noqa: ARG001 - writes nothing
            rows = self.tables.frames.get(run, {})
            return [rows[known] for known in sorted(rows) if known > n][:limit]

        return await self.database.ask(work)


@dataclass(slots=True)
class SimulatedLeases:
    """Times are the database's. Rows that are locked are skipped by who wants to take over."""

    database: Database
    tables: Tables
    laws: Laws

    async def acquire(self, runs: Sequence[RunId], holder: str) -> Mapping[RunId, int]:
        async def work(tx: Transaction) -> Mapping[RunId, int]:
            taken: dict[RunId, int] = {}
            for run in sorted(runs):
                if self.is_free(run) and tx.try_lock(("lease", run)):
                    taken[run] = self.next_epoch(run)
                    self._put(tx, run, holder, taken[run], limits.LEASE_SECONDS)
            return taken

        return await self.database.ask(work)

    def is_free(self, run: RunId) -> bool:
        lease = self.tables.leases.get(run)
        return lease is None or lease.expires_at <= loop_here().time()

    def next_epoch(self, run: RunId) -> int:
        lease = self.tables.leases.get(run)
        return 1 if lease is None else lease.epoch + 1

    async def renew(self, epochs: Mapping[RunId, int]) -> frozenset[RunId]:
        return frozenset(await self._extend(epochs, limits.LEASE_SECONDS))

    async def release(self, epochs: Mapping[RunId, int]) -> None:
        await self._extend(epochs, 0.0)

    async def _extend(self, epochs: Mapping[RunId, int], seconds: float) -> list[RunId]:
        async def work(tx: Transaction) -> list[RunId]:
            held: list[RunId] = []
            for run in sorted(epochs):
                await tx.lock(("lease", run))
                lease = self.tables.leases.get(run)
                if lease is not None and lease.epoch == epochs[run]:
                    held.append(run)
                    self._put(tx, run, lease.holder, lease.epoch, seconds)
            return held

        return await self.database.ask(work)

    def _put(self, tx: Transaction, run: RunId, holder: str, epoch: int, seconds: float) -> None:
        lease = Lease(holder, epoch, loop_here().time() + seconds)

        def write() -> None:
            self.tables.leases[run] = lease
            self.laws.lease_held(run, holder, epoch)

        tx.write(write)


@dataclass(slots=True)
class SimulatedFacts:
    """Read below the oldest open transaction, in one snapshot with that."""

    database: Database
    tables: Tables

    async def read(self, after: Cursor, runs: Sequence[RunId], *, limit: int) -> FactPage:
        async def work(tx: Transaction) -> FactPage:  # noqa: ARG001 - writes nothing
            horizon = self.horizon()
            found = sorted(
                (
                    fact
                    for fact in self.tables.facts
                    if after < fact.cursor and fact.cursor[0] < horizon and fact.run in runs
                ),
                key=lambda fact: fact.cursor,
            )[:limit]
            if len(found) == limit:
                return FactPage(found, found[-1].cursor)
            return FactPage(found, max(after, (horizon - 1, ID_MAX)))

        return await self.database.ask(work)

    def horizon(self) -> int:
        return self.database.horizon


@dataclass(slots=True)
class SimulatedRuns:
    database: Database
    tables: Tables

    async def to_conduct(self) -> Sequence[RunId]:
        async def work(tx: Transaction) -> Sequence[RunId]:  # noqa: ARG001 - writes nothing
            return tuple(self.tables.runs)

        return await self.database.ask(work)
