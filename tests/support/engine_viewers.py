"""A show that a test steps through, and viewers that check everything they hear."""

import json
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from livehouse.engine import limits
from livehouse.engine.backplane import Line, Signals, Spread
from livehouse.engine.canonical import State, hash_of
from livehouse.engine.hub import Hub
from livehouse.engine.patches import apply
from livehouse.engine.ports import RoomFact, Visitor
from livehouse.engine.protocol import CloseCode, Keep
from livehouse.engine.rates import TokenBucket
from livehouse.engine.room import Room
from livehouse.engine.session import Session
from livehouse.foundation.clock import to_ms
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import RunId
from tests.support.clock import ManualClock
from tests.support.engine_memory import MemoryFrameLog, MemoryLeases, NotesAndSwitches

RUN = RunId(UUID(int=7))


def expect(what: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as a sentence
    # Unlike an assertion this is not caught by code that outlives a broken session.
    if not what:
        pytest.fail(otherwise)


class Follower:
    """What a client does: follows frame by frame, starts over at a keyframe, accepts no gap."""

    def __init__(self) -> None:
        self.state: State = {}
        self.n = 0
        self.says: list[list[Any]] = []
        self.keyframes = 0
        self.pushes: list[dict[str, Any]] = []

    def hear(self, payload: bytes) -> None:
        message = json.loads(payload)
        if "type" in message:
            self.pushes.append(message)
            return
        if "state" in message:
            expect(message["n"] > self.n, "set back")
            self.state = message["state"]
            self.keyframes += 1
        else:
            expect(message["n"] == self.n + 1, "a silent gap")
            self.state = apply(self.state, message.get("patch", {}))
        self.n = message["n"]
        self.says += message.get("says", [])
        if "hash" in message:
            expect(hash_of(self.state) == message["hash"], "another state than the conductor's")


class FakeTransport:
    """A connection whose other side reads only when the test lets it."""

    def __init__(
        self,
        follower: Follower | None = None,
        *,
        reads: bool = True,
        slow_bytes: int = limits.OUTBOX_BYTES_SLOW,
    ) -> None:
        self.follower = follower or Follower()
        self.session: Session | None = None
        self.reads = reads
        self.buffer: list[bytes] = []
        self.closed: tuple[CloseCode, str] | None = None
        self.pings = 0
        self._slow_bytes = slow_bytes
        self._paused = False

    def hand(self, parcel: bytearray, offset: int) -> None:
        self.send(bytes(parcel[offset:]))

    def send(self, payload: bytes) -> None:
        if self.closed is not None:
            return
        if self.reads and not self.buffer:
            self.follower.hear(payload)
            return
        self.buffer.append(payload)
        if not self._paused and self.waiting_bytes() > self._slow_bytes:
            self._paused = True
            if self.session is not None:
                self.session.pause()

    def drain(self) -> None:
        """The other side reads all that waits, and goes on reading."""
        self.reads = True
        waiting, self.buffer = self.buffer, []
        for payload in waiting:
            self.follower.hear(payload)
        if self._paused:
            self._paused = False
            assert self.session is not None
            self.session.resume()

    def waiting_bytes(self) -> int:
        return sum(map(len, self.buffer))

    def ping(self) -> None:
        self.pings += 1

    def close(self, code: CloseCode, reason: str = "") -> None:
        self.closed = code, reason


class Show:
    """One conductor and one hub, stepped by hand; what the backplane loses, the test decides."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.leases = MemoryLeases(self.clock)
        self.log = MemoryFrameLog(self.leases)
        self.facts = 0
        self.work: list[Coroutine[object, object, None]] = []
        self.room: Room
        self.hub = Hub(RUN, "node", self.log, self.work.append, self.now_ms)

    async def begin(self) -> "Show":
        epochs = await self.leases.acquire([RUN], "node")
        history = await self.log.tail(RUN, back=0)
        self.room = Room(RUN, epochs[RUN], NotesAndSwitches(), history, self.now_ms())
        return self

    async def take_over(self) -> None:
        """The conductor dies, and another rebuilds the room from the log."""
        await self.leases.release({RUN: self.leases.epoch(RUN)})
        await self.begin()

    def now_ms(self) -> int:
        return to_ms(self.clock.now())

    def fact(self, kind: str, text: str = "") -> None:
        self.facts += 1
        cursor = (1, self.facts)
        self.room.learn([RoomFact(cursor, RUN, kind, text.encode())], cursor)

    def say(self, name: str, author: str, called: str = "", *, always: bool = False) -> None:
        said = (name, author, called, "hello", "viewer") if called else (name, author, "hello")
        line = Line(name, author, said, always)
        self.room.hear(Signals("node", self.hub.viewers, 0, (line,)), self.now_ms())

    async def tick(self, *, lost: bool = False) -> Spread | None:
        """Let a tick pass; `lost` frames are in the log, and the backplane loses them."""
        self.clock.set(self.clock.now() + timedelta(milliseconds=limits.TICK_MS))
        logged = self.room.tick(self.now_ms())
        if logged is None:
            return None
        assert await self.log.append([logged]) == {RUN}
        spread = self.room.settle()
        if not lost:
            self.hub.receive(spread)
        await self.settle()
        return spread

    async def look_after(self) -> None:
        self.hub.look_after()
        await self.settle()

    async def settle(self) -> None:
        while self.work:
            await self.work.pop(0)

    async def join(
        self, transport: FakeTransport, name: str = "u1", since: int | None = None
    ) -> Session:
        session = Session(
            RUN,
            transport,
            Keeper(self),
            "address",
            now_ms=self.now_ms(),
            messages=TokenBucket(10, 10),
        )
        transport.session = session
        session.visitor = Visitor(id=name)
        self.hub.join(session, since)
        await self.settle()
        return session


class Keeper:
    def __init__(self, show: Show) -> None:
        self._hub = show.hub

    def received(self, session: Session, payload: bytes | memoryview) -> None: ...
    def may_ping(self, session: Session) -> bool:  # noqa: ARG002 - there are no limits here
        return True

    def paused(self, session: Session) -> None:
        self._hub.pause(session)

    def resumed(self, session: Session) -> None:
        self._hub.resume(session)

    def lost(self, session: Session) -> None:
        self._hub.leave(session)

    def words(self, refusal: DomainError, language: str) -> str:  # noqa: ARG002 - English here
        return str(refusal)

    def keep(self, session: Session) -> Keep:
        return Keep(session.visitor.id, limits.SCATTER_MS_MIN)

    def say(self, run: RunId, line: Line, answer: Callable[[bool], None]) -> None:  # noqa: ARG002
        self._hub.say(line, answer)
