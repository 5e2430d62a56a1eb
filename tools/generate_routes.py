"""Writes the list of addresses with who may enter, and the API's OpenAPI description."""

import ast
import inspect
import json
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import ModuleType, SimpleNamespace
from typing import Any, cast

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from livehouse.app.routes import application
from livehouse.app.settings import Settings
from livehouse.foundation.clock import SystemClock
from livehouse.foundation.ids import PersonId
from livehouse.web import guards
from livehouse.web.application import make_web
from livehouse.web.context import WebSettings
from livehouse.web.description import described as with_refusals
from livehouse.web.identity import Identity
from livehouse.web.signing import Signer
from tools.generate_inventory import first_sentences, table
from tools.generate_wire import commands

NOTICE = "<!-- Made by `make generate`; edit the code instead. -->\n"
_OWN_METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
# The checks of web/guards.py, and how they read in a table.
_CHECKS = {
    "require_operator": "operators",
    "require_store": "members of the store",
    "own_store": "members of the store",
    "own_show": "members of the store",
    "require_signed_in": "who is signed in",
}
_CALLS_DEEP_MAX = 4
_LEFT_OUT = {"/{rest}", "/schema", "/schema/{path}"}

_LIVE = {
    "join": "whoever holds a ticket for the run",
    "ping": "everybody in the room",
    "room.like": "everybody in the room",
    "chat.say": "who is signed in and not banned",
    "orders.buy": "who is signed in",
}


class Nobody:
    """No account: the application is only looked at."""

    async def by_session(self, token: str) -> Identity | None: ...
    async def by_api_token(self, token: str) -> Identity | None: ...
    async def set_language(self, person_id: PersonId, language: str) -> None: ...


class Nothing(SimpleNamespace):
    """Stands for every service: the application is described, never asked."""

    def __getattr__(self, _: str) -> "Nothing":
        return Nothing()


@cache
def described() -> Litestar:
    """The application with all its routes and nothing behind them."""
    web = make_web(
        WebSettings(), identities=Nobody(), signer=Signer([bytes(32)]), clock=SystemClock()
    )
    return application(cast(Any, Nothing(web=web, settings=Settings()))).litestar


def openapi() -> str:
    schema = with_refusals(described().openapi_schema.to_schema())
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def routes() -> str:
    rows = sorted(
        (path, method, who_may_enter(handler), first_sentences(handler.fn.__doc__))
        for path, method, handler in endpoints()
    )
    live = [
        (f"`{one.__struct_config__.tag}`", _LIVE.get(str(one.__struct_config__.tag), "signed in"))
        for one in commands()
    ]
    return (
        f"# Addresses\n\n{NOTICE}\n"
        "Who may enter is read from the checks that a handler calls (`web/guards.py`). A store's\n"
        "page does not exist for members of other stores: they hear 404. A bearer token enters\n"
        "only where a scope is named, and then with its owner's rights, or where any token does,\n"
        "and then with those of everybody.\n\n"
        + table(
            ("Address", "Method", "Who may enter", "What it does"),
            *((f"`{path}`", method, who, what) for path, method, who, what in rows),
        )
        + "\n## Messages of `/live/{run}`\n\nSee [wire.md](wire.md) for their fields.\n\n"
        + table(("Message", "Who may send it"), *live)
    )


def endpoints() -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """Every address, method and handler, static files and the catch-all left out."""
    for route in described().routes:
        if not isinstance(route, HTTPRoute) or route.path_format.startswith("/static"):
            continue
        for handler in route.route_handlers:
            if route.path_format in _LEFT_OUT:
                continue
            for method in sorted(handler.http_methods & _OWN_METHODS):
                yield route.path_format, str(method), handler


def who_may_enter(handler: HTTPRouteHandler) -> str:
    found = set(_checks(handler.fn, 0))
    words = [text for check, text in _CHECKS.items() if check in found][:1] or ["everybody"]
    scope = handler.opt.get(guards.SCOPE_OPTION)
    if handler.opt.get(guards.PUBLIC_OPTION):
        words.append(f"any token (`{scope}` for its owner's rights)" if scope else "any token")
    elif scope:
        words.append(f"tokens with `{scope}`")
    return ", ".join(words)


def _checks(function: Callable[..., object], depth: int) -> Iterator[str]:
    """The names of the checks that a function calls, itself or by others of our own."""
    function = inspect.unwrap(function)
    name = function.__module__
    module = sys.modules.get(name)
    # `has_role` only decides what a page shows, and lives among the checks.
    if module is None or name == guards.__name__ or depth > _CALLS_DEEP_MAX:
        return
    if not name.startswith("livehouse."):
        return
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        if isinstance(node, ast.Name) and node.id in _CHECKS:
            yield node.id
        elif isinstance(node, ast.Call) and (called := _called(node.func, module)) is not None:
            yield from _checks(called, depth + 1)


def _called(name: ast.expr, module: ModuleType) -> Callable[..., object] | None:
    """The function that `check(…)`, `module.check(…)` or `Class(…).check(…)` means."""
    found: object = None
    if isinstance(name, ast.Name):
        found = getattr(module, name.id, None)
    elif isinstance(name, ast.Attribute):
        base = name.value.func if isinstance(name.value, ast.Call) else name.value
        owner = getattr(module, base.id, None) if isinstance(base, ast.Name) else None
        found = getattr(owner, name.attr, None) if isinstance(owner, ModuleType | type) else None
        found = getattr(found, "__func__", found)
    return found if inspect.isfunction(found) else None


ROUTES: Mapping[str, Callable[[], str]] = {
    "docs/reference/openapi.json": openapi,
    "docs/reference/routes.md": routes,
}
