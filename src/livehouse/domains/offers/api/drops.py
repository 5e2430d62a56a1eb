"""Drops over HTTP: the host lets coupons fall, viewers take them with one tap."""

from uuid import UUID

from livehouse.domains.offers.errors import UnknownDrop
from livehouse.domains.offers.model import DropPlan
from livehouse.domains.offers.service import Drops
from livehouse.domains.offers.wire.discounts import CouponInfo, coupon_info
from livehouse.domains.offers.wire.drops import DropCoupon, DropInfo, drop_info
from livehouse.domains.programmes import CueKind, Preparations, PreparedInfo, prepared_info
from livehouse.domains.shows import RUNNING_ROLES, Shows
from livehouse.foundation.ids import DropId
from livehouse.web.guards import own_show, require_signed_in, require_store
from livehouse.web.handlers import CurrentViewer, FromPath, JSONBody, Service, limited, post
from livehouse.web.limits import ORDERS

STAFF = {"scope": "shows:write"}
WRITE = {"scope": "orders:write"}


@post("/api/shows/{slug:str}/drops", opt=STAFF)
async def drop_coupons(
    slug: FromPath[str],
    data: JSONBody[DropCoupon],
    viewer: CurrentViewer,
    shows: Service[Shows],
    drops: Service[Drops],
) -> DropInfo:
    """Let coupons with the terms of a published one fall into a room that is live."""
    show = await own_show(viewer, shows, slug, *RUNNING_ROLES)
    drop, made = await drops.drop(show.slug, data.coupon_id, count=data.count, seconds=data.seconds)
    return drop_info(drop, made)


@post("/api/shows/{slug:str}/drops/prepared", opt=STAFF)
async def prepare_drop(
    *,
    slug: FromPath[str],
    data: JSONBody[DropCoupon],
    viewer: CurrentViewer,
    shows: Service[Shows],
    drops: Service[Drops],
    preparations: Service[Preparations],
) -> PreparedInfo:
    """Keep coupons ready for a cue of the run-sheet, which lets them fall."""
    show = await own_show(viewer, shows, slug, *RUNNING_ROLES)
    plan = DropPlan(data.coupon_id, data.count, data.seconds)
    label = (await drops.check(show, plan)).coupon.label
    return prepared_info(
        await preparations.keep(show, CueKind.DROP, f"{plan.count} × {label}", plan)
    )


@post("/api/drops/{drop_id:str}/end", status_code=200, opt=STAFF)
async def end_drop(
    drop_id: FromPath[str], viewer: CurrentViewer, drops: Service[Drops]
) -> DropInfo:
    """Let nobody take any more; who has taken one keeps it."""
    require_signed_in(viewer)
    drop, made = await drops.find(_id(drop_id))
    assert made.coupon.store_id is not None, "platforms drop nothing"
    require_store(viewer, made.coupon.store_id, *RUNNING_ROLES)
    return drop_info(await drops.end(drop.id), made)


@post("/api/drops/{drop_id:str}/take", guards=[limited(ORDERS)], status_code=200, opt=WRITE)
async def take_drop(
    drop_id: FromPath[str], viewer: CurrentViewer, drops: Service[Drops]
) -> CouponInfo:
    """Take one of a drop; taking it again changes nothing."""
    person_id = require_signed_in(viewer)
    taken = await drops.take(_id(drop_id), person_id)
    _, made = await drops.find(taken.drop.id)
    return coupon_info(made.coupon)


def _id(text: str) -> DropId:
    try:
        return DropId(UUID(text))
    except ValueError:
        raise UnknownDrop from None


handlers = [drop_coupons, prepare_drop, end_drop, take_drop]
