"""What stands in for machines around shows: videos, cameras, rooms, notices, files."""

from collections.abc import Sequence
from datetime import timedelta

from livehouse.domains.shows import CameraState, Notice, Video
from livehouse.foundation.errors import InvalidInput, NotAllowed
from livehouse.foundation.ids import RoomId, RunId, StoreId
from tests.support.moments import NOON


class LaidOutVideos:
    """A folder with one video in it, and no films."""

    async def offered(self, store_id: StoreId, *, to_owner: bool) -> Sequence[Video]:  # noqa: ARG002
        return [Video("walk.mp4", "walk.mp4")] if to_owner else []

    async def path(self, store_id: StoreId, name: str, *, to_owner: bool) -> str:  # noqa: ARG002
        if name != "walk.mp4":
            raise InvalidInput(field="source", problem="choose one of the videos offered")
        if not to_owner:
            raise NotAllowed
        return "/videos/walk.mp4"


class CamerasOfTests:
    """Cameras that a test connects; remembers who was made to leave."""

    rtmp_address = "rtmp://shop.test/live"

    def __init__(self) -> None:
        self.connected: dict[RoomId, CameraState] = {}
        self.kicked: list[tuple[RoomId, str]] = []
        self.problems: dict[RunId, str] = {}

    def state(self, room_id: RoomId) -> CameraState | None:
        return self.connected.get(room_id)

    def problem(self, run_id: RunId) -> str:
        return self.problems.get(run_id, "")

    async def kick(self, room_id: RoomId, reason: str) -> None:
        self.kicked.append((room_id, reason))


class QuietRooms:
    """Rooms as a gateway tells of them: always the same people."""

    async def latest(self, run: RunId) -> bytes | None:  # noqa: ARG002 - any run
        return b'{"n":1,"state":{"counts":{"viewers":12,"likes":340,"orders":9}}}'


class Notices:
    """What the domains above would say on the front page."""

    async def notices(self, language: str) -> Sequence[Notice]:
        season = Notice(
            path="/campaigns/lanterns", title=f"Lanterns ({language})", starts_at=NOON,
            ends_at=NOON + timedelta(days=3),
        )  # fmt: skip
        return [season]


class MemoryRecords:
    """Files as the object store keeps them."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    async def put(self, key: str, content: bytes) -> None:
        self.files[key] = content

    async def get(self, key: str) -> bytes | None:
        return self.files.get(key)
