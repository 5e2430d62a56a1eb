"""Who may enter: the one place where roles and scopes are checked."""

from typing import Protocol, TypeVar

from litestar.handlers import BaseRouteHandler
from msgspec.structs import replace

from livehouse.foundation.errors import DomainError, NotAllowed, NotFound, Refusal, SignInRequired
from livehouse.foundation.ids import PersonId, StoreId
from livehouse.foundation.roles import Role
from livehouse.foundation.text import N_
from livehouse.web.connections import AnyConnection, is_public
from livehouse.web.identity import Viewer, bearer_token, viewer_of

SCOPE_OPTION = "scope"
PUBLIC_OPTION = "public"


class TokenRefused(DomainError):
    kind = Refusal.UNAUTHENTICATED
    code = "token_refused"
    message = N_("This API token is unknown, expired or revoked.")


class ScopeMissing(DomainError):
    kind = Refusal.FORBIDDEN
    code = "scope_missing"
    message = N_("This API token does not include what you ask for: {scope}.")


def require_signed_in(viewer: Viewer) -> PersonId:
    """The person who asks, or a request to sign in."""
    if viewer.person_id is None:
        raise SignInRequired
    return viewer.person_id


def require_operator(viewer: Viewer) -> PersonId:
    """The operator who asks; for everybody else the page does not exist."""
    person_id = require_signed_in(viewer)
    if not viewer.is_operator:
        raise NotFound
    return person_id


def require_store(viewer: Viewer, store_id: StoreId, *roles: Role) -> PersonId:
    """The member who asks; no roles named means any member.

    A stranger hears that there is nothing here, a member without the role that it is not theirs.
    Owners may do all in their store, operators all in every store.
    """
    person_id = require_signed_in(viewer)
    if viewer.is_operator:
        return person_id
    held = viewer.roles_in(store_id)
    if not held:
        raise NotFound
    if roles and Role.OWNER not in held and held.isdisjoint(roles):
        raise NotAllowed
    return person_id


class _OfStore(Protocol):
    @property
    def id(self) -> StoreId: ...


class _InRoom(Protocol):
    @property
    def store_id(self) -> StoreId: ...


class _Show(Protocol):
    @property
    def room(self) -> _InRoom: ...


Store_co = TypeVar("Store_co", bound=_OfStore, covariant=True)
Show_co = TypeVar("Show_co", bound=_Show, covariant=True)


class StoresBySlug(Protocol[Store_co]):
    async def by_slug(self, slug: str, /) -> Store_co: ...


class ShowsBySlug(Protocol[Show_co]):
    async def by_slug(self, slug: str, /) -> Show_co: ...


async def own_store(
    viewer: Viewer, stores: StoresBySlug[Store_co], slug: str, *roles: Role
) -> Store_co:
    """The store at `slug`, for its members, or those of them with one of these roles."""
    require_signed_in(viewer)
    store = await stores.by_slug(slug)
    require_store(viewer, store.id, *roles)
    return store


async def own_show(viewer: Viewer, shows: ShowsBySlug[Show_co], slug: str, *roles: Role) -> Show_co:
    """The show at `slug`, for the members of its store, or those with one of these roles."""
    require_signed_in(viewer)
    show = await shows.by_slug(slug)
    require_store(viewer, show.room.store_id, *roles)
    return show


def has_role(viewer: Viewer, store_id: StoreId, *roles: Role) -> bool:
    """Whether `require_store` would let the viewer in: for what a page shows, not for safety."""
    try:
        require_store(viewer, store_id, *roles)
    except DomainError:
        return False
    return True


def refuse_unscoped_tokens(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """Let a bearer token only where the route names a scope that it holds, or is public.

    Who reads what is public without the scope is told no more than everybody.
    """
    viewer = viewer_of(connection)
    if viewer.scopes is None:
        if bearer_token(connection) is not None and not is_public(connection):
            raise TokenRefused
        return
    scope = handler.opt.get(SCOPE_OPTION)
    if scope in viewer.scopes:
        return
    if handler.opt.get(PUBLIC_OPTION):
        stranger = replace(viewer, is_operator=False, memberships=())
        connection.scope["state"]["viewer"] = stranger
    elif scope is None:
        raise NotAllowed
    else:
        raise ScopeMissing(scope=scope)
