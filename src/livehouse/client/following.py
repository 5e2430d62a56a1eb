"""A copy of a room: folds frames in order, and says when one is missing or the copy is wrong."""

from enum import Enum, auto

from msgspec import UNSET, Struct

from livehouse.engine.canonical import State, hash_of
from livehouse.engine.patches import apply
from livehouse.engine.protocol import Frame


class Replica(Struct, frozen=True):
    """The room after frame `n`, of the conductor with this `epoch`, at programme time `at` (ms)."""

    n: int
    epoch: int
    at: int
    state: State


class Astray(Enum):
    """Why a frame was not applied."""

    STALE = auto()  # seen already, or from a conductor that has lost its lease: let it pass
    GAP = auto()  # a frame between is missing: ask for those since the last good one
    DIFFERS = auto()  # the copy is not the conductor's: start over from a keyframe


def fold(replica: Replica | None, frame: Frame) -> Replica | Astray:
    """The copy after the frame, or why there is none."""
    if replica is not None and (frame.n <= replica.n or frame.epoch < replica.epoch):
        return Astray.STALE
    if frame.state is not UNSET:
        state = frame.state
    elif replica is None or frame.n != replica.n + 1:
        return Astray.GAP
    else:
        state = apply(replica.state, frame.patch) if frame.patch else replica.state
    if frame.hash and frame.hash != hash_of(state):
        return Astray.DIFFERS
    return Replica(frame.n, frame.epoch, frame.at, state)
