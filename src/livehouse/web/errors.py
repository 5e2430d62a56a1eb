"""How a refusal looks over HTTP: problem+json for scripts, a page for people."""

from typing import Any, ClassVar
from urllib.parse import quote

import msgspec
import structlog
from litestar import Request
from litestar.enums import MediaType
from litestar.exceptions import HTTPException
from litestar.response import Response
from litestar.types import ExceptionHandlersMap, Receive, Scope, Send
from msgspec import Struct

from livehouse.foundation.errors import Busy, DomainError, Refusal
from livehouse.foundation.text import N_
from livehouse.storage.database import is_away
from livehouse.web.connections import AnyRequest, Html, is_fragment_request, wants_html
from livehouse.web.context import web_of
from livehouse.web.i18n import Translator
from livehouse.web.identity import viewer_of
from livehouse.web.rendering import Page, Render

log = structlog.get_logger()

STATUS: dict[Refusal, int] = {
    Refusal.NOT_FOUND: 404,
    Refusal.GONE: 410,
    Refusal.CONFLICT: 409,
    Refusal.FORBIDDEN: 403,
    Refusal.UNAUTHENTICATED: 401,
    Refusal.INVALID: 422,
    Refusal.EXHAUSTED: 429,
    Refusal.TOO_LARGE: 413,
    Refusal.UNAVAILABLE: 503,
}

TITLES: dict[int, str] = {
    400: N_("We did not understand that"),
    401: N_("Please sign in"),
    403: N_("This is not yours to do"),
    404: N_("There is nothing here"),
    405: N_("That does not work here"),
    409: N_("Something has changed meanwhile"),
    410: N_("This is gone"),
    413: N_("That is too large"),
    415: N_("We do not read this kind of file"),
    422: N_("Something needs a correction"),
    429: N_("That was a lot at once"),
    500: N_("Something broke on our side"),
    503: N_("We are at our limit right now"),
}

# What the framework refuses before any domain is asked.
FRAMEWORK: dict[int, tuple[str, str]] = {
    400: ("bad_request", N_("The request could not be read.")),
    401: ("sign_in_required", N_("Please sign in first.")),
    403: ("not_allowed", N_("Your role does not include this.")),
    404: ("not_found", N_("The address is mistyped or old, or it is not yours to see.")),
    405: ("method_not_allowed", N_("This address does not take that kind of request.")),
    413: ("too_large", N_("What was sent is larger than we accept.")),
    415: ("media_type_refused", N_("We do not read this kind of content here.")),
    429: ("too_many_requests", N_("That was a lot at once. Please try again in a moment.")),
}
# What may be over when the same page is asked for again.
PASSING = frozenset({409, 429, 500, 503})
BROKEN = (
    "internal_error",
    N_("The error was recorded. Please try again; nothing half-done stays."),
)


class Problem(Struct, frozen=True, omit_defaults=True):
    """RFC 9457, with the stable code and what it is about."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    params: dict[str, Any] = {}
    problems: list[dict[str, str]] = []
    request_id: str = ""


class ErrorPage(Page, frozen=True):
    template: ClassVar[str] = "error.html"

    status: int
    title: str
    message: str
    code: str
    may_retry: bool = False


class RefusalFragment(Page, frozen=True):
    """The same within a page, where htmx put a part in place."""

    template: ClassVar[str] = "refusal.html"

    message: str


def exception_handlers() -> ExceptionHandlersMap:
    return {DomainError: answer, HTTPException: answer, Exception: answer}


def answer(request: AnyRequest, error: Exception) -> Response[Any]:
    """The response for whatever was raised. A bug is logged and told without details."""
    problem = _problem(request, error)
    headers = _headers(error)
    if not wants_html(request):
        return Response(
            _plain(problem),
            status_code=problem.status,
            media_type="application/problem+json",
            headers={"Cache-Control": "no-store"} | headers,
        )
    render = Render(web_of(request).renderer, request)
    if problem.status == STATUS[Refusal.UNAUTHENTICATED] and request.method == "GET":
        return _to_sign_in(request)
    page: Page = RefusalFragment(problem.detail)
    if not is_fragment_request(request):
        page = ErrorPage(
            problem.status,
            problem.title,
            problem.detail,
            problem.code,
            may_retry=request.method == "GET" and problem.status in PASSING,
        )
    return render(page, status_code=problem.status, headers=headers)


def _problem(request: AnyRequest, error: Exception) -> Problem:
    translator = web_of(request).languages.translator(viewer_of(request).language)
    if isinstance(error, DomainError):
        return _refusal(error, translator)
    if isinstance(error, HTTPException) and error.status_code < 500:  # noqa: PLR2004 - ours to mend
        return _of_framework(error, translator)
    if is_away(error):
        log.warning("database_away", path=request.scope["path"][:200])
        return _refusal(Busy(), translator)
    request_id = str(request.scope["state"].get("request_id", ""))
    log.error("request_failed", exc_info=error, path=request.scope["path"][:200])
    code, message = BROKEN
    return Problem(
        type=f"/problems/{code}",
        title=translator.text(TITLES[500]),
        status=500,
        detail=translator.text(message),
        code=code,
        request_id=request_id,
    )


def _refusal(error: DomainError, translator: Translator) -> Problem:
    status = STATUS[error.kind]
    return Problem(
        type=f"/problems/{error.code}",
        title=translator.text(TITLES[status]),
        status=status,
        detail=translator.refusal(error),
        code=error.code,
        params=dict(error.params),
    )


def _of_framework(error: HTTPException, translator: Translator) -> Problem:
    code, message = FRAMEWORK.get(error.status_code, FRAMEWORK[400])
    found = error.extra if isinstance(error.extra, list) else []
    return Problem(
        type=f"/problems/{code}",
        title=translator.text(TITLES.get(error.status_code, TITLES[400])),
        status=error.status_code,
        detail=translator.text(message),
        code=code,
        problems=[
            {"field": str(one.get("key", "")), "problem": str(one.get("message", ""))}
            for one in found
            if isinstance(one, dict)
        ],
    )


def _headers(error: Exception) -> dict[str, str]:
    headers: dict[str, str] = {}
    if isinstance(error, HTTPException):
        headers |= error.headers or {}
    if isinstance(error, DomainError) and "retry_seconds" in error.params:
        headers["Retry-After"] = str(error.params["retry_seconds"])
    return headers


def _to_sign_in(request: AnyRequest) -> Html:
    """A person who follows a link to a page of theirs signs in and comes back to it."""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    target = f"/sign-in?next={quote(path, safe='/')}"
    if is_fragment_request(request):
        return Response(
            "", status_code=200, media_type=MediaType.HTML, headers={"HX-Redirect": target}
        )
    return Response("", status_code=303, media_type=MediaType.HTML, headers={"Location": target})


def _plain(problem: Problem) -> bytes:
    return msgspec.json.encode(problem, enc_hook=str)


def request_of(scope: Scope, receive: Receive, send: Send) -> AnyRequest:
    """A request for an answer given before any route was found."""
    return Request(scope, receive, send)
