"""The page where a show says what it is, and reads what its format still asks for."""

from datetime import datetime
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from livehouse.domains.programmes.model.formats import (
    CONFIRMED,
    NAMES,
    WORDS,
    Chosen,
    Requirement,
)
from livehouse.domains.programmes.service import Formats
from livehouse.domains.shows import RUNNING_ROLES, Show, Where, typed_where
from livehouse.domains.stores import Store, Stores
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.text import N_
from livehouse.web.forms import Form, read_form
from livehouse.web.guards import has_role, require_operator, require_store
from livehouse.web.handlers import (
    AnyRequest,
    CurrentRender,
    CurrentViewer,
    FromPath,
    Html,
    Page,
    Service,
    get,
    post,
)
from livehouse.web.identity import Viewer


class FormatForm(Struct):
    format: Annotated[str, Meta(min_length=1, max_length=40)]
    place: Annotated[str, Meta(max_length=200)] = ""
    city: Annotated[str, Meta(max_length=200)] = ""
    origin: Annotated[str, Meta(max_length=200)] = ""
    latitude: float | None = None
    longitude: float | None = None
    rights: bool = False
    disclosures: bool = False
    technical: bool = False


class Choice(Struct, frozen=True):
    name: str
    words: str


class FormatPage(Page, frozen=True, kw_only=True):
    """`missing` are sentences; `signed_at` is when an operator let the show go live as it is."""

    template: ClassVar[str] = "programmes/format.html"

    store: Store
    section: str = "shows"
    slug: str
    title: str
    form: Form[FormatForm]
    formats: list[Choice]
    confirmed: list[Choice]
    missing: list[str]
    is_chosen: bool
    signed_at: datetime | None
    may_plan: bool


@get("/console/{store_slug:str}/shows/{slug:str}/format")
async def format_page(
    *,
    store_slug: FromPath[str],
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    formats: Service[Formats],
) -> Html:
    store = await stores.by_slug(store_slug)
    require_store(viewer, store.id)
    show = await _own(formats, store, slug)
    return render(await _page(formats, store, show, viewer, None))


@post("/console/{store_slug:str}/shows/{slug:str}/format")
async def choose_format(
    *,
    request: AnyRequest,
    store_slug: FromPath[str],
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    formats: Service[Formats],
) -> Html:
    store = await stores.by_slug(store_slug)
    require_store(viewer, store.id, *RUNNING_ROLES)
    show = await _own(formats, store, slug)
    form = await read_form(request, FormatForm)
    if form.value is None:
        return render(await _page(formats, store, show, viewer, form), status_code=422)
    typed = form.value
    confirmed = tuple(one for one in CONFIRMED if getattr(typed, one.value))
    try:
        where = typed_where(typed.place, typed.city, typed.origin, typed.latitude, typed.longitude)
        await formats.choose(slug, Chosen(typed.format, confirmed), where)
    except DomainError as error:
        page = await _page(formats, store, show, viewer, form.refuse(error))
        return render(page, status_code=422)
    return render.see_other(f"/console/{store.slug}/shows/{slug}/format", N_("Saved."))


@post("/console/{store_slug:str}/shows/{slug:str}/format/sign-off")
async def sign_off(
    *,
    store_slug: FromPath[str],
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    formats: Service[Formats],
) -> Html:
    """An operator lets a show go live although something is missing."""
    operator = require_operator(viewer)
    store = await stores.by_slug(store_slug)
    await _own(formats, store, slug)
    await formats.sign_off(slug, by=operator)
    return render.see_other(
        f"/console/{store.slug}/shows/{slug}/format", N_("The show may go live as it is.")
    )


async def _own(formats: Formats, store: Store, slug: str) -> Show:
    show = await formats.shows.by_slug(slug)
    if show.room.store_id != store.id:
        raise NotFound
    return show


async def _page(
    formats: Formats, store: Store, show: Show, viewer: Viewer, form: Form[FormatForm] | None
) -> FormatPage:
    chosen, gaps = await formats.of_show(show.slug)
    return FormatPage(
        store=store,
        slug=show.slug,
        title=show.title,
        form=form or _filled(chosen, show.where),
        formats=[Choice(name, NAMES[name]) for name in formats.known],
        confirmed=[Choice(one.value, WORDS[one]) for one in CONFIRMED],
        missing=[WORDS[one] for one in gaps],
        is_chosen=chosen is not None,
        signed_at=chosen.signed_at if chosen else None,
        may_plan=has_role(viewer, store.id, *RUNNING_ROLES),
    )


def _filled(chosen: Chosen | None, where: Where) -> Form[FormatForm]:
    known = {"place": where.place, "city": where.city, "origin": where.origin}
    if where.spot is not None:
        known |= {"latitude": str(where.spot.latitude), "longitude": str(where.spot.longitude)}
    if chosen is None:
        return Form.blank(**known)
    said = chosen.confirmed
    return Form.blank(
        **known,
        format=chosen.format,
        rights=Requirement.RIGHTS in said,
        disclosures=Requirement.DISCLOSURES in said,
        technical=Requirement.TECHNICAL in said,
    )


handlers = [format_page, choose_format, sign_off]
