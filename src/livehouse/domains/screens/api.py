"""Screens over HTTP. The screen itself comes with its own cookie, which opens nothing but this."""

from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from litestar.response import Response
from msgspec import structs

from livehouse.domains.people import People, masked
from livehouse.domains.screens.model import Report, Screen, Wish
from livehouse.domains.screens.service import Screens, guide, one_show
from livehouse.domains.screens.wire import (
    AskScreen,
    RemoteInfo,
    ScreenInfo,
    TellScreen,
    TvGuide,
    TvShow,
    remote_info,
    tv_guide,
    tv_show,
)
from livehouse.domains.shows import Shows
from livehouse.domains.stores import Stores
from livehouse.foundation.ids import ScreenId
from livehouse.web.context import origin_of, web_of
from livehouse.web.guards import require_signed_in
from livehouse.web.handlers import (
    AnyRequest,
    CurrentViewer,
    FromPath,
    FromQuery,
    JSONBody,
    Service,
    get,
    limited,
    post,
)
from livehouse.web.identity import SCREEN_COOKIE, cookie
from livehouse.web.limits import Rate

# Longer than any pairing: whether the token still means something, the house decides.
COOKIE_SECONDS = 30 * 24 * 3600
# A code is drawn for whoever turns a screen on; a school has many behind one address.
BEGUN = Rate("screens_begun", 60, timedelta(minutes=10))
ASKED = Rate("screens_asked", 240, timedelta(minutes=1))
# Screens by their address, all that are behind it.
SCREENS_PER_ADDRESS = Rate("screens_address", 3_000, timedelta(minutes=1))
NOT_KEPT = {"Cache-Control": "no-store"}


@post("/api/screen", status_code=200, guards=[limited(BEGUN)])
async def begin_screen(
    request: AnyRequest, screens: Service[Screens], people: Service[People]
) -> Response[ScreenInfo]:
    """A screen is turned on: it learns its code, or with which phone it is paired."""
    screen, token = await screens.begin(_token(request))
    answer = Response(await _info(request, screen, people), headers=NOT_KEPT)
    answer.set_cookie(web_of(request).cookies.screen(token, seconds=COOKIE_SECONDS))
    return answer


@get("/api/screen", guards=[limited(SCREENS_PER_ADDRESS)])
async def follow_phone(
    request: AnyRequest, screens: Service[Screens], people: Service[People], seen: FromQuery[int]
) -> Response[ScreenInfo]:
    """What the screen is to do, once its phone has asked more than `seen`; after 20 s in any
    case."""
    screen = await screens.asked(_token(request), seen)
    return Response(await _info(request, screen, people), headers=NOT_KEPT)


@post("/api/screen/report", status_code=204, guards=[limited(SCREENS_PER_ADDRESS)])
async def tell_phone(
    request: AnyRequest, data: JSONBody[TellScreen], screens: Service[Screens]
) -> None:
    """What the screen shows now."""
    told = structs.asdict(data)
    heard = told.pop("asked")
    await screens.tell(_token(request), Report(**told), heard=heard)


@post("/api/screen/leave", status_code=204, guards=[limited(SCREENS_PER_ADDRESS)])
async def leave_phone(request: AnyRequest, screens: Service[Screens]) -> None:
    """Unpair, from the side of the screen."""
    await screens.leave(_token(request))


@get("/api/screens")
async def own_screens(viewer: CurrentViewer, screens: Service[Screens]) -> list[RemoteInfo]:
    """The screens that one's phone is paired with, the newest first."""
    return [remote_info(one) for one in await screens.of_person(require_signed_in(viewer))]


@get("/api/screens/{screen_id:uuid}")
async def follow_screen(
    screen_id: FromPath[UUID],
    viewer: CurrentViewer,
    screens: Service[Screens],
    seen: FromQuery[int],
) -> Response[RemoteInfo]:
    """What the screen shows, once it has told more than `seen`; after 20 s in any case."""
    screen = await screens.told(require_signed_in(viewer), ScreenId(screen_id), seen)
    return Response(remote_info(screen), headers=NOT_KEPT)


@post("/api/screens/{screen_id:uuid}", status_code=204, guards=[limited(ASKED)])
async def ask_screen(
    *,
    screen_id: FromPath[UUID],
    data: JSONBody[AskScreen],
    viewer: CurrentViewer,
    screens: Service[Screens],
    shows: Service[Shows],
) -> None:
    """Let the screen play a show, pause, go on, or be louder."""
    person_id = require_signed_in(viewer)
    if data.show is not None:
        await shows.by_slug(data.show)
    await screens.ask(person_id, ScreenId(screen_id), Wish(data.show, data.paused, data.volume))


@post("/api/screens/{screen_id:uuid}/unpair", status_code=204)
async def unpair_screen(
    screen_id: FromPath[UUID], viewer: CurrentViewer, screens: Service[Screens]
) -> None:
    """Unpair, from the side of the phone."""
    await screens.unpair(require_signed_in(viewer), ScreenId(screen_id))


@get("/api/tv")
async def read_guide(shows: Service[Shows], stores: Service[Stores]) -> TvGuide:
    """What a screen can show: on air, the newest first, and what comes next."""
    return tv_guide(*await guide(shows, stores), shows.hosts)


@get("/api/tv/{slug:str}")
async def read_tv_show(
    slug: FromPath[str], shows: Service[Shows], stores: Service[Stores]
) -> TvShow:
    """One show as a screen plays it."""
    return tv_show(*await one_show(slug, shows, stores), shows.hosts)


async def _info(request: AnyRequest, screen: Screen, people: People) -> ScreenInfo:
    names = await people.accounts.names([screen.person_id]) if screen.person_id else {}
    return ScreenInfo(
        code=screen.code,
        qr=f"/tv/codes/{screen.code}.svg" if screen.code else "",
        host=urlsplit(origin_of(request)).netloc,
        paired=screen.person_id is not None,
        phone=masked(names[screen.person_id]) if screen.person_id in names else "",
        asked=screen.asked,
        wish=screen.wish,
    )


def _token(request: AnyRequest) -> str:
    return cookie(request, SCREEN_COOKIE)


routes = [
    begin_screen,
    follow_phone,
    tell_phone,
    leave_phone,
    own_screens,
    follow_screen,
    ask_screen,
    unpair_screen,
    read_guide,
    read_tv_show,
]
