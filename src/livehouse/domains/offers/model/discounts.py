"""What lowers a price: coupons, which a buyer brings, and subsidies, which apply by themselves.

Their terms never change once they are published; only their end may come earlier.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from msgspec import Struct

from livehouse.domains.offers.errors import (
    CouponElsewhere,
    CouponNeedsMore,
    CouponNotValid,
    CouponsDoNotCombine,
)
from livehouse.domains.offers.model.offers import Offer
from livehouse.foundation.ids import CouponId, OfferId, QuotaId, StoreId, SubsidyId
from livehouse.foundation.money import Money

STORE = "store"
PLATFORM = "platform"
COUPONS_PER_ORDER_MAX = 3
# Coupons apply in this order. Those of different kinds go together, two of one kind do not.
KINDS = ("store_amount", "store_percent", "platform_amount", "platform_percent")


class Amount(Struct, frozen=True, tag="amount"):
    """Off an order with a coupon, off each unit with a subsidy; in minor units."""

    minor: int


class Percent(Struct, frozen=True, tag="percent"):
    """Off the goods, rounded half up; 1000 basis points are 10 %."""

    basis_points: int


Discount: TypeAlias = Amount | Percent


class Coupon(Struct, frozen=True, kw_only=True):
    """Valid from `starts_at` until before `ends_at`, for goods of at least `from_minor`.

    A coupon of no store is the platform's, which then bears it. `quota_id` counts how often it is
    used in all and per buyer; `per_person` 0 means no limit. `cap_minor` 0 means no cap.
    """

    id: CouponId
    label: str
    currency: str
    discount: Discount
    quota_id: QuotaId
    starts_at: datetime
    ends_at: datetime
    store_id: StoreId | None = None
    from_minor: int = 0
    cap_minor: int = 0
    per_person: int = 1
    alone: bool = False

    @property
    def payer(self) -> str:
        return PLATFORM if self.store_id is None else STORE

    @property
    def kind(self) -> str:
        return f"{self.payer}_{'amount' if isinstance(self.discount, Amount) else 'percent'}"


class Part(Struct, frozen=True):
    """What share of a subsidy is borne by `payer`: the store, the platform or a partner's key."""

    payer: str
    basis_points: int


class Subsidy(Struct, frozen=True, kw_only=True):
    """What others add so that buyers pay less, for an offer, a store's goods or all of them.

    `budget_id` is the quota, in minor units, that it is paid from. `cap_minor` holds per order, 0
    means no cap. The shares of its parts add up to the whole.
    """

    id: SubsidyId
    label: str
    currency: str
    discount: Discount
    parts: tuple[Part, ...]
    budget_id: QuotaId
    starts_at: datetime
    ends_at: datetime
    store_id: StoreId | None = None
    offer_id: OfferId | None = None
    cap_minor: int = 0

    def covers(self, offer: Offer, now: datetime) -> bool:
        return (
            self.starts_at <= now < self.ends_at
            and self.currency == offer.price.currency
            and self.store_id in {None, offer.store_id}
            and self.offer_id in {None, offer.id}
        )


def in_order(
    coupons: Sequence[Coupon], store_id: StoreId, goods: Money, now: datetime
) -> list[Coupon]:
    """The coupons of an order of `goods` as they apply, however the buyer sorted them.

    Refuses the whole order rather than leave one out: the buyer counts on each.
    """
    kinds = {coupon.kind for coupon in coupons}
    if len(kinds) < len(coupons) or len(coupons) > COUPONS_PER_ORDER_MAX:
        raise CouponsDoNotCombine
    if len(coupons) > 1 and any(coupon.alone for coupon in coupons):
        raise CouponsDoNotCombine
    for coupon in coupons:
        _check(coupon, store_id, goods, now)
    return sorted(coupons, key=lambda coupon: KINDS.index(coupon.kind))


def _check(coupon: Coupon, store_id: StoreId, goods: Money, now: datetime) -> None:
    if not coupon.starts_at <= now < coupon.ends_at:
        raise CouponNotValid
    if coupon.store_id not in {None, store_id} or coupon.currency != goods.currency:
        raise CouponElsewhere
    if goods.minor < coupon.from_minor:
        raise CouponNeedsMore(amount=Money(coupon.currency, coupon.from_minor))
