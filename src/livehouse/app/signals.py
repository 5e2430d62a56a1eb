"""What viewers without a socket send: posts with a ticket, which stand for no cookie."""

from collections.abc import Collection
from uuid import UUID

import msgspec
from litestar import HttpMethod, Router, post, route
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from livehouse.engine import limits
from livehouse.engine.errors import InvalidMessage, MalformedMessage
from livehouse.engine.posts import Posts, Signals
from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.ids import RunId
from livehouse.foundation.text import N_
from livehouse.web.connections import AnyRequest
from livehouse.web.context import address_of, web_of
from livehouse.web.errors import answer
from livehouse.web.limits import SIGNALS_PER_ADDRESS, address_key
from livehouse.web.origins import is_welcome

NOT_KEPT = {"Cache-Control": "no-store", "Vary": "Origin"}
PREFLIGHT_SECONDS = 7_200

_decode = msgspec.json.Decoder(Signals).decode


class ForeignSite(DomainError):
    kind = Refusal.FORBIDDEN
    code = "foreign_site"
    message = N_("Pages of this site may not take part here. The operator can allow it.")


class EmbeddingSites:
    """The sites whose pages may post; our own always may."""

    def __init__(self, origins: Collection[str]) -> None:
        self._origins = origins

    def allow(self, request: AnyRequest) -> dict[str, str]:
        """The headers that let the asking page read the answer, or a refusal."""
        origin = request.headers.get("origin")
        if origin is None:
            return dict(NOT_KEPT)
        if not is_welcome(origin, host=request.headers.get("host", ""), others=self._origins):
            raise ForeignSite
        return {"Access-Control-Allow-Origin": origin, **NOT_KEPT}


def _refused(request: AnyRequest, error: DomainError) -> Response[object]:
    response = answer(request, error)
    origin = request.headers.get("origin")
    if origin is not None and not isinstance(error, ForeignSite):
        response.headers["Access-Control-Allow-Origin"] = origin
    response.headers.update(NOT_KEPT)
    return response


@post(status_code=200, opt={"csrf": False}, request_max_body_size=limits.POST_BYTES_MAX)
async def send_signals(
    run: FromPath[UUID],
    request: AnyRequest,
    posts: NamedDependency[Posts],
    sites: NamedDependency[EmbeddingSites],
) -> Response[bytes]:
    """What a viewer without a socket does, and that they are there. Any content type is read as
    JSON: a page of another site may say text/plain and save itself a question."""
    headers = sites.allow(request)
    address = address_key(address_of(request))
    web_of(request).rates.spend(SIGNALS_PER_ADDRESS, address)
    try:
        asked = _decode(await request.body())
    except msgspec.ValidationError as error:
        raise InvalidMessage(problem=str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise MalformedMessage from None
    answers = await posts.post(RunId(run), asked, address)
    return Response(msgspec.json.encode(answers), headers=headers, media_type="application/json")


@route(http_method=[HttpMethod.OPTIONS], status_code=204)
async def ask_to_send(
    run: FromPath[UUID],  # noqa: ARG001 - the address has it
    request: AnyRequest,
    sites: NamedDependency[EmbeddingSites],
) -> Response[None]:
    """What a browser asks before a page of another site posts JSON."""
    allowed = {
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": "Content-Type",
        "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
    }
    return Response(None, status_code=204, headers=sites.allow(request) | allowed)


signals = Router(
    path="/live/{run:uuid}/signals",
    route_handlers=[ask_to_send, send_signals],
    exception_handlers={DomainError: _refused},
    include_in_schema=False,
)
