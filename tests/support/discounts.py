"""Coupons and subsidies as examples; a test names only what it is about."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from livehouse.domains.offers import (
    Amount,
    Coupon,
    CouponPlan,
    Offer,
    Part,
    Percent,
    Subsidy,
    SubsidyPlan,
    Wanted,
)
from livehouse.foundation.ids import CouponId, OfferId, QuotaId, StoreId, SubsidyId
from livehouse.foundation.money import Money
from tests.support.builders import STORE, an_offer
from tests.support.moments import NOON

DAY = timedelta(days=1)


def a_coupon(
    discount: Amount | Percent,
    *,
    number: int = 1,
    store_id: StoreId | None = STORE,
    from_minor: int = 0,
    cap_minor: int = 0,
    per_person: int = 1,
    alone: bool = False,
    currency: str = "EUR",
) -> Coupon:
    """Valid for a day around noon."""
    return Coupon(
        id=CouponId(UUID(int=0xC000 + number)),
        label=f"Coupon {number}",
        currency=currency,
        discount=discount,
        quota_id=QuotaId(UUID(int=0xC100 + number)),
        starts_at=NOON - DAY / 2,
        ends_at=NOON + DAY / 2,
        store_id=store_id,
        from_minor=from_minor,
        cap_minor=cap_minor,
        per_person=per_person,
        alone=alone,
    )


def a_subsidy(
    discount: Amount | Percent,
    *parts: Part,
    number: int = 1,
    store_id: StoreId | None = None,
    offer_id: OfferId | None = None,
    cap_minor: int = 0,
) -> Subsidy:
    """Valid for a day around noon; the platform bears it unless parts are given."""
    return Subsidy(
        id=SubsidyId(UUID(int=0xD000 + number)),
        label=f"Subsidy {number}",
        currency="EUR",
        discount=discount,
        parts=parts or (Part("platform", 10_000),),
        budget_id=QuotaId(UUID(int=0xD100 + number)),
        starts_at=NOON - DAY / 2,
        ends_at=NOON + DAY / 2,
        store_id=store_id,
        offer_id=offer_id,
        cap_minor=cap_minor,
    )


def priced_at(
    minor: int, *, number: int = 1, tax_basis_points: int = 0, includes_tax: bool = True
) -> Offer:
    return an_offer(
        offer_id=OfferId(UUID(int=0xA000 + number)),
        price=Money("EUR", minor),
        tax_basis_points=tax_basis_points,
        prices_include_tax=includes_tax,
        quota_id=QuotaId(UUID(int=0xA100 + number)),
        stock_quota_id=QuotaId(UUID(int=0xA200 + number)),
    )


def basket(*prices: int) -> list[Wanted]:
    """One of each, at these prices in minor units."""
    return [Wanted(priced_at(minor, number=n), 1) for n, minor in enumerate(prices)]


def a_coupon_plan(discount: Amount | Percent | None = None, /, **terms: object) -> CouponPlan:
    """Valid from now (noon) on for a day, shown to viewers."""
    values: dict[str, Any] = {
        "label": "Welcome", "currency": "EUR", "total": 10, "shown": True,
        "starts_at": NOON, "ends_at": NOON + DAY,
    }  # fmt: skip
    return CouponPlan(**values | {"discount": discount or Amount(5_00)} | terms)


def a_subsidy_plan(discount: Amount | Percent | None = None, /, **terms: object) -> SubsidyPlan:
    """Valid from now (noon) on for a day, borne by the platform, for all offers in euros."""
    values: dict[str, Any] = {
        "label": "Festival", "currency": "EUR", "budget_minor": 100_00,
        "parts": (Part("platform", 10_000),), "starts_at": NOON, "ends_at": NOON + DAY,
    }  # fmt: skip
    return SubsidyPlan(**values | {"discount": discount or Amount(1_00)} | terms)
