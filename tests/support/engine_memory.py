"""The engine's ports in memory; the log and the leases keep the contract of the real ones."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from livehouse.engine import limits
from livehouse.engine.canonical import State
from livehouse.engine.errors import BadTicket
from livehouse.engine.ports import (
    START,
    Change,
    Cursor,
    FactPage,
    LoggedFrame,
    Packed,
    RoomFact,
    SealedRun,
    Visitor,
)
from livehouse.foundation.clock import Clock, to_ms
from livehouse.foundation.ids import RunId


class MemoryLeases:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: dict[RunId, tuple[str, int, int]] = {}  # holder, epoch, expires

    async def acquire(self, runs: Sequence[RunId], holder: str) -> Mapping[RunId, int]:
        now_ms, taken = to_ms(self._clock.now()), dict[RunId, int]()
        for run in runs:
            _, epoch, expires = self._held.get(run, ("", 0, 0))
            if expires <= now_ms:
                taken[run] = epoch + 1
                self._held[run] = holder, epoch + 1, now_ms + int(limits.LEASE_SECONDS * 1_000)
        return taken

    async def renew(self, epochs: Mapping[RunId, int]) -> frozenset[RunId]:
        until = to_ms(self._clock.now()) + int(limits.LEASE_SECONDS * 1_000)
        held = frozenset(run for run, epoch in epochs.items() if self.epoch(run) == epoch)
        for run in held:
            holder, epoch, _ = self._held[run]
            self._held[run] = holder, epoch, until
        return held

    async def release(self, epochs: Mapping[RunId, int]) -> None:
        for run, epoch in epochs.items():
            if self.epoch(run) == epoch:
                self._held[run] = "", epoch, 0

    def epoch(self, run: RunId) -> int:
        return self._held.get(run, ("", 0, 0))[1]

    def steal(self, run: RunId) -> int:
        """Another node takes over, as when we were silent for too long."""
        epoch = self.epoch(run) + 1
        self._held[run] = "thief", epoch, to_ms(self._clock.now()) + 3_000
        return epoch


class MemoryFrameLog:
    def __init__(self, leases: MemoryLeases) -> None:
        self._leases = leases
        self.frames: dict[RunId, list[LoggedFrame]] = {}
        self.appends = 0
        self.reads = 0
        self.fails = 0  # the next so many appends do their work, and their answer is lost

    async def append(self, frames: Sequence[LoggedFrame]) -> frozenset[RunId]:
        self.appends += 1
        written = {f.run for f in frames if self._leases.epoch(f.run) == f.epoch}
        for frame in frames:
            log = self.frames.setdefault(frame.run, [])
            if frame.run in written and all(known.n != frame.n for known in log):
                log.append(frame)
        if self.fails:
            self.fails -= 1
            raise ConnectionError("the answer was lost")
        return frozenset(written)

    async def tail(self, run: RunId, *, back: int) -> Sequence[LoggedFrame]:
        self.reads += 1
        log = self.frames.get(run, [])
        keys = [place for place, frame in enumerate(log) if frame.is_key]
        early = [place for place in keys if len(log) - 1 - place >= back]
        return log[early[-1] if early else keys[0] :] if keys else []

    async def since(self, run: RunId, n: int, *, limit: int) -> Sequence[LoggedFrame]:
        self.reads += 1
        return [frame for frame in self.frames.get(run, []) if frame.n > n][:limit]

    async def span(self, run: RunId, start_ms: int, end_ms: int) -> Sequence[LoggedFrame]:
        self.reads += 1
        log = self.frames.get(run, [])
        first = next((place for place, frame in enumerate(log) if frame.at >= start_ms), None)
        if first is None:
            return []
        keys = [place for place, frame in enumerate(log[: first + 1]) if frame.is_key]
        after = (place for place, frame in enumerate(log) if frame.at >= end_ms)
        return log[keys[-1] : next(after, len(log)) + 1] if keys else []

    async def retractions(self, run: RunId, after_n: int) -> Sequence[LoggedFrame]:
        return [f for f in self.frames.get(run, []) if f.n > after_n and f.retracts]

    async def first_at(self, run: RunId) -> int | None:
        return self.frames[run][0].at if self.frames.get(run) else None


class MemoryArchive:
    """Keeps segments as the real one does; `fails` makes its next changes be lost halfway."""

    def __init__(self) -> None:
        self.progress: dict[RunId, SealedRun] = {}
        self.pieces: dict[tuple[RunId, int, int], Packed] = {}
        self.kept: dict[tuple[RunId, int], int] = {}
        self.runs: list[RunId] = []
        self.fetched = 0
        self.fails = 0

    async def sealed(self, run: RunId) -> SealedRun | None:
        return self.progress.get(run)

    async def revisions(self, run: RunId) -> Mapping[int, int]:
        return {number: r for (of, number), r in self.kept.items() if of == run and r}

    async def fetch(self, run: RunId, number: int, revision: int) -> bytes | None:
        self.fetched += 1
        found = self.pieces.get((run, number, revision))
        return found.body if found else None

    async def unsealed(self) -> Sequence[RunId]:
        ended = {run for run, progress in self.progress.items() if progress.ended}
        return [run for run in self.runs if run not in ended]

    @asynccontextmanager
    async def claimed(self, run: RunId) -> AsyncIterator[bool]:
        yield run in self.runs

    async def seal(self, run: RunId, pieces: Mapping[int, Packed], progress: SealedRun) -> None:
        self.pieces |= {(run, number, 0): piece for number, piece in pieces.items()}
        self._fail()
        for number in pieces:
            self.kept.setdefault((run, number), 0)
        self.progress[run] = progress

    async def holding(self, run: RunId, says: frozenset[str]) -> Mapping[int, int]:
        return {
            number: revision
            for (of, number), revision in self.kept.items()
            if of == run and self.pieces[run, number, revision].says & says
        }

    async def revise(self, run: RunId, number: int, revision: int, piece: Packed) -> None:
        self.pieces[run, number, revision] = piece
        self._fail()
        self.kept[run, number] = revision
        del self.pieces[run, number, revision - 1]

    def _fail(self) -> None:
        if self.fails:
            self.fails -= 1
            raise ConnectionError("the house fell over")


class MemoryFacts:
    def __init__(self) -> None:
        self.facts: list[RoomFact] = []

    def happen(self, run: RunId, kind: str, payload: bytes = b"") -> RoomFact:
        fact = RoomFact((1, len(self.facts) + 1), run, kind, payload)
        self.facts.append(fact)
        return fact

    async def read(self, after: Cursor, runs: Sequence[RunId], *, limit: int) -> FactPage:
        found = [f for f in self.facts if f.cursor > after and f.run in runs][:limit]
        if len(found) == limit:
            return FactPage(found, found[-1].cursor)
        return FactPage(found, self.facts[-1].cursor if self.facts else START)


class MemoryRuns:
    def __init__(self, *runs: RunId) -> None:
        self.runs = list(runs)

    async def to_conduct(self) -> Sequence[RunId]:
        return tuple(self.runs)


class NotesAndSwitches:
    """A behaviour for tests: counts what it folds, says it, takes it back, ends the show."""

    def seed(self, run: RunId) -> State:
        return {"show": {"title": str(run), "state": "live"}, "folded": 0}

    def fold(self, state: State, fact: RoomFact, at_ms: int) -> Change:  # noqa: ARG002
        text = fact.payload.decode()
        match fact.kind:
            case "note":
                folded = state["folded"]
                assert isinstance(folded, int)
                return Change(patch={"folded": folded + 1, "notes": {text: True}})
            case "forget":
                return Change(patch={"notes": {text: None}})
            case "show":
                return Change(says=((f"p{text}", "A***"),))
            case "retract":
                return Change(retract=(text,))
            case "end":
                return Change(patch={"show": {"state": "ended"}})
            case "break":
                raise RuntimeError("a bug in a fold")
            case "lie":
                return Change(patch={"notes": {"half": 0.5}})
            case _:
                return Change()


class OpenTickets:
    """A ticket names its visitor: `u1`, or `u1:host`."""

    def verify(self, ticket: str, run: RunId) -> Visitor:  # noqa: ARG002 - tests have one
        name, _, role = ticket.partition(":")
        if not name.startswith(("u", "g")):
            raise BadTicket
        return Visitor(id=name, name=name.title(), role=role or "viewer", signed_in=name[0] == "u")

    def resume(self, visitor: Visitor, run: RunId) -> str:  # noqa: ARG002 - as above
        return f"{visitor.id}:{visitor.role}"
