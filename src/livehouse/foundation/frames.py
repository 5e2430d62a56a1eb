"""A frame as it is kept: what the engine makes, the log stores, and whoever replays reads."""

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
