"""Discounts as people type them: amounts, percentages, and moments in somebody's own time."""

from typing import Annotated, Literal, TypeVar

from msgspec import Meta, Struct

from livehouse.domains.offers.errors import CodeTaken
from livehouse.domains.offers.model import (
    CODE_CHARACTERS_MAX,
    LABEL_CHARACTERS_MAX,
    Amount,
    CouponPlan,
    Discount,
    Percent,
)
from livehouse.domains.offers.wire import NUMBER_MAX
from livehouse.foundation.errors import DomainError, InvalidInput
from livehouse.foundation.money import parse_money, parse_percent
from livehouse.web.forms import Form
from livehouse.web.i18n import typed_moment

T = TypeVar("T", bound=Struct)

# The fields of these forms that the rules call by another name.
FIELDS = {"amount": "value", "percent": "value", "from": "least", "store_id": "store"}


class DiscountForm(Struct, kw_only=True):
    """What coupons and subsidies have in common; empty amounts mean none."""

    label: Annotated[str, Meta(min_length=1, max_length=LABEL_CHARACTERS_MAX)]
    kind: Literal["amount", "percent"]
    value: Annotated[str, Meta(min_length=1, max_length=30)]
    starts_at: Annotated[str, Meta(min_length=1, max_length=40)]
    ends_at: Annotated[str, Meta(min_length=1, max_length=40)]
    cap: Annotated[str, Meta(max_length=30)] = ""


class CouponForm(DiscountForm, kw_only=True):
    total: Annotated[int, Meta(ge=1, le=NUMBER_MAX)]
    per_person: Annotated[int, Meta(ge=0, le=NUMBER_MAX)] = 1
    least: Annotated[str, Meta(max_length=30)] = ""
    code: Annotated[str, Meta(max_length=CODE_CHARACTERS_MAX)] = ""
    currency: Annotated[str, Meta(max_length=3)] = ""
    shown: bool = False
    alone: bool = False


def coupon_plan(typed: CouponForm, currency: str, zone: str) -> CouponPlan:
    """The plan in a store's money, its moments in the time zone of who types."""
    return CouponPlan(
        label=typed.label,
        currency=currency,
        discount=discount(typed, currency),
        total=typed.total,
        starts_at=typed_moment(typed.starts_at, zone, field="starts_at"),
        ends_at=typed_moment(typed.ends_at, zone, field="ends_at"),
        from_minor=minor(typed.least, currency, "least"),
        cap_minor=minor(typed.cap, currency, "cap"),
        per_person=typed.per_person,
        alone=typed.alone,
        code=typed.code,
        shown=typed.shown,
    )


def discount(typed: DiscountForm, currency: str) -> Discount:
    if typed.kind == "percent":
        return Percent(parse_percent(typed.value, field="value"))
    return Amount(minor(typed.value, currency, "value"))


def minor(typed: str, currency: str, field: str) -> int:
    return parse_money(typed, currency, field=field).minor if typed else 0


def refused(form: Form[T], refusal: DomainError) -> Form[T]:
    """The form with the refusal at the field that it is about."""
    if isinstance(refusal, CodeTaken):
        return form.refuse(refusal, "code")
    if isinstance(refusal, InvalidInput):
        field = str(refusal.params["field"])
        refusal = InvalidInput(field=FIELDS.get(field, field), problem=refusal.params["problem"])
    return form.refuse(refusal)
