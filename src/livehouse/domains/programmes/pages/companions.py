"""Rooms beside a stage, in the console: linking them, asking other stores, answering them."""

from typing import Annotated

from msgspec import Meta, Struct

from livehouse.domains.programmes.model import CompanionKind
from livehouse.domains.programmes.service import Companions
from livehouse.domains.shows import RUNNING_ROLES
from livehouse.domains.stores import Stores
from livehouse.foundation.errors import DomainError, InvalidInput, NotFound
from livehouse.foundation.text import N_
from livehouse.web.forms import read_form
from livehouse.web.guards import require_store
from livehouse.web.handlers import (
    AnyRequest,
    CurrentRender,
    CurrentViewer,
    FromPath,
    Html,
    Service,
    post,
)
from livehouse.web.identity import Viewer

BASE = "/console/{store_slug:str}/shows/{slug:str}/companions"


class CompanionForm(Struct):
    slug: Annotated[str, Meta(min_length=1, max_length=64)]
    kind: Annotated[str, Meta(max_length=20)] = ""


@post(BASE)
async def link_companion(
    *,
    request: AnyRequest,
    store_slug: FromPath[str],
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    companions: Service[Companions],
) -> Html:
    """Put another show beside this one; another store is asked first."""
    back = f"/console/{store_slug}/shows/{slug}/run-sheet"
    typed = await _Desk(viewer, stores, companions).typed(request, store_slug, slug)
    try:
        is_linked = await companions.link(slug, typed.slug, kind_of(typed.kind))
    except DomainError as error:
        return render.see_other(back, render.translator.refusal(error), kind="bad")
    return render.see_other(
        back, N_("The rooms are linked.") if is_linked else N_("The other store is asked.")
    )


@post(BASE + "/remove")
async def unlink_companion(
    *,
    request: AnyRequest,
    store_slug: FromPath[str],
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    companions: Service[Companions],
) -> Html:
    """Take the rooms apart, or a request away: either side may."""
    typed = await _Desk(viewer, stores, companions).typed(request, store_slug, slug)
    await companions.unlink(slug, typed.slug)
    back = f"/console/{store_slug}/shows/{slug}/run-sheet"
    return render.see_other(back, N_("The rooms are no longer linked."))


@post(BASE + "/accept")
async def accept_companion(
    *,
    request: AnyRequest,
    store_slug: FromPath[str],
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    companions: Service[Companions],
) -> Html:
    """Stand beside the stage of another store that has asked."""
    back = f"/console/{store_slug}/shows/{slug}/run-sheet"
    typed = await _Desk(viewer, stores, companions).typed(request, store_slug, slug)
    try:
        await companions.accept(slug, stage_slug=typed.slug)
    except DomainError as error:
        return render.see_other(back, render.translator.refusal(error), kind="bad")
    return render.see_other(back, N_("The rooms are linked."))


class _Desk(Struct, frozen=True):
    """Linking a show of a store whose shows the viewer runs."""

    viewer: Viewer
    stores: Stores
    companions: Companions

    async def typed(self, request: AnyRequest, store_slug: str, slug: str) -> CompanionForm:
        store = await self.stores.by_slug(store_slug)
        require_store(self.viewer, store.id, *RUNNING_ROLES)
        form = await read_form(request, CompanionForm)
        if form.value is None:
            raise NotFound
        if (await self.companions.shows.by_slug(slug)).room.store_id != store.id:
            raise NotFound
        return form.value


def kind_of(name: str) -> CompanionKind:
    try:
        return CompanionKind(name)
    except ValueError:
        raise InvalidInput(field="kind", problem=N_("choose what the room is")) from None


handlers = [link_companion, unlink_companion, accept_companion]
