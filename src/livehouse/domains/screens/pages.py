"""The page of a television, the page where a phone confirms its code, and the remote control."""

import io
from typing import ClassVar

import msgspec
import segno
from litestar.response import Response

from livehouse.domains.screens.errors import UnknownCode
from livehouse.domains.screens.model import read_code
from livehouse.domains.screens.service import Screens, guide
from livehouse.domains.screens.wire import remote_info, tv_guide
from livehouse.domains.shows import Shows
from livehouse.domains.stores import Stores
from livehouse.web.context import origin_of
from livehouse.web.guards import require_signed_in
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
    limited,
    pages,
    post,
)
from livehouse.web.limits import CODES

DRAWN = {
    "Cache-Control": "private, max-age=600",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}


class TvPage(Page, frozen=True):
    """`given` is the guide as JSON; `slug` is the show to play at once, or empty."""

    template: ClassVar[str] = "screens/tv.html"

    given: str
    slug: str


class PairPage(Page, frozen=True):
    """With a `code` that a TV shows now it asks to confirm it, else where it is."""

    template: ClassVar[str] = "screens/pair.html"

    code: str
    problem: str


class RemotePage(Page, frozen=True):
    """`given` is one's newest paired screen as JSON, or empty where there is none."""

    template: ClassVar[str] = "screens/remote.html"

    given: str


@get("/tv")
async def tv_page(render: CurrentRender, shows: Service[Shows], stores: Service[Stores]) -> Html:
    return render(TvPage(await _guide(shows, stores), ""))


@get("/tv/{slug:str}")
async def tv_show_page(
    slug: FromPath[str], render: CurrentRender, shows: Service[Shows], stores: Service[Stores]
) -> Html:
    show = await shows.by_slug(slug)
    return render(TvPage(await _guide(shows, stores), show.slug))


@get("/tv/codes/{name:str}")
async def code_picture(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    """The code as a picture to scan, which leads the phone to where it is confirmed."""
    code = read_code(name.removesuffix(".svg"))
    if not code:
        raise UnknownCode
    made = segno.make(f"{origin_of(request)}/pair/{code}", error="m", micro=False)
    out = io.BytesIO()
    made.save(out, kind="svg", scale=8, border=3, dark="#1f1a2b", light="#ffffff")
    return Response(out.getvalue(), media_type="image/svg+xml", headers=DRAWN)


@get("/pair", guards=[limited(CODES)])
async def pair_page(
    viewer: CurrentViewer,
    render: CurrentRender,
    screens: Service[Screens],
    code: FromQuery[str] = "",
) -> Html:
    """Where a code can be typed by who cannot scan it."""
    require_signed_in(viewer)
    if not code:
        return render(PairPage("", ""))
    return await _confirm(code, render, screens)


@get("/pair/{code:str}", guards=[limited(CODES)])
async def confirm_page(
    code: FromPath[str], viewer: CurrentViewer, render: CurrentRender, screens: Service[Screens]
) -> Html:
    require_signed_in(viewer)
    return await _confirm(code, render, screens)


@post("/pair/{code:str}", guards=[limited(CODES)])
async def pair(
    code: FromPath[str], viewer: CurrentViewer, render: CurrentRender, screens: Service[Screens]
) -> Html:
    try:
        await screens.pair(code, require_signed_in(viewer))
    except UnknownCode as error:
        return _refused(error, render)
    return render.see_other("/remote")


@get("/remote")
async def remote_page(
    viewer: CurrentViewer, render: CurrentRender, screens: Service[Screens]
) -> Html:
    """The remote control: what is in the room, without the picture, which the TV has."""
    own = await screens.of_person(require_signed_in(viewer))
    return render(RemotePage(_json(remote_info(own[0])) if own else ""))


async def _confirm(code: str, render: CurrentRender, screens: Screens) -> Html:
    try:
        return render(PairPage(await screens.offered(code), ""))
    except UnknownCode as error:
        return _refused(error, render)


def _refused(error: UnknownCode, render: CurrentRender) -> Html:
    return render(PairPage("", render.translator.refusal(error)), status_code=404)


async def _guide(shows: Shows, stores: Stores) -> str:
    return _json(tv_guide(*await guide(shows, stores), shows.hosts))


def _json(value: object) -> str:
    """For an attribute, which the template escapes."""
    return msgspec.json.encode(value).decode()


routes = [pages(tv_page, tv_show_page, code_picture, pair_page, confirm_page, pair, remote_page)]
