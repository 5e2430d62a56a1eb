"""Litestar's connection types with their parameters filled in, so that nobody repeats them."""

from typing import Any, TypeAlias

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.datastructures import State

AnyConnection: TypeAlias = ASGIConnection[Any, Any, Any, State]
AnyRequest: TypeAlias = Request[Any, Any, State]
Html: TypeAlias = Response[str]

# What lies here is the same for everybody: no account is asked, no cookie is set. Publishers show
# their stream key as a bearer token, which is not one of ours.
PUBLIC_PREFIXES = (
    "/static/",
    "/media/",
    "/venues/",
    "/live/",
    "/ingest/",
    "/guest-camera/",
    "/whip/",
    "/whep/",
    "/schema",
    "/healthz",
    "/metrics",
)


def is_public(connection: AnyConnection) -> bool:
    return connection.scope["path"].startswith(PUBLIC_PREFIXES)


def is_fragment_request(request: AnyConnection) -> bool:
    """Whether htmx asks, and so wants a part of the page instead of the whole."""
    return request.headers.get("hx-request") == "true"


def wants_html(connection: AnyConnection) -> bool:
    """Whether a person looks at the answer, and not a script."""
    if connection.scope["path"].startswith(("/api/", "/live/", "/ingest/")):
        return False
    return "text/html" in connection.headers.get("accept", "") or is_fragment_request(connection)


def local_path(path: str, otherwise: str = "/") -> str:
    """Where to go on to: `path` if it is one of our own pages, else another of them."""
    return path if is_local_path(path) else otherwise


def is_local_path(path: str) -> bool:
    """Whether a redirect to `path` stays on this site, as every browser reads it."""
    return (
        path.startswith("/")
        and not path.startswith(("//", "/\\"))
        and "\\" not in path
        and path.isascii()
        and path.isprintable()
    )
