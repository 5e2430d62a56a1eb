"""A show in its store's console: what it offers, for how much, in which order."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.offers.model import Offer, Planned, state_name
from livehouse.domains.offers.service import Offers
from livehouse.domains.offers.wire import NUMBER_MAX
from livehouse.domains.quotas import Quota
from livehouse.domains.shows import RUNNING_ROLES, Show, Shows
from livehouse.domains.shows import state_name as show_state_name
from livehouse.domains.stores import Product, Store, Stores
from livehouse.foundation.errors import DomainError, InvalidInput, NotFound
from livehouse.foundation.ids import VariantId
from livehouse.foundation.money import Money, parse_money
from livehouse.foundation.text import N_
from livehouse.web.forms import Form, read_form
from livehouse.web.guards import has_role, own_store
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

PRODUCTS_OFFERED_MAX = 60
SEARCH_CHARACTERS_MAX = 100


class PlanForm(Struct):
    """`price` empty means the shelf's own, `opens_at` empty that the host opens it."""

    variant_id: Annotated[str, Meta(min_length=1, max_length=36)]
    allotment: Annotated[int, Meta(ge=1, le=NUMBER_MAX)]
    price: Annotated[str, Meta(max_length=30)] = ""
    limit: Annotated[int, Meta(ge=0, le=NUMBER_MAX)] = 0
    minutes: Annotated[int, Meta(ge=0, le=NUMBER_MAX)] = 0
    fair_seconds: Annotated[int, Meta(ge=0, le=60)] = 0
    opens_at: Annotated[str, Meta(max_length=40)] = ""


class OfferRow(Struct, frozen=True, kw_only=True):
    """`left` is what can still be bought; `stock_left` what lies on the shelf for all offers;
    `was` is what viewers see struck through."""

    title: str
    variant: str
    image: str
    price: Money
    was: Money | None
    state: str
    left: int
    total: int
    sold: int
    stock_left: int
    limit: int
    minutes: int
    fair_seconds: int
    opens_at: datetime | None


class Choice(Struct, frozen=True, kw_only=True):
    """A variant that an offer may take."""

    variant_id: VariantId
    title: str
    price: Money
    left: int


class OffersPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "offers/console_show.html"

    store: Store
    section: str = "shows"
    slug: str
    title: str
    state: str
    starts_at: datetime
    is_on: bool
    offers: list[OfferRow]
    choices: list[Choice]
    search: str
    has_products: bool
    may_plan: bool
    form: Form[PlanForm]


@get("/console/{store_slug:str}/shows/{slug:str}")
async def console_show(
    *,
    store_slug: FromPath[str],
    slug: FromPath[str],
    q: FromQuery[str] = "",
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    offers: Service[Offers],
) -> Html:
    store = await own_store(viewer, stores, store_slug)
    show = await _own(offers.shows, store, slug)
    desk = _Desk(store, show, stores, offers, has_role(viewer, store.id, *RUNNING_ROLES))
    form: Form[PlanForm] = Form.blank(allotment=10, limit=0, minutes=0, fair_seconds=0)
    return render(await desk.page(form, q))


@post("/console/{store_slug:str}/shows/{slug:str}/offers")
async def plan(
    *,
    request: AnyRequest,
    store_slug: FromPath[str],
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    offers: Service[Offers],
) -> Html:
    store = await own_store(viewer, stores, store_slug, *RUNNING_ROLES)
    show = await _own(offers.shows, store, slug)
    desk = _Desk(store, show, stores, offers, may_plan=True)
    form = await read_form(request, PlanForm)
    if form.value is None:
        return render(await desk.page(form), status_code=422)
    try:
        offer = await desk.plan(form.value)
    except DomainError as error:
        return render(await desk.page(form.refuse(error)), status_code=422)
    return render.see_other(
        f"/console/{store.slug}/shows/{show.slug}",
        N_("“{title}” is planned."),
        title=offer.title,
    )


class _Desk(Struct, frozen=True):
    """Planning the offers of one show."""

    store: Store
    show: Show
    stores: Stores
    offers: Offers
    may_plan: bool

    async def page(self, form: Form[PlanForm], search: str = "") -> OffersPage:
        search = search.replace("\x00", "").strip()[:SEARCH_CHARACTERS_MAX]
        found = await self.stores.products(
            self.store.id, search=search, published_only=True, limit=PRODUCTS_OFFERED_MAX
        )
        run = self.show.run
        listed = await self.offers.listing(self.show.id)
        before = await self.offers.prices_before(offer for offer, _, _ in listed)
        return OffersPage(
            store=self.store,
            slug=self.show.slug,
            title=self.show.title,
            state=show_state_name(self.show.state),
            starts_at=self.show.starts_at,
            is_on=run is not None and run.on,
            offers=[_row(*one, before.get(one[0].id, 0)) for one in listed],
            choices=_choices(found.products),
            search=search,
            has_products=bool(found.products) or bool(search),
            may_plan=self.may_plan,
            form=form,
        )

    async def plan(self, typed: PlanForm) -> Offer:
        try:
            variant_id = VariantId(UUID(typed.variant_id))
            found = await self.stores.variant(variant_id)
        except (ValueError, NotFound):
            raise InvalidInput(
                field="variant_id", problem=N_("choose one of your products")
            ) from None
        price = found.variant.price
        if typed.price:
            price = parse_money(typed.price, self.store.currency, field="price")
        return await self.offers.plan(
            self.show.slug,
            variant_id,
            price=price,
            allotment=typed.allotment,
            limit=typed.limit,
            minutes=typed.minutes,
            fair_window_ms=typed.fair_seconds * 1_000,
            opens_at=(
                typed_moment(typed.opens_at, self.store.time_zone, field="opens_at")
                if typed.opens_at
                else None
            ),
        )


async def _own(shows: Shows, store: Store, slug: str) -> Show:
    show = await shows.by_slug(slug)
    if show.room.store_id != store.id:
        raise NotFound
    return show


def _choices(products: Sequence[Product]) -> list[Choice]:
    return [
        Choice(
            variant_id=variant.id,
            title=" · ".join(part for part in (product.title, variant.title) if part),
            price=variant.price,
            left=variant.stock.left,
        )
        for product in products
        for variant in product.variants
    ]


def _row(offer: Offer, allotment: Quota, stock: Quota, was_minor: int) -> OfferRow:
    return OfferRow(
        title=offer.title,
        variant=offer.variant_title,
        image=offer.image,
        price=offer.price,
        was=Money(offer.price.currency, was_minor) if was_minor else None,
        state=state_name(offer),
        left=max(0, min(allotment.left, stock.left)),
        total=allotment.total,
        sold=allotment.spent,
        stock_left=stock.left,
        limit=offer.limit,
        minutes=int(offer.duration.total_seconds()) // 60 if offer.duration else 0,
        fair_seconds=offer.fair_window_ms // 1_000,
        opens_at=offer.state.opens_at if isinstance(offer.state, Planned) else None,
    )


handlers = [console_show, plan]
