"""Rooms beside a stage over HTTP: linking them, asking other stores, answering them."""

from livehouse.domains.programmes.service import Companions
from livehouse.domains.programmes.wire import AskedRoom, AskedRooms, LinkRoom, OtherRoom
from livehouse.domains.shows import RUNNING_ROLES, Shows
from livehouse.web.guards import require_signed_in, require_store
from livehouse.web.handlers import CurrentViewer, FromPath, JSONBody, Service, get, post
from livehouse.web.identity import Viewer

SCOPE = {"scope": "shows:write"}
BASE = "/api/shows/{slug:str}/companions"


@get(BASE + "/asked", opt=SCOPE)
async def read_asked(
    slug: FromPath[str],
    viewer: CurrentViewer,
    shows: Service[Shows],
    companions: Service[Companions],
) -> AskedRooms:
    """Requests between this show and other stores' that nobody has answered, for its staff."""
    await _let_in(viewer, shows, slug)
    return await _told(companions, slug)


@post(BASE, status_code=200, opt=SCOPE)
async def link_room(
    *,
    slug: FromPath[str],
    data: JSONBody[LinkRoom],
    viewer: CurrentViewer,
    shows: Service[Shows],
    companions: Service[Companions],
) -> AskedRooms:
    """Put another show beside this one; a show of another store is asked first."""
    await _let_in(viewer, shows, slug)
    await companions.link(slug, data.slug, data.kind)
    return await _told(companions, slug)


@post(BASE + "/accept", status_code=200, opt=SCOPE)
async def accept_room(
    *,
    slug: FromPath[str],
    data: JSONBody[OtherRoom],
    viewer: CurrentViewer,
    shows: Service[Shows],
    companions: Service[Companions],
) -> AskedRooms:
    """Stand beside the stage at `slug` of the body, which has asked; its cues may then hold up and
    open what this show offers."""
    await _let_in(viewer, shows, slug)
    await companions.accept(slug, stage_slug=data.slug)
    return await _told(companions, slug)


@post(BASE + "/remove", status_code=200, opt=SCOPE)
async def remove_room(
    *,
    slug: FromPath[str],
    data: JSONBody[OtherRoom],
    viewer: CurrentViewer,
    shows: Service[Shows],
    companions: Service[Companions],
) -> AskedRooms:
    """Take the rooms apart, or a request away: either side may."""
    await _let_in(viewer, shows, slug)
    await companions.unlink(slug, data.slug)
    return await _told(companions, slug)


async def _told(companions: Companions, slug: str) -> AskedRooms:
    return AskedRooms(
        [
            AskedRoom(one.stage.slug, one.show.slug, one.kind.value)
            for one in await companions.asked(slug)
        ]
    )


async def _let_in(viewer: Viewer, shows: Shows, slug: str) -> None:
    require_signed_in(viewer)
    require_store(viewer, (await shows.by_slug(slug)).room.store_id, *RUNNING_ROLES)


routes = [read_asked, link_room, accept_room, remove_room]
