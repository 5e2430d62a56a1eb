"""Bugs that somebody could write, each small, to prove that the laws and the weather find them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from msgspec import Struct, structs
from typing_extensions import override

from livehouse.domains.orders import Buy, Known
from livehouse.engine import limits
from livehouse.engine.backplane import Signals, Spread
from livehouse.engine.conductor import Conductor
from livehouse.engine.fanout import Fanout
from livehouse.engine.hub import Hub
from livehouse.engine.ports import LoggedFrame
from livehouse.engine.ring import Ring
from livehouse.engine.room import Room
from livehouse.engine.session import Session
from livehouse.foundation.ids import OrderId, RunId
from tests.simulation.database import ConnectionLost, Transaction
from tests.simulation.parts import SOUND, Parts
from tests.simulation.shop import SimulatedTill
from tests.simulation.tables import SimulatedFacts, SimulatedFrameLog, SimulatedLeases


class SpeaksTooSoon(Conductor):
    @override
    async def _append(self, frames: Sequence[LoggedFrame]) -> None:
        for frame in frames:
            await self._spread(frame.run, Spread(frame.payload))
        await super()._append(frames)


class WritesWithoutLease(SimulatedFrameLog):
    @override
    async def _may(self, tx: Transaction, frame: LoggedFrame) -> bool:
        return True


class HopesThatItIsWritten(SimulatedFrameLog):
    @override
    async def append(self, frames: Sequence[LoggedFrame]) -> frozenset[RunId]:
        try:
            return await super().append(frames)
        except ConnectionLost:
            return frozenset(frame.run for frame in frames)


class LendsTwice(SimulatedLeases):
    @override
    def next_epoch(self, run: RunId) -> int:
        lease = self.tables.leases.get(run)
        return 1 if lease is None else lease.epoch


class ReadsPastGaps(SimulatedFacts):
    @override
    def horizon(self) -> int:
        return self.database.next_xid


class ForgetsOrders(SimulatedTill):
    @override
    def known(self, buys: Sequence[Buy]) -> dict[OrderId, Known]:
        return {}


def since_but_one(self: Ring, n: int) -> Sequence[bytearray] | None:
    found = _ring_since(self, n)
    return found[1:] if found else found


def flow_on(self: Hub, session: Session) -> None:
    if self._behind.pop(session, None) is not None and self._ring is not None:
        self._flowing.add(session, self._ring.n)


def serve_at_once(self: Hub, looked: object) -> None:  # noqa: ARG001 - the shape of the real one
    if self._ring is not None:
        for session in tuple(self._waiting):
            self._welcome(session)


def stay_counted(self: Hub, session: Session) -> None:
    _hub_leave(self, session)
    self._visitors[session.visitor.id] += 1


def answer_if_shown(self: Hub, line_id: str, *, shown: bool) -> None:
    if shown:
        _hub_answer(self, line_id, shown=True)
    else:
        self._asked.pop(line_id, None)


def hear_all(self: Room, signals: Signals, now_ms: int) -> None:
    _room_hear(self, structs.replace(signals, number=0), now_ms)


def decide_anew(self: Room, now_ms: int) -> LoggedFrame | None:
    self._in_flight = None
    return _room_tick(self, now_ms)


def got_the_newest(self: Fanout, session: Session) -> int | None:
    return None if _fanout_remove(self, session) is None else self._n


_ring_since = Ring.since
_hub_leave, _hub_answer = Hub.leave, Hub._answer
_room_hear, _room_tick = Room.hear, Room.tick
_fanout_remove = Fanout.remove


class Bug(Struct, frozen=True):
    """A bug: another class among the parts, or a function `instead` of a method, or a bound.

    `near` is a seed that found it when this was written: looking begins there, to be short.
    """

    name: str
    parts: Parts = SOUND
    instead: tuple[type[Any], str, Callable[..., Any]] | None = None
    bounds: tuple[tuple[str, int], ...] = ()
    near: int = 0


BUGS = (
    Bug("a frame is sent before its commit", Parts(conductor=SpeaksTooSoon)),
    Bug("a frame whose answer is lost is taken for written", Parts(frame_log=HopesThatItIsWritten)),
    Bug("the lease is not checked on insert", Parts(frame_log=WritesWithoutLease), near=26),
    Bug("two conductors have one epoch", Parts(leases=LendsTwice)),
    Bug("the outbox is read past an uncommitted gap", Parts(facts=ReadsPastGaps)),
    Bug("a retry uses a quota up twice", Parts(till=ForgetsOrders)),
    Bug("resuming is off by one", instead=(Ring, "since", since_but_one)),
    Bug("a full outbox drops frames without a keyframe", instead=(Hub, "resume", flow_on), near=15),
    Bug(
        "a node that is behind sets back", instead=(Hub, "_welcome_waiting", serve_at_once), near=76
    ),
    Bug("who has left still counts", instead=(Hub, "leave", stay_counted)),
    Bug("an own line is lost by sampling", instead=(Hub, "_answer", answer_if_shown)),
    Bug(
        "a sum sent again after a reconnect counts twice", instead=(Room, "hear", hear_all), near=14
    ),
    Bug("a patch is applied to the wrong base", instead=(Room, "tick", decide_anew)),
    Bug(
        "who pauses within a slice is believed whole",
        instead=(Fanout, "remove", got_the_newest),
        near=15,
    ),
    Bug("the next conductor forgets what was shown", bounds=(("FRAMES_REMEMBERED", 0),), near=150),
)


@contextmanager
def planted(bug: Bug) -> Iterator[Parts]:
    """The parts of a world with the bug in it; afterwards the engine is sound again."""
    with ExitStack() as stack:
        if bug.instead is not None:
            stack.enter_context(_instead(*bug.instead))
        for name, value in bug.bounds:
            stack.enter_context(_instead(limits, name, value))
        yield bug.parts


@contextmanager
def _instead(owner: object, name: str, other: object) -> Iterator[None]:
    sound = getattr(owner, name)
    setattr(owner, name, other)
    try:
        yield
    finally:
        setattr(owner, name, sound)
