"""A crew of viewers: each follows the room and notes when every frame came, and whether one lacks.

What a viewer got is compared with what the first viewer got of the same frame, byte by byte; that
one folds the frames into the room's state and compares its hash.
"""

import gc
from array import array
from time import perf_counter
from typing import cast

import uvloop
from msgspec import Struct
from typing_extensions import override

from livehouse.app.bench.crews import wishes
from livehouse.app.bench.visitor import Arrivals, Ready, arrive, leave
from livehouse.client.wire import Wire, number_of
from livehouse.engine.canonical import State, hash_of
from livehouse.engine.folding import follow
from livehouse.engine.protocol import decode_frame
from livehouse.foundation.clock import SystemClock, to_ms


class Tell(Struct, frozen=True, tag=True):
    """Say what was seen since the last time."""


_Wish = cast(type[Arrivals | Tell], Arrivals | Tell)  # mypy knows unions as types, not as values


class Seen(Struct, frozen=True):
    """A frame as it came: `receipts` are seconds of the monotonic clock, one per viewer."""

    n: int
    payload: str
    receipts: list[float]


class Watched(Struct, frozen=True):
    """`gaps` counts every frame that a viewer did not get next after the one before.

    `epoch_seconds` added to a receipt is its time since 1970.
    """

    viewers: int
    lost_connections: int
    gaps: int
    differing: int
    hashes_right: int
    hashes_wrong: int
    epoch_seconds: float
    frames: list[Seen]


class _Frame:
    __slots__ = ("payload", "receipts")

    def __init__(self, payload: bytes) -> None:
        self.payload = payload
        self.receipts = array("d")


class Audience:
    def __init__(self) -> None:
        self.frames: dict[int, _Frame] = {}
        self.gaps = 0
        self.differing = 0
        self.lost = 0
        self.hashes_right = 0
        self.hashes_wrong = 0
        self._state: State | None = None

    def saw(self, n: int, payload: bytes) -> None:
        seen = self.frames.get(n)
        if seen is None:
            seen = self.frames[n] = _Frame(payload)
        elif seen.payload != payload:
            self.differing += 1
        seen.receipts.append(perf_counter())

    def follow(self, payload: bytes) -> None:
        """What one of them makes of the frames: the state, and its hash."""
        frame = decode_frame(payload)
        self._state = follow(self._state, frame)
        if frame.hash and frame.hash == hash_of(self._state):
            self.hashes_right += 1
        elif frame.hash:
            self.hashes_wrong += 1

    def tell(self, viewers: int) -> Watched:
        watched = Watched(
            viewers=viewers,
            lost_connections=self.lost,
            gaps=self.gaps,
            differing=self.differing,
            hashes_right=self.hashes_right,
            hashes_wrong=self.hashes_wrong,
            epoch_seconds=to_ms(SystemClock().now()) / 1_000 - perf_counter(),
            frames=[
                Seen(n, seen.payload.decode(), seen.receipts.tolist())
                for n, seen in sorted(self.frames.items())
            ],
        )
        self.frames = {}
        return watched


class Viewer(Wire):
    def __init__(self, ticket: str, audience: Audience, *, follows: bool) -> None:
        super().__init__(ticket)
        self._audience = audience
        self._follows = follows
        self._n = 0

    @override
    def frame(self, payload: bytes) -> None:
        n = number_of(payload)
        if self._n:
            self._audience.gaps += n != self._n + 1
            self._audience.saw(n, payload)
        self._n = n
        if self._follows:
            self._audience.follow(payload)

    @override
    def lost(self, code: int, reason: str) -> None:
        self._audience.lost += 1


async def main() -> None:
    lines = await wishes()
    audience = Audience()
    viewers: list[Viewer] = []
    while (wish := await lines.next(_Wish)) is not None:
        if isinstance(wish, Tell):
            lines.answer(audience.tell(len(viewers)))
            continue
        comers = [
            Viewer(ticket, audience, follows=number == 0)
            for number, ticket in enumerate(wish.tickets, start=len(viewers))
        ]
        await arrive(wish, comers)
        viewers += comers
        gc.freeze()
        lines.answer(Ready(len(viewers)))
    leave(viewers)


if __name__ == "__main__":
    uvloop.run(main())
