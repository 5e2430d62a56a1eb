"""The room over plain HTTP: segments that any cache may carry, and a keyframe for whoever joins."""

from uuid import UUID

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from livehouse.engine.gateway import Gateway
from livehouse.engine.segments import Packed
from livehouse.engine.shelves import Shelves
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.ids import RunId
from livehouse.web.connections import AnyRequest
from livehouse.web.errors import answer

JSON = "application/json"
ANY_SITE = {"Access-Control-Allow-Origin": "*"}
FOR_GOOD = {"Cache-Control": "public, max-age=3600, immutable"}
FOR_A_MOMENT = {"Cache-Control": "public, max-age=1, stale-if-error=60"}
# What caches may remember of a refusal. Too early or too late is true for this moment only.
REMEMBERED = {"not_found": "public, max-age=5"}
DIGITS_MAX = 12


@get("/latest.json")
async def latest_frame(run: FromPath[UUID], gateway: NamedDependency[Gateway]) -> Response[bytes]:
    """The newest keyframe: where to join, and by its `at` which segment to go on with."""
    frame = await gateway.latest(RunId(run))
    if frame is None:
        raise NotFound
    return Response(frame, headers=ANY_SITE | FOR_A_MOMENT, media_type=JSON)


@get("/index.json")
async def segment_index(run: FromPath[UUID], shelves: NamedDependency[Shelves]) -> Response[bytes]:
    """Which segments there are, and which of them have been written anew."""
    index = await shelves.index(RunId(run))
    body = msgspec.json.encode(index)
    return Response(body, headers=ANY_SITE | FOR_A_MOMENT, media_type=JSON)


@get("/{name:str}")
async def segment(
    run: FromPath[UUID], name: FromPath[str], shelves: NamedDependency[Shelves]
) -> Response[bytes]:
    """Two seconds of the room. A segment that is being made is answered when it is whole."""
    return _sent(await shelves.segment(RunId(run), _number(name)))


def _sent(packed: Packed) -> Response[bytes]:
    headers = {"Content-Encoding": "gzip", "ETag": packed.etag}
    return Response(packed.body, headers=headers | ANY_SITE | FOR_GOOD, media_type=JSON)


def _number(name: str) -> int:
    """The segment that `{number}.json` names."""
    digits, dot, ending = name.partition(".")
    is_number = digits.isdecimal() and digits.isascii() and len(digits) <= DIGITS_MAX
    # One address for one thing: caches would keep both.
    if not is_number or (dot, ending) != (".", "json") or digits != str(int(digits)):
        raise NotFound
    return int(digits)


def _refused(request: AnyRequest, error: DomainError) -> Response[object]:
    """A refusal that pages of other sites may read too, and that no cache keeps for long."""
    response = answer(request, error)
    response.headers.update(ANY_SITE)
    response.headers["Cache-Control"] = REMEMBERED.get(error.code, "no-store")
    return response


frames = Router(
    path="/live/{run:uuid}/frames",
    route_handlers=[latest_frame, segment_index, segment],
    exception_handlers={DomainError: _refused},
    include_in_schema=False,
)
