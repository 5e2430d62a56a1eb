"""What may be published as a coupon or a subsidy; from then on it can only end early. Pure."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from livehouse.domains.offers.errors import UnknownCoupon
from livehouse.domains.offers.model.discounts import (
    Amount,
    Coupon,
    Discount,
    Part,
    Percent,
    Subsidy,
)
from livehouse.domains.offers.model.prices import BASIS_POINTS
from livehouse.domains.quotas import Quota
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import CouponId, OfferId, QuotaId, StoreId, SubsidyId
from livehouse.foundation.money import CURRENCIES, MINOR_MAX
from livehouse.foundation.roles import Role
from livehouse.foundation.text import N_

# Besides owners, who may do all.
PUBLISHING_ROLES = (Role.EDITOR,)
LABEL_CHARACTERS_MAX = 80
CODE_CHARACTERS_MAX = 32
USES_MAX = 10_000_000
PER_PERSON_MAX = 1_000
PARTS_MAX = 5
LASTS_MAX = timedelta(days=2 * 366)

_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{2,31}")
_PAYER = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


class CouponPlan(Struct, frozen=True, kw_only=True):
    """A coupon as somebody wants to publish it.

    Who has the `code` may use it; a `shown` one is offered to every viewer of its store's shows;
    a `dropped` one is had by whoever took one of a drop.
    """

    label: str
    currency: str
    discount: Discount
    total: int
    starts_at: datetime
    ends_at: datetime
    from_minor: int = 0
    cap_minor: int = 0
    per_person: int = 1
    alone: bool = False
    code: str = ""
    shown: bool = False
    dropped: bool = False


class SubsidyPlan(Struct, frozen=True, kw_only=True):
    """A subsidy as somebody wants to publish it: for an offer, for a store, or for all."""

    label: str
    currency: str
    discount: Discount
    parts: tuple[Part, ...]
    budget_minor: int
    starts_at: datetime
    ends_at: datetime
    store_id: StoreId | None = None
    offer_id: OfferId | None = None
    cap_minor: int = 0


class Published(Struct, frozen=True):
    """A coupon as its issuer sees it: with its code and how much of it is left."""

    coupon: Coupon
    code: str
    shown: bool
    uses: Quota

    @property
    def set_aside(self) -> bool:
        """Whether it is kept for people who have been promised it, so that nobody else is."""
        return not self.code and not self.shown


class Funded(Struct, frozen=True):
    """A subsidy with what is left of its budget, in minor units."""

    subsidy: Subsidy
    budget: Quota


def promisable(found: Published | None, *issuers: StoreId | None) -> Published:
    """The coupon, if it is one that these issuers (None: the platform) may promise to people."""
    if found is None or found.set_aside or found.coupon.store_id not in issuers:
        raise UnknownCoupon
    return found


def choices(found: Iterable[Published]) -> list[tuple[str, str]]:
    """Coupons as a form offers them: by id, in the words of their labels."""
    return [(str(one.coupon.id), one.coupon.label) for one in found]


def a_code(typed: str) -> str:
    """A code as it is kept, however it was typed."""
    return typed.strip().upper()


def published_coupon(
    plan: CouponPlan,
    *,
    coupon_id: CouponId,
    quota_id: QuotaId,
    store_id: StoreId | None,
    now: datetime,
) -> Published:
    """The coupon of a plan that makes sense; a plan that makes none is refused."""
    code = a_code(plan.code)
    _check_window(plan.starts_at, plan.ends_at, now)
    _check_all(
        (
            *_terms(plan.label, plan.currency, plan.discount, plan.cap_minor),
            ("from", 0 <= plan.from_minor <= MINOR_MAX, _AMOUNT),
            ("total", 1 <= plan.total <= USES_MAX, N_("from 1 to 10,000,000")),
            (
                "per_person",
                0 <= plan.per_person <= PER_PERSON_MAX,
                N_("from 0 (no limit) to 1,000"),
            ),
            (
                "code",
                not code or bool(_CODE.fullmatch(code)),
                N_("use 3 to 32 letters, digits and hyphens"),
            ),
            (
                "code",
                bool(code) or plan.shown or plan.dropped,
                N_("without a code it must be shown to viewers, else nobody can have it"),
            ),
        )
    )
    coupon = Coupon(
        id=coupon_id,
        label=plan.label.strip(),
        currency=plan.currency,
        discount=plan.discount,
        quota_id=quota_id,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        store_id=store_id,
        from_minor=plan.from_minor,
        cap_minor=plan.cap_minor,
        per_person=plan.per_person,
        alone=plan.alone,
    )
    return Published(coupon, code, plan.shown, Quota(quota_id, plan.total))


def funded_subsidy(
    plan: SubsidyPlan, *, subsidy_id: SubsidyId, budget_id: QuotaId, now: datetime
) -> Funded:
    """The subsidy of a plan that makes sense; a plan that makes none is refused."""
    payers = [part.payer for part in plan.parts]
    _check_window(plan.starts_at, plan.ends_at, now)
    _check_all(
        (
            *_terms(plan.label, plan.currency, plan.discount, plan.cap_minor),
            ("budget", 1 <= plan.budget_minor <= MINOR_MAX, _AMOUNT),
            (
                "parts",
                1 <= len(payers) <= PARTS_MAX and len(set(payers)) == len(payers),
                N_("name one to five payers, each once"),
            ),
            (
                "parts",
                all(_PAYER.fullmatch(payer) for payer in payers),
                N_("name payers by small letters, digits and hyphens"),
            ),
            (
                "parts",
                all(part.basis_points > 0 for part in plan.parts)
                and sum(part.basis_points for part in plan.parts) == BASIS_POINTS,
                N_("the shares must make 100 %"),
            ),
        )
    )
    subsidy = Subsidy(
        id=subsidy_id,
        label=plan.label.strip(),
        currency=plan.currency,
        discount=plan.discount,
        parts=plan.parts,
        budget_id=budget_id,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        store_id=plan.store_id,
        offer_id=plan.offer_id,
        cap_minor=plan.cap_minor,
    )
    return Funded(subsidy, Quota(budget_id, plan.budget_minor))


_AMOUNT = N_("this is not an amount of money")


def _terms(
    label: str, currency: str, discount: Discount, cap_minor: int
) -> Iterable[tuple[str, bool, str]]:
    yield "label", 0 < len(label.strip()) <= LABEL_CHARACTERS_MAX, N_("write 1 to 80 characters")
    yield "currency", currency in CURRENCIES, N_("this is not an ISO 4217 currency")
    yield "cap", 0 <= cap_minor <= MINOR_MAX, _AMOUNT
    match discount:
        case Amount(minor=minor):
            yield "amount", 1 <= minor <= MINOR_MAX, _AMOUNT
        case Percent(basis_points=rate):
            yield "percent", 1 <= rate <= BASIS_POINTS, N_("more than 0 % and at most 100 %")


def _check_window(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """What is over before it begins would be a mistake nobody notices."""
    _check_all(
        (
            ("ends_at", starts_at < ends_at, N_("the end comes after the start")),
            ("ends_at", now < ends_at, N_("this is over already")),
            ("ends_at", ends_at - starts_at <= LASTS_MAX, N_("at most two years")),
        )
    )


def _check_all(checks: Iterable[tuple[str, bool, str]]) -> None:
    for field, holds, problem in checks:
        if not holds:
            raise InvalidInput(field=field, problem=problem)
