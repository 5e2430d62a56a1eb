"""Guests over HTTP: for who runs the show, and for the guest who holds a link."""

from datetime import timedelta
from uuid import UUID

from litestar.response import Response

from livehouse.domains.guests.ports import GuestCameras
from livehouse.domains.guests.service import Guests
from livehouse.domains.guests.wire import (
    ArrangeStage,
    GuestHears,
    GuestSays,
    StageInfo,
    stage_info,
)
from livehouse.domains.shows import CAMERA, RUNNING_ROLES, TEST_STAGE, Show, Shows
from livehouse.foundation.errors import NotFound
from livehouse.web.context import address_of, web_of
from livehouse.web.guards import own_show
from livehouse.web.handlers import (
    AnyRequest,
    CurrentViewer,
    FromPath,
    JSONBody,
    Service,
    get,
    post,
)
from livehouse.web.limits import Rate, address_key

# Three guests behind one router say every other second that they are there.
HEARD_PER_ADDRESS = Rate("guests_address", 600, timedelta(minutes=1))
NO_STORE = {"Cache-Control": "no-store"}


@get("/api/shows/{slug:str}/guests")
async def read_guests(
    slug: FromPath[str], viewer: CurrentViewer, shows: Service[Shows], guests: Service[Guests]
) -> Response[StageInfo]:
    """Who was invited to the show, who waits and who is on stage."""
    return await _told(guests, await _let_in(viewer, shows, slug))


@post("/api/shows/{slug:str}/guests", status_code=200)
async def invite_guest(
    slug: FromPath[str], viewer: CurrentViewer, shows: Service[Shows], guests: Service[Guests]
) -> Response[StageInfo]:
    """Make another link for a guest."""
    show = await _let_in(viewer, shows, slug)
    await guests.invite(show.id)
    return await _told(guests, show)


@post("/api/shows/{slug:str}/guests/{guest_id:uuid}/{action:str}", status_code=200)
async def press_guest(
    *,
    slug: FromPath[str],
    guest_id: FromPath[UUID],
    action: FromPath[str],
    viewer: CurrentViewer,
    shows: Service[Shows],
    guests: Service[Guests],
    guest_cameras: Service[GuestCameras],
) -> Response[StageInfo]:
    """`on` stage or `off`, `silence` or `unsilence`, or `remove`, which ends the link."""
    show = await _let_in(viewer, shows, slug)
    match action:
        case "on" | "off":
            if action == "on" and show.source == TEST_STAGE:
                # What plays nothing of its own shows the room's cameras from now on.
                await shows.choose_source(slug, CAMERA)
            await guests.bring(show.id, guest_id, on_stage=action == "on")
        case "silence" | "unsilence":
            await guests.silence(show.id, guest_id, silenced=action == "silence")
        case "remove":
            await guests.remove(show.id, guest_id)
            await guest_cameras.send_away(guest_id)
        case _:
            raise NotFound
    return await _told(guests, show)


@post("/api/shows/{slug:str}/stage", status_code=200)
async def arrange_stage(
    slug: FromPath[str],
    data: JSONBody[ArrangeStage],
    viewer: CurrentViewer,
    shows: Service[Shows],
    guests: Service[Guests],
) -> Response[StageInfo]:
    """How the stage is laid out, and who is largest."""
    show = await _let_in(viewer, shows, slug)
    await guests.arrange(show.id, data.layout, data.main, names=data.names)
    return await _told(guests, show)


@post("/api/guest/{link:str}", status_code=200)
async def hear_guest(
    link: FromPath[str], data: JSONBody[GuestSays], request: AnyRequest, guests: Service[Guests]
) -> Response[GuestHears]:
    """A guest's page says that it is there, and hears whether the guest is on stage."""
    web_of(request).rates.spend(HEARD_PER_ADDRESS, address_key(address_of(request)))
    guest, show = await guests.heard(
        link, name=data.name, muted=data.muted, sending=data.sending, level=data.level
    )
    run = show.run.id if show.run is not None and show.run.on else None
    return Response(GuestHears(guest.on_stage, guest.silenced, run), headers=NO_STORE)


async def _let_in(viewer: CurrentViewer, shows: Shows, slug: str) -> Show:
    return await own_show(viewer, shows, slug, *RUNNING_ROLES)


async def _told(guests: Guests, show: Show) -> Response[StageInfo]:
    setting, known = await guests.of_show(show.id)
    paths = [f"/guest/{guests.link(one.id)}" for one in known]
    return Response(stage_info(setting, known, paths, guests.clock.now()), headers=NO_STORE)


routes = [read_guests, invite_guest, press_guest, arrange_stage, hear_guest]
