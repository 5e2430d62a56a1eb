"""The app's hand on other platforms: tells the media process where a run is pushed to."""

import msgspec

from livehouse.foundation.ids import RunId
from livehouse.media.errors import MediaUnavailable, NoSuchVideo
from livehouse.media.outgoing.specs import Targets, TargetStatus
from livehouse.media.supervisor import MediaSupervisor

OK = 200
NOT_FOUND = 404


class OutgoingDesk:
    def __init__(self, media: MediaSupervisor) -> None:
        self._media = media

    async def want(self, run_id: RunId, targets: Targets) -> list[TargetStatus]:
        """Saying the same again changes nothing and tells how it goes."""
        body = msgspec.json.encode(targets)
        status, answer = await self._media.ask("PUT", f"/control/runs/{run_id}/targets", body)
        if status == NOT_FOUND:
            raise NoSuchVideo
        if status != OK:
            raise MediaUnavailable
        return msgspec.json.decode(answer, type=list[TargetStatus])
