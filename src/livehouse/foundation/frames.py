"""Frames as they are kept: what the engine makes, the log stores, and whoever replays reads."""

from zlib import crc32

from msgspec import Struct

from livehouse.foundation.ids import RunId


class LoggedFrame(Struct, frozen=True):
    """One tick of a room. `cursor` tells how far the facts had been folded when it was made."""

    run: RunId
    n: int
    epoch: int
    at: int  # programme time in ms
    cursor: tuple[int, int]
    is_key: bool
    payload: bytes
    retracts: bool = False  # whether something is taken back in it


class SealedRun(Struct, frozen=True):
    """How far a run's segments are in the archive, from `first` through `last`."""

    first: int
    last: int
    until_ms: int  # frames before this moment are sealed
    retracts_n: int = 0  # what was taken back up to this frame is gone from the archive too
    ended: bool = False  # all of it is there, and nothing follows


class Packed(Struct, frozen=True):
    """A segment as it is sent, compressed once, and the ids of all that passes in it."""

    body: bytes
    says: frozenset[str] = frozenset()

    @property
    def etag(self) -> str:
        return f'"{crc32(self.body):08x}{len(self.body):x}"'
