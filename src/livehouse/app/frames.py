"""The room over plain HTTP: segments that any cache may carry, and a keyframe for whoever joins."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable
from uuid import UUID

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from livehouse.engine.gateway import Gateway
from livehouse.engine.ports import Packed
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
REMEMBERED = {"not_found": "public, max-age=5", "segment_revised": "public, max-age=60"}
FOR_A_MINUTE = {"Cache-Control": "public, max-age=60"}
DIGITS_MAX = 12


@runtime_checkable
class SpeakerNames(Protocol):
    """Who spoke in a run; segments that are kept hold ids alone."""

    async def speakers(self, run: RunId) -> Mapping[str, str]:
        """Names by the ids that segments have; an erased person is not among them."""
        ...


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


@get("/names.json")
async def speaker_names(
    run: FromPath[UUID], names: NamedDependency[SpeakerNames]
) -> Response[bytes]:
    """Who is who among those that speak in archived segments."""
    body = msgspec.json.encode(await names.speakers(RunId(run)))
    return Response(body, headers=ANY_SITE | FOR_A_MINUTE, media_type=JSON)


@get("/{name:str}")
async def segment(
    run: FromPath[UUID], name: FromPath[str], shelves: NamedDependency[Shelves]
) -> Response[bytes]:
    """Two seconds of the room. A segment that is being made is answered when it is whole."""
    return _sent(await shelves.segment(RunId(run), *_place(name)))


def _sent(packed: Packed) -> Response[bytes]:
    headers = {"Content-Encoding": "gzip", "ETag": packed.etag}
    return Response(packed.body, headers=headers | ANY_SITE | FOR_GOOD, media_type=JSON)


def _place(name: str) -> tuple[int, int]:
    """The segment that `{number}.json` names, or `{number}.{revision}.json`, and its revision."""
    stem, dot, ending = name.rpartition(".")
    number, point, revision = stem.partition(".")
    # One address for one thing: caches would keep both.
    if not dot or ending != "json" or (point and revision == "0"):
        raise NotFound
    return _digits(number), _digits(revision) if point else 0


def _digits(text: str) -> int:
    is_number = text.isdecimal() and text.isascii() and len(text) <= DIGITS_MAX
    if not is_number or text != str(int(text)):
        raise NotFound
    return int(text)


def _refused(request: AnyRequest, error: DomainError) -> Response[object]:
    """A refusal that pages of other sites may read too, and that no cache keeps for long."""
    response = answer(request, error)
    response.headers.update(ANY_SITE)
    response.headers["Cache-Control"] = REMEMBERED.get(error.code, "no-store")
    return response


frames = Router(
    path="/live/{run:uuid}/frames",
    route_handlers=[latest_frame, segment_index, speaker_names, segment],
    exception_handlers={DomainError: _refused},
    include_in_schema=False,
)
