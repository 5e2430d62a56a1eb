"""What cues can name, and what is kept ready for them, over HTTP."""

from uuid import UUID

from livehouse.domains.programmes.service import Preparations, Programmes
from livehouse.domains.programmes.wire import (
    CueRooms,
    PreparedList,
    cue_room,
    prepared_info,
)
from livehouse.domains.shows import RUNNING_ROLES, Show, Shows
from livehouse.foundation.ids import PreparedId
from livehouse.foundation.roles import Role
from livehouse.web.guards import require_signed_in, require_store
from livehouse.web.handlers import CurrentViewer, FromPath, Service, delete, get
from livehouse.web.identity import Viewer

SCOPE = {"scope": "shows:write"}


@get("/api/shows/{slug:str}/cue-things", opt=SCOPE)
async def read_cue_things(
    slug: FromPath[str],
    viewer: CurrentViewer,
    shows: Service[Shows],
    programmes: Service[Programmes],
) -> CueRooms:
    """What the cues of a run-sheet can name, by the rooms within its reach; for its staff."""
    await _let_in(viewer, shows, slug)
    return CueRooms([cue_room(one) for one in await programmes.within_reach(slug)])


@get("/api/shows/{slug:str}/prepared", opt=SCOPE)
async def read_prepared(
    slug: FromPath[str],
    viewer: CurrentViewer,
    shows: Service[Shows],
    preparations: Service[Preparations],
) -> PreparedList:
    """What is kept ready for cues of a show, and what of it was held, for its staff."""
    show = await _let_in(viewer, shows, slug)
    return PreparedList([prepared_info(one) for one in await preparations.of_show(show)])


@delete("/api/shows/{slug:str}/prepared/{prepared_id:uuid}", opt=SCOPE)
async def forget_prepared(
    slug: FromPath[str],
    prepared_id: FromPath[UUID],
    viewer: CurrentViewer,
    shows: Service[Shows],
    preparations: Service[Preparations],
) -> None:
    """Throw away what was not held; what was stays."""
    show = await _let_in(viewer, shows, slug, *RUNNING_ROLES)
    await preparations.throw_away(show, PreparedId(prepared_id))


async def _let_in(viewer: Viewer, shows: Shows, slug: str, *roles: Role) -> Show:
    require_signed_in(viewer)
    show = await shows.by_slug(slug)
    require_store(viewer, show.room.store_id, *roles)
    return show


routes = [read_cue_things, read_prepared, forget_prepared]
