"""The page where a show says what it is, and reads what its format still asks for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from livehouse.domains.programmes.model.formats import (
    CONFIRMED,
    WHY_CHARACTERS_MAX,
    WORDS,
    Chosen,
    Gap,
    Requirement,
)
from livehouse.domains.programmes.service import Formats
from livehouse.domains.shows import RUNNING_ROLES, Show, Where, typed_where
from livehouse.domains.stores import Store, Stores
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.text import N_
from livehouse.web.forms import Form, read_form
from livehouse.web.guards import has_role, own_show, own_store, require_operator
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


class WhyForm(Struct):
    why: Annotated[str, Meta(min_length=1, max_length=WHY_CHARACTERS_MAX)]


class Choice(Struct, frozen=True):
    name: str
    words: str


class MissingRow(Struct, frozen=True):
    """What is missing, how much of it is there, and where it is put right."""

    words: str
    found: int
    wanted: int
    path: str


class FormatPage(Page, frozen=True, kw_only=True):
    """`signed_at` is when an operator let the show go live as it is; `was_signed` with another
    run-sheet than it has now."""

    template: ClassVar[str] = "programmes/format.html"

    store: Store
    section: str = "shows"
    slug: str
    title: str
    form: Form[FormatForm]
    formats: list[Choice]
    confirmed: list[Choice]
    missing: list[MissingRow]
    chosen: Chosen | None
    signed_at: datetime | None
    was_signed: bool
    tests_camera: bool
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
    store = await own_store(viewer, stores, store_slug)
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
    store = await own_store(viewer, stores, store_slug, *RUNNING_ROLES)
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


@post("/console/{store_slug:str}/shows/{slug:str}/format/ask")
async def ask(
    *,
    request: AnyRequest,
    store_slug: FromPath[str],
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    formats: Service[Formats],
) -> Html:
    """A host asks for a signature, and says why it should be given."""
    store = await own_store(viewer, stores, store_slug, *RUNNING_ROLES)
    await _own(formats, store, slug)
    back = f"/console/{store.slug}/shows/{slug}/format"
    form = await read_form(request, WhyForm)
    if form.value is None:
        return render.see_other(back, N_("Say in a few words why it may go live."), kind="bad")
    await formats.ask(slug, form.value.why)
    return render.see_other(back, N_("An operator is asked."))


@post("/console/{store_slug:str}/shows/{slug:str}/format/test-camera")
async def test_camera(
    *,
    store_slug: FromPath[str],
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    formats: Service[Formats],
) -> Html:
    """Look at the room's camera, and keep what is seen."""
    store = await own_store(viewer, stores, store_slug, *RUNNING_ROLES)
    await _own(formats, store, slug)
    back = f"/console/{store.slug}/shows/{slug}/format"
    try:
        await formats.test_camera(slug)
    except DomainError as error:
        return render.see_other(back, render.translator.refusal(error), kind="bad")
    return render.see_other(back, N_("The camera was looked at."))


@get("/studio/{slug:str}/format")
async def from_studio(
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    formats: Service[Formats],
) -> Html:
    """Where a refusal to go live leads: the show's format in the console of its store."""
    show = await own_show(viewer, formats.shows, slug)
    store = await stores.store(show.room.store_id)
    return render.see_other(f"/console/{store.slug}/shows/{show.slug}/format")


async def _own(formats: Formats, store: Store, slug: str) -> Show:
    show = await formats.shows.by_slug(slug)
    if show.room.store_id != store.id:
        raise NotFound
    return show


async def _page(
    formats: Formats, store: Store, show: Show, viewer: Viewer, form: Form[FormatForm] | None
) -> FormatPage:
    found = await formats.of_show(show.slug)
    chosen = found.chosen
    wanted = formats.known.get(chosen.format) if chosen else None
    return FormatPage(
        store=store,
        slug=show.slug,
        title=show.title,
        form=form or _filled(chosen, show.where),
        formats=[Choice(name, formats.title(name)) for name in formats.known],
        confirmed=[Choice(one.value, WORDS[one]) for one in CONFIRMED],
        missing=missing_rows(found.gaps, store, show),
        chosen=chosen,
        signed_at=chosen.signed_at if chosen and found.signed else None,
        was_signed=chosen is not None and chosen.signed_at is not None and not found.signed,
        tests_camera=wanted is not None and wanted.key_seconds > 0,
        may_plan=has_role(viewer, store.id, *RUNNING_ROLES),
    )


def missing_rows(gaps: Sequence[Gap], store: Store, show: Show) -> list[MissingRow]:
    console = f"/console/{store.slug}/shows/{show.slug}"
    paths = {"studio": f"/studio/{show.slug}", "run-sheet": f"{console}/run-sheet"}
    return [
        MissingRow(gap.words, gap.found, gap.wanted, paths.get(gap.mended_in, f"{console}/format"))
        for gap in gaps
    ]


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


handlers = [format_page, choose_format, sign_off, ask, test_camera, from_studio]
