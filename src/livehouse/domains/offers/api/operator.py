"""What operators do over HTTP: the platform's coupons, and subsidies."""

from livehouse.domains.offers.api.coupons import page_of
from livehouse.domains.offers.errors import UnknownCoupon
from livehouse.domains.offers.service import Coupons, Subsidies
from livehouse.domains.offers.service.subsidies import PAGE_SUBSIDIES
from livehouse.domains.offers.wire.discounts import (
    PublishCoupon,
    PublishedCoupon,
    PublishedCouponList,
    PublishSubsidy,
    SubsidyInfo,
    SubsidyList,
    coupon_id_of,
    coupon_plan,
    published_coupon,
    subsidy_id_of,
    subsidy_info,
    subsidy_plan,
)
from livehouse.web.guards import require_operator
from livehouse.web.handlers import (
    CurrentViewer,
    FromPath,
    FromQuery,
    JSONBody,
    Service,
    get,
    post,
)

SCOPE = {"scope": "shows:write"}


@get("/api/operator/coupons", opt=SCOPE)
async def platform_coupons(
    *, before: FromQuery[str] = "", viewer: CurrentViewer, coupons: Service[Coupons]
) -> PublishedCouponList:
    """The platform's coupons with their codes, newest first."""
    require_operator(viewer)
    return page_of(await coupons.issued_by(None, before=coupon_id_of(before) if before else None))


@post("/api/operator/coupons", opt=SCOPE)
async def publish_platform_coupon(
    data: JSONBody[PublishCoupon], viewer: CurrentViewer, coupons: Service[Coupons]
) -> PublishedCoupon:
    """Publish a coupon that the platform bears, for orders at any store."""
    require_operator(viewer)
    return published_coupon(await coupons.publish(coupon_plan(data), None))


@post("/api/operator/coupons/{coupon_id:str}/end", status_code=200, opt=SCOPE)
async def end_platform_coupon(
    coupon_id: FromPath[str], viewer: CurrentViewer, coupons: Service[Coupons]
) -> PublishedCoupon:
    require_operator(viewer)
    found = await coupons.coupon(coupon_id_of(coupon_id))
    if found.coupon.store_id is not None:
        raise UnknownCoupon
    return published_coupon(await coupons.end(found.coupon.id))


@get("/api/operator/subsidies", opt=SCOPE)
async def list_subsidies(
    *, before: FromQuery[str] = "", viewer: CurrentViewer, subsidies: Service[Subsidies]
) -> SubsidyList:
    """All subsidies with what is left of their budgets, newest first."""
    require_operator(viewer)
    found = await subsidies.listing(before=subsidy_id_of(before) if before else None)
    following = str(found[-1].subsidy.id) if len(found) == PAGE_SUBSIDIES else ""
    return SubsidyList([subsidy_info(one) for one in found], following)


@post("/api/operator/subsidies", opt=SCOPE)
async def publish_subsidy(
    data: JSONBody[PublishSubsidy], viewer: CurrentViewer, subsidies: Service[Subsidies]
) -> SubsidyInfo:
    """Publish a subsidy; from then on it can only end early."""
    require_operator(viewer)
    return subsidy_info(await subsidies.publish(subsidy_plan(data)))


@post("/api/operator/subsidies/{subsidy_id:str}/end", status_code=200, opt=SCOPE)
async def end_subsidy(
    subsidy_id: FromPath[str], viewer: CurrentViewer, subsidies: Service[Subsidies]
) -> SubsidyInfo:
    """End a subsidy now; orders that were placed with it keep it."""
    require_operator(viewer)
    return subsidy_info(await subsidies.end(subsidy_id_of(subsidy_id)))


handlers = [
    platform_coupons,
    publish_platform_coupon,
    end_platform_coupon,
    list_subsidies,
    publish_subsidy,
    end_subsidy,
]
