"""Forged requests: whoever holds a cookie of ours must also show that our page sent them."""

from urllib.parse import urlsplit

from litestar import Request
from litestar.handlers import BaseRouteHandler

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.text import N_
from livehouse.web.connections import AnyConnection
from livehouse.web.context import web_of
from livehouse.web.identity import (
    CSRF_PURPOSE,
    GUEST_COOKIE,
    SESSION_COOKIE,
    cookie,
    viewer_of,
)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class ForgedRequest(DomainError):
    kind = Refusal.FORBIDDEN
    code = "forged_request"
    message = N_("This page is out of date. Please reload it and try again.")


async def refuse_forgery(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """Check origin and token on every change that a cookie could stand behind.

    A route may opt out with `csrf=False` in its options (payment webhooks, which sign themselves).
    A JSON request without any cookie of ours stands for nobody, so there is nothing to forge, and
    another site cannot send one without a preflight that we do not answer.
    """
    assert isinstance(connection, Request)
    exempt = handler.opt.get("csrf") is False or viewer_of(connection).scopes is not None
    if connection.method in SAFE_METHODS or exempt:
        return
    _refuse_foreign_origin(connection)
    content_type, _ = connection.content_type
    bound_to = cookie(connection, SESSION_COOKIE) if viewer_of(connection).signed_in else ""
    bound_to = bound_to or cookie(connection, GUEST_COOKIE)
    if not bound_to and content_type == "application/json":
        return
    given = connection.headers.get("x-csrf-token", "")
    if not given and content_type in FORMS:
        given = str((await connection.form()).get("csrf_token", ""))
    if not bound_to or not web_of(connection).signer.is_token(CSRF_PURPOSE, bound_to, given):
        raise ForgedRequest


def _refuse_foreign_origin(connection: AnyConnection) -> None:
    if connection.headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
        raise ForgedRequest
    origin = connection.headers.get("origin")
    if origin is None:
        return
    ours = web_of(connection).settings.origin
    same = (
        origin == ours.rstrip("/")
        if ours
        else urlsplit(origin).netloc == connection.headers.get("host")
    )
    if not same:
        raise ForgedRequest
