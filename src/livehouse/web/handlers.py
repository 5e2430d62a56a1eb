"""What the signature of a handler is written with."""

from typing import TypeAlias, TypeVar

from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from livehouse.web.application import pages
from livehouse.web.connections import AnyRequest, Html
from livehouse.web.context import limited
from livehouse.web.identity import Viewer
from livehouse.web.rendering import Page, Render

T = TypeVar("T")

# A service that `app` has given to `web_application` under the parameter's name.
Service: TypeAlias = NamedDependency[T]
CurrentViewer: TypeAlias = NamedDependency[Viewer]
CurrentRender: TypeAlias = NamedDependency[Render]

__all__ = [
    "AnyRequest",
    "CurrentRender",
    "CurrentViewer",
    "FromPath",
    "FromQuery",
    "Html",
    "JSONBody",
    "Page",
    "Service",
    "delete",
    "get",
    "limited",
    "pages",
    "post",
    "put",
]
