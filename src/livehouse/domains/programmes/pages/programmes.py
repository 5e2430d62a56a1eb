"""Pages of programmes: what comes next, the calendar, reminders, and writing the run-sheet."""

from datetime import datetime, timedelta
from typing import Annotated, ClassVar

from litestar.response import Response
from msgspec import Meta, Struct
from msgspec.json import Encoder

from livehouse.domains.programmes.model import Board, Sheet, SlotState
from livehouse.domains.programmes.model.calendars import Entry, calendar
from livehouse.domains.programmes.model.companions import Asked
from livehouse.domains.programmes.model.reminding import Tally
from livehouse.domains.programmes.service import Companions, Preparations, Programmes, Reminders
from livehouse.domains.programmes.wire import RunSheet, run_sheet
from livehouse.domains.shows import (
    RUNNING_ROLES,
    Cancelled,
    Ended,
    Show,
    ShowOver,
    state_name,
)
from livehouse.domains.stores import Store, Stores
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import PreparedId
from livehouse.foundation.text import N_
from livehouse.web.connections import local_path
from livehouse.web.context import origin_of
from livehouse.web.forms import read_form
from livehouse.web.guards import has_role, own_store, require_signed_in
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
from livehouse.web.intents import sign_in_first, was_pressed

REMINDED = N_("We write to you ten minutes before it begins.")

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
    """What comes in a show, under its title."""

    template: ClassVar[str] = "programmes/programme.html"

    slug: str
    state: str
    acts: list[ProgrammeRow]
    wants_reminder: bool


class BackForm(Struct):
    next: Annotated[str, Meta(max_length=200)] = ""


class CompanionRow(Struct, frozen=True):
    slug: str
    title: str
    kind: str


class AskedRow(Struct, frozen=True):
    """A room of another store: it asks us, or we ask it, and nobody has answered yet."""

    slug: str
    title: str
    kind: str
    asks_us: bool


class PreparedRow(Struct, frozen=True):
    """What a cue can begin, and whether it was held: then it stays as it is."""

    id: PreparedId
    kind: str
    title: str
    is_held: bool


class Source(Struct, frozen=True):
    """Another show of the store: its acts can be taken over, its room can stand beside."""

    slug: str
    title: str


class RunSheetPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "programmes/run_sheet.html"

    store: Store
    section: str = "shows"
    slug: str
    title: str
    starts_at: datetime
    may_plan: bool
    given: str
    reminders: Tally
    rows: list[ProgrammeRow]
    rooms: list[CompanionRow]
    asked: list[AskedRow]
    prepared: list[PreparedRow]
    shows: list[Source]


class Given(Struct, frozen=True):
    """What `<lh-run-sheet>` is given, as JSON for an attribute."""

    sheet: RunSheet
    sources: list[Source]
    store: str


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
    wants = False
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
    request: AnyRequest,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    reminders: Service[Reminders],
) -> Html:
    """Who has not signed in does that first, and is then reminded without another press."""
    back = await _back(request, slug)
    if viewer.person_id is None:
        door = sign_in_first(request, f"/shows/{slug}/reminder/asked", next=back)
        return render.see_other(door, N_("Sign in, and we remind you by letter."), kind="info")
    await reminders.wish(slug, viewer.person_id)
    return render.see_other(back, REMINDED)


@get("/shows/{slug:str}/reminder/asked")
async def asked_to_be_reminded(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    word: FromQuery[str] = "",
    next: FromQuery[str] = "/",  # noqa: A002 - its name in the address
    viewer: CurrentViewer,
    render: CurrentRender,
    reminders: Service[Reminders],
) -> Html:
    """Where signing in leads on to, for who had pressed before."""
    person_id = require_signed_in(viewer)
    back = local_path(next)
    if not was_pressed(request, f"/shows/{slug}/reminder/asked", word):
        return render.see_other(back)
    try:
        await reminders.wish(slug, person_id)
    except ShowOver as refusal:
        return render.refused(back, refusal)
    return render.see_other(back, REMINDED)


@post("/shows/{slug:str}/reminder/drop")
async def drop_reminder(
    request: AnyRequest,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    reminders: Service[Reminders],
) -> Html:
    await reminders.drop(slug, require_signed_in(viewer))
    back = await _back(request, slug)
    return render.see_other(back, N_("We will not write to you about this show."))


@get("/shows/{slug:str}/reminder/stop")
async def stop_reminder(
    slug: FromPath[str],
    word: FromQuery[str],
    render: CurrentRender,
    reminders: Service[Reminders],
) -> Html:
    """The link in the letter: whoever holds it can stop the reminder, without signing in."""
    await reminders.stop(slug, word)
    return render.see_other(f"/shows/{slug}", N_("We will not write to you about it."))


@get("/shows/{slug:str}/calendar.ics")
async def show_calendar(
    slug: FromPath[str], request: AnyRequest, programmes: Service[Programmes]
) -> Response[str]:
    """One show for a calendar, as long as its run-sheet."""
    board = await programmes.board(slug)
    ends_at = board.slots[-1].ends_at if board.slots else None
    entry = _Diary(request, programmes.clock.now()).entry(board.show, board.sheet, ends_at)
    return _calendar(board.show.title, [entry])


@get("/rooms/{slug:str}/calendar.ics")
async def room_calendar(
    slug: FromPath[str], request: AnyRequest, programmes: Service[Programmes]
) -> Response[str]:
    """The shows of a room, for a calendar that asks again and again."""
    room, found = await programmes.shows.room(slug)
    written = await programmes.sheets_of(found)
    diary = _Diary(request, programmes.clock.now())
    return _calendar(
        room.title, [diary.entry(show, written.get(show.id, Sheet())) for show in found]
    )


@get("/console/{store_slug:str}/shows/{slug:str}/run-sheet")
async def run_sheet_page(  # noqa: PLR0913 - each is found by its name
    *,
    store_slug: FromPath[str],
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    programmes: Service[Programmes],
    companions: Service[Companions],
    reminders: Service[Reminders],
    preparations: Service[Preparations],
) -> Html:
    shows = programmes.shows
    store = await own_store(viewer, stores, store_slug)
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
                    store.slug,
                )
            ),
            reminders=await reminders.tally(show),
            rows=_rows(board),
            rooms=[CompanionRow(one.show.slug, one.show.title, one.kind.value) for one in rooms],
            asked=[_asked(one, show) for one in await companions.asked(slug)],
            prepared=[
                PreparedRow(one.id, one.kind.value, one.title, one.held_at is not None)
                for one in await preparations.of_show(show)
            ],
            shows=others,
        )
    )


async def _back(request: AnyRequest, slug: str) -> str:
    """Where the button was pressed."""
    form = await read_form(request, BackForm)
    typed = form.value.next if form.value else ""
    return local_path(typed, f"/shows/{slug}")


def _asked(one: Asked, ours: Show) -> AskedRow:
    asks_us = one.show.id == ours.id
    other = one.stage if asks_us else one.show
    return AskedRow(other.slug, other.title, one.kind.value, asks_us)


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


class _Diary(Struct, frozen=True):
    """Shows on their way into a calendar."""

    request: AnyRequest
    now: datetime

    def entry(self, show: Show, sheet: Sheet, ends_at: datetime | None = None) -> Entry:
        """As long as its sheet, unless it is known to end at another time."""
        planned = timedelta(seconds=sheet.seconds) if sheet.acts else USUAL_LENGTH
        return Entry(
            uid=f"{show.id}@livehouse",
            title=show.title,
            description=show.description,
            url=f"{origin_of(self.request)}/shows/{show.slug}",
            starts_at=show.starts_at,
            ends_at=max(ends_at or show.starts_at + planned, show.starts_at),
            changed_at=self.now,
            # Both only grow, and a calendar is told of either.
            sequence=show.version + sheet.version,
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
    asked_to_be_reminded,
    drop_reminder,
    stop_reminder,
    show_calendar,
    room_calendar,
    run_sheet_page,
]
