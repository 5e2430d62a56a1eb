"""Sharing: the way in by somebody's link, one's own link with its code and poster, and oEmbed."""

import io
from collections.abc import Sequence
from html import escape
from typing import ClassVar
from urllib.parse import urlsplit

import segno
from litestar.response import Response
from msgspec import Struct
from msgspec.structs import replace

from livehouse.domains.invites.model import Invite, Place, hue_of, lines_of, with_code
from livehouse.domains.invites.service import NOBODY, Following, Invites
from livehouse.domains.invites.wire import LINKS
from livehouse.domains.people import People, masked
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import PersonId
from livehouse.foundation.text import N_
from livehouse.web.context import origin_of, web_of
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

DAY_SECONDS = 24 * 3600
HOUR_SECONDS = 3600
# The shape of the picture in it; smaller than a tenth there is nothing to see.
FRAME_WIDTH, FRAME_HEIGHT = 640, 336
FRAME_PART_MIN = 0.1
FRAME = (
    '<iframe src="{address}" title="{title}" width="{width}" height="{height}" loading="lazy" '
    'style="border:0" sandbox="allow-popups allow-top-navigation-by-user-activation"></iframe>'
)
OEMBED_URL_CHARACTERS_MAX = 500
INVITES = N_("{name} invites you.")
# What stands first in the address of each kind of page.
KINDS = {"shows": "show", "rooms": "room", "campaigns": "campaign", "draws": "draw"}


class SharePage(Page, frozen=True, kw_only=True):
    """One's own link, once it is made; `brought` came by it at first hand, `below` in all."""

    template: ClassVar[str] = "invites/share.html"

    kind: str
    name: str
    title: str
    path: str
    code: str
    address: str
    qr: str
    brought: int
    below: int
    friends: Sequence[str]


class PosterPicture(Page, frozen=True, kw_only=True):
    """To print, to save, to send: it says what is on, and the code leads there."""

    template: ClassVar[str] = "invites/poster.svg"

    title: list[str]
    site: str
    by: str
    host: str
    hue: int
    modules: str
    side: int


class OEmbed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """oEmbed 1.0 (oembed.com): of type link, or of type video where there is a page to frame."""

    version: str
    type: str
    title: str
    provider_name: str
    provider_url: str
    cache_age: int
    url: str
    thumbnail_url: str = ""
    thumbnail_width: int = 0
    thumbnail_height: int = 0
    html: str = ""
    width: int = 0
    height: int = 0


@get("/i/{code:str}")
async def follow_link(
    *,
    code: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    invites: Service[Invites],
    people: Service[People],
) -> Html:
    """Lead to what somebody was invited to; who is signed in has then come by this link."""
    invite, place = await invites.find(code)
    if viewer.person_id is not None:
        await invites.arrive(code, viewer.person_id)
    if viewer.person_id == invite.person_id:
        return render.see_other(place.path, N_("This is your own link."), kind="info")
    name = await _name(people, invite.person_id)
    return render.see_other(with_code(place.path, code), INVITES, kind="info", name=name)


@post("/i/{code:str}/arrive", status_code=204)
async def arrived(code: FromPath[str], viewer: CurrentViewer, invites: Service[Invites]) -> None:
    """Who came as a guest has signed in meanwhile: the page says so by itself."""
    await invites.arrive(code, require_signed_in(viewer))


@get("/i/{code:str}/qr.svg")
async def qr_picture(
    request: AnyRequest, code: FromPath[str], invites: Service[Invites]
) -> Response[bytes]:
    invite, _ = await invites.find(code)
    made = segno.make(_address(request, invite.path), error="m", micro=False)
    out = io.BytesIO()
    made.save(out, kind="svg", scale=8, border=4, dark="#1f1a2b", light="#ffffff")
    return Response(out.getvalue(), media_type="image/svg+xml", headers=_drawn())


@get("/i/{code:str}/poster.svg")
async def poster(
    *,
    request: AnyRequest,
    code: FromPath[str],
    render: CurrentRender,
    invites: Service[Invites],
    people: Service[People],
) -> Response[str]:
    invite, place = await invites.find(code)
    name = await _name(people, invite.person_id)
    modules, side = qr_path(_address(request, invite.path))
    picture = PosterPicture(
        title=lines_of(place.title),
        site=web_of(request).renderer.site_name,
        by=render.translator.text(INVITES, name=name) if name else "",
        host=urlsplit(_address(request, "")).netloc,
        hue=hue_of(place.title),
        modules=modules,
        side=side,
    )
    answer = render(picture, headers=_drawn())
    answer.media_type = "image/svg+xml"
    return answer


@get("/share/{kind:str}/{name:str}")
async def share_page(
    *,
    request: AnyRequest,
    kind: FromPath[str],
    name: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    invites: Service[Invites],
    people: Service[People],
) -> Html:
    """The link that a person has to this already, or the button that makes one."""
    subject, place = await invites.named(kind, name)
    mine = await invites.mine(viewer.person_id, subject) if viewer.person_id else None
    if mine is None:
        return render(_page(request, (kind, name), place))
    following = await invites.following(mine.person_id, subject)
    ids = [one.person_id for one in following.newest]
    names = await people.accounts.names(ids)
    friends = [masked(names[id_]) for id_ in ids if id_ in names]
    return render(
        _page(request, (kind, name), place, invite=mine, following=following, friends=friends)
    )


@post("/share/{kind:str}/{name:str}", guards=[limited(LINKS)])
async def make_link(
    *,
    request: AnyRequest,
    kind: FromPath[str],
    name: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    invites: Service[Invites],
) -> Html:
    subject, _ = await invites.named(kind, name)
    by = str(request.query_params.get("by", ""))
    await invites.link(require_signed_in(viewer), subject, by=by)
    return render.see_other(f"/share/{kind}/{name}")


@get("/oembed")
async def oembed(
    request: AnyRequest,
    url: FromQuery[str],
    invites: Service[Invites],
    maxwidth: FromQuery[int] = FRAME_WIDTH,
    maxheight: FromQuery[int] = FRAME_HEIGHT,
) -> Response[OEmbed]:
    """What other sites show of a link to a show, a room, a campaign or a draw of ours."""
    place = await _at_address(request, url, invites)
    thumbnail = place.thumbnail
    width, height = frame_size(maxwidth, maxheight)
    found = OEmbed(
        version="1.0",
        type="video" if place.embed else "link",
        title=place.title,
        provider_name=web_of(request).renderer.site_name,
        provider_url=_address(request, "/"),
        cache_age=HOUR_SECONDS,
        url=_address(request, place.path),
        thumbnail_url=_address(request, thumbnail.path) if thumbnail else "",
        thumbnail_width=thumbnail.width if thumbnail else 0,
        thumbnail_height=thumbnail.height if thumbnail else 0,
    )
    if place.embed:
        frame = FRAME.format(
            address=escape(_address(request, place.embed)), title=escape(place.title),
            width=width, height=height,
        )  # fmt: skip
        found = replace(found, html=frame, width=width, height=height)
    return Response(found, headers={"Cache-Control": f"public, max-age={HOUR_SECONDS}"})


async def _at_address(request: AnyRequest, url: str, invites: Invites) -> Place:
    parts = urlsplit(url[:OEMBED_URL_CHARACTERS_MAX])
    if parts.netloc != urlsplit(_address(request, "")).netloc:
        raise NotFound
    first, _, name = parts.path.strip("/").partition("/")
    if first == "i":
        _, place = await invites.find(name)
        return place
    _, place = await invites.named(KINDS.get(first, ""), name)
    return place


def _page(
    request: AnyRequest,
    subject: tuple[str, str],
    place: Place,
    *,
    invite: Invite | None = None,
    following: Following = NOBODY,
    friends: Sequence[str] = (),
) -> SharePage:
    kind, name = subject
    return SharePage(
        kind=kind,
        name=name,
        title=place.title,
        path=place.path,
        code=invite.code if invite else "",
        address=_address(request, invite.path if invite else place.path),
        qr=f"{invite.path}/qr.svg" if invite else "",
        brought=following.brought,
        below=following.below,
        friends=friends,
    )


def frame_size(width_max: int, height_max: int) -> tuple[int, int]:
    """As large as our frame, or as what the other site has room for, in the same shape."""
    part = min(width_max / FRAME_WIDTH, height_max / FRAME_HEIGHT, 1)
    part = max(part, FRAME_PART_MIN)
    return round(FRAME_WIDTH * part), round(FRAME_HEIGHT * part)


def qr_path(text: str) -> tuple[str, int]:
    """The dark modules as the data of an SVG path, and how many modules a side has."""
    matrix = [list(row) for row in segno.make(text, error="m", micro=False).matrix]
    data = [
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark
    ]
    return "".join(data), len(matrix)


async def _name(people: People, person_id: PersonId) -> str:
    names = await people.accounts.names([person_id])
    return names.get(person_id, "")


def _address(request: AnyRequest, path: str) -> str:
    return f"{origin_of(request)}{path}"


def _drawn() -> dict[str, str]:
    return {
        "Cache-Control": f"public, max-age={DAY_SECONDS}",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    }


routes = [pages(follow_link, arrived, qr_picture, poster, share_page, make_link, oembed)]
