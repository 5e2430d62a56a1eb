"""The recent frames of a run in a node's memory, from which viewers join and resume."""

from collections import deque
from collections.abc import Iterable, Sequence
from enum import Enum, auto

from msgspec import Struct

from livehouse.engine import limits
from livehouse.engine.canonical import State, hash_of, is_over
from livehouse.engine.folding import follow
from livehouse.engine.protocol import Frame, decode_frame, encode, is_key, parcel


class Arrival(Enum):
    """What a frame is to the ring."""

    NEXT = auto()
    OLD = auto()
    BEYOND_A_GAP = auto()


class _Mark(Struct):
    """A place where a newcomer may begin; its keyframe is written when the first one comes."""

    n: int
    epoch: int
    at: int
    state: State
    tick: int
    written: bytes = b""
    shared: bytearray | None = None

    def keyframe(self) -> bytes:
        if not self.written:
            self.written = encode(
                Frame(
                    n=self.n,
                    epoch=self.epoch,
                    at=self.at,
                    state=self.state,
                    hash=hash_of(self.state),
                    tick=self.tick,
                )
            )
        return self.written

    def parcel(self) -> bytearray:
        """The keyframe for the transports: one for all newcomers."""
        if self.shared is None:
            self.shared = parcel(self.keyframe())
        return self.shared


class Ring:
    """Begins with a keyframe; follows frame by frame; says so when one is missing."""

    def __init__(self, history: Iterable[bytes]) -> None:
        self._parcels: deque[bytearray] = deque(maxlen=limits.RING_FRAMES_MAX)
        self._marks: deque[_Mark] = deque(maxlen=3)
        self._newest: _Mark | None = None
        for payload in history:
            self.push(payload)

    @property
    def n(self) -> int:
        return self._newest.n if self._newest else 0

    @property
    def epoch(self) -> int:
        return self._newest.epoch if self._newest else 0

    @property
    def tick_ms(self) -> int:
        """How often the room speaks now."""
        return self._newest.tick if self._newest else limits.TICK_MS

    @property
    def oldest(self) -> int:
        """The n of the oldest frame that is still here; one more than `n` when there is none."""
        return self.n - len(self._parcels) + 1

    @property
    def newest_parcel(self) -> bytearray:
        return self._parcels[-1]

    @property
    def is_over(self) -> bool:
        return self._newest is not None and is_over(self._newest.state)

    def push(self, payload: bytes) -> Arrival:
        """Take the next frame, or tell why not. A keyframe after a gap needs `Ring` anew."""
        frame = decode_frame(payload)
        before = self._newest
        if before is not None and frame.n <= before.n:
            return Arrival.OLD
        if (before is None and not is_key(frame)) or (before and frame.n != before.n + 1):
            return Arrival.BEYOND_A_GAP
        state = follow(before.state if before else None, frame)
        self._newest = _Mark(frame.n, frame.epoch, frame.at, state, frame.tick)
        self._parcels.append(parcel(payload))
        if not self._marks or frame.n % limits.RING_KEYFRAME_EVERY == 0:
            self._marks.append(self._newest)
        return Arrival.NEXT

    def since(self, n: int) -> Sequence[bytearray] | None:
        """The frames after `n`; None when they are not all here, or `n` has never been."""
        missing = self.n - n
        if missing < 0 or missing > len(self._parcels):
            return None
        return self._last(missing)

    def fresh(self, *, beyond: int = 0) -> Sequence[bytearray]:
        """A keyframe and the frames after it, enough of them to see what was just said.

        The keyframe lies beyond the frame that the viewer has, so that it is never set back.
        """
        marks = [mark for mark in self._marks if beyond < mark.n]
        newest = self._newest
        assert newest is not None, "an empty ring has no state"
        early = [mark for mark in marks if mark.n <= self.n - limits.RING_CHAT_FRAMES]
        mark = early[-1] if early else marks[0] if marks else newest
        return (mark.parcel(), *self._last(self.n - mark.n))

    def latest(self) -> bytes:
        """A keyframe of this moment."""
        assert self._newest is not None, "an empty ring has no state"
        return self._newest.keyframe()

    def _last(self, count: int) -> list[bytearray]:
        found = [self._parcels[-place] for place in range(1, count + 1)]
        found.reverse()
        return found
