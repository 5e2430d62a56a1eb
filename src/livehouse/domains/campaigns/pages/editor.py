"""The venue's page as operators make it: blocks in plain forms, a preview, and a button to publish.

Every button is a form of its own, so that a keyboard and a phone do as well as a mouse.
"""

from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta, Struct

from livehouse.domains.campaigns.errors import EditedMeanwhile
from livehouse.domains.campaigns.model import (
    KINDS,
    Block,
    Campaign,
    Words,
    new_block,
)
from livehouse.domains.campaigns.pages.operator import line_tiles
from livehouse.domains.campaigns.pages.public import rendered, venue_page_of
from livehouse.domains.campaigns.service import Campaigns, Venues
from livehouse.domains.campaigns.service.venues import LineTile
from livehouse.domains.stores import IMAGE_SIZES, StoreImages
from livehouse.foundation.errors import DomainError
from livehouse.foundation.text import N_
from livehouse.web.forms import Upload, read_form
from livehouse.web.guards import require_operator
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
    post,
)
from livehouse.web.pictures import WebpSizes


class BlockForm(Struct, kw_only=True):
    """The fields of all kinds of blocks; each kind takes its own."""

    version: int
    kind: str = ""
    heading_en: Annotated[str, Meta(max_length=200)] = ""
    heading_zh: Annotated[str, Meta(max_length=200)] = ""
    text_en: Annotated[str, Meta(max_length=4_000)] = ""
    text_zh: Annotated[str, Meta(max_length=4_000)] = ""
    picture: Annotated[str, Meta(max_length=40)] = ""
    file: Upload | None = None
    without_picture: bool = False
    link: Annotated[str, Meta(max_length=200)] = ""
    until: str = "sale"
    by: str = "sales"
    line: Annotated[str, Meta(max_length=36)] = ""
    show: Annotated[str, Meta(max_length=64)] = ""
    currency: Annotated[str, Meta(max_length=3)] = ""
    count: int | None = None


class VersionForm(Struct, kw_only=True):
    version: int
    kind: str = ""


class EditedBlock(Struct, frozen=True, kw_only=True):
    """A block as its form shows it; `fields` are those that its kind has."""

    kind: str
    fields: frozenset[str]
    heading: Words
    text: Words
    picture: str
    link: str
    until: str
    by: str
    line: str
    show: str
    currency: str
    count: int


class EditorPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "campaigns/editor.html"

    section: str = "campaigns"
    campaign: Campaign
    blocks: list[EditedBlock]
    kinds: list[str]
    lines: list[LineTile]
    opened: int


@get("/operator/campaigns/{slug:str}/page")
async def editor_page(
    *,
    slug: FromPath[str],
    block: FromQuery[int] = -1,
    viewer: CurrentViewer,
    render: CurrentRender,
    campaigns: Service[Campaigns],
    venues: Service[Venues],
) -> Html:
    require_operator(viewer)
    campaign, lines = await venues.season(slug)
    blocks = await campaigns.draft(campaign.id)
    return render(
        EditorPage(
            campaign=campaign, blocks=[_edited(one) for one in blocks], kinds=list(KINDS),
            lines=line_tiles(lines, viewer.language), opened=block,
        )
    )  # fmt: skip


@get("/operator/campaigns/{slug:str}/preview")
async def preview(
    request: AnyRequest,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    venues: Service[Venues],
) -> Html:
    require_operator(viewer)
    campaign, _ = await venues.season(slug)
    body = rendered(
        request, await venues.preview(slug, viewer.language), viewer.language, live=False
    )
    return render(venue_page_of(request, campaign, body, viewer.language, preview=True))


@post("/operator/campaigns/{slug:str}/blocks")
async def add_block(
    request: AnyRequest,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    campaigns: Service[Campaigns],
) -> Html:
    require_operator(viewer)
    form = await read_form(request, VersionForm)
    if form.value is None:
        return _back(render, slug, N_("That did not work"), kind="bad")
    try:
        place = await campaigns.add_block(slug, form.value.kind, version=form.value.version)
    except DomainError as refusal:
        return _refused(render, slug, refusal)
    return _back(render, slug, N_("The block stands at the end."), place=place)


@post("/operator/campaigns/{slug:str}/blocks/{place:int}")
async def save_block(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    place: FromPath[int],
    viewer: CurrentViewer,
    render: CurrentRender,
    campaigns: Service[Campaigns],
    store_images: Service[StoreImages],
) -> Html:
    require_operator(viewer)
    form = await read_form(request, BlockForm)
    if form.value is None:
        return _back(render, slug, next(iter(form.errors.values())), kind="bad", place=place)
    try:
        picture = await _picture(form.value, store_images)
        block = _block(form.value, picture)
        await campaigns.change_block(slug, place, block, version=form.value.version)
    except DomainError as refusal:
        return _refused(render, slug, refusal, place=place)
    return _back(render, slug, N_("Saved."), place=place)


@post("/operator/campaigns/{slug:str}/blocks/{place:int}/{move:str}")
async def move_block(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    place: FromPath[int],
    move: FromPath[Literal["up", "down", "remove"]],
    viewer: CurrentViewer,
    render: CurrentRender,
    campaigns: Service[Campaigns],
) -> Html:
    require_operator(viewer)
    form = await read_form(request, VersionForm)
    if form.value is None:
        return _back(render, slug, N_("That did not work"), kind="bad")
    try:
        await campaigns.move_block(slug, place, move, version=form.value.version)
    except DomainError as refusal:
        return _refused(render, slug, refusal)
    notice = N_("The block is gone.") if move == "remove" else N_("The block has moved.")
    return _back(render, slug, notice)


@post("/operator/campaigns/{slug:str}/publish")
async def publish(
    request: AnyRequest,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    campaigns: Service[Campaigns],
) -> Html:
    require_operator(viewer)
    form = await read_form(request, VersionForm)
    if form.value is None:
        return _back(render, slug, N_("That did not work"), kind="bad")
    try:
        await campaigns.publish(slug, version=form.value.version)
    except EditedMeanwhile as refusal:
        return _refused(render, slug, refusal)
    return _back(render, slug, N_("The page is public."))


@post("/operator/campaigns/{slug:str}/unpublish")
async def unpublish(
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    campaigns: Service[Campaigns],
) -> Html:
    require_operator(viewer)
    await campaigns.unpublish(slug)
    return _back(render, slug, N_("Only operators see the page now."))


def _back(
    render: CurrentRender, slug: str, notice: str, *, kind: str = "good", place: int = -1
) -> Html:
    at = f"?block={place}#block-{place}" if place >= 0 else ""
    return render.see_other(f"/operator/campaigns/{slug}/page{at}", notice, kind=kind)


def _refused(render: CurrentRender, slug: str, refusal: DomainError, *, place: int = -1) -> Html:
    problem = str(refusal.params.get("problem", refusal.message))
    return _back(render, slug, problem, kind="bad", place=place)


async def _picture(typed: BlockForm, images: StoreImages) -> str:
    """The key of the picture that was sent, or of the one that stood there."""
    if typed.file is not None:
        sizes = await WebpSizes().sizes(typed.file.content, IMAGE_SIZES)
        return await images.put(sizes)
    return "" if typed.without_picture else typed.picture


def _block(typed: BlockForm, picture: str) -> Block:
    values: dict[str, object] = {
        "heading": Words(typed.heading_en, typed.heading_zh),
        "text": Words(typed.text_en, typed.text_zh),
        "picture": picture,
        "link": typed.link,
        "until": typed.until,
        "by": typed.by,
        "line": typed.line,
        "show": typed.show,
        "currency": typed.currency.upper(),
    }
    if typed.count is not None:
        values["count"] = typed.count
    return new_block(typed.kind, values)


def _edited(block: Block) -> EditedBlock:
    def of(name: str, otherwise: str = "") -> str:
        return str(getattr(block, name, otherwise))

    heading, text = getattr(block, "heading", Words()), getattr(block, "text", Words())
    return EditedBlock(
        kind=str(type(block).__struct_config__.tag),
        fields=frozenset(one.name for one in msgspec.structs.fields(block)),
        heading=heading, text=text, picture=of("picture"), link=of("link"), until=of("until"),
        by=of("by"), line=of("line"), show=of("show"), currency=of("currency"),
        count=int(of("count", "0")),
    )  # fmt: skip


handlers = (
    editor_page, preview, add_block, save_block, move_block, publish, unpublish,
)  # fmt: skip
