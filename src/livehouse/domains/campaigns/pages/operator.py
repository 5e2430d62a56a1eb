"""Campaigns as operators plan them: seasons, lines, who takes part, and what counts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from livehouse.domains.campaigns.errors import CampaignSlugTaken
from livehouse.domains.campaigns.model import Campaign, EntryState, Line, LineId, Words
from livehouse.domains.campaigns.service import Campaigns, Plan, Venues
from livehouse.domains.campaigns.service.seasons import PAGE_ENTRIES
from livehouse.domains.campaigns.service.venues import LineTile
from livehouse.domains.shows import Shows
from livehouse.foundation.errors import DomainError, InvalidInput, NotFound
from livehouse.foundation.ids import ShowId
from livehouse.foundation.money import Money, parse_money
from livehouse.foundation.text import N_
from livehouse.web.forms import Form, read_form
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
from livehouse.web.i18n import typed_moment

STATES = ("applied", "invited", "accepted", "declined")
NOTICES = {
    "accept": N_("The show takes part."),
    "decline": N_("The show does not take part."),
    "withhold": N_("Its sales are left out of all figures."),
    "release": N_("Its sales count again."),
}


class PlanForm(Struct, kw_only=True):
    """A line of `thresholds` is a currency and amounts, such as EUR 10000000 100000000."""

    name_en: Annotated[str, Meta(max_length=120)] = ""
    name_zh: Annotated[str, Meta(max_length=120)] = ""
    slug: Annotated[str, Meta(max_length=64)] = ""
    starts_at: Annotated[str, Meta(min_length=1, max_length=40)]
    ends_at: Annotated[str, Meta(min_length=1, max_length=40)]
    sale_at: Annotated[str, Meta(max_length=40)] = ""
    thresholds: Annotated[str, Meta(max_length=600)] = ""


class LineForm(Struct, kw_only=True):
    name_en: Annotated[str, Meta(max_length=120)] = ""
    name_zh: Annotated[str, Meta(max_length=120)] = ""
    hue: Annotated[int, Meta(ge=0, le=360)] = 20


class InviteForm(Struct, kw_only=True):
    show: Annotated[str, Meta(min_length=1, max_length=64)]
    line: Annotated[str, Meta(min_length=1, max_length=36)]


class OperatedCampaigns(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "campaigns/operator_list.html"

    section: str = "campaigns"
    campaigns: list[Campaign]
    zone: str
    form: Form[PlanForm]


class OperatedCampaign(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "campaigns/operator_campaign.html"

    section: str = "campaigns"
    campaign: Campaign
    lines: list[LineTile]
    zone: str
    form: Form[PlanForm]
    line_form: Form[LineForm]


class EntryRow(Struct, frozen=True, kw_only=True):
    show_id: str
    slug: str
    title: str
    store_name: str
    line: str
    withheld: bool


class OperatedEntries(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "campaigns/operator_shows.html"

    section: str = "campaigns"
    campaign: Campaign
    state: str
    rows: list[EntryRow]
    following: str
    lines: list[LineTile]
    form: Form[InviteForm]


@get("/operator/campaigns")
async def campaigns_list(
    viewer: CurrentViewer, render: CurrentRender, campaigns: Service[Campaigns]
) -> Html:
    require_operator(viewer)
    found = await campaigns.newest()
    form: Form[PlanForm] = Form.blank()
    return render(OperatedCampaigns(campaigns=found, zone=viewer.time_zone, form=form))


@post("/operator/campaigns")
async def create_campaign(
    request: AnyRequest,
    viewer: CurrentViewer,
    render: CurrentRender,
    campaigns: Service[Campaigns],
) -> Html:
    require_operator(viewer)
    form = await read_form(request, PlanForm)
    if form.value is not None:
        try:
            made = await campaigns.create(form.value.slug, _plan(form.value, viewer.time_zone))
            return render.see_other(
                f"/operator/campaigns/{made.slug}", N_("Now add lines, and make the page.")
            )
        except CampaignSlugTaken as refusal:
            form = form.refuse(refusal, "slug")
        except DomainError as refusal:
            form = form.refuse(refusal)
    found = await campaigns.newest()
    page = OperatedCampaigns(campaigns=found, zone=viewer.time_zone, form=form)
    return render(page, status_code=422)


@get("/operator/campaigns/{slug:str}")
async def campaign_page(
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    venues: Service[Venues],
) -> Html:
    require_operator(viewer)
    blank: Form[LineForm] = Form.blank(hue=20)
    return render(await _campaign(venues, slug, viewer.time_zone, viewer.language, line_form=blank))


@post("/operator/campaigns/{slug:str}")
async def change_campaign(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    campaigns: Service[Campaigns],
    venues: Service[Venues],
) -> Html:
    require_operator(viewer)
    form = await read_form(request, PlanForm)
    if form.value is not None:
        try:
            await campaigns.change(slug, _plan(form.value, viewer.time_zone))
            return render.see_other(f"/operator/campaigns/{slug}", N_("Saved."))
        except DomainError as refusal:
            form = form.refuse(refusal)
    page = await _campaign(venues, slug, viewer.time_zone, viewer.language, form=form)
    return render(page, status_code=422)


@post("/operator/campaigns/{slug:str}/lines")
async def add_line(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    campaigns: Service[Campaigns],
    venues: Service[Venues],
) -> Html:
    require_operator(viewer)
    form = await read_form(request, LineForm)
    if form.value is not None:
        try:
            typed = form.value
            await campaigns.add_line(slug, Words(typed.name_en, typed.name_zh), typed.hue)
            return render.see_other(f"/operator/campaigns/{slug}#lines", N_("Saved."))
        except InvalidInput as refusal:
            form = form.refuse(refusal)
    page = await _campaign(venues, slug, viewer.time_zone, viewer.language, line_form=form)
    return render(page, status_code=422)


@post("/operator/campaigns/{slug:str}/lines/{line:str}/remove")
async def remove_line(
    slug: FromPath[str],
    line: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    campaigns: Service[Campaigns],
) -> Html:
    require_operator(viewer)
    back = f"/operator/campaigns/{slug}#lines"
    try:
        await campaigns.remove_line(slug, line_id_of(line))
    except DomainError as refusal:
        return render.refused(back, refusal)
    return render.see_other(back, N_("The line is gone."))


@get("/operator/campaigns/{slug:str}/shows")
async def entries_page(
    *,
    slug: FromPath[str],
    which: FromQuery[str] = "applied",
    after: FromQuery[str] = "",
    viewer: CurrentViewer,
    render: CurrentRender,
    campaigns: Service[Campaigns],
    venues: Service[Venues],
) -> Html:
    require_operator(viewer)
    if which not in STATES:
        raise NotFound
    campaign, lines = await venues.season(slug)
    start = show_id_of(after) if after else None
    found = await campaigns.entries(campaign.id, EntryState(which), after=start)
    tiles = await venues.tiles(found, lines, viewer.language)
    by_slug = {tile.slug: tile for tile in tiles}
    shows = await venues.shows.of_ids([entry.show_id for entry in found])
    rows = [
        EntryRow(
            show_id=str(entry.show_id),
            slug=shows[entry.show_id].slug,
            title=shows[entry.show_id].title,
            store_name=by_slug[shows[entry.show_id].slug].store_name,
            line=by_slug[shows[entry.show_id].slug].line,
            withheld=entry.withheld,
        )
        for entry in found
        if entry.show_id in shows and shows[entry.show_id].slug in by_slug
    ]
    form: Form[InviteForm] = Form.blank()
    return render(
        OperatedEntries(
            campaign=campaign, state=which, rows=rows, form=form,
            following=str(found[-1].show_id) if len(found) == PAGE_ENTRIES else "",
            lines=line_tiles(lines, viewer.language),
        )
    )  # fmt: skip


@post("/operator/campaigns/{slug:str}/shows")
async def invite_show(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    campaigns: Service[Campaigns],
    shows: Service[Shows],
) -> Html:
    require_operator(viewer)
    form = await read_form(request, InviteForm)
    back = f"/operator/campaigns/{slug}/shows?which=invited"
    if form.value is None:
        return render.see_other(back, N_("Choose a show and a line."), kind="bad")
    try:
        show = await shows.by_slug(form.value.show)
        await campaigns.invite(slug, show, line_id_of(form.value.line))
    except NotFound:
        return render.see_other(back, N_("There is no such show."), kind="bad")
    except DomainError as refusal:
        return render.refused(back, refusal)
    return render.see_other(back, N_("The store has been asked."))


@post("/operator/campaigns/{slug:str}/shows/{show:str}/{action:str}")
async def decide(
    *,
    slug: FromPath[str],
    show: FromPath[str],
    action: FromPath[Literal["accept", "decline", "withhold", "release"]],
    viewer: CurrentViewer,
    render: CurrentRender,
    campaigns: Service[Campaigns],
) -> Html:
    require_operator(viewer)
    show_id = show_id_of(show)
    state = "accepted"
    if action == "accept":
        await campaigns.accept(slug, show_id)
        state = "applied"
    elif action == "decline":
        await campaigns.decline(slug, show_id)
    else:
        await campaigns.withhold(slug, show_id, withheld=action == "withhold")
    return render.see_other(f"/operator/campaigns/{slug}/shows?which={state}", NOTICES[action])


async def _campaign(
    venues: Venues,
    slug: str,
    zone: str,
    language: str,
    *,
    form: Form[PlanForm] | None = None,
    line_form: Form[LineForm] | None = None,
) -> OperatedCampaign:
    campaign, lines = await venues.season(slug)
    return OperatedCampaign(
        campaign=campaign,
        lines=line_tiles(lines, language),
        zone=zone,
        form=form or _filled(campaign, zone),
        line_form=line_form or Form.blank(hue=20),
    )


def _plan(typed: PlanForm, zone: str) -> Plan:
    return Plan(
        name=Words(typed.name_en, typed.name_zh),
        starts_at=typed_moment(typed.starts_at, zone, field="starts_at"),
        ends_at=typed_moment(typed.ends_at, zone, field="ends_at"),
        sale_at=typed_moment(typed.sale_at, zone, field="sale_at") if typed.sale_at else None,
        thresholds=_thresholds(typed.thresholds),
    )


def _thresholds(typed: str) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for line in filter(None, map(str.strip, typed.splitlines())):
        currency, *amounts = line.split()
        currency = currency.upper()
        found[currency] = tuple(
            parse_money(amount, currency, field="thresholds").minor for amount in amounts
        )
    return found


def _filled(campaign: Campaign, zone: str) -> Form[PlanForm]:
    def local(moment: datetime | None) -> datetime | None:
        return moment.astimezone(ZoneInfo(zone)) if moment else None

    lines = [
        " ".join([currency, *(f"{Money(currency, one).major():f}" for one in amounts)])
        for currency, amounts in campaign.thresholds.items()
    ]
    return Form.blank(
        name_en=campaign.name.en, name_zh=campaign.name.zh, thresholds="\n".join(lines),
        starts_at=local(campaign.starts_at), ends_at=local(campaign.ends_at),
        sale_at=local(campaign.sale_at),
    )  # fmt: skip


def line_tiles(lines: Sequence[Line], language: str) -> list[LineTile]:
    return [LineTile(str(one.id), one.name.read(language), one.hue) for one in lines]


def line_id_of(typed: str) -> LineId:
    return LineId(_uuid(typed))


def show_id_of(typed: str) -> ShowId:
    return ShowId(_uuid(typed))


def _uuid(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise NotFound from None


handlers = (
    campaigns_list, create_campaign, campaign_page, change_campaign, add_line, remove_line,
    entries_page, invite_show, decide,
)  # fmt: skip
