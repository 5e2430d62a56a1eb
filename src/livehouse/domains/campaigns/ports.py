"""What campaigns must be told by what runs beside them."""

from typing import Protocol

from livehouse.foundation.ids import RunId


class RoomStates(Protocol):
    """Rooms as their viewers see them: the newest keyframe as JSON, None where there is none."""

    async def latest(self, run: RunId, /) -> bytes | None: ...
