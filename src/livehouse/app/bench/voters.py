"""A crew that votes as fast as the house takes it, and sees when the room shows it."""

import re
from bisect import bisect_left
from datetime import timedelta
from time import perf_counter
from uuid import UUID

import uvloop
from msgspec import Struct, json
from typing_extensions import override

from livehouse.app.bench.crews import wishes
from livehouse.app.bench.figures import percentile
from livehouse.app.bench.visitor import Arrivals, Ready, arrive, leave
from livehouse.client.wire import Wire
from livehouse.foundation.clock import SystemClock

DRAIN_SECONDS_MAX = 10.0
# So many votes go out at once, and no more than these bytes wait in front of the house.
BATCH = 50
WAITING_BYTES_MAX = 32_768
AHEAD_MAX = 700
_PAUSE = timedelta(milliseconds=1)
_SUMS = re.compile(rb'"sums":\{([^}]*)\}')
_NUMBER = re.compile(rb":(\d+)")


class Cast(Struct, frozen=True):
    """Vote in this battle for so long."""

    battle_id: UUID
    seconds: float


class Given(Struct, frozen=True):
    """How many were sent and counted, how long that took to the last answer, and how late a
    ranking was behind the votes in it (ms)."""

    sent: int
    counted: int
    refused: int
    seconds: float
    lag_p50_ms: float
    lag_p99_ms: float


class _Answer(Struct):
    type: str
    votes: int = 0


class Voter(Wire):
    def __init__(self, ticket: str) -> None:
        super().__init__(ticket)
        self.sent = 0
        self.counted = 0
        self.refused = 0
        self.sums: list[tuple[float, int]] | None = None  # of who looks at the ranking

    @override
    def answer(self, payload: bytes) -> None:
        answer = json.decode(payload, type=_Answer)
        self.counted = max(self.counted, answer.votes)
        self.refused += answer.type == "refused"

    @override
    def frame(self, payload: bytes) -> None:
        if self.sums is not None and (found := _SUMS.search(payload)):
            self.sums.append((perf_counter(), sum(map(int, _NUMBER.findall(found[1])))))


async def main() -> None:
    lines = await wishes()
    arrivals = await lines.next(Arrivals)
    if arrivals is None:
        return
    voters = [Voter(ticket) for ticket in arrivals.tickets]
    await arrive(arrivals, voters)
    lines.answer(Ready(len(voters)))
    while (cast := await lines.next(Cast)) is not None:
        lines.answer(await _vote(cast, voters))
    leave(voters)


async def _vote(cast: Cast, voters: list[Voter]) -> Given:
    clock = SystemClock()
    head = b'{"type":"play.vote","battle_id":"%b","contestant":' % str(cast.battle_id).encode()
    voters[0].sums = []
    steps: list[tuple[float, int]] = []  # when how many had been sent
    total, began = 0, perf_counter()
    while perf_counter() - began < cast.seconds:
        before = total
        for number, voter in enumerate(voters):
            if voter.waiting_bytes() < WAITING_BYTES_MAX and voter.sent < voter.counted + AHEAD_MAX:
                for given in range(voter.sent + 1, voter.sent + BATCH + 1):
                    voter.send(b'%b%d,"given":%d}' % (head, number % 2, given))
                voter.sent += BATCH
                total += BATCH
        steps.append((perf_counter(), total))
        await clock.sleep(_PAUSE if total == before else timedelta(0))
    until = perf_counter() + DRAIN_SECONDS_MAX
    while any(voter.counted < voter.sent for voter in voters) and perf_counter() < until:
        await clock.sleep(_PAUSE)
    seconds = perf_counter() - began
    lags = sorted(_lags(steps, voters[0].sums))
    return Given(
        sent=total,
        counted=sum(voter.counted for voter in voters),
        refused=sum(voter.refused for voter in voters),
        seconds=seconds,
        lag_p50_ms=round(percentile(lags, 50), 1),
        lag_p99_ms=round(percentile(lags, 99), 1),
    )


def _lags(steps: list[tuple[float, int]], sums: list[tuple[float, int]]) -> list[float]:
    """How long after the last of its votes was sent a ranking was seen, in ms."""
    counts = [count for _, count in steps]
    return [
        (seen - steps[min(bisect_left(counts, shown), len(steps) - 1)][0]) * 1_000
        for seen, shown in sums
        if shown
    ]


if __name__ == "__main__":
    uvloop.run(main())
