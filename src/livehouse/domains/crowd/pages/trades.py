"""A store's points: what they buy. The store sets the price, the viewer trades."""

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.crowd.model.rewards import POINTS_MAX
from livehouse.domains.crowd.model.trades import COUNT_MAX, Offered
from livehouse.domains.crowd.service import Crowd
from livehouse.domains.offers import choices
from livehouse.domains.stores import Store, Stores
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.ids import CouponId, TradeId
from livehouse.foundation.roles import Role
from livehouse.foundation.text import N_
from livehouse.web.forms import Form, read_form
from livehouse.web.guards import has_role, own_store, require_signed_in
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
from livehouse.web.identity import Viewer

OFFERING_ROLES = (Role.EDITOR,)


class TradeForm(Struct):
    """`coupon` is one of the store's, whose terms those for points will have."""

    coupon: UUID
    points: Annotated[int, Meta(ge=1, le=POINTS_MAX)]
    count: Annotated[int, Meta(ge=1, le=COUNT_MAX)]


class TradeRow(Struct, frozen=True, kw_only=True):
    id: TradeId
    label: str
    points: int
    left: int
    ends_at: datetime
    is_over: bool


class StorePointsPage(Page, frozen=True, kw_only=True):
    """`sources` are the store's coupons that may be given for points, as id and words."""

    template: ClassVar[str] = "crowd/store_points.html"

    store: Store
    section: str = "points"
    trades: list[TradeRow]
    sources: list[tuple[str, str]]
    may_offer: bool
    form: Form[TradeForm]


@get("/console/{slug:str}/points")
async def store_points(
    *,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    crowd: Service[Crowd],
) -> Html:
    store = await own_store(viewer, stores, slug)
    form: Form[TradeForm] = Form.blank(points=100, count=100)
    return render(await _page(viewer, store, crowd, form))


@post("/console/{slug:str}/points")
async def offer_trade(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    crowd: Service[Crowd],
) -> Html:
    store = await own_store(viewer, stores, slug, *OFFERING_ROLES)
    form = await read_form(request, TradeForm)
    if form.value is not None:
        typed = form.value
        try:
            await crowd.trades.offer(
                store.id, CouponId(typed.coupon), points=typed.points, count=typed.count
            )
            return render.see_other(
                f"/console/{store.slug}/points", N_("It can be had for points now.")
            )
        except DomainError as refusal:
            form = form.refuse(refusal)
    page = await _page(viewer, store, crowd, form)
    return render(page, status_code=422)


@post("/console/{slug:str}/points/{trade_id:uuid}/end")
async def end_trade(
    *,
    slug: FromPath[str],
    trade_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    crowd: Service[Crowd],
) -> Html:
    store = await own_store(viewer, stores, slug, *OFFERING_ROLES)
    await crowd.trades.end(store.id, TradeId(trade_id))
    here = f"/console/{store.slug}/points"
    return render.see_other(here, N_("Nobody can have it for points any more."))


@post("/points/trades/{trade_id:uuid}")
async def trade_points(
    trade_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    crowd: Service[Crowd],
) -> Html:
    """The viewer gives points and has the coupon."""
    person_id = require_signed_in(viewer)
    try:
        trade = await crowd.trades.trade(TradeId(trade_id), person_id)
    except NotFound:
        raise
    except DomainError as refusal:
        return render.refused("/points", refusal)
    return render.see_other(
        "/points", N_("“{label}” is yours. It is in your bag at the store."), label=trade.label
    )


async def _page(
    viewer: Viewer, store: Store, crowd: Crowd, form: Form[TradeForm]
) -> StorePointsPage:
    now = crowd.clock.now()
    return StorePointsPage(
        store=store,
        trades=[_row(one, now) for one in await crowd.trades.of_store(store.id)],
        sources=choices(await crowd.coupons.promisable_by(store.id)),
        may_offer=has_role(viewer, store.id, *OFFERING_ROLES),
        form=form,
    )


def _row(one: Offered, now: datetime) -> TradeRow:
    trade = one.trade
    return TradeRow(
        id=trade.id,
        label=trade.label,
        points=trade.points,
        left=one.left,
        ends_at=trade.ends_at,
        is_over=trade.ends_at <= now or one.left == 0,
    )


handlers = (store_points, offer_trade, end_trade, trade_points)
