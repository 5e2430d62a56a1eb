"""Campaigns in a store's console: apply with a show, answer an invitation."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from livehouse.domains.campaigns.model import Campaign
from livehouse.domains.campaigns.pages.operator import line_id_of, line_tiles, show_id_of
from livehouse.domains.campaigns.service import Campaigns
from livehouse.domains.campaigns.service.venues import LineTile
from livehouse.domains.shows import RUNNING_ROLES, Scheduled, Show, Shows
from livehouse.domains.stores import Store, Stores
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.text import N_
from livehouse.web.forms import read_form
from livehouse.web.guards import has_role, own_store
from livehouse.web.handlers import (
    AnyRequest,
    CurrentRender,
    CurrentViewer,
    FromPath,
    Html,
    Page,
    Service,
    get,
    post,
)


class ApplyForm(Struct, kw_only=True):
    campaign: Annotated[str, Meta(min_length=1, max_length=64)]
    show: Annotated[str, Meta(min_length=1, max_length=64)]
    line: Annotated[str, Meta(min_length=1, max_length=36)]


class AnswerForm(Struct, kw_only=True):
    campaign: Annotated[str, Meta(min_length=1, max_length=64)]
    show: Annotated[str, Meta(min_length=1, max_length=36)]
    answer: Literal["accept", "decline"]


class OpenCampaign(Struct, frozen=True, kw_only=True):
    """A campaign that a store may apply to, with the shows that fall into it."""

    campaign: Campaign
    name: str
    lines: list[LineTile]
    shows: list[Show]


class EntryLine(Struct, frozen=True, kw_only=True):
    campaign_slug: str
    campaign_name: str
    show_id: str
    title: str
    state: str


class StoreCampaignsPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "campaigns/console.html"

    store: Store
    section: str = "campaigns"
    open: list[OpenCampaign]
    entries: list[EntryLine]
    may_apply: bool


@get("/console/{store_slug:str}/campaigns")
async def store_campaigns(
    *,
    store_slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    campaigns: Service[Campaigns],
    shows: Service[Shows],
    stores: Service[Stores],
) -> Html:
    store = await own_store(viewer, stores, store_slug)
    planned = [
        show for show in await shows.of_stores([store.id]) if isinstance(show.state, Scheduled)
    ]
    found = await campaigns.of_store(store.id)
    asked = {(entry.campaign_id, entry.show_id) for entry, _ in found}
    titles = await shows.of_ids([entry.show_id for entry, _ in found])
    return render(
        StoreCampaignsPage(
            store=store,
            open=[
                OpenCampaign(
                    campaign=one,
                    name=one.name.read(viewer.language),
                    lines=line_tiles(await campaigns.lines(one.id), viewer.language),
                    shows=[
                        show for show in planned
                        if one.starts_at <= show.starts_at < one.ends_at
                        and (one.id, show.id) not in asked
                    ],
                )
                for one in await campaigns.open_to_all()
            ],
            entries=[
                EntryLine(
                    campaign_slug=campaign.slug,
                    campaign_name=campaign.name.read(viewer.language),
                    show_id=str(entry.show_id),
                    title=titles[entry.show_id].title if entry.show_id in titles else "",
                    state=entry.state.value,
                )
                for entry, campaign in found
            ],
            may_apply=has_role(viewer, store.id, *RUNNING_ROLES),
        )
    )  # fmt: skip


@post("/console/{store_slug:str}/campaigns")
async def apply(
    *,
    request: AnyRequest,
    store_slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    campaigns: Service[Campaigns],
    shows: Service[Shows],
    stores: Service[Stores],
) -> Html:
    store = await own_store(viewer, stores, store_slug, *RUNNING_ROLES)
    back = f"/console/{store.slug}/campaigns"
    form = await read_form(request, ApplyForm)
    if form.value is None:
        return render.see_other(back, N_("Choose a show and a line."), kind="bad")
    show = await shows.by_slug(form.value.show)
    campaign = await campaigns.by_slug(form.value.campaign)
    if show.room.store_id != store.id or campaign.published_at is None:
        raise NotFound
    try:
        await campaigns.apply(campaign.slug, show, line_id_of(form.value.line))
    except DomainError as refusal:
        return render.refused(back, refusal)
    return render.see_other(back, N_("You have applied. An operator decides."))


@post("/console/{store_slug:str}/campaigns/answer")
async def answer_invitation(
    *,
    request: AnyRequest,
    store_slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    campaigns: Service[Campaigns],
    shows: Service[Shows],
    stores: Service[Stores],
) -> Html:
    store = await own_store(viewer, stores, store_slug, *RUNNING_ROLES)
    form = await read_form(request, AnswerForm)
    if form.value is None:
        raise NotFound
    show_id = show_id_of(form.value.show)
    show = (await shows.of_ids([show_id])).get(show_id)
    if show is None or show.room.store_id != store.id:
        raise NotFound
    back = f"/console/{store.slug}/campaigns"
    if form.value.answer == "decline":
        await campaigns.decline(form.value.campaign, show_id)
        return render.see_other(back, N_("The show does not take part."))
    await campaigns.accept(form.value.campaign, show_id, by_store=True)
    return render.see_other(back, N_("The show takes part."))


handlers = (store_campaigns, apply, answer_invitation)
