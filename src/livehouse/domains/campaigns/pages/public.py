"""A campaign's venue and its schedule, for everybody."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import ClassVar
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar.enums import MediaType
from litestar.response import Response
from markupsafe import Markup
from msgspec import Struct

from livehouse.domains.campaigns.model import Campaign, Line, LineId
from livehouse.domains.campaigns.service import Campaigns, Venue, Venues
from livehouse.domains.campaigns.service.venues import LineTile, ShowTile
from livehouse.domains.programmes import Reminders
from livehouse.foundation.errors import NotFound
from livehouse.foundation.text import LANGUAGES
from livehouse.web.context import web_of
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
)
from livehouse.web.identity import Viewer

# Caches may keep a venue for as long, and show it a little longer while they ask again.
VENUE_CACHING = "public, max-age=5, stale-while-revalidate=30"
DAYS_SHOWN_MAX = 93


class CampaignRow(Struct, frozen=True):
    slug: str
    name: str
    starts_at: datetime
    ends_at: datetime


class CampaignsPage(Page, frozen=True):
    template: ClassVar[str] = "campaigns/campaigns.html"

    campaigns: list[CampaignRow]


class VenueBody(Page, frozen=True):
    """The matter of a venue: the same for everybody who reads its language."""

    template: ClassVar[str] = "campaigns/venue_body.html"

    venue: Venue
    is_live: bool


class VenuePage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "campaigns/venue.html"

    slug: str
    name: str
    text: str
    address: str
    image: str
    is_preview: bool
    body: Markup


class DayLink(Struct, frozen=True):
    """`day` as the address has it, `at` its noon in the reader's zone."""

    day: str
    at: datetime


class SchedulePage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "campaigns/programme.html"

    slug: str
    name: str
    days: list[DayLink]
    day: str
    lines: list[LineTile]
    line: str
    shows: Sequence[ShowTile]
    reminded: frozenset[str]
    following: str


@get("/campaigns")
async def campaigns_page(
    viewer: CurrentViewer, render: CurrentRender, campaigns: Service[Campaigns]
) -> Html:
    found = await campaigns.open_to_all()
    return render(
        CampaignsPage(
            [
                CampaignRow(one.slug, one.name.read(viewer.language), one.starts_at, one.ends_at)
                for one in found
            ]
        )
    )


@get("/campaigns/{slug:str}")
async def venue_page(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    venues: Service[Venues],
) -> Html:
    campaign, _ = await venues.season(slug)
    body = await _body(request, slug, viewer.language, venues)
    return render(venue_page_of(request, campaign, body, viewer.language))


@get("/venues/{slug:str}/{language:str}")
async def venue_body(
    request: AnyRequest, slug: FromPath[str], language: FromPath[str], venues: Service[Venues]
) -> Response[str]:
    """The matter alone, for caches and for pages that are open: nobody's own is in it."""
    if language not in LANGUAGES:
        raise NotFound
    body = await _body(request, slug, language, venues)
    headers = {"Cache-Control": VENUE_CACHING}
    return Response(str(body), media_type=MediaType.HTML, headers=headers)


@get("/campaigns/{slug:str}/schedule")
async def schedule_page(  # noqa: PLR0913 - each is found by its name
    *,
    slug: FromPath[str],
    day: FromQuery[str] = "",
    line: FromQuery[str] = "",
    after: FromQuery[str] = "",
    viewer: CurrentViewer,
    render: CurrentRender,
    venues: Service[Venues],
    reminders: Service[Reminders],
) -> Html:
    """A day in the reader's own zone, of all lines or of one."""
    campaign, lines = await venues.season(slug)
    if campaign.published_at is None:
        raise NotFound
    days = _days(campaign, viewer.time_zone)
    chosen = _chosen(days, day, venues.clock.now(), viewer.time_zone)
    since = _midnight(chosen, viewer.time_zone)
    found = await venues.schedule(
        campaign,
        lines,
        viewer.language,
        since=since,
        until=_midnight(chosen + timedelta(days=1), viewer.time_zone),
        line_id=_line_id(line),
        after=after,
    )
    return render(
        SchedulePage(
            slug=slug,
            name=campaign.name.read(viewer.language),
            days=[DayLink(f"{one:%Y-%m-%d}", one) for one in days],
            day=f"{chosen:%Y-%m-%d}",
            lines=_line_tiles(lines, viewer.language),
            line=line,
            shows=found.shows,
            reminded=(
                await reminders.shows_to_come(viewer.person_id) if viewer.person_id else frozenset()
            ),
            following=found.following,
        )
    )


def venue_page_of(
    request: AnyRequest, campaign: Campaign, body: Markup, language: str, *, preview: bool = False
) -> VenuePage:
    web = web_of(request)
    url = request.base_url
    origin = web.settings.origin.rstrip("/") or f"{url.scheme}://{url.netloc}"
    name = campaign.name.read(language)
    return VenuePage(
        slug=campaign.slug,
        name=name,
        text=name,
        address=f"{origin}/campaigns/{campaign.slug}",
        image=f"{origin}/media/drawn/{campaign.slug}/{quote(name[:1], safe='')}.svg",
        is_preview=preview,
        body=body,
    )


def rendered(request: AnyRequest, venue: Venue, language: str, *, live: bool) -> Markup:
    """The matter of a venue as everybody sees it, whoever asks."""
    web = web_of(request)
    anybody = Viewer(language=language, time_zone=web.settings.time_zone)
    html = web.renderer.html(VenueBody(venue, live), anybody, flashes=[])
    return Markup(html)  # noqa: S704 - our own template, which escapes


async def _body(request: AnyRequest, slug: str, language: str, venues: Venues) -> Markup:
    async def make() -> str:
        venue = await venues.venue(slug, language)
        return str(rendered(request, venue, language, live=True))

    return Markup(await venues.kept.get((slug, language), make))  # noqa: S704 - as above


def _days(campaign: Campaign, zone: str) -> list[datetime]:
    """The noons of a campaign's days in a zone."""
    first, last = (
        moment.astimezone(ZoneInfo(zone)).replace(hour=12, minute=0, second=0, microsecond=0)
        for moment in (campaign.starts_at, campaign.ends_at - timedelta(microseconds=1))
    )
    count = min((last.date() - first.date()).days + 1, DAYS_SHOWN_MAX)
    return [first + timedelta(days=number) for number in range(count)]


def _chosen(days: Sequence[datetime], typed: str, now: datetime, zone: str) -> datetime:
    """The day that was asked for, else today, else the nearest."""
    by_name = {f"{one:%Y-%m-%d}": one for one in days}
    today = f"{now.astimezone(ZoneInfo(zone)):%Y-%m-%d}"
    return by_name.get(typed) or by_name.get(today) or (days[0] if now < days[0] else days[-1])


def _midnight(noon: datetime, zone: str) -> datetime:
    return datetime.combine(noon.date(), time(), ZoneInfo(zone))


def _line_tiles(lines: Sequence[Line], language: str) -> list[LineTile]:
    return [LineTile(str(one.id), one.name.read(language), one.hue) for one in lines]


def _line_id(typed: str) -> LineId | None:
    try:
        return LineId(UUID(typed)) if typed else None
    except ValueError:
        raise NotFound from None


handlers = (campaigns_page, venue_page, venue_body, schedule_page)
