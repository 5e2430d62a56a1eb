"""Shows in a store's console: the list, planning a new one, cancelling one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from livehouse.domains.shows.errors import SlugTaken
from livehouse.domains.shows.model import (
    CAMERA,
    DESCRIPTION_CHARACTERS_MAX,
    RUNNING_ROLES,
    SLUG_CHARACTERS_MAX,
    TITLE_CHARACTERS_MAX,
    HouseForms,
    PictureForm,
    Room,
    Show,
    Video,
    checked_slug,
    checked_start,
    checked_title,
    films_text,
    suggested_slug,
)
from livehouse.domains.shows.pages.cards import ShowCard, card
from livehouse.domains.shows.ports import Videos
from livehouse.domains.shows.service import Shows
from livehouse.domains.stores import Store, Stores
from livehouse.foundation.errors import DomainError, InvalidInput, NotFound
from livehouse.foundation.roles import Role
from livehouse.foundation.text import N_
from livehouse.web.context import web_of
from livehouse.web.forms import Form, read_form
from livehouse.web.guards import has_role, own_store
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
from livehouse.web.identity import Viewer

# A taken address that nobody typed is tried again with a number behind it.
SLUG_ATTEMPTS_MAX = 20
NEXT_SHOW = timedelta(days=1)
# Empty places at the end of the list of films, for who has no scripts.
BLANK_ROWS = 3
# What the lists say for "none of these"; neither is an address or the name of a file.
NEW_ROOM = "+"
TEST_STAGE = "/"
FILMS = "+"


class ScheduleForm(Struct):
    """Without a room a new one is made; without a slug it is made of the title."""

    title: Annotated[str, Meta(min_length=1, max_length=TITLE_CHARACTERS_MAX)]
    starts_at: Annotated[str, Meta(min_length=1, max_length=40)]
    room: Annotated[str, Meta(max_length=SLUG_CHARACTERS_MAX)] = NEW_ROOM
    room_title: Annotated[str, Meta(max_length=TITLE_CHARACTERS_MAX)] = ""
    slug: Annotated[str, Meta(max_length=SLUG_CHARACTERS_MAX)] = ""
    description: Annotated[str, Meta(max_length=DESCRIPTION_CHARACTERS_MAX)] = ""
    source: Annotated[str, Meta(max_length=255)] = TEST_STAGE
    playlist: tuple[Annotated[str, Meta(max_length=255)], ...] = ()
    loops: bool = False
    profile: Literal["", "default", "fast"] = ""
    one_size: bool = False


class ConsoleShowsPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "shows/console_shows.html"

    store: Store
    section: str = "shows"
    shows: list[ShowCard]
    may_plan: bool


class SchedulePage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "shows/schedule.html"

    store: Store
    section: str = "shows"
    form: Form[ScheduleForm]
    rooms: list[Room]
    videos: list[Video]
    playlist: list[str]
    house: HouseForms


@get("/console/{store_slug:str}/shows")
async def console_shows(
    store_slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    shows: Service[Shows],
    stores: Service[Stores],
) -> Html:
    store = await own_store(viewer, stores, store_slug)
    found = await shows.of_stores([store.id])
    return render(
        ConsoleShowsPage(
            store=store,
            shows=[card(show, {store.id: store}) for show in found],
            may_plan=has_role(viewer, store.id, *RUNNING_ROLES),
        )
    )


@get("/console/{store_slug:str}/schedule")
async def schedule_page(
    *,
    request: AnyRequest,
    store_slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    shows: Service[Shows],
    stores: Service[Stores],
    videos: Service[Videos],
) -> Html:
    store = await own_store(viewer, stores, store_slug, *RUNNING_ROLES)
    desk = _Desk(store, viewer, shows, videos)
    tomorrow = web_of(request).clock.now().astimezone(ZoneInfo(store.time_zone)) + NEXT_SHOW
    start = tomorrow.replace(hour=20, minute=0)
    rooms = await shows.rooms_of(store.id)
    form: Form[ScheduleForm] = Form.blank(
        starts_at=start, room=rooms[0].slug if rooms else NEW_ROOM, room_title=store.name
    )
    return render(await desk.page(form))


@post("/console/{store_slug:str}/schedule")
async def schedule(
    *,
    request: AnyRequest,
    store_slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    shows: Service[Shows],
    stores: Service[Stores],
    videos: Service[Videos],
) -> Html:
    store = await own_store(viewer, stores, store_slug, *RUNNING_ROLES)
    desk = _Desk(store, viewer, shows, videos)
    form = await read_form(request, ScheduleForm)
    chosen = [str(one)[:255] for one in (await request.form()).getall("playlist", []) if one]
    if form.value is None:
        return render(await desk.page(form, chosen), status_code=422)
    try:
        show = await desk.schedule(form.value, web_of(request).clock.now())
    except SlugTaken as error:
        return render(await desk.page(form.refuse(error, "slug"), chosen), status_code=409)
    except DomainError as error:
        return render(await desk.page(form.refuse(error), chosen), status_code=422)
    return render.see_other(
        f"/console/{store.slug}/shows/{show.slug}",
        N_("“{title}” is planned. Now choose what it offers."),
        title=show.title,
    )


@post("/console/{store_slug:str}/shows/{slug:str}/cancel")
async def cancel(
    *,
    store_slug: FromPath[str],
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    shows: Service[Shows],
    stores: Service[Stores],
) -> Html:
    store = await own_store(viewer, stores, store_slug, *RUNNING_ROLES)
    show = await shows.by_slug(slug)
    if show.room.store_id != store.id:
        raise NotFound
    back = f"/console/{store.slug}/shows/{slug}"
    try:
        await shows.cancel(slug)
    except DomainError as error:
        return render.see_other(back, render.translator.refusal(error), kind="bad")
    return render.see_other(back, N_("The show is cancelled."))


class _Desk(Struct, frozen=True):
    """What planning needs to know of one store and of who plans."""

    store: Store
    viewer: Viewer
    shows: Shows
    videos: Videos

    async def page(self, form: Form[ScheduleForm], chosen: Sequence[str] = ()) -> SchedulePage:
        return SchedulePage(
            store=self.store,
            form=form,
            rooms=await self.shows.rooms_of(self.store.id),
            videos=list(await self.videos.offered(self.store.id, to_owner=self._is_owner)),
            house=self.shows.forms,
            playlist=[*chosen, *[""] * BLANK_ROWS],
        )

    async def schedule(self, typed: ScheduleForm, now: datetime) -> Show:
        """Check everything before a room is made, so that a mistake leaves nothing behind."""
        starts_at = checked_start(
            typed_moment(typed.starts_at, self.store.time_zone, field="starts_at"), now
        )
        title = checked_title(typed.title)
        slug = checked_slug(typed.slug) if typed.slug else ""
        source = await self._source(typed, now)
        suggested = slug or suggested_slug(title, f"show-{starts_at:%Y-%m-%d}")
        room = await self._room(typed, f"{suggested}-room")
        for number in range(1, SLUG_ATTEMPTS_MAX + 1):
            try:
                return await self.shows.schedule(
                    room,
                    _numbered(suggested, number),
                    title,
                    starts_at=starts_at,
                    description=typed.description,
                    source=source,
                    form=PictureForm(typed.profile, sizes=not typed.one_size),
                )
            except SlugTaken:
                if slug or number == SLUG_ATTEMPTS_MAX:
                    raise
        raise AssertionError("the loop returns or raises")

    async def _room(self, typed: ScheduleForm, otherwise: str) -> str:
        """The slug of the chosen room, which must be this store's, or of a new one."""
        rooms = await self.shows.rooms_of(self.store.id)
        if typed.room and typed.room != NEW_ROOM:
            if typed.room not in {room.slug for room in rooms}:
                raise InvalidInput(field="room", problem=N_("choose one of your rooms"))
            return typed.room
        title = checked_title(typed.room_title or self.store.name)
        base = suggested_slug(title, otherwise)
        for number in range(1, SLUG_ATTEMPTS_MAX + 1):
            try:
                made = await self.shows.create_room(self.store.id, _numbered(base, number), title)
            except SlugTaken:
                continue
            return made.slug
        raise InvalidInput(field="room_title", problem=N_("please choose another name"))

    async def _source(self, typed: ScheduleForm, now: datetime) -> str:
        if typed.source in {"", TEST_STAGE}:
            return ""
        if typed.source == CAMERA:
            return CAMERA
        if typed.source != FILMS:
            return await self._path(typed.source)
        paths = [await self._path(name) for name in typed.playlist if name]
        return films_text(paths, loops=typed.loops, since=now)

    async def _path(self, name: str) -> str:
        return await self.videos.path(self.store.id, name, to_owner=self._is_owner)

    @property
    def _is_owner(self) -> bool:
        return has_role(self.viewer, self.store.id, Role.OWNER)


def _numbered(slug: str, number: int) -> str:
    if number == 1:
        return slug
    tail = f"-{number}"
    return f"{slug[: SLUG_CHARACTERS_MAX - len(tail)].rstrip('-')}{tail}"


handlers = (console_shows, schedule_page, schedule, cancel)
