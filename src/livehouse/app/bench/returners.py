"""A crew of viewers that lose their server and come back, as the server has told them to.

Each keeps its newest ticket and the number of its last frame. What it gets is compared, frame by
frame, with what anybody got; a keyframe's state with the state that the frames add up to.
"""

import asyncio
import gc
import random
from time import perf_counter
from typing import cast

import msgspec
import uvloop
from msgspec import Struct
from typing_extensions import override

from livehouse.app.bench.crews import wishes
from livehouse.app.bench.visitor import Arrivals, Ready, arrive
from livehouse.client.errors import NotJoined
from livehouse.client.returning import Wait, after_end
from livehouse.client.wire import ABNORMAL, Wire, connect, number_of
from livehouse.engine.canonical import State, hash_of
from livehouse.engine.folding import follow
from livehouse.engine.protocol import Keep, Welcome, decode_frame, is_key
from livehouse.foundation.clock import Clock, SystemClock, from_ms, to_ms

RETURN_SECONDS_MAX = 90.0
COMPARE_MS = 2_000
_STATE = b'"state":'  # in every keyframe, and in few others


class Storm(Struct, frozen=True, tag=True):
    """Lose the server: by cutting all sockets at once, or by waiting for it to die."""

    cut: bool


class Returned(Struct, frozen=True):
    """`seconds` from the loss to the last one's being back, with all that the room had shown."""

    viewers: int
    returned: int
    seconds: float
    p50_seconds: float
    attempts: int
    keyframes: int
    wrong_states: int


_Wish = cast(type[Arrivals | Storm], Arrivals | Storm)


class Record:
    """What the room has shown, put together from whatever any viewer got first."""

    def __init__(self) -> None:
        self.payloads: dict[int, bytes] = {}
        self.states: dict[int, State] = {}
        self.n = 0  # folded up to here
        self.wrong_hashes = 0

    def is_right(self, n: int, payload: bytes) -> bool:
        """Whether this is what others got, as far as anybody got it."""
        frame = decode_frame(payload) if _STATE in payload else None
        if frame is not None and is_key(frame):
            known = self.states.get(n)
            if not self.n:
                self.n = n
            if known is None:
                known = self.states[n] = follow(None, frame)
                if n == self.n:
                    self._fold()
            return frame.state == known and frame.hash == hash_of(known)
        known_payload = self.payloads.setdefault(n, payload)
        self._fold()
        return known_payload == payload

    def _fold(self) -> None:
        while (payload := self.payloads.get(self.n + 1)) is not None:
            frame = decode_frame(payload)
            state = follow(self.states[self.n], frame)
            self.n += 1
            self.states[self.n] = state
            self.wrong_hashes += bool(frame.hash) and frame.hash != hash_of(state)


class Seat:
    """One viewer, through all its connections."""

    def __init__(self, ticket: str, crowd: "Crowd") -> None:
        self.ticket = ticket
        self.crowd = crowd
        self.scatter_seconds = 0.0
        self.n = 0
        self.awaits_n = 0  # back when it has this frame
        self.wrong = False
        self.back_at = 0.0
        self.wire: _Seated | None = None

    def hear(self, n: int, payload: bytes) -> None:
        crowd = self.crowd
        is_next = n == self.n + 1
        keyframe = not is_next and _STATE in payload
        if self.n and not is_next:
            crowd.keyframes += keyframe
            self.wrong |= not keyframe or n <= self.n
        self.wrong |= not crowd.record.is_right(n, payload)
        self.n = n
        crowd.newest_n = max(crowd.newest_n, n)
        if self.awaits_n and n >= self.awaits_n:
            self.awaits_n, self.back_at = 0, perf_counter()
            crowd.away -= 1
            if not crowd.away:
                crowd.all_back.set()

    async def come_back(self, code: int, reason: str, clock: Clock) -> None:
        attempt = 0
        while True:
            chance = random.random()  # noqa: S311 - spreads, hides nothing
            step = after_end(code, reason, attempt, chance, self.scatter_seconds)
            assert isinstance(step, Wait), f"nobody is shut out here: {step}"
            await clock.sleep(from_ms(int(step.seconds * 1_000)) - from_ms(0))
            self.wire = _Seated(self)
            self.crowd.attempts += 1
            try:
                await connect(self.crowd.arrivals.address, self.crowd.arrivals.run, self.wire)
            except NotJoined as failed:
                code, reason, attempt = failed.code, failed.reason, attempt + 1
            except TimeoutError:
                code, reason, attempt = ABNORMAL, "", attempt + 1
            else:
                return


class _Seated(Wire):
    def __init__(self, seat: Seat) -> None:
        super().__init__(seat.ticket, since=seat.n or None)
        self._seat = seat

    @override
    def welcome(self, payload: bytes) -> None:
        welcome = msgspec.json.decode(payload, type=Welcome)
        self._seat.ticket = welcome.resume
        self._seat.scatter_seconds = welcome.scatter_ms / 1_000
        if self._seat.crowd.away:
            self._seat.awaits_n = max(1, self._seat.crowd.newest_n)

    @override
    def answer(self, payload: bytes) -> None:
        keep = msgspec.json.decode(payload, type=Keep)
        self._seat.ticket, self._seat.scatter_seconds = keep.resume, keep.scatter_ms / 1_000

    @override
    def frame(self, payload: bytes) -> None:
        self._seat.hear(number_of(payload), payload)

    @override
    def lost(self, code: int, reason: str) -> None:
        self._seat.crowd.lose(self._seat, code, reason)


class Crowd:
    def __init__(self, arrivals: Arrivals, tasks: asyncio.TaskGroup) -> None:
        self.arrivals = arrivals
        self.record = Record()
        self.seats = [Seat(ticket, self) for ticket in arrivals.tickets]
        self.newest_n = 0
        self.away = 0
        self.attempts = 0
        self.keyframes = 0
        self.lost_at = 0.0
        self.all_back = asyncio.Event()
        self._tasks = tasks
        self._clock = SystemClock()

    async def arrive(self) -> None:
        wires = [_Seated(seat) for seat in self.seats]
        for seat, wire in zip(self.seats, wires, strict=True):
            seat.wire = wire
        await arrive(self.arrivals, wires)

    def lose(self, seat: Seat, code: int, reason: str) -> None:
        self.lost_at = self.lost_at or perf_counter()
        self._tasks.create_task(seat.come_back(code, reason, self._clock))

    async def storm(self, storm: Storm) -> Returned:
        self.all_back.clear()
        self.away, self.lost_at = len(self.seats), 0.0
        self.attempts = self.keyframes = 0
        if storm.cut:
            self.lost_at = perf_counter()
            for seat in self.seats:
                assert seat.wire is not None, "everyone arrived"
                seat.wire.close()
                self.lose(seat, ABNORMAL, "")
        async with asyncio.timeout(RETURN_SECONDS_MAX):
            await self.all_back.wait()
        took = sorted(seat.back_at - self.lost_at for seat in self.seats)
        await self._compared()
        return Returned(
            viewers=len(self.seats),
            returned=len(took) - self.away,
            seconds=took[-1],
            p50_seconds=took[len(took) // 2],
            attempts=self.attempts,
            keyframes=self.keyframes,
            wrong_states=sum(seat.wrong or seat.n < self._final_n for seat in self.seats)
            if not self.record.wrong_hashes
            else len(self.seats),
        )

    async def _compared(self) -> None:
        """Everyone gets to the frame that is the newest one now."""
        self._final_n = self.newest_n
        until = to_ms(self._clock.now()) + COMPARE_MS
        while to_ms(self._clock.now()) < until and any(s.n < self._final_n for s in self.seats):
            await self._clock.sleep(from_ms(20) - from_ms(0))

    def leave(self) -> None:
        for seat in self.seats:
            if seat.wire is not None:
                seat.wire.close()


async def main() -> None:
    lines = await wishes()
    async with asyncio.TaskGroup() as tasks:
        arrivals = await lines.next(Arrivals)
        if arrivals is None:
            return
        crowd = Crowd(arrivals, tasks)
        await crowd.arrive()
        gc.freeze()
        lines.answer(Ready(len(crowd.seats)))
        while (storm := await lines.next(Storm)) is not None:
            lines.answer(await crowd.storm(storm))
        crowd.leave()


if __name__ == "__main__":
    uvloop.run(main())
