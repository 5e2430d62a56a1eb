"""The web application: Litestar with the toolkit around it. `app` calls `web_application`."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from time import perf_counter

import structlog
from litestar import Litestar, Router, get
from litestar.datastructures import State
from litestar.di import Provide
from litestar.enums import ScopeType
from litestar.openapi import OpenAPIConfig
from litestar.params import FromPath
from litestar.static_files import create_static_files_router
from litestar.types import ControllerRouterHandler, Message, Receive, Scope, Send

from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import NotFound
from livehouse.web import limits
from livehouse.web.assets import STATIC_FOLDER, Assets
from livehouse.web.connections import AnyRequest, Html, is_public
from livehouse.web.context import Web, WebSettings, address_of, web_of
from livehouse.web.csrf import refuse_forgery
from livehouse.web.description import Description
from livehouse.web.errors import answer, exception_handlers, request_of
from livehouse.web.guards import refuse_unscoped_tokens
from livehouse.web.headers import caching, security_headers, with_missing
from livehouse.web.i18n import Languages
from livehouse.web.identity import (
    GUEST_COOKIE,
    Cookies,
    Identifier,
    Identities,
    Viewer,
    cookie,
    viewer_of,
)
from livehouse.web.preferences import choose_language
from livehouse.web.rendering import Render, Renderer
from livehouse.web.signing import Signer

log = structlog.get_logger()

Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]


def make_web(
    settings: WebSettings,
    *,
    identities: Identities,
    signer: Signer,
    clock: Clock,
    site_name: str = "Livehouse",
    static_folder: Path = STATIC_FOLDER,
) -> Web:
    """The toolkit's parts, built from what the app has."""
    languages, cookies = Languages(), Cookies(https=settings.https)
    return Web(
        settings=settings,
        signer=signer,
        languages=languages,
        renderer=Renderer(
            languages, Assets.read(static_folder), cookies, signer, site_name=site_name
        ),
        identities=identities,
        identifier=Identifier(
            identities, signer, language=settings.language, zone=settings.time_zone
        ),
        cookies=cookies,
        rates=limits.RateLimits(clock, times=settings.rates_times),
        clock=clock,
    )


def pages(*handlers: ControllerRouterHandler) -> Router:
    """A domain's pages: addresses for people, which the API's description leaves out."""
    return Router(path="/", route_handlers=handlers, include_in_schema=False)


def web_application(
    web: Web,
    routes: Sequence[ControllerRouterHandler],
    services: Mapping[str, object],
    *,
    lifespan: Sequence[Lifespan] = (),
) -> "WebApplication":
    """All routes, each of which may ask for `viewer`, `render`, and the services by their names."""
    litestar = Litestar(
        route_handlers=[*routes, choose_language, _nothing_here, _static()],
        dependencies={
            "viewer": Provide(_viewer, sync_to_thread=False),
            "render": Provide(_render, sync_to_thread=False),
            **{name: _service(services, name) for name in services},
        },
        guards=[refuse_unscoped_tokens, refuse_forgery],
        exception_handlers=exception_handlers(),
        lifespan=list(lifespan),
        state=State({"web": web}),
        request_max_body_size=limits.BODY_BYTES_MAX,
        multipart_form_part_limit=limits.FORM_PARTS_MAX,
        openapi_config=OpenAPIConfig(
            title=web.renderer.site_name,
            version="1",
            path="/schema",
            render_plugins=[Description(path="/openapi.json")],
        ),
        logging_config=None,
    )
    return WebApplication(litestar, web)


class WebApplication:
    """ASGI: finds the viewer, then asks Litestar; every answer gets our headers and a log line."""

    def __init__(self, litestar: Litestar, web: Web) -> None:
        self.litestar = litestar
        self._web = web
        self._headers = security_headers(
            https=web.settings.https,
            media_origins=web.settings.media_origins,
            pay_origins=web.settings.pay_origins,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.litestar(scope, receive, send)
            return
        started, status = perf_counter(), 0
        request_id = secrets.token_hex(8)
        scope["app"] = scope["litestar_app"] = self.litestar
        scope["state"] = {**scope.get("state", {}), "request_id": request_id}
        request = request_of(scope, receive, send)

        async def answering(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = self._complete(request, status, list(message["headers"]))
            await send(message)

        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            await self._serve(request, scope, receive, answering)
        finally:
            milliseconds = round((perf_counter() - started) * 1000, 1)
            self._note(request, status, milliseconds)

    async def _serve(self, request: AnyRequest, scope: Scope, receive: Receive, send: Send) -> None:
        state = scope["state"]
        state["viewer"] = self._web.identifier.guest(request)
        try:
            if not is_public(request):
                state["viewer"] = await self._web.identifier.viewer(request)
        except Exception as error:  # noqa: BLE001 - answered and logged like any other
            failed = answer(request, error).to_asgi_response(app=None, request=request)
            await failed(scope, receive, send)
            return
        await self.litestar(scope, receive, send)

    def _complete(
        self, request: AnyRequest, status: int, headers: list[tuple[bytes, bytes]]
    ) -> list[tuple[bytes, bytes]]:
        state = request.scope["state"]
        viewer: Viewer = state["viewer"]
        headers = caching(request.scope["path"], status) + headers
        headers.append((b"x-request-id", state["request_id"].encode()))
        # What lies in public is kept by caches, for everybody.
        is_page = not is_public(request) and any(
            name.lower() == b"content-type" and value.startswith(b"text/html")
            for name, value in headers
        )
        if is_page and viewer.guest_id and cookie(request, GUEST_COOKIE) != viewer.guest_id:
            headers.append(self._web.cookies.guest(viewer.guest_id).to_encoded_header())
        return with_missing(headers, self._headers)

    def _note(self, request: AnyRequest, status: int, milliseconds: float) -> None:
        """One line per request. The route's pattern is told, since a path may hold a secret."""
        viewer: Viewer = request.scope["state"]["viewer"]
        log.info(
            "request",
            method=request.scope["method"],
            route=request.scope.get("path_template", ""),
            status=status,
            ms=milliseconds,
            address=address_of(request),
            person=str(viewer.person_id) if viewer.person_id else None,
        )


def _viewer(request: AnyRequest) -> Viewer:
    return viewer_of(request)


def _render(request: AnyRequest) -> Render:
    return Render(web_of(request).renderer, request)


class _Service(Provide):
    """Found by its name alone.

    Litestar compares every service with all others for every handler, to find one that is provided
    under two names. Compared part by part that took half of a house's start.
    """

    __eq__ = object.__eq__
    __hash__ = object.__hash__


def _service(services: Mapping[str, object], name: str) -> Provide:
    return _Service(lambda: services[name], sync_to_thread=False)


def _static() -> Router:
    return create_static_files_router(path="/static", directories=[STATIC_FOLDER])


@get("/{rest:path}", include_in_schema=False)
async def _nothing_here(rest: FromPath[str]) -> Html:  # noqa: ARG001 - the address is not ours
    """So that also a wrong address is answered in the viewer's name and language."""
    raise NotFound
