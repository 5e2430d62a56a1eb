"""Hands each frame to thousands of viewers without keeping everything else waiting."""

from collections import deque
from collections.abc import Callable, Coroutine, Generator, Sequence

import structlog

from livehouse.engine import limits
from livehouse.engine.outbox import Hand
from livehouse.engine.protocol import HEADROOM_BYTES, CloseCode
from livehouse.engine.session import Session

log = structlog.get_logger()


class _Batch:
    """A frame, and who has not got it yet."""

    __slots__ = ("began_ms", "n", "parcel", "waiting")

    def __init__(
        self, n: int, parcel: bytearray, waiting: dict[Session, Hand], began_ms: int
    ) -> None:
        self.n = n
        self.parcel = parcel
        self.waiting = waiting
        self.began_ms = began_ms


class Fanout:
    """The viewers of one run who keep up, and the frames on their way to them.

    A small room gets a frame at once. A large one gets it in slices, between which the loop does
    what others wait for; nobody gets the next frame before the last, and who leaves or falls behind
    meanwhile is told which one was theirs.
    """

    def __init__(
        self, spawn: Callable[[Coroutine[object, object, None]], None], now_ms: Callable[[], int]
    ) -> None:
        self._spawn = spawn
        self._now_ms = now_ms
        self._hands: dict[Session, Hand] = {}
        self._batches: deque[_Batch] = deque()
        self._n = 0
        self._lag_ms = 0

    @property
    def sessions(self) -> Sequence[Session]:
        return tuple(self._hands)

    def add(self, session: Session, n: int) -> None:
        """From here on frames go to this viewer, who has all of them up to `n`."""
        self._n = max(self._n, n)
        self._hands[session] = session.hand

    def remove(self, session: Session) -> int | None:
        """No more frames for this viewer: the last one that it got, or None if it is not here."""
        if self._hands.pop(session, None) is None:
            return None
        got = self._n
        for batch in reversed(self._batches):
            if batch.waiting.pop(session, None) is not None:
                got = batch.n - 1
        return got

    def send(self, n: int, parcel: bytearray) -> None:
        """Hand the next frame to everyone, at once or slice by slice."""
        self._n = n
        busy = bool(self._batches)
        self._batches.append(_Batch(n, parcel, dict(self._hands), self._now_ms()))
        if busy:
            while len(self._batches) > limits.FANOUT_BATCHES_MAX:
                self._hand_out(len(self._hands))
        elif len(self._hands) <= limits.FANOUT_SLICE:
            self._hand_out(limits.FANOUT_SLICE)
        else:
            self._spawn(self._work())

    def take_lag_ms(self) -> int:
        """How long the slowest frame since the last call took to reach everybody's buffer."""
        lag_ms, self._lag_ms = self._lag_ms, 0
        return lag_ms

    async def _work(self) -> None:
        while self._batches:
            self._hand_out(limits.FANOUT_SLICE)
            await _OthersFirst()

    def _hand_out(self, count: int) -> None:
        """Hand the oldest frame to so many, and be done with it when all have it."""
        batch = self._batches[0]
        waiting, parcel = batch.waiting, batch.parcel
        for _ in range(min(count, len(waiting))):
            if not waiting:
                break  # handing over may close or pause other sessions, there and then
            session, hand = waiting.popitem()
            try:
                hand(parcel, HEADROOM_BYTES)
            except Exception:
                log.exception("session_broken", run=str(session.run))
                session.close(CloseCode.TOO_SLOW)
        if not waiting:
            self._batches.popleft()
            self._lag_ms = max(self._lag_ms, self._now_ms() - batch.began_ms)


class _OthersFirst:
    """Awaited, it lets the loop do all that is ready, and comes back."""

    def __await__(self) -> Generator[None, None, None]:
        yield
