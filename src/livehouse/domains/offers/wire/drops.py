"""What drops say over HTTP."""

from typing import Annotated

from msgspec import Meta, Struct

from livehouse.domains.offers.model import Drop, Published
from livehouse.domains.offers.wire.offers import NUMBER_MAX
from livehouse.foundation.clock import Instant
from livehouse.foundation.ids import CouponId, DropId


class DropCoupon(Struct, frozen=True, forbid_unknown_fields=True):
    """`count` coupons with the terms of `coupon_id`, to be taken within `seconds`."""

    coupon_id: CouponId
    count: Annotated[int, Meta(ge=1, le=NUMBER_MAX)]
    seconds: Annotated[int, Meta(ge=1, le=NUMBER_MAX)]


class DropInfo(Struct, frozen=True):
    """`coupon_id` is the coupon that the drop has for itself."""

    id: DropId
    coupon_id: CouponId
    label: str
    total: int
    ends_at: Instant


def drop_info(drop: Drop, made: Published) -> DropInfo:
    return DropInfo(drop.id, made.coupon.id, made.coupon.label, made.uses.total, drop.ends_at)
