"""Renaming, moving and describing anew a show that is yet to come."""

from typing import Annotated, ClassVar
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from livehouse.domains.shows.errors import ShowChanged
from livehouse.domains.shows.model import (
    DESCRIPTION_CHARACTERS_MAX,
    RUNNING_ROLES,
    TITLE_CHARACTERS_MAX,
    Edit,
    Show,
    typed_where,
)
from livehouse.domains.shows.service import Shows
from livehouse.domains.shows.wire import VERSIONS_MAX
from livehouse.domains.stores import Store, Stores
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.text import N_
from livehouse.web.forms import Form, read_form
from livehouse.web.guards import own_store
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
from livehouse.web.i18n import typed_moment


class EditForm(Struct):
    """`version` is the one that was read; `openings_follow` moves what opens by itself along."""

    version: Annotated[int, Meta(ge=0, le=VERSIONS_MAX)]
    title: Annotated[str, Meta(min_length=1, max_length=TITLE_CHARACTERS_MAX)]
    starts_at: Annotated[str, Meta(min_length=1, max_length=40)]
    description: Annotated[str, Meta(max_length=DESCRIPTION_CHARACTERS_MAX)] = ""
    place: Annotated[str, Meta(max_length=200)] = ""
    city: Annotated[str, Meta(max_length=200)] = ""
    origin: Annotated[str, Meta(max_length=200)] = ""
    latitude: float | None = None
    longitude: float | None = None
    openings_follow: bool = False


class EditPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "shows/edit.html"

    store: Store
    section: str = "shows"
    slug: str
    title: str
    form: Form[EditForm]


@get("/console/{store_slug:str}/shows/{slug:str}/edit")
async def edit_page(
    *,
    store_slug: FromPath[str],
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    shows: Service[Shows],
    stores: Service[Stores],
) -> Html:
    store = await own_store(viewer, stores, store_slug, *RUNNING_ROLES)
    show = await _own(shows, store, slug)
    return render(_page(store, show, _filled(store, show)))


@post("/console/{store_slug:str}/shows/{slug:str}/edit")
async def edit(
    *,
    request: AnyRequest,
    store_slug: FromPath[str],
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    shows: Service[Shows],
    stores: Service[Stores],
) -> Html:
    store = await own_store(viewer, stores, store_slug, *RUNNING_ROLES)
    show = await _own(shows, store, slug)
    form = await read_form(request, EditForm)
    if form.value is None:
        return render(_page(store, show, form), status_code=422)
    typed = form.value
    try:
        await shows.edit(
            slug, _edit(typed, store, show), version=typed.version,
            openings_follow=typed.openings_follow,
        )  # fmt: skip
    except ShowChanged as error:
        return render(_page(store, show, form.refuse(error)), status_code=409)
    except DomainError as error:
        return render(_page(store, show, form.refuse(error)), status_code=422)
    return render.see_other(f"/console/{store.slug}/shows/{slug}", N_("Saved."))


async def _own(shows: Shows, store: Store, slug: str) -> Show:
    show = await shows.by_slug(slug)
    if show.room.store_id != store.id:
        raise NotFound
    return show


def _edit(typed: EditForm, store: Store, show: Show) -> Edit:
    """A start that stands in the field as it stood there keeps its seconds."""
    starts_at = None
    if typed.starts_at != _filled(store, show).text("starts_at"):
        starts_at = typed_moment(typed.starts_at, store.time_zone, field="starts_at")
    return Edit(
        title=typed.title,
        description=typed.description,
        starts_at=starts_at,
        where=typed_where(typed.place, typed.city, typed.origin, typed.latitude, typed.longitude),
    )


def _page(store: Store, show: Show, form: Form[EditForm]) -> EditPage:
    return EditPage(store=store, slug=show.slug, title=show.title, form=form)


def _filled(store: Store, show: Show) -> Form[EditForm]:
    spot = show.where.spot
    return Form.blank(
        version=show.version,
        title=show.title,
        starts_at=show.starts_at.astimezone(ZoneInfo(store.time_zone)),
        description=show.description,
        place=show.where.place,
        city=show.where.city,
        origin=show.where.origin,
        latitude=str(spot.latitude) if spot else "",
        longitude=str(spot.longitude) if spot else "",
        openings_follow=True,
    )


handlers = (edit_page, edit)
