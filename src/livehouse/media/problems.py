"""Refusals over HTTP: problem+json (RFC 9457), as the rest of the platform gives them."""

from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web

from livehouse.foundation.errors import DomainError, Refusal

STATUS = {
    Refusal.NOT_FOUND: 404,
    Refusal.CONFLICT: 409,
    Refusal.FORBIDDEN: 403,
    Refusal.UNAUTHENTICATED: 401,
    Refusal.INVALID: 422,
    Refusal.EXHAUSTED: 429,
    Refusal.TOO_LARGE: 413,
    Refusal.UNAVAILABLE: 503,
}
PROBLEM_TYPE = "application/problem+json"
CROSS_ORIGIN = {"Access-Control-Allow-Origin": "*"}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def refusals_as_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except DomainError as refusal:
        return problem(STATUS[refusal.kind], refusal.code, str(refusal))
    except web.HTTPException as refusal:
        code = refusal.reason.lower().replace(" ", "_")
        answer = problem(refusal.status, code, refusal.reason)
        answer.headers.update({k: v for k, v in refusal.headers.items() if k == "Allow"})
        return answer


def problem(status: int, code: str, detail: str) -> web.Response:
    body = {"type": "about:blank", "status": status, "code": code, "detail": detail}
    return web.Response(
        status=status,
        body=msgspec.json.encode(body),
        content_type=PROBLEM_TYPE,
        headers={**CROSS_ORIGIN, "Cache-Control": "no-store"},
    )
