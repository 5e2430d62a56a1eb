"""The room over plain HTTP: a keyframe of this moment, for whoever joins."""

from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from livehouse.engine.gateway import Gateway
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import RunId

JSON = "application/json"


@get("/live/{run:uuid}/frames/latest.json", include_in_schema=False)
async def latest_frame(run: FromPath[UUID], gateway: NamedDependency[Gateway]) -> Response[bytes]:
    """The newest keyframe; a cache may keep it for a second."""
    frame = await gateway.latest(RunId(run))
    if frame is None:
        raise NotFound
    headers = {"Cache-Control": "public, max-age=1", "Access-Control-Allow-Origin": "*"}
    return Response(frame, headers=headers, media_type=JSON)
