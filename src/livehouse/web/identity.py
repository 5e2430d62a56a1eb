"""Who is asking: from a cookie or a bearer token to the viewer that pages and guards read."""

import re
import secrets
from typing import Protocol

from litestar.datastructures import Cookie
from msgspec import Struct

from livehouse.foundation.ids import AddressId, PersonId, StoreId
from livehouse.foundation.roles import Role
from livehouse.web import limits
from livehouse.web.connections import AnyConnection
from livehouse.web.i18n import is_zone, negotiate
from livehouse.web.signing import Signer

SESSION_COOKIE = "session"
GUEST_COOKIE = "guest"
LANGUAGE_COOKIE = "language"
TIME_ZONE_COOKIE = "time_zone"
NOTICE_COOKIE = "notice"
NEAR_COOKIE = "near"
SCREEN_COOKIE = "screen"
THEME_COOKIE = "theme"  # set by the page's own script
CSRF_PURPOSE = "csrf"

_GUEST_ID = re.compile(r"[0-9a-f]{32}")


class Membership(Struct, frozen=True):
    store_id: StoreId
    slug: str
    name: str
    role: Role


class Identity(Struct, frozen=True, kw_only=True):
    """An account as `Identities` know it."""

    person_id: PersonId
    name: str
    language: str
    time_zone: str
    is_operator: bool = False
    memberships: tuple[Membership, ...] = ()
    default_address_id: AddressId | None = None
    default_country: str = ""  # of that address
    shown_as: str = ""  # masked, of who agreed to be seen buying
    scopes: frozenset[str] | None = None


class Viewer(Struct, frozen=True, kw_only=True):
    """Who is asking. A guest has no person; `scopes` is None except for a bearer token."""

    person_id: PersonId | None = None
    guest_id: str = ""
    name: str = ""
    language: str = "en"
    time_zone: str = "UTC"
    is_operator: bool = False
    memberships: tuple[Membership, ...] = ()
    default_address_id: AddressId | None = None
    default_country: str = ""  # of that address
    shown_as: str = ""  # masked, of who agreed to be seen buying
    scopes: frozenset[str] | None = None
    csrf_token: str = ""
    theme: str = ""

    @property
    def signed_in(self) -> bool:
        return self.person_id is not None

    @property
    def stores(self) -> tuple[tuple[str, str], ...]:
        """Slug and name of each store that has this person as a member."""
        return tuple(dict.fromkeys((one.slug, one.name) for one in self.memberships if one.slug))

    def roles_in(self, store_id: StoreId) -> frozenset[Role]:
        return frozenset(one.role for one in self.memberships if one.store_id == store_id)


class Identities(Protocol):
    """What the web needs to know of accounts; the people domain has it, the app supplies it."""

    async def by_session(self, token: str) -> Identity | None: ...
    async def by_api_token(self, token: str) -> Identity | None: ...
    async def set_language(self, person_id: PersonId, language: str) -> None: ...


class Cookies(Struct, frozen=True):
    """The cookies that we set: none of them is for scripts or for other sites."""

    https: bool

    def session(self, token: str, *, seconds: int) -> Cookie:
        return self._cookie(SESSION_COOKIE, token, seconds)

    def guest(self, guest_id: str) -> Cookie:
        return self._cookie(GUEST_COOKIE, guest_id, limits.GUEST_SECONDS_MAX)

    def language(self, language: str) -> Cookie:
        return self._cookie(LANGUAGE_COOKIE, language, limits.LANGUAGE_SECONDS_MAX)

    def near(self, spot: str) -> Cookie:
        """Gone with the browser's session: where somebody is, nobody else has to remember."""
        return self._cookie(NEAR_COOKIE, spot, None)

    def notice(self, signed: str) -> Cookie:
        return self._cookie(NOTICE_COOKIE, signed, limits.NOTICE_SECONDS_MAX)

    def screen(self, token: str, *, seconds: int) -> Cookie:
        return self._cookie(SCREEN_COOKIE, token, seconds)

    def gone(self, key: str) -> Cookie:
        return self._cookie(key, "", 0)

    def _cookie(self, key: str, value: str, seconds: int | None) -> Cookie:
        return Cookie(
            key=key,
            value=value,
            path="/",
            max_age=seconds,
            httponly=True,
            samesite="lax",
            secure=self.https,
        )


class Identifier:
    """Makes a Viewer of a request."""

    def __init__(self, identities: Identities, signer: Signer, *, language: str, zone: str) -> None:
        self._identities = identities
        self._signer = signer
        self._language = language
        self._zone = zone

    async def viewer(self, connection: AnyConnection) -> Viewer:
        """Ask the accounts who holds the cookie or the token; nobody means a guest."""
        if (token := bearer_token(connection)) is not None:
            identity = await self._identities.by_api_token(token)
            if identity is not None:
                return self._signed_in(connection, identity, bound_to="")
            return self.guest(connection)
        session = cookie(connection, SESSION_COOKIE)
        if session and (identity := await self._identities.by_session(session)) is not None:
            return self._signed_in(connection, identity, bound_to=session)
        return self.guest(connection)

    def guest(self, connection: AnyConnection) -> Viewer:
        """Someone whom no account stands behind; asks nobody."""
        known = cookie(connection, GUEST_COOKIE)
        guest_id = known if _GUEST_ID.fullmatch(known) else secrets.token_hex(16)
        zone = cookie(connection, TIME_ZONE_COOKIE)
        return Viewer(
            guest_id=guest_id,
            language=self._negotiate(connection),
            time_zone=zone if zone and is_zone(zone) else self._zone,
            csrf_token=self._signer.token(CSRF_PURPOSE, guest_id),
            theme=_theme(connection),
        )

    def _signed_in(self, connection: AnyConnection, found: Identity, *, bound_to: str) -> Viewer:
        known = cookie(connection, GUEST_COOKIE)
        return Viewer(
            person_id=found.person_id,
            guest_id=known if _GUEST_ID.fullmatch(known) else "",
            name=found.name,
            language=self._negotiate(connection, found.language),
            time_zone=found.time_zone or self._zone,
            is_operator=found.is_operator,
            memberships=found.memberships,
            default_address_id=found.default_address_id,
            default_country=found.default_country,
            shown_as=found.shown_as,
            scopes=found.scopes,
            csrf_token=self._signer.token(CSRF_PURPOSE, bound_to) if bound_to else "",
            theme=_theme(connection),
        )

    def _negotiate(self, connection: AnyConnection, account: str | None = None) -> str:
        chosen = cookie(connection, LANGUAGE_COOKIE)
        accepted = connection.headers.get("accept-language", "")
        if not accepted:
            return negotiate(account, chosen, self._language)
        return negotiate(account, chosen, accept_language=accepted)


def bearer_token(connection: AnyConnection) -> str | None:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip()[: limits.COOKIE_CHARS_MAX] if scheme.lower() == "bearer" else None


def cookie(
    connection: AnyConnection, name: str, *, chars_max: int = limits.COOKIE_CHARS_MAX
) -> str:
    """The cookie's value, or nothing for one longer than any of ours."""
    value = connection.cookies.get(name, "")
    return value if len(value) <= chars_max else ""


def _theme(connection: AnyConnection) -> str:
    theme = cookie(connection, THEME_COOKIE)
    return theme if theme in {"light", "dark"} else ""


def viewer_of(connection: AnyConnection) -> Viewer:
    """The viewer that the application found before any route was asked."""
    viewer = connection.scope["state"]["viewer"]
    assert isinstance(viewer, Viewer)
    return viewer
