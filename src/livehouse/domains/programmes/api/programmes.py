"""Programmes over HTTP: what comes next for everybody, the run-sheet for the staff."""

from livehouse.domains.programmes.service import Companions, Programmes
from livehouse.domains.programmes.wire import (
    CompanionRooms,
    CopyRunSheet,
    Delay,
    GiveCue,
    GoOn,
    ProgrammeInfo,
    RunSheet,
    SaveRunSheet,
    SkipAct,
    companion_room,
    programme_info,
    run_sheet,
)
from livehouse.domains.shows import RUNNING_ROLES, Shows
from livehouse.domains.stores import Stores
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import PersonId
from livehouse.web.guards import has_role, own_show, require_signed_in
from livehouse.web.handlers import CurrentViewer, FromPath, JSONBody, Service, get, post
from livehouse.web.identity import Viewer

SCOPE = {"scope": "shows:write"}


@get("/api/shows/{slug:str}/programme", opt=SCOPE)
async def read_programme(slug: FromPath[str], programmes: Service[Programmes]) -> ProgrammeInfo:
    """What comes in a show, with the times that are expected by now."""
    return programme_info(await programmes.board(slug))


@get("/api/shows/{slug:str}/companions", opt=SCOPE)
async def read_companions(
    slug: FromPath[str],
    viewer: CurrentViewer,
    companions: Service[Companions],
    stores: Service[Stores],
) -> CompanionRooms:
    """The other rooms of the show's night, each as one can enter it, and who is there in all."""
    found, together = await companions.of_show(slug)
    known = {store.id: store for store in await stores.stores(
        {one.show.room.store_id for one in found})}  # fmt: skip
    rooms = [
        companion_room(
            one,
            known[one.show.room.store_id],
            companions.shows.hosts,
            staff=has_role(viewer, one.show.room.store_id),
        )
        for one in found
    ]
    return CompanionRooms(rooms, together)


@get("/api/shows/{slug:str}/run-sheet", opt=SCOPE)
async def read_run_sheet(
    slug: FromPath[str],
    viewer: CurrentViewer,
    shows: Service[Shows],
    programmes: Service[Programmes],
) -> RunSheet:
    """The whole sheet and how far the run is in it, for members of the store."""
    await own_show(viewer, shows, slug)
    return run_sheet(await programmes.board(slug), programmes.clock.now())


@post("/api/shows/{slug:str}/run-sheet", status_code=200, opt=SCOPE)
async def save_run_sheet(
    *,
    slug: FromPath[str],
    data: JSONBody[SaveRunSheet],
    viewer: CurrentViewer,
    shows: Service[Shows],
    programmes: Service[Programmes],
) -> RunSheet:
    """Put these acts in the place of the sheet; while the show is on only behind what is played."""
    await _let_in(viewer, shows, slug)
    await programmes.save(slug, data.acts, version=data.version)
    return run_sheet(await programmes.board(slug), programmes.clock.now())


@post("/api/shows/{slug:str}/run-sheet/copy", status_code=200, opt=SCOPE)
async def copy_run_sheet(
    *,
    slug: FromPath[str],
    data: JSONBody[CopyRunSheet],
    viewer: CurrentViewer,
    shows: Service[Shows],
    programmes: Service[Programmes],
) -> RunSheet:
    """Add the acts of another show of the same store; what they offer is chosen anew."""
    await _let_in(viewer, shows, slug)
    show, source = await shows.by_slug(slug), await shows.by_slug(data.source)
    if source.room.store_id != show.room.store_id:
        raise NotFound
    await programmes.copy(slug, source=source, version=data.version)
    return run_sheet(await programmes.board(slug), programmes.clock.now())


@post("/api/shows/{slug:str}/run-sheet/next", status_code=200, opt=SCOPE)
async def go_on(
    *,
    slug: FromPath[str],
    data: JSONBody[GoOn],
    viewer: CurrentViewer,
    shows: Service[Shows],
    programmes: Service[Programmes],
) -> RunSheet:
    """Begin the next act; after the last one, end it."""
    by = await _let_in(viewer, shows, slug)
    return run_sheet(await programmes.go_on(slug, after=data.after, by=by), programmes.clock.now())


@post("/api/shows/{slug:str}/run-sheet/delay", status_code=200, opt=SCOPE)
async def delay(
    *,
    slug: FromPath[str],
    data: JSONBody[Delay],
    viewer: CurrentViewer,
    shows: Service[Shows],
    programmes: Service[Programmes],
) -> RunSheet:
    """Let the act on stage take longer, or with seconds below zero shorter."""
    by = await _let_in(viewer, shows, slug)
    board = await programmes.delay(slug, data.seconds, after=data.after, by=by)
    return run_sheet(board, programmes.clock.now())


@post("/api/shows/{slug:str}/run-sheet/skip", status_code=200, opt=SCOPE)
async def skip(
    *,
    slug: FromPath[str],
    data: JSONBody[SkipAct],
    viewer: CurrentViewer,
    shows: Service[Shows],
    programmes: Service[Programmes],
) -> RunSheet:
    """Leave out an act that has not begun."""
    by = await _let_in(viewer, shows, slug)
    board = await programmes.skip(slug, data.act_id, after=data.after, by=by)
    return run_sheet(board, programmes.clock.now())


@post("/api/shows/{slug:str}/run-sheet/cue", status_code=200, opt=SCOPE)
async def give_cue(
    *,
    slug: FromPath[str],
    data: JSONBody[GiveCue],
    viewer: CurrentViewer,
    shows: Service[Shows],
    programmes: Service[Programmes],
) -> RunSheet:
    """Give a cue now; each is given once in a run."""
    by = await _let_in(viewer, shows, slug)
    await programmes.give(slug, data.cue_id, by=by)
    return run_sheet(await programmes.board(slug), programmes.clock.now())


async def _let_in(viewer: Viewer, shows: Shows, slug: str) -> PersonId:
    await own_show(viewer, shows, slug, *RUNNING_ROLES)
    return require_signed_in(viewer)


routes = [
    read_programme,
    read_companions,
    read_run_sheet,
    save_run_sheet,
    copy_run_sheet,
    go_on,
    delay,
    skip,
    give_cue,
]
