"""What the engine needs from outside; `app` supplies it."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeAlias

from msgspec import Struct, field

from livehouse.engine.canonical import State
from livehouse.engine.protocol import Say
from livehouse.foundation.frames import LoggedFrame, Packed, SealedRun
from livehouse.foundation.ids import RunId

__all__ = [
    "START",
    "Behaviour",
    "Change",
    "Cursor",
    "FactPage",
    "Facts",
    "FrameHistory",
    "FrameLog",
    "Leases",
    "LoggedFrame",
    "Packed",
    "RoomFact",
    "Runs",
    "SealedRun",
    "SealingArchive",
    "SegmentArchive",
    "Tickets",
    "Visitor",
]

# How far the facts have been read; compared as a pair, otherwise opaque.
Cursor: TypeAlias = tuple[int, int]
START: Cursor = (0, 0)


class FrameLog(Protocol):
    """The durable log of all rooms."""

    async def append(self, frames: Sequence[LoggedFrame]) -> frozenset[RunId]:
        """Write at most one frame a run, all in one go, and tell which runs are written.

        A run whose lease epoch is no longer the frame's is missing from the answer. Appending the
        same frame again after an unknown outcome is harmless.
        """
        ...

    async def tail(self, run: RunId, *, back: int) -> Sequence[LoggedFrame]:
        """From the newest keyframe that has at least `back` frames after it, else the oldest."""
        ...

    async def since(self, run: RunId, n: int, *, limit: int) -> Sequence[LoggedFrame]:
        """The frames after `n` in order, at most `limit`; fewer when they are gone from the log."""
        ...


class FrameHistory(FrameLog, Protocol):
    """The log, read by programme time: for segments that are no longer in memory."""

    async def span(self, run: RunId, start_ms: int, end_ms: int) -> Sequence[LoggedFrame]:
        """All that is needed to know the frames with `start_ms` <= `at` < `end_ms`.

        From the newest keyframe not behind the first frame at or after the start, through the
        first frame at or after the end, where there is one. Empty when nothing is at or after the
        start, or the keyframe is gone.
        """
        ...

    async def retractions(self, run: RunId, after_n: int) -> Sequence[LoggedFrame]:
        """The frames after `after_n` in which something is taken back."""
        ...

    async def first_at(self, run: RunId) -> int | None:
        """When the oldest frame was that is still here."""
        ...


class SegmentArchive(Protocol):
    """Where segments of runs are kept for good, as gzip, without names."""

    async def sealed(self, run: RunId) -> SealedRun | None: ...
    async def revisions(self, run: RunId) -> Mapping[int, int]:
        """Of each segment that has been written anew, its newest revision."""
        ...

    async def fetch(self, run: RunId, number: int, revision: int) -> bytes | None:
        """The segment; None where it was not kept, because nothing happened in it."""
        ...


class SealingArchive(SegmentArchive, Protocol):
    """The archive for whoever fills it. All of it may be done again after a crash."""

    async def unsealed(self) -> Sequence[RunId]:
        """Runs with frames that may not be in the archive yet."""
        ...

    def claimed(self, run: RunId) -> AbstractAsyncContextManager[bool]:
        """Whether the run is ours to work on: no other node does at the same time."""
        ...

    async def seal(self, run: RunId, pieces: Mapping[int, Packed], progress: SealedRun) -> None:
        """Keep these segments, and remember how far it is done."""
        ...

    async def holding(self, run: RunId, says: frozenset[str]) -> Mapping[int, int]:
        """The segments in which any of these passes, with their revisions."""
        ...

    async def revise(self, run: RunId, number: int, revision: int, piece: Packed) -> None:
        """Put the piece in the place of the one before, of which nothing stays."""
        ...


class Leases(Protocol):
    """Who may conduct a run. An epoch grows with every change of hands and never comes again."""

    async def acquire(self, runs: Sequence[RunId], holder: str) -> Mapping[RunId, int]:
        """Take those that are free or expired, and tell their new epochs."""
        ...

    async def renew(self, epochs: Mapping[RunId, int]) -> frozenset[RunId]:
        """Hold on for another few seconds; whoever is missing from the answer is lost."""
        ...

    async def release(self, epochs: Mapping[RunId, int]) -> None:
        """Let go, so that another may take over at once."""
        ...


class RoomFact(Struct, frozen=True):
    """Something that happened and concerns a run, as the outbox keeps it."""

    cursor: Cursor
    run: RunId
    kind: str
    payload: bytes


class FactPage(Struct, frozen=True):
    """Facts in order; whatever is not above `read_to` has been read."""

    facts: Sequence[RoomFact]
    read_to: Cursor


class Facts(Protocol):
    async def read(self, after: Cursor, runs: Sequence[RunId], *, limit: int) -> FactPage: ...


class Runs(Protocol):
    async def to_conduct(self) -> Sequence[RunId]:
        """Runs that are live, and those ended lately, whose last frame may be missing."""
        ...


class Visitor(Struct, frozen=True):
    """Whom a ticket speaks for. `id` is a person's (`u…`) or a guest's, who is counted once too."""

    id: str
    name: str = ""
    role: str = "guest"  # guest, viewer, moderator, host
    signed_in: bool = False
    language: str = "en"
    grant: Mapping[str, str] = field(default_factory=dict)  # what the ticket's issuer adds
    since_ms: int = 0  # when they first came in; 0: only now


class Tickets(Protocol):
    def verify(self, ticket: str, run: RunId) -> Visitor:
        """Whose ticket it is; a `DomainError` when it is forged, too old, or for another run."""
        ...

    def resume(self, visitor: Visitor, run: RunId) -> str:
        """A ticket for who is inside, so that coming back asks nobody; empty: ask at the door."""
        ...


class Change(Struct, frozen=True):
    """What a fact does to a room: a merge patch, things said, and things taken back."""

    patch: Mapping[str, object] = field(default_factory=dict)
    says: tuple[Say, ...] = ()
    retract: tuple[str, ...] = ()


class Behaviour(Protocol):
    """How facts become state. Pure: no clock, no input or output, nothing changed in place."""

    def seed(self, run: RunId) -> State: ...
    def fold(self, state: State, fact: RoomFact, at_ms: int) -> Change: ...
