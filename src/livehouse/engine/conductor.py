"""Conducts the rooms of this node: finds runs without a conductor, and makes their frames.

One ticker owns all rooms of the node, because their frames go to the log in one insert. Durable
before seen: a frame is spread only after the log has it, and only while our lease stands.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import structlog

from livehouse.engine import limits
from livehouse.engine.backplane import Backplane, Signals, Spread, Stop
from livehouse.engine.ports import (
    START,
    Behaviour,
    Cursor,
    FactPage,
    Facts,
    FrameLog,
    Leases,
    LoggedFrame,
    Runs,
)
from livehouse.engine.room import Room
from livehouse.foundation.clock import Clock, to_ms
from livehouse.foundation.ids import RunId

log = structlog.get_logger()
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConductorPorts:
    """What a conductor needs from outside."""

    behaviour: Behaviour
    frames: FrameLog
    leases: Leases
    facts: Facts
    runs: Runs
    backplane: Backplane


class Conductor:
    """`run()` works until `stop()`, which hands every room over at once."""

    def __init__(self, node: str, clock: Clock, ports: ConductorPorts) -> None:
        self._node = node
        self._clock = clock
        self._ports = ports
        self._rooms: dict[RunId, Room] = {}
        self._hearing: dict[RunId, Stop] = {}
        self._arrivals: dict[RunId, tuple[Room, Stop]] = {}
        self._over: set[RunId] = set()
        self._read_to: Cursor = START
        self._renewed_ms = 0
        self._elected_ms = 0
        self._electing = False
        self._stopping = False

    @property
    def rooms(self) -> Sequence[RunId]:
        """The runs that this node conducts now."""
        return tuple(self._rooms)

    def look(self) -> None:
        """A run has just begun: look for it at the next tick instead of within a second."""
        self._elected_ms = 0

    def stop(self) -> None:
        """Emit what is pending, release the leases, and let `run` return."""
        self._stopping = True

    async def run(self) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                while not self._stopping:
                    now_ms = to_ms(self._clock.now())
                    if not self._electing and now_ms - self._elected_ms >= limits.ELECTION_MS:
                        self._elected_ms = now_ms
                        self._electing = True
                        tasks.create_task(self._elect())
                    await self._tick(now_ms)
                    await self._until_next_tick()
            await self._tick(to_ms(self._clock.now()))
        finally:
            self._admit()
            await self._let_go(tuple(self._rooms.values()))

    async def _until_next_tick(self) -> None:
        # All nodes tick on the same grid of the clock, however long a tick's work took.
        passed = to_ms(self._clock.now()) % limits.TICK_MS
        await self._clock.sleep(timedelta(milliseconds=limits.TICK_MS - passed))

    # Rooms come and go.

    async def _elect(self) -> None:
        try:
            wanted = await _in_time(self._ports.runs.to_conduct())
            self._over.intersection_update(wanted)
            here = {*self._rooms, *self._arrivals, *self._over}
            free = [run for run in wanted if run not in here]
            if free:
                for run, epoch in (
                    await _in_time(self._ports.leases.acquire(free, self._node))
                ).items():
                    await self._take_over(run, epoch)
        except Exception:
            log.exception("election_failed", node=self._node)
        finally:
            self._electing = False

    async def _take_over(self, run: RunId, epoch: int) -> None:
        # Further back than its state needs, so that lines sent again are known as shown.
        history = await _in_time(self._ports.frames.tail(run, back=limits.FRAMES_REMEMBERED))
        room = Room(run, epoch, self._ports.behaviour, history, to_ms(self._clock.now()))
        if room.is_over:
            self._over.add(run)
            await _in_time(self._ports.leases.release({run: epoch}))
            return
        await self._catch_up(room)
        stop = await self._ports.backplane.conduct(run, self._ear(room))
        self._arrivals[run] = room, stop
        log.info("room_taken_over", run=str(run), epoch=epoch, n=room.standing.n)

    async def _catch_up(self, room: Room) -> None:
        """Read what happened since the room's last frame, for it alone."""
        while True:
            page = await _in_time(
                self._ports.facts.read(room.read_to, [room.run], limit=limits.FACTS_PER_TICK_MAX)
            )
            room.learn(page.facts, page.read_to)
            if len(page.facts) < limits.FACTS_PER_TICK_MAX:
                return

    def _admit(self) -> None:
        """Let arrivals in between two ticks, so that no page of facts is read without them."""
        for run, (room, stop) in self._arrivals.items():
            lone = not self._rooms
            self._rooms[run], self._hearing[run] = room, stop
            self._read_to = room.read_to if lone else min(self._read_to, room.read_to)
        self._arrivals.clear()

    def _ear(self, room: Room) -> Callable[[Signals], None]:
        def hear(signals: Signals) -> None:
            room.hear(signals, to_ms(self._clock.now()))

        return hear

    def _drop(self, room: Room, why: str) -> None:
        """Stop conducting at once; the room's viewers stay and hear the next conductor."""
        log.warning("room_left", run=str(room.run), epoch=room.epoch, why=why)
        self._forget(room)

    def _forget(self, room: Room) -> None:
        if self._rooms.get(room.run) is room:
            del self._rooms[room.run]
            self._hearing.pop(room.run)()

    async def _let_go(self, rooms: Sequence[Room]) -> None:
        for room in rooms:
            self._forget(room)
        if rooms:
            try:
                await _in_time(self._ports.leases.release({room.run: room.epoch for room in rooms}))
            except Exception:
                # They expire by themselves within two seconds.
                log.exception("leases_not_released", node=self._node)

    # Frames.

    async def _tick(self, now_ms: int) -> None:
        self._admit()
        try:
            await self._renew(now_ms)
            await self._learn()
            await self._append(self._decide(now_ms))
        except Exception:
            # The log may or may not have the frames: the same ones are offered again next time.
            log.exception("tick_failed", node=self._node, rooms=len(self._rooms))

    async def _renew(self, now_ms: int) -> None:
        if not self._rooms or now_ms - self._renewed_ms < limits.LEASE_RENEW_MS:
            return
        mine = {run: room.epoch for run, room in self._rooms.items()}
        held = await _in_time(self._ports.leases.renew(mine))
        self._renewed_ms = now_ms
        for run, epoch in mine.items():
            room = self._rooms.get(run)
            if run not in held and room is not None and room.epoch == epoch:
                self._drop(room, "lease not renewed")

    async def _learn(self) -> None:
        if not self._rooms:
            return
        page: FactPage = await _in_time(
            self._ports.facts.read(
                self._read_to, tuple(self._rooms), limit=limits.FACTS_PER_TICK_MAX
            )
        )
        for room in self._rooms.values():
            room.learn(page.facts, page.read_to)
        self._read_to = max(self._read_to, page.read_to)

    def _decide(self, now_ms: int) -> list[LoggedFrame]:
        frames: list[LoggedFrame] = []
        for room in tuple(self._rooms.values()):
            try:
                logged = room.tick(now_ms)
            except Exception:
                log.exception("room_failed", run=str(room.run))
                self._drop(room, "its tick failed")
                continue
            if logged is not None:
                frames.append(logged)
        return frames

    async def _append(self, frames: Sequence[LoggedFrame]) -> None:
        if not frames:
            return
        written = await _in_time(self._ports.frames.append(frames))
        over: list[Room] = []
        for frame in frames:
            room = self._rooms.get(frame.run)
            if room is None or room.epoch != frame.epoch:
                continue
            if frame.run not in written:
                self._drop(room, "another conducts")
                continue
            await self._spread(frame.run, room.settle())
            if room.is_over:
                over.append(room)
        self._over.update(room.run for room in over)
        await self._let_go(over)

    async def _spread(self, run: RunId, spread: Spread) -> None:
        """Tell the gateways; those that do not hear of a frame find it in the log."""
        try:
            await _in_time(self._ports.backplane.spread(run, spread))
        except Exception:
            log.exception("frame_not_spread", run=str(run))


async def _in_time(work: Awaitable[T]) -> T:
    async with asyncio.timeout(limits.LOG_SECONDS_MAX):
        return await work
