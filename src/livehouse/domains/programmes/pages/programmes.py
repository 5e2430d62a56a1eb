"""Pages of programmes: what comes next, the calendar, reminders, and writing the run-sheet."""

from datetime import datetime, timedelta
from typing import Annotated, ClassVar

from litestar.response import Response
from msgspec import Meta, Struct
from msgspec.json import Encoder

from livehouse.domains.programmes.model import Board, CompanionKind, SlotState
from livehouse.domains.programmes.model.calendars import Entry, calendar
from livehouse.domains.programmes.service import Companions, Programmes, Reminders
from livehouse.domains.programmes.wire import RunSheet, run_sheet
from livehouse.domains.shows import RUNNING_ROLES, Cancelled, Ended, Show, state_name
from livehouse.domains.stores import Store, Stores
from livehouse.foundation.errors import DomainError, InvalidInput, NotFound
from livehouse.foundation.text import N_
from livehouse.web.context import web_of
from livehouse.web.forms import read_form
from livehouse.web.guards import has_role, require_signed_in, require_store
from livehouse.web.handlers import (
    AnyRequest,
    CurrentRender,
    CurrentViewer,
    FromPath,
    FromQuery,
    Html,
    Page,
    Service,
    get,
    post,
)
from livehouse.web.identity import Viewer

# How long a show is in a calendar of which nobody has written the run-sheet.
USUAL_LENGTH = timedelta(hours=1)
CALENDAR_SECONDS_MAX = 300
SOURCES_MAX = 30
_encode = Encoder().encode


class ProgrammeRow(Struct, frozen=True, kw_only=True):
    title: str
    people: str
    state: str
    at: datetime


class ProgrammeFragment(Page, frozen=True, kw_only=True):
    """What comes in a show, under its title; `wants_reminder` is None for who is not signed in."""

    template: ClassVar[str] = "programmes/programme.html"

    slug: str
    state: str
    acts: list[ProgrammeRow]
    wants_reminder: bool | None


class CompanionRow(Struct, frozen=True):
    slug: str
    title: str
    kind: str


class Source(Struct, frozen=True):
    """Another show of the store: its acts can be taken over, its room can stand beside."""

    slug: str
    title: str


class CompanionForm(Struct):
    slug: Annotated[str, Meta(min_length=1, max_length=64)]
    kind: Annotated[str, Meta(max_length=20)] = ""


class RunSheetPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "programmes/run_sheet.html"

    store: Store
    section: str = "shows"
    slug: str
    title: str
    starts_at: datetime
    may_plan: bool
    given: str
    rows: list[ProgrammeRow]
    rooms: list[CompanionRow]
    shows: list[Source]


class Given(Struct, frozen=True):
    """What `<lh-run-sheet>` is given, as JSON for an attribute."""

    sheet: RunSheet
    sources: list[Source]


@get("/shows/{slug:str}/programme")
async def programme(
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    programmes: Service[Programmes],
    reminders: Service[Reminders],
) -> Html:
    """A piece of the page in front of a show: what comes, and who wants to be reminded."""
    board = await programmes.board(slug)
    wants = None
    if viewer.person_id is not None:
        wants = await reminders.wants(slug, viewer.person_id)
    return render(
        ProgrammeFragment(
            slug=slug,
            state=state_name(board.show.state),
            acts=_rows(board),
            wants_reminder=wants,
        )
    )


@post("/shows/{slug:str}/reminder")
async def remind(
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    reminders: Service[Reminders],
) -> Html:
    await reminders.wish(slug, require_signed_in(viewer))
    return render.see_other(f"/shows/{slug}", N_("We will write to you ten minutes before."))


@post("/shows/{slug:str}/reminder/drop")
async def drop_reminder(
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    reminders: Service[Reminders],
) -> Html:
    await reminders.drop(slug, require_signed_in(viewer))
    return render.see_other(f"/shows/{slug}", N_("We will not write to you about this show."))


@get("/shows/{slug:str}/reminder/stop")
async def stop_reminder(
    slug: FromPath[str],
    word: FromQuery[str],
    render: CurrentRender,
    reminders: Service[Reminders],
) -> Html:
    """The link in the letter: whoever holds it can stop the reminder, without signing in."""
    await reminders.stop(slug, word)
    return render.see_other(f"/shows/{slug}", N_("We will not write to you about this show."))


@get("/shows/{slug:str}/calendar.ics")
async def show_calendar(
    slug: FromPath[str], request: AnyRequest, programmes: Service[Programmes]
) -> Response[str]:
    """One show for a calendar, as long as its run-sheet."""
    board = await programmes.board(slug)
    entry = _entry(
        board.show,
        board.slots[-1].ends_at if board.slots else None,
        request,
        programmes.clock.now(),
    )
    return _calendar(board.show.title, [entry])


@get("/rooms/{slug:str}/calendar.ics")
async def room_calendar(
    slug: FromPath[str], request: AnyRequest, programmes: Service[Programmes]
) -> Response[str]:
    """The shows of a room, for a calendar that asks again and again."""
    room, found = await programmes.shows.room(slug)
    return _calendar(
        room.title, [_entry(show, None, request, programmes.clock.now()) for show in found]
    )


@get("/console/{store_slug:str}/shows/{slug:str}/run-sheet")
async def run_sheet_page(
    *,
    store_slug: FromPath[str],
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    programmes: Service[Programmes],
    companions: Service[Companions],
) -> Html:
    shows = programmes.shows
    store = await stores.by_slug(store_slug)
    require_store(viewer, store.id)
    show = await shows.by_slug(slug)
    if show.room.store_id != store.id:
        raise NotFound
    board = await programmes.board(slug)
    others = [
        Source(one.slug, one.title)
        for one in await shows.of_stores([store.id])
        if one.id != show.id
    ][:SOURCES_MAX]
    rooms, _ = await companions.of_show(slug)
    may_plan = has_role(viewer, store.id, *RUNNING_ROLES)
    return render(
        RunSheetPage(
            store=store,
            slug=slug,
            title=show.title,
            starts_at=show.starts_at,
            may_plan=may_plan and not isinstance(show.state, Ended | Cancelled),
            given=_written(
                Given(
                    run_sheet(board, programmes.clock.now()),
                    others,
                )
            ),
            rows=_rows(board),
            rooms=[CompanionRow(one.show.slug, one.show.title, one.kind.value) for one in rooms],
            shows=others,
        )
    )


@post("/console/{store_slug:str}/shows/{slug:str}/companions")
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
    """Put another show of the store beside this one."""
    back = f"/console/{store_slug}/shows/{slug}/run-sheet"
    typed = await _Desk(viewer, stores, companions).typed(request, store_slug, slug)
    try:
        await companions.link(slug, typed.slug, _kind(typed.kind))
    except DomainError as error:
        return render.see_other(back, render.translator.refusal(error), kind="bad")
    return render.see_other(back, N_("The rooms are linked."))


@post("/console/{store_slug:str}/shows/{slug:str}/companions/remove")
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
    typed = await _Desk(viewer, stores, companions).typed(request, store_slug, slug)
    await companions.unlink(slug, typed.slug)
    back = f"/console/{store_slug}/shows/{slug}/run-sheet"
    return render.see_other(back, N_("The rooms are no longer linked."))


class _Desk(Struct, frozen=True):
    """Linking shows of a store whose shows the viewer runs."""

    viewer: Viewer
    stores: Stores
    companions: Companions

    async def typed(self, request: AnyRequest, store_slug: str, slug: str) -> CompanionForm:
        store = await self.stores.by_slug(store_slug)
        require_store(self.viewer, store.id, *RUNNING_ROLES)
        form = await read_form(request, CompanionForm)
        if form.value is None:
            raise NotFound
        for one in (slug, form.value.slug):
            if (await self.companions.shows.by_slug(one)).room.store_id != store.id:
                raise NotFound
        return form.value


def _kind(name: str) -> CompanionKind:
    try:
        return CompanionKind(name)
    except ValueError:
        raise InvalidInput(field="kind", problem=N_("choose what the room is")) from None


def _written(given: Given) -> str:
    return _encode(given).decode()


def _rows(board: Board) -> list[ProgrammeRow]:
    return [
        ProgrammeRow(
            title=slot.act.title,
            people=slot.act.people,
            state=slot.state.value,
            at=slot.starts_at,
        )
        for slot in board.slots
        if slot.state is not SlotState.SKIPPED
    ]


def _entry(show: Show, ends_at: datetime | None, request: AnyRequest, now: datetime) -> Entry:
    origin = web_of(request).settings.origin.rstrip("/")
    base = origin or f"{request.base_url.scheme}://{request.base_url.netloc}"
    return Entry(
        uid=f"{show.id}@livehouse",
        title=show.title,
        description=show.description,
        url=f"{base}/shows/{show.slug}",
        starts_at=show.starts_at,
        ends_at=max(ends_at or show.starts_at + USUAL_LENGTH, show.starts_at),
        changed_at=now,
        cancelled=isinstance(show.state, Cancelled),
    )


def _calendar(name: str, entries: list[Entry]) -> Response[str]:
    return Response(
        calendar(name, entries),
        media_type="text/calendar",
        headers={"Cache-Control": f"public, max-age={CALENDAR_SECONDS_MAX}"},
    )


handlers = [
    programme,
    remind,
    drop_reminder,
    stop_reminder,
    show_calendar,
    room_calendar,
    run_sheet_page,
    link_companion,
    unlink_companion,
]
