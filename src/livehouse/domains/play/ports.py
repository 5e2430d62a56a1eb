"""What games need of the rest of the house."""

from typing import Protocol, runtime_checkable

from livehouse.foundation.ids import RunId


class Rooms(Protocol):
    """Rooms as their frames in the log make them: what stands there may have been seen."""

    async def latest(self, run: RunId) -> bytes | None:
        """The newest keyframe of a run as JSON, None where nothing is on."""
        ...


@runtime_checkable
class Records(Protocol):
    """Where what is published of a draw is kept; a file never changes once it is there."""

    async def put(self, key: str, content: bytes) -> None: ...
    async def get(self, key: str) -> bytes | None: ...
