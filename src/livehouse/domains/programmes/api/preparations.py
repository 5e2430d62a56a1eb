"""What cues can name, and what is kept ready for them, over HTTP."""

from uuid import UUID

from livehouse.domains.programmes.service import Preparations, Programmes
from livehouse.domains.programmes.wire import (
    CueRooms,
    PreparedList,
    cue_room,
    prepared_info,
)
from livehouse.domains.shows import RUNNING_ROLES, Shows
from livehouse.foundation.ids import PreparedId
from livehouse.web.guards import own_show
from livehouse.web.handlers import CurrentViewer, FromPath, Service, delete, get

SCOPE = {"scope": "shows:write"}


@get("/api/shows/{slug:str}/cue-things", opt=SCOPE)
async def read_cue_things(
    slug: FromPath[str],
    viewer: CurrentViewer,
    shows: Service[Shows],
    programmes: Service[Programmes],
) -> CueRooms:
    """What the cues of a run-sheet can name, by the rooms within its reach; for its staff."""
    await own_show(viewer, shows, slug)
    return CueRooms([cue_room(one) for one in await programmes.within_reach(slug)])


@get("/api/shows/{slug:str}/prepared", opt=SCOPE)
async def read_prepared(
    slug: FromPath[str],
    viewer: CurrentViewer,
    shows: Service[Shows],
    preparations: Service[Preparations],
) -> PreparedList:
    """What is kept ready for cues of a show, and what of it was held, for its staff."""
    show = await own_show(viewer, shows, slug)
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
    show = await own_show(viewer, shows, slug, *RUNNING_ROLES)
    await preparations.throw_away(show, PreparedId(prepared_id))


routes = [read_cue_things, read_prepared, forget_prepared]
