"""Shows over HTTP: what is on, and the buttons of whoever runs them."""

from msgspec.structs import asdict

from livehouse.domains.shows.api import sources
from livehouse.domains.shows.model import RUNNING_ROLES, Edit, Show, typed_where
from livehouse.domains.shows.ports import Videos
from livehouse.domains.shows.service import Shows
from livehouse.domains.shows.wire import EditShow, ScheduleShow, ShowInfo, show_info
from livehouse.foundation.roles import Role
from livehouse.web.guards import has_role, own_show, require_store
from livehouse.web.handlers import (
    CurrentViewer,
    FromPath,
    JSONBody,
    Service,
    get,
    post,
)
from livehouse.web.identity import Viewer

SCOPE = {"scope": "shows:write"}


@get("/api/shows/{slug:str}", opt={**SCOPE, "public": True})
async def read_show(slug: FromPath[str], viewer: CurrentViewer, shows: Service[Shows]) -> ShowInfo:
    """A show, the run that is on or recorded, and where to follow it."""
    return _told(shows, await shows.by_slug(slug), viewer)


@post("/api/rooms/{slug:str}/shows", opt=SCOPE)
async def schedule_show(
    slug: FromPath[str],
    data: JSONBody[ScheduleShow],
    viewer: CurrentViewer,
    shows: Service[Shows],
    videos: Service[Videos],
) -> ShowInfo:
    """Plan a show in a room. Only an owner chooses one of the installation's videos."""
    room, _ = await shows.room(slug)
    require_store(viewer, room.store_id, *RUNNING_ROLES)
    to_owner = has_role(viewer, room.store_id, Role.OWNER)
    show = await shows.schedule(
        room.slug,
        data.slug,
        data.title,
        starts_at=data.starts_at,
        description=data.description,
        source=await videos.path(room.store_id, data.source, to_owner=to_owner)
        if data.source
        else "",
    )
    return _told(shows, show, viewer)


@post("/api/shows/{slug:str}/edit", status_code=200, opt=SCOPE)
async def edit_show(
    slug: FromPath[str],
    data: JSONBody[EditShow],
    viewer: CurrentViewer,
    shows: Service[Shows],
) -> ShowInfo:
    """Rename or move a show to come. Whoever asked to be reminded of it is told of a new time."""
    await _let_in(viewer, shows, slug)
    where = None
    if data.where is not None:
        where = typed_where(**asdict(data.where))
    edit = Edit(
        title=data.title, description=data.description, starts_at=data.starts_at, where=where
    )
    show = await shows.edit(slug, edit, version=data.version, openings_follow=data.openings_follow)
    return _told(shows, show, viewer)


@post("/api/shows/{slug:str}/rehearse", status_code=200, opt=SCOPE)
async def rehearse(slug: FromPath[str], viewer: CurrentViewer, shows: Service[Shows]) -> ShowInfo:
    """Begin a rehearsal, which only the staff can find."""
    await _let_in(viewer, shows, slug)
    return _told(shows, await shows.rehearse(slug), viewer)


@post("/api/shows/{slug:str}/go-live", status_code=200, opt=SCOPE)
async def go_live(slug: FromPath[str], viewer: CurrentViewer, shows: Service[Shows]) -> ShowInfo:
    await _let_in(viewer, shows, slug)
    return _told(shows, await shows.go_live(slug), viewer)


@post("/api/shows/{slug:str}/end", status_code=200, opt=SCOPE)
async def end_show(slug: FromPath[str], viewer: CurrentViewer, shows: Service[Shows]) -> ShowInfo:
    """End what is on: a rehearsal leaves the show scheduled, the live run ends it for good."""
    await _let_in(viewer, shows, slug)
    return _told(shows, await shows.end(slug), viewer)


@post("/api/shows/{slug:str}/cancel", status_code=200, opt=SCOPE)
async def cancel_show(
    slug: FromPath[str], viewer: CurrentViewer, shows: Service[Shows]
) -> ShowInfo:
    await _let_in(viewer, shows, slug)
    return _told(shows, await shows.cancel(slug), viewer)


async def _let_in(viewer: Viewer, shows: Shows, slug: str) -> None:
    await own_show(viewer, shows, slug, *RUNNING_ROLES)


def _told(shows: Shows, show: Show, viewer: Viewer) -> ShowInfo:
    return show_info(show, shows.hosts, staff=has_role(viewer, show.room.store_id))


routes = [
    read_show,
    schedule_show,
    edit_show,
    rehearse,
    go_live,
    end_show,
    cancel_show,
    *sources.routes,
]
