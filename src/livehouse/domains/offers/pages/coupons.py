"""Coupons in the console of a store, and the platform's own for operators."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from msgspec import Struct

from livehouse.domains.offers.errors import UnknownCoupon
from livehouse.domains.offers.model import PUBLISHING_ROLES, Amount, Discount, Percent, Published
from livehouse.domains.offers.pages.typed import CouponForm, coupon_plan, refused
from livehouse.domains.offers.service import Coupons
from livehouse.domains.offers.service.coupons import PAGE_COUPONS
from livehouse.domains.offers.wire.discounts import coupon_id_of
from livehouse.domains.stores import Store, Stores
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import StoreId
from livehouse.foundation.money import Money
from livehouse.foundation.text import N_
from livehouse.web.context import web_of
from livehouse.web.forms import Form, read_form
from livehouse.web.guards import (
    has_role,
    own_store,
    require_operator,
)
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
from livehouse.web.identity import Viewer

LASTS = timedelta(days=7)


class CouponRow(Struct, frozen=True, kw_only=True):
    """`state` is planned, running, used_up or over; either `amount_off` or `percent_off` is set."""

    id: str
    label: str
    amount_off: Money | None
    percent_off: str
    least: Money | None
    cap: Money | None
    code: str
    shown: bool
    alone: bool
    state: str
    starts_at: datetime
    ends_at: datetime
    used: int
    total: int
    per_person: int


class CouponsPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "offers/coupons.html"

    store: Store
    section: str = "coupons"
    coupons: list[CouponRow]
    following: str
    may_publish: bool
    zone: str
    form: Form[CouponForm]


class PlatformCouponsPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "offers/platform_coupons.html"

    section: str = "coupons"
    coupons: list[CouponRow]
    following: str
    zone: str
    form: Form[CouponForm]


@get("/console/{slug:str}/coupons")
async def coupons_page(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    before: FromQuery[str] = "",
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    coupons: Service[Coupons],
) -> Html:
    store = await own_store(viewer, stores, slug)
    now = web_of(request).clock.now()
    form = blank_form(now, store.time_zone)
    return render(await _store_page(viewer, store, coupons, form, now=now, before=before))


@post("/console/{slug:str}/coupons")
async def publish_coupon(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    coupons: Service[Coupons],
) -> Html:
    store = await own_store(viewer, stores, slug, *PUBLISHING_ROLES)
    form = await read_form(request, CouponForm)
    if form.value is not None:
        try:
            plan = coupon_plan(form.value, store.currency, store.time_zone)
            made = await coupons.publish(plan, store.id)
            return render.see_other(
                f"/console/{store.slug}/coupons",
                N_("“{label}” is published."),
                label=made.coupon.label,
            )
        except DomainError as refusal:
            form = refused(form, refusal)
    now = web_of(request).clock.now()
    return render(await _store_page(viewer, store, coupons, form, now=now), status_code=422)


@post("/console/{slug:str}/coupons/{coupon_id:str}/end")
async def end_coupon(
    *,
    slug: FromPath[str],
    coupon_id: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    coupons: Service[Coupons],
) -> Html:
    store = await own_store(viewer, stores, slug, *PUBLISHING_ROLES)
    await _end(coupons, coupon_id, store.id)
    return render.see_other(f"/console/{store.slug}/coupons", N_("The coupon has ended."))


@get("/operator/coupons")
async def platform_coupons_page(
    *,
    request: AnyRequest,
    before: FromQuery[str] = "",
    viewer: CurrentViewer,
    render: CurrentRender,
    coupons: Service[Coupons],
) -> Html:
    require_operator(viewer)
    now = web_of(request).clock.now()
    form = blank_form(now, viewer.time_zone)
    return render(await _platform_page(viewer, coupons, form, now, before))


@post("/operator/coupons")
async def publish_platform_coupon(
    request: AnyRequest, viewer: CurrentViewer, render: CurrentRender, coupons: Service[Coupons]
) -> Html:
    require_operator(viewer)
    form = await read_form(request, CouponForm)
    if form.value is not None:
        try:
            plan = coupon_plan(form.value, form.value.currency, viewer.time_zone)
            made = await coupons.publish(plan, None)
            return render.see_other(
                "/operator/coupons", N_("“{label}” is published."), label=made.coupon.label
            )
        except DomainError as refusal:
            form = refused(form, refusal)
    now = web_of(request).clock.now()
    return render(await _platform_page(viewer, coupons, form, now), status_code=422)


@post("/operator/coupons/{coupon_id:str}/end")
async def end_platform_coupon(
    coupon_id: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    coupons: Service[Coupons],
) -> Html:
    require_operator(viewer)
    await _end(coupons, coupon_id, None)
    return render.see_other("/operator/coupons", N_("The coupon has ended."))


def blank_form(now: datetime, zone: str) -> Form[CouponForm]:
    """A week from now, in the time of who types."""
    dates = blank_dates(now, zone)
    return Form.blank(kind="amount", total=100, per_person=1, shown=True, currency="", **dates)


def blank_dates(now: datetime, zone: str) -> dict[str, datetime]:
    starts_at = now.astimezone(ZoneInfo(zone))
    return {"starts_at": starts_at, "ends_at": starts_at + LASTS}


def percent_text(discount: Discount) -> str:
    """Ten percent as “10”; empty for an amount."""
    match discount:
        case Percent(basis_points=rate):
            return f"{rate / 100:g}"
        case Amount():
            return ""


async def _end(coupons: Coupons, coupon_id: str, issuer: StoreId | None) -> None:
    found = await coupons.coupon(coupon_id_of(coupon_id))
    if found.coupon.store_id != issuer:
        raise UnknownCoupon
    await coupons.end(found.coupon.id)


async def _store_page(
    viewer: Viewer,
    store: Store,
    coupons: Coupons,
    form: Form[CouponForm],
    *,
    now: datetime,
    before: str = "",
) -> CouponsPage:
    found = await coupons.issued_by(store.id, before=coupon_id_of(before) if before else None)
    return CouponsPage(
        store=store,
        coupons=[_row(one, now) for one in found],
        following=_following(found),
        may_publish=has_role(viewer, store.id, *PUBLISHING_ROLES),
        zone=store.time_zone,
        form=form,
    )


async def _platform_page(
    viewer: Viewer, coupons: Coupons, form: Form[CouponForm], now: datetime, before: str = ""
) -> PlatformCouponsPage:
    found = await coupons.issued_by(None, before=coupon_id_of(before) if before else None)
    return PlatformCouponsPage(
        coupons=[_row(one, now) for one in found],
        following=_following(found),
        zone=viewer.time_zone,
        form=form,
    )


def _following(found: Sequence[Published]) -> str:
    return str(found[-1].coupon.id) if len(found) == PAGE_COUPONS else ""


def _row(one: Published, now: datetime) -> CouponRow:
    coupon = one.coupon
    return CouponRow(
        id=str(coupon.id),
        label=coupon.label,
        amount_off=_money(coupon.currency, coupon.discount),
        percent_off=percent_text(coupon.discount),
        least=Money(coupon.currency, coupon.from_minor) if coupon.from_minor else None,
        cap=Money(coupon.currency, coupon.cap_minor) if coupon.cap_minor else None,
        code=one.code,
        shown=one.shown,
        alone=coupon.alone,
        state=state_of(coupon.starts_at, coupon.ends_at, one.uses.left, now),
        starts_at=coupon.starts_at,
        ends_at=coupon.ends_at,
        used=one.uses.spent + one.uses.held,
        total=one.uses.total,
        per_person=coupon.per_person,
    )


def _money(currency: str, discount: Discount) -> Money | None:
    return Money(currency, discount.minor) if isinstance(discount, Amount) else None


def state_of(starts_at: datetime, ends_at: datetime, left: int, now: datetime) -> str:
    if ends_at <= now:
        return "over"
    if not left:
        return "used_up"
    return "running" if starts_at <= now else "planned"


handlers = [
    coupons_page,
    publish_coupon,
    end_coupon,
    platform_coupons_page,
    publish_platform_coupon,
    end_platform_coupon,
]
