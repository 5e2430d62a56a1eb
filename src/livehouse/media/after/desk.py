"""The app's hand on recordings: asks the media process, and raises what it refuses with."""

import msgspec

from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import RunId
from livehouse.media import errors
from livehouse.media.after.specs import RecordingInfo, Work, WorkStatus
from livehouse.media.errors import MediaUnavailable
from livehouse.media.supervisor import MediaSupervisor

_REFUSALS: dict[str, type[DomainError]] = {
    one.code: one
    for one in (
        errors.NoSuchVideo, errors.TooMuchToMake, errors.StillRecording, errors.NotInRecording,
        errors.ClipTooLong, errors.NoRoomOnDisk,
    )
}  # fmt: skip
OK = 300


class _Problem(msgspec.Struct):
    code: str = ""


class RecordingDesk:
    def __init__(self, media: MediaSupervisor) -> None:
        self._media = media

    async def info(self, run_id: RunId) -> RecordingInfo:
        return msgspec.json.decode(await self._ask("GET", f"{run_id}"), type=RecordingInfo)

    async def remove(self, run_id: RunId) -> None:
        await self._ask("DELETE", f"{run_id}")

    async def order(self, run_id: RunId, work_id: str, work: Work) -> WorkStatus:
        """Have it made; asking again tells how it is coming along."""
        body = msgspec.json.encode(work)
        answer = await self._ask("PUT", f"{run_id}/works/{work_id}", body)
        return msgspec.json.decode(answer, type=WorkStatus)

    async def discard(self, run_id: RunId, work_id: str) -> None:
        """It is not wanted any more, made or not."""
        await self._ask("DELETE", f"{run_id}/works/{work_id}")

    async def _ask(self, method: str, path: str, body: bytes = b"") -> bytes:
        status, answer = await self._media.ask(method, f"/control/recordings/{path}", body)
        if status < OK:
            return answer
        try:
            problem = msgspec.json.decode(answer, type=_Problem)
        except msgspec.MsgspecError as error:
            raise MediaUnavailable from error
        refusal = _REFUSALS.get(problem.code)
        if refusal is None:
            raise MediaUnavailable
        raise refusal
