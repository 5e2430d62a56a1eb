"""Who is signed in and may run a show goes live from the browser without copying a stream key."""

from datetime import timedelta
from uuid import UUID

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.response import Response
from msgspec import Struct

from livehouse.domains.shows import CAMERA, RUNNING_ROLES, TEST_STAGE, Shows
from livehouse.foundation.clock import Clock, to_ms
from livehouse.foundation.ids import RoomId
from livehouse.media.webrtc.links import IceServer, WebRtcLinks
from livehouse.web.context import limited
from livehouse.web.guards import require_store
from livehouse.web.identity import Viewer
from livehouse.web.limits import TICKETS
from livehouse.web.signing import Signer

PURPOSE = "camera"
# Stream keys never look like this, and a pass never is in their table.
PREFIX = "pass-"
LASTS = timedelta(minutes=1)
FIRST, AGAIN = b"f", b"a"


class Pass(Struct, frozen=True):
    """The room that a pass leads to; `is_again` for who had been connected and was cut off."""

    room_id: RoomId
    is_again: bool


class CameraPasses:
    """Short-lived rights to publish in a room, which only we can have written."""

    def __init__(self, signer: Signer, clock: Clock) -> None:
        self._signer = signer
        self._clock = clock

    def give(self, room_id: RoomId, *, is_again: bool) -> str:
        until = to_ms(self._clock.now() + LASTS)
        payload = (AGAIN if is_again else FIRST) + room_id.bytes + until.to_bytes(8, "big")
        return PREFIX + self._signer.sign(PURPOSE, payload)

    def open(self, key: str) -> Pass | None:
        """What a pass says, while it lasts; None for stream keys and whatever else."""
        if not key.startswith(PREFIX):
            return None
        payload = self._signer.open(PURPOSE, key.removeprefix(PREFIX))
        if payload is None or int.from_bytes(payload[17:], "big") < to_ms(self._clock.now()):
            return None
        return Pass(RoomId(UUID(bytes=payload[1:17])), payload[:1] == AGAIN)


class AskForCamera(Struct, frozen=True, forbid_unknown_fields=True):
    """`again`: the camera was connected and was cut off, so it pushes nobody out."""

    again: bool = False


class CameraPass(Struct, frozen=True):
    """Where to publish, and the bearer token for it, good for a minute."""

    whip: str
    token: str
    ice_servers: list[IceServer]


class CameraDesk(Struct, frozen=True):
    """What giving out passes needs."""

    shows: Shows
    passes: CameraPasses
    links: WebRtcLinks
    clock: Clock


@post(
    "/api/shows/{slug:str}/camera",
    status_code=200,
    guards=[limited(TICKETS)],
    opt={"scope": "shows:write"},
)
async def ask_for_camera(
    slug: FromPath[str],
    data: JSONBody[AskForCamera],
    viewer: NamedDependency[Viewer],
    cameras: NamedDependency[CameraDesk],
) -> Response[CameraPass]:
    """Publish in the show's room from this browser. A show that plays nothing of its own shows
    the camera from then on; one that plays a file goes on with it."""
    show = await cameras.shows.by_slug(slug)
    require_store(viewer, show.room.store_id, *RUNNING_ROLES)
    if show.source == TEST_STAGE:
        await cameras.shows.choose_source(slug, CAMERA)
    given = CameraPass(
        whip=f"/whip/{show.room.slug}",
        token=cameras.passes.give(show.room.id, is_again=data.again),
        ice_servers=cameras.links.for_browsers(cameras.clock.now()),
    )
    return Response(given, headers={"Cache-Control": "no-store"})


routes = (ask_for_camera,)
