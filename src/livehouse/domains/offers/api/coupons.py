"""Coupons over HTTP: stores publish them, viewers take them, and what a basket would cost."""

from livehouse.domains.offers.errors import UnknownCoupon
from livehouse.domains.offers.model import PUBLISHING_ROLES, Published
from livehouse.domains.offers.service import Coupons, Prices
from livehouse.domains.offers.service.coupons import PAGE_COUPONS
from livehouse.domains.offers.wire.discounts import (
    AskPrice,
    CouponInfo,
    CouponList,
    PublishCoupon,
    PublishedCoupon,
    PublishedCouponList,
    QuotedPrice,
    RedeemCode,
    coupon_id_of,
    coupon_info,
    coupon_plan,
    published_coupon,
    quoted_price,
)
from livehouse.domains.shows import Shows
from livehouse.domains.stores import Stores
from livehouse.web.guards import own_store, require_signed_in
from livehouse.web.handlers import (
    CurrentViewer,
    FromPath,
    FromQuery,
    JSONBody,
    Service,
    get,
    limited,
    post,
)
from livehouse.web.limits import CODES, ORDERS

STAFF = {"scope": "shows:write"}
READ = {"scope": "orders:read"}
WRITE = {"scope": "orders:write"}


@get("/api/stores/{slug:str}/coupons", opt=STAFF)
async def list_coupons(
    *,
    slug: FromPath[str],
    before: FromQuery[str] = "",
    viewer: CurrentViewer,
    stores: Service[Stores],
    coupons: Service[Coupons],
) -> PublishedCouponList:
    """A store's coupons with their codes, newest first, for its staff."""
    store = await own_store(viewer, stores, slug)
    return page_of(
        await coupons.issued_by(store.id, before=coupon_id_of(before) if before else None)
    )


@post("/api/stores/{slug:str}/coupons", opt=STAFF)
async def publish_coupon(
    slug: FromPath[str],
    data: JSONBody[PublishCoupon],
    viewer: CurrentViewer,
    stores: Service[Stores],
    coupons: Service[Coupons],
) -> PublishedCoupon:
    """Publish a coupon that the store bears; from then on it can only end early."""
    store = await own_store(viewer, stores, slug, *PUBLISHING_ROLES)
    return published_coupon(await coupons.publish(coupon_plan(data), store.id))


@post("/api/stores/{slug:str}/coupons/{coupon_id:str}/end", status_code=200, opt=STAFF)
async def end_coupon(
    slug: FromPath[str],
    coupon_id: FromPath[str],
    viewer: CurrentViewer,
    stores: Service[Stores],
    coupons: Service[Coupons],
) -> PublishedCoupon:
    """End a coupon now; orders that were placed with it keep it."""
    store = await own_store(viewer, stores, slug, *PUBLISHING_ROLES)
    found = await coupons.coupon(coupon_id_of(coupon_id))
    if found.coupon.store_id != store.id:
        raise UnknownCoupon
    return published_coupon(await coupons.end(found.coupon.id))


@post("/api/stores/{slug:str}/codes", guards=[limited(CODES)], status_code=200, opt=WRITE)
async def redeem_code(
    slug: FromPath[str],
    data: JSONBody[RedeemCode],
    viewer: CurrentViewer,
    stores: Service[Stores],
    coupons: Service[Coupons],
) -> CouponInfo:
    """Take the coupon of a code that somebody typed: the store's own, else the platform's."""
    person_id = require_signed_in(viewer)
    store = await stores.by_slug(slug)
    return coupon_info((await coupons.redeem(data.code, store.id, person_id)).coupon)


@get("/api/shows/{slug:str}/coupons", opt={**READ, "public": True})
async def shown_coupons(
    slug: FromPath[str], shows: Service[Shows], coupons: Service[Coupons]
) -> CouponList:
    """What viewers of a show can take with one tap."""
    show = await shows.by_slug(slug)
    return _list(await coupons.shown_by(show.room.store_id))


@post("/api/coupons/{coupon_id:str}/take", guards=[limited(ORDERS)], status_code=200, opt=WRITE)
async def take_coupon(
    coupon_id: FromPath[str], viewer: CurrentViewer, coupons: Service[Coupons]
) -> CouponInfo:
    """Take a coupon that is shown to viewers; taking it again changes nothing."""
    person_id = require_signed_in(viewer)
    return coupon_info((await coupons.take(coupon_id_of(coupon_id), person_id)).coupon)


@get("/api/coupons", opt=READ)
async def my_coupons(viewer: CurrentViewer, coupons: Service[Coupons]) -> CouponList:
    """What you have taken that is not over, those that end first before others."""
    return _list(await coupons.of_person(require_signed_in(viewer)))


@post("/api/prices", guards=[limited(ORDERS)], status_code=200, opt={**READ, "public": True})
async def ask_price(data: JSONBody[AskPrice], prices: Service[Prices]) -> QuotedPrice:
    """What a basket of one store would cost now, line by line, without delivery."""
    wanted = [(item.offer_id, item.quantity) for item in data.items]
    return quoted_price(await prices.quote(wanted, coupon_ids=data.coupon_ids))


def page_of(found: list[Published]) -> PublishedCouponList:
    following = str(found[-1].coupon.id) if len(found) == PAGE_COUPONS else ""
    return PublishedCouponList([published_coupon(one) for one in found], following)


def _list(found: list[Published]) -> CouponList:
    return CouponList([coupon_info(one.coupon) for one in found])


handlers = [
    list_coupons,
    publish_coupon,
    end_coupon,
    redeem_code,
    shown_coupons,
    take_coupon,
    my_coupons,
    ask_price,
]
