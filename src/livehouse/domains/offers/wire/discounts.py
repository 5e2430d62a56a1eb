"""What coupons, subsidies and prices say over HTTP."""

from typing import Annotated, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.offers.errors import UnknownCoupon
from livehouse.domains.offers.model import (
    CODE_CHARACTERS_MAX,
    LABEL_CHARACTERS_MAX,
    Amount,
    Coupon,
    CouponPlan,
    Discount,
    Funded,
    Part,
    Percent,
    Published,
    Quoted,
    SubsidyPlan,
)
from livehouse.domains.offers.wire.offers import NUMBER_MAX
from livehouse.foundation.clock import Instant
from livehouse.foundation.errors import InvalidInput, NotFound
from livehouse.foundation.ids import CouponId, OfferId, StoreId, SubsidyId
from livehouse.foundation.text import N_

Number: TypeAlias = Annotated[int, Meta(ge=0, le=NUMBER_MAX)]
Currency: TypeAlias = Annotated[str, Meta(min_length=3, max_length=3)]
Label: TypeAlias = Annotated[str, Meta(min_length=1, max_length=LABEL_CHARACTERS_MAX)]
Code: TypeAlias = Annotated[str, Meta(max_length=CODE_CHARACTERS_MAX)]


class PublishCoupon(Struct, frozen=True, forbid_unknown_fields=True):
    """Either `amount_minor` or `basis_points` (1000 are 10 %) says what it takes off an order of
    at least `from_minor`; `cap_minor` 0 means no cap, `per_person` 0 no limit."""

    label: Label
    currency: Currency
    total: Number
    starts_at: Instant
    ends_at: Instant
    amount_minor: Number = 0
    basis_points: Number = 0
    from_minor: Number = 0
    cap_minor: Number = 0
    per_person: Number = 1
    alone: bool = False
    code: Code = ""
    shown: bool = False


class PublishSubsidy(Struct, frozen=True, forbid_unknown_fields=True):
    """Off each unit (`amount_minor`) or the goods (`basis_points`), for an offer, a store or all;
    the parts say who bears which share, the budget is theirs together."""

    label: Label
    currency: Currency
    parts: Annotated[list[Part], Meta(max_length=10)]
    budget_minor: Number
    starts_at: Instant
    ends_at: Instant
    amount_minor: Number = 0
    basis_points: Number = 0
    cap_minor: Number = 0
    store_id: StoreId | None = None
    offer_id: OfferId | None = None


class RedeemCode(Struct, frozen=True, forbid_unknown_fields=True):
    code: Annotated[str, Meta(min_length=1, max_length=CODE_CHARACTERS_MAX)]


class WantedItem(Struct, frozen=True, forbid_unknown_fields=True):
    offer_id: OfferId
    quantity: Number


class AskPrice(Struct, frozen=True, forbid_unknown_fields=True):
    """A basket of one store with the coupons that it is to be priced with."""

    items: Annotated[list[WantedItem], Meta(max_length=100)]
    coupon_ids: Annotated[list[CouponId], Meta(max_length=10)] = []


class CouponInfo(Struct, frozen=True):
    """A coupon as buyers see it; `store_id` is empty for one of the platform."""

    id: CouponId
    label: str
    store_id: str
    currency: str
    amount_minor: int
    basis_points: int
    from_minor: int
    cap_minor: int
    per_person: int
    alone: bool
    starts_at: Instant
    ends_at: Instant


class CouponList(Struct, frozen=True):
    coupons: list[CouponInfo]


class PublishedCoupon(Struct, frozen=True):
    """A coupon as its issuer sees it: `left` uses of `total` are free."""

    coupon: CouponInfo
    code: str
    shown: bool
    total: int
    used: int
    left: int


class PublishedCouponList(Struct, frozen=True):
    """Newest first; `next` continues after them, empty is the end."""

    coupons: list[PublishedCoupon]
    next: str


class SubsidyInfo(Struct, frozen=True):
    """`left_minor` of the budget is free; `store_id` and `offer_id` are empty for all."""

    id: SubsidyId
    label: str
    store_id: str
    offer_id: str
    currency: str
    amount_minor: int
    basis_points: int
    cap_minor: int
    parts: list[Part]
    budget_minor: int
    left_minor: int
    starts_at: Instant
    ends_at: Instant


class SubsidyList(Struct, frozen=True):
    subsidies: list[SubsidyInfo]
    next: str


class PriceLine(Struct, frozen=True):
    """See decision 0090; the lines that count add up to the total."""

    kind: str
    amount_minor: int
    counts: bool
    basis_points: int
    payer: str
    label: str
    ref: str
    item: int


class QuotedPrice(Struct, frozen=True):
    total_minor: int
    currency: str
    lines: list[PriceLine]
    pays_minor: list[int]


def coupon_id_of(text: str) -> CouponId:
    try:
        return CouponId(UUID(text))
    except ValueError:
        raise UnknownCoupon from None


def subsidy_id_of(text: str) -> SubsidyId:
    try:
        return SubsidyId(UUID(text))
    except ValueError:
        raise NotFound from None


def coupon_plan(sent: PublishCoupon) -> CouponPlan:
    return CouponPlan(
        label=sent.label,
        currency=sent.currency,
        discount=discount_of(sent.amount_minor, sent.basis_points),
        total=sent.total,
        starts_at=sent.starts_at,
        ends_at=sent.ends_at,
        from_minor=sent.from_minor,
        cap_minor=sent.cap_minor,
        per_person=sent.per_person,
        alone=sent.alone,
        code=sent.code,
        shown=sent.shown,
    )


def subsidy_plan(sent: PublishSubsidy) -> SubsidyPlan:
    return SubsidyPlan(
        label=sent.label,
        currency=sent.currency,
        discount=discount_of(sent.amount_minor, sent.basis_points),
        parts=tuple(sent.parts),
        budget_minor=sent.budget_minor,
        starts_at=sent.starts_at,
        ends_at=sent.ends_at,
        store_id=sent.store_id,
        offer_id=sent.offer_id,
        cap_minor=sent.cap_minor,
    )


def discount_of(amount_minor: int, basis_points: int) -> Discount:
    if bool(amount_minor) == bool(basis_points):
        raise InvalidInput(field="amount", problem=N_("give an amount or a percentage, not both"))
    return Amount(amount_minor) if amount_minor else Percent(basis_points)


def coupon_info(coupon: Coupon) -> CouponInfo:
    amount_minor, basis_points = _numbers(coupon.discount)
    return CouponInfo(
        id=coupon.id,
        label=coupon.label,
        store_id=_text(coupon.store_id),
        currency=coupon.currency,
        amount_minor=amount_minor,
        basis_points=basis_points,
        from_minor=coupon.from_minor,
        cap_minor=coupon.cap_minor,
        per_person=coupon.per_person,
        alone=coupon.alone,
        starts_at=coupon.starts_at,
        ends_at=coupon.ends_at,
    )


def published_coupon(one: Published) -> PublishedCoupon:
    return PublishedCoupon(
        coupon_info(one.coupon), one.code, one.shown, one.uses.total, one.uses.spent, one.uses.left
    )


def subsidy_info(one: Funded) -> SubsidyInfo:
    subsidy = one.subsidy
    amount_minor, basis_points = _numbers(subsidy.discount)
    return SubsidyInfo(
        id=subsidy.id,
        label=subsidy.label,
        store_id=_text(subsidy.store_id),
        offer_id=_text(subsidy.offer_id),
        currency=subsidy.currency,
        amount_minor=amount_minor,
        basis_points=basis_points,
        cap_minor=subsidy.cap_minor,
        parts=list(subsidy.parts),
        budget_minor=one.budget.total,
        left_minor=one.budget.left,
        starts_at=subsidy.starts_at,
        ends_at=subsidy.ends_at,
    )


def quoted_price(quoted: Quoted) -> QuotedPrice:
    return QuotedPrice(
        quoted.price.total.minor,
        quoted.price.total.currency,
        [
            PriceLine(
                line.kind, line.amount_minor, line.counts, line.basis_points, line.payer,
                line.label, line.ref, line.item,
            )
            for line in quoted.price.lines
        ],
        list(quoted.pays),
    )  # fmt: skip


def _numbers(discount: Discount) -> tuple[int, int]:
    match discount:
        case Amount(minor=minor):
            return minor, 0
        case Percent(basis_points=rate):
            return 0, rate


def _text(id_: UUID | None) -> str:
    return str(id_) if id_ else ""
