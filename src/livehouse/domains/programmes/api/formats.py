"""A show's format over HTTP: what it asks for, what is missing, and who lets it go live."""

from livehouse.domains.programmes.model.formats import Chosen
from livehouse.domains.programmes.service import Formats
from livehouse.domains.programmes.wire.formats import (
    AskForSignature,
    ChooseFormat,
    FormatInfo,
    format_info,
)
from livehouse.domains.shows import RUNNING_ROLES, Shows
from livehouse.foundation.ids import PersonId
from livehouse.web.guards import require_operator, require_signed_in, require_store
from livehouse.web.handlers import CurrentViewer, FromPath, JSONBody, Service, get, post
from livehouse.web.identity import Viewer

SCOPE = {"scope": "shows:write"}


@get("/api/shows/{slug:str}/format", opt=SCOPE)
async def read_format(
    slug: FromPath[str], viewer: CurrentViewer, shows: Service[Shows], formats: Service[Formats]
) -> FormatInfo:
    """What a show says it is, and what is missing before it can go live; for its staff."""
    require_signed_in(viewer)
    require_store(viewer, (await shows.by_slug(slug)).room.store_id)
    return await _told(formats, slug)


@post("/api/shows/{slug:str}/format", status_code=200, opt=SCOPE)
async def choose_format(
    *,
    slug: FromPath[str],
    data: JSONBody[ChooseFormat],
    viewer: CurrentViewer,
    shows: Service[Shows],
    formats: Service[Formats],
) -> FormatInfo:
    """Say what a show is, and what of it is confirmed; that takes a signature away."""
    await _let_in(viewer, shows, slug)
    await formats.choose(slug, Chosen(data.format, data.confirmed))
    return await _told(formats, slug)


@post("/api/shows/{slug:str}/format/test-camera", status_code=200, opt=SCOPE)
async def test_camera(
    slug: FromPath[str], viewer: CurrentViewer, shows: Service[Shows], formats: Service[Formats]
) -> FormatInfo:
    """Look at the camera of the show's room, and keep how often it sends a keyframe."""
    await _let_in(viewer, shows, slug)
    await formats.test_camera(slug)
    return await _told(formats, slug)


@post("/api/shows/{slug:str}/format/ask", status_code=200, opt=SCOPE)
async def ask(
    *,
    slug: FromPath[str],
    data: JSONBody[AskForSignature],
    viewer: CurrentViewer,
    shows: Service[Shows],
    formats: Service[Formats],
) -> FormatInfo:
    """Ask an operator to let the show go live as it is."""
    await _let_in(viewer, shows, slug)
    await formats.ask(slug, data.why)
    return await _told(formats, slug)


@post("/api/shows/{slug:str}/format/sign-off", status_code=200)
async def sign_off(
    slug: FromPath[str], viewer: CurrentViewer, formats: Service[Formats]
) -> FormatInfo:
    """Let a show go live with the run-sheet that it has now; for operators."""
    await formats.sign_off(slug, by=require_operator(viewer))
    return await _told(formats, slug)


async def _told(formats: Formats, slug: str) -> FormatInfo:
    return format_info(await formats.of_show(slug), list(formats.known))


async def _let_in(viewer: Viewer, shows: Shows, slug: str) -> PersonId:
    require_signed_in(viewer)
    return require_store(viewer, (await shows.by_slug(slug)).room.store_id, *RUNNING_ROLES)


routes = [read_format, choose_format, test_camera, ask, sign_off]
