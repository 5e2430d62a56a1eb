"""A browser for tests: the toolkit around given routes, in the test's own event loop."""

from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import httpx
from litestar.types import ControllerRouterHandler

from livehouse.foundation.clock import Clock
from livehouse.foundation.ids import AddressId, PersonId, StoreId
from livehouse.foundation.roles import Role
from livehouse.web.application import WebApplication, make_web, web_application
from livehouse.web.context import Web, WebSettings
from livehouse.web.identity import SESSION_COOKIE, Identities, Identity, Membership
from livehouse.web.signing import Signer
from tests.support.clock import ManualClock

HTML = {"Accept": "text/html"}
JSON = {"Accept": "application/json"}
APPLICATIONS_AT_REST_MAX = 16


class KnownIdentities:
    """Accounts that a test puts there."""

    def __init__(self) -> None:
        self.sessions: dict[str, Identity] = {}
        self.tokens: dict[str, Identity] = {}
        self.languages: dict[PersonId, str] = {}

    async def by_session(self, token: str) -> Identity | None:
        return self.sessions.get(token)

    async def by_api_token(self, token: str) -> Identity | None:
        return self.tokens.get(token)

    async def set_language(self, person_id: PersonId, language: str) -> None:
        self.languages[person_id] = language


class WebClient:
    """Keeps cookies like a browser; redirects are not followed unless asked."""

    def __init__(self, http: httpx.AsyncClient, web: Web, known: KnownIdentities) -> None:
        self.http = http
        self.web = web
        self.known = known

    def sign_in_as(self, identity: Identity) -> None:
        """Only for apps built without accounts of their own."""
        token = f"session-of-{identity.person_id}"
        self.known.sessions[token] = identity
        self.http.cookies.set(SESSION_COOKIE, token)

    def sign_out(self) -> None:
        self.http.cookies.clear()

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.http.get(path, headers=HTML | headers)

    async def get_json(self, path: str, *, token: str = "") -> httpx.Response:
        return await self.http.get(path, headers=JSON | _bearer(token))

    async def post_form(self, path: str, **fields: object) -> httpx.Response:
        """Send a form as our pages do, with a CSRF token that fits the cookies."""
        fields = {"csrf_token": await self.csrf_token()} | fields
        return await self.http.post(path, data=fields, headers=HTML)

    async def post_json(self, path: str, body: object, *, token: str = "") -> httpx.Response:
        headers = JSON | _bearer(token)
        if not token:
            headers["X-CSRF-Token"] = await self.csrf_token()
        return await self.http.post(path, json=body, headers=headers)

    async def csrf_token(self) -> str:
        bound_to = self.http.cookies.get(SESSION_COOKIE) or self.http.cookies.get("guest")
        if bound_to is None:
            await self.get("/no-such-page")  # gives a guest their cookie
            bound_to = self.http.cookies["guest"]
        return self.web.signer.token("csrf", bound_to)


@dataclass
class Applications:
    """Applications that no test uses just now: to register routes takes longer than most tests.

    They hold nothing but routes; the toolkit and the services are each test's own.
    """

    at_rest: OrderedDict[object, tuple[WebApplication, dict[str, object]]] = field(
        default_factory=OrderedDict
    )

    @contextmanager
    def serving(
        self, web: Web, routes: Sequence[ControllerRouterHandler], services: Mapping[str, object]
    ) -> Iterator[WebApplication]:
        kind = (tuple(routes), tuple(services))
        if kind not in self.at_rest:
            given = dict(services)
            self.at_rest[kind] = web_application(web, routes, given), given
        app, given = self.at_rest.pop(kind)
        given.update(services)
        app.litestar.state["web"] = web
        yield WebApplication(app.litestar, web)
        given.clear()
        self.at_rest[kind] = app, given
        if len(self.at_rest) > APPLICATIONS_AT_REST_MAX:
            self.at_rest.popitem(last=False)


_applications = Applications()


@asynccontextmanager
async def web_client(
    routes: Sequence[ControllerRouterHandler] = (),
    *,
    clock: Clock | None = None,
    identities: Identities | None = None,
    settings: WebSettings | None = None,
    **services: object,
) -> AsyncIterator[WebClient]:
    """A client of `routes`, which may ask for `services` by name (a bug is logged, and a 500)."""
    known = KnownIdentities()
    web = make_web(
        settings or WebSettings(),
        identities=identities or known,
        signer=Signer([b"k" * 32]),
        clock=clock or ManualClock(),
        static_folder=Path("/nowhere"),
    )
    with _applications.serving(web, routes, services) as app:
        transport = httpx.ASGITransport(cast(Any, app))
        async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as http:
            yield WebClient(http, web, known)


def an_identity(
    number: int = 1,
    *,
    name: str = "Ann",
    stores: dict[StoreId, Role] | None = None,
    **fields: Any,  # noqa: ANN401 - those of Identity
) -> Identity:
    """A signed-in person; `stores` are memberships."""
    memberships = tuple(
        Membership(store_id, f"store-{n}", f"Store {n}", role)
        for n, (store_id, role) in enumerate((stores or {}).items())
    )
    values: dict[str, Any] = {"language": "en", "time_zone": "UTC"} | fields
    return Identity(
        person_id=PersonId(UUID(int=number)), name=name, memberships=memberships, **values
    )


def an_address_id(number: int = 1) -> AddressId:
    return AddressId(UUID(int=number))


def a_store_id(number: int = 1) -> StoreId:
    return StoreId(UUID(int=number))


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}
