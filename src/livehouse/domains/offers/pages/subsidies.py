"""Subsidies for operators: who adds what to which prices, and what is left of each budget."""

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.offers.errors import UnknownOffer
from livehouse.domains.offers.model import Amount, Funded, Part, SubsidyPlan
from livehouse.domains.offers.pages.coupons import blank_dates, percent_text, state_of
from livehouse.domains.offers.pages.typed import DiscountForm, discount, minor, refused
from livehouse.domains.offers.service import Subsidies
from livehouse.domains.offers.service.subsidies import PAGE_SUBSIDIES
from livehouse.domains.offers.wire.discounts import subsidy_id_of
from livehouse.domains.stores import Stores
from livehouse.foundation.errors import DomainError, InvalidInput, NotFound
from livehouse.foundation.ids import OfferId, StoreId
from livehouse.foundation.money import Money, parse_percent
from livehouse.foundation.text import N_
from livehouse.web.context import web_of
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
from livehouse.web.identity import Viewer


class SubsidyForm(DiscountForm, kw_only=True):
    """A line of `parts` is a payer and its share; no store and no offer means all."""

    currency: Annotated[str, Meta(min_length=3, max_length=3)]
    budget: Annotated[str, Meta(min_length=1, max_length=30)]
    parts: Annotated[str, Meta(min_length=1, max_length=400)]
    store: Annotated[str, Meta(max_length=63)] = ""
    offer_id: Annotated[str, Meta(max_length=36)] = ""


class PartView(Struct, frozen=True):
    payer: str
    percent: str


class SubsidyRow(Struct, frozen=True, kw_only=True):
    """`state` is planned, running, used_up or over; either `amount_off` or `percent_off` is set."""

    id: str
    label: str
    amount_off: Money | None
    percent_off: str
    cap: Money | None
    parts: list[PartView]
    store: str
    for_offer: bool
    state: str
    starts_at: datetime
    ends_at: datetime
    left: Money
    budget: Money


class SubsidiesPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "offers/subsidies.html"

    section: str = "subsidies"
    subsidies: list[SubsidyRow]
    following: str
    zone: str
    form: Form[SubsidyForm]


@get("/operator/subsidies")
async def subsidies_page(
    *,
    request: AnyRequest,
    before: FromQuery[str] = "",
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    subsidies: Service[Subsidies],
) -> Html:
    require_operator(viewer)
    now = web_of(request).clock.now()
    dates = blank_dates(now, viewer.time_zone)
    form: Form[SubsidyForm] = Form.blank(kind="amount", parts="platform 100", **dates)
    return render(await _page(viewer, stores, subsidies, form, now=now, before=before))


@post("/operator/subsidies")
async def publish_subsidy(
    *,
    request: AnyRequest,
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    subsidies: Service[Subsidies],
) -> Html:
    require_operator(viewer)
    form = await read_form(request, SubsidyForm)
    if form.value is not None:
        try:
            plan = await _plan(form.value, stores, viewer.time_zone)
            made = await subsidies.publish(plan)
            return render.see_other(
                "/operator/subsidies", N_("“{label}” is published."), label=made.subsidy.label
            )
        except UnknownOffer:
            problem = N_("there is no such offer in this store")
            form = form.refuse(InvalidInput(field="offer_id", problem=problem))
        except NotFound:
            form = form.refuse(InvalidInput(field="store", problem=N_("there is no such store")))
        except DomainError as refusal:
            form = refused(form, refusal)
    now = web_of(request).clock.now()
    return render(await _page(viewer, stores, subsidies, form, now=now), status_code=422)


@post("/operator/subsidies/{subsidy_id:str}/end")
async def end_subsidy(
    subsidy_id: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    subsidies: Service[Subsidies],
) -> Html:
    require_operator(viewer)
    await subsidies.end(subsidy_id_of(subsidy_id))
    return render.see_other("/operator/subsidies", N_("The subsidy has ended."))


async def _plan(typed: SubsidyForm, stores: Stores, zone: str) -> SubsidyPlan:
    return SubsidyPlan(
        label=typed.label,
        currency=typed.currency,
        discount=discount(typed, typed.currency),
        parts=_parts(typed.parts),
        budget_minor=minor(typed.budget, typed.currency, "budget"),
        starts_at=typed_moment(typed.starts_at, zone, field="starts_at"),
        ends_at=typed_moment(typed.ends_at, zone, field="ends_at"),
        store_id=(await stores.by_slug(typed.store)).id if typed.store else None,
        offer_id=_offer_id(typed.offer_id),
        cap_minor=minor(typed.cap, typed.currency, "cap"),
    )


def _parts(text: str) -> tuple[Part, ...]:
    """A line per payer: tea-board 40."""
    parts = []
    for line in filter(None, map(str.strip, text.splitlines())):
        payer, _, share = line.partition(" ")
        parts.append(Part(payer, parse_percent(share, field="parts")))
    return tuple(parts)


def _offer_id(text: str) -> OfferId | None:
    try:
        return OfferId(UUID(text)) if text else None
    except ValueError:
        raise InvalidInput(field="offer_id", problem=N_("this is not an offer's id")) from None


async def _page(
    viewer: Viewer,
    stores: Stores,
    subsidies: Subsidies,
    form: Form[SubsidyForm],
    *,
    now: datetime,
    before: str = "",
) -> SubsidiesPage:
    found = await subsidies.listing(before=subsidy_id_of(before) if before else None)
    ids = {one.subsidy.store_id for one in found if one.subsidy.store_id}
    names = {store.id: store.name for store in await stores.stores(ids)}
    return SubsidiesPage(
        subsidies=[_row(one, names, now) for one in found],
        following=str(found[-1].subsidy.id) if len(found) == PAGE_SUBSIDIES else "",
        zone=viewer.time_zone,
        form=form,
    )


def _row(one: Funded, names: dict[StoreId, str], now: datetime) -> SubsidyRow:
    subsidy = one.subsidy
    off = subsidy.discount
    return SubsidyRow(
        id=str(subsidy.id),
        label=subsidy.label,
        amount_off=Money(subsidy.currency, off.minor) if isinstance(off, Amount) else None,
        percent_off=percent_text(off),
        cap=Money(subsidy.currency, subsidy.cap_minor) if subsidy.cap_minor else None,
        parts=[PartView(part.payer, f"{part.basis_points / 100:g}") for part in subsidy.parts],
        store=names.get(subsidy.store_id, "") if subsidy.store_id else "",
        for_offer=subsidy.offer_id is not None,
        state=state_of(subsidy.starts_at, subsidy.ends_at, one.budget.left, now),
        starts_at=subsidy.starts_at,
        ends_at=subsidy.ends_at,
        left=Money(subsidy.currency, one.budget.left),
        budget=Money(subsidy.currency, one.budget.total),
    )


handlers = [subsidies_page, publish_subsidy, end_subsidy]
