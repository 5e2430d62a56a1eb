"""The price of an order, as examples; its laws are in `test_laws_of_prices.py`."""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from livehouse.domains.offers import (
    Amount,
    Coupon,
    CouponElsewhere,
    CouponNeedsMore,
    CouponNotValid,
    CouponsDoNotCombine,
    Delivery,
    Line,
    OrderTooLarge,
    Part,
    Percent,
    Quoted,
    Subsidy,
    Wanted,
    quote,
)
from livehouse.domains.quotas import Share, Take
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import StoreId
from livehouse.foundation.money import MINOR_MAX, Money
from tests.support.discounts import a_coupon, a_subsidy, basket, priced_at
from tests.support.moments import NOON

OTHER_STORE = StoreId(UUID(int=99))


def lines_of(quoted: Quoted, kind: str) -> list[Line]:
    return [line for line in quoted.price.lines if line.kind == kind]


def amounts(quoted: Quoted, kind: str) -> list[int]:
    return [line.amount_minor for line in lines_of(quoted, kind)]


def test_two_tea_bowls_cost_twice_one() -> None:
    quoted = quote([Wanted(priced_at(20_00), 2)], NOON)

    assert quoted.price.lines == (Line("goods", 40_00, item=0),)
    assert (quoted.price.total.minor, quoted.pays) == (40_00, (40_00,))


def test_a_coupon_comes_off_and_its_store_bears_it() -> None:
    coupon = a_coupon(Amount(5_00))

    quoted = quote(basket(20_00), NOON, coupons=[coupon])

    (line,) = lines_of(quoted, "coupon")
    assert line == Line("coupon", -5_00, payer="store", label="Coupon 1", ref=str(coupon.id))
    assert quoted.price.total.minor == 15_00


@pytest.mark.parametrize(
    ("coupon", "off"),
    [
        (a_coupon(Percent(1_000)), 10_00),
        (a_coupon(Percent(1_000), cap_minor=8_00), 8_00),
        (a_coupon(Percent(1_000), cap_minor=10_01), 10_00),
        (a_coupon(Percent(10_000)), 100_00),
        (a_coupon(Amount(100_01)), 100_00),
        (a_coupon(Amount(5_00), from_minor=100_00), 5_00),
        (a_coupon(Amount(5_00), store_id=None), 5_00),
    ],
)
def test_what_a_coupon_takes_off_goods_of_a_hundred(coupon: Coupon, off: int) -> None:
    quoted = quote(basket(60_00, 40_00), NOON, coupons=[coupon])

    assert amounts(quoted, "coupon") == [-off]
    assert sum(quoted.pays) == quoted.price.total.minor == 100_00 - off


def test_a_percentage_is_rounded_half_up() -> None:
    offs = [
        amounts(quote(basket(minor), NOON, coupons=[a_coupon(Percent(1_000))]), "coupon")
        for minor in (4, 5, 14, 15)
    ]

    assert offs == [[], [-1], [-1], [-2]]


@pytest.mark.parametrize(
    ("coupon", "refusal"),
    [
        (a_coupon(Amount(1), from_minor=20_01), CouponNeedsMore),
        (a_coupon(Amount(1), store_id=OTHER_STORE), CouponElsewhere),
        (a_coupon(Amount(1), currency="CNY"), CouponElsewhere),
        (replace(a_coupon(Amount(1)), ends_at=NOON), CouponNotValid),
        (replace(a_coupon(Amount(1)), starts_at=NOON + timedelta(milliseconds=1)), CouponNotValid),
    ],
)
def test_a_coupon_that_does_not_fit_refuses_the_order(
    coupon: Coupon, refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        quote(basket(20_00), NOON, coupons=[coupon])


def test_who_misses_the_threshold_is_told_it() -> None:
    with pytest.raises(CouponNeedsMore) as refused:
        quote(basket(49_99), NOON, coupons=[a_coupon(Amount(1), from_minor=50_00)])

    assert refused.value.params == {"amount": Money("EUR", 50_00)}


def test_a_coupon_is_valid_from_its_first_moment_until_before_its_last() -> None:
    coupon = replace(a_coupon(Amount(1)), starts_at=NOON, ends_at=NOON + timedelta(seconds=1))

    at_start = quote(basket(2), NOON, coupons=[coupon])

    assert amounts(at_start, "coupon") == [-1]


def test_a_stores_coupon_goes_with_the_platforms() -> None:
    own, platforms = a_coupon(Percent(2_000)), a_coupon(Amount(5_00), number=2, store_id=None)

    quoted = quote(basket(100_00), NOON, coupons=[platforms, own])

    assert [(line.payer, line.amount_minor) for line in lines_of(quoted, "coupon")] == [
        ("store", -20_00),
        ("platform", -5_00),
    ]


@pytest.mark.parametrize(
    "coupons",
    [
        [a_coupon(Amount(1)), a_coupon(Amount(1))],
        [a_coupon(Amount(1)), a_coupon(Amount(2), number=2)],
        [a_coupon(Amount(1)), a_coupon(Percent(1), number=2, alone=True)],
        [
            a_coupon(Amount(1)),
            a_coupon(Percent(1), number=2),
            a_coupon(Amount(1), number=3, store_id=None),
            a_coupon(Percent(1), number=4, store_id=None),
        ],
    ],
    ids=["the same five times", "two of a kind", "one that stands alone", "too many"],
)
def test_coupons_that_do_not_combine_refuse_the_order(coupons: list[Coupon]) -> None:
    with pytest.raises(CouponsDoNotCombine):
        quote(basket(100_00), NOON, coupons=coupons)


def test_a_discount_is_split_by_largest_remainder() -> None:
    quoted = quote(basket(10_00, 10_00, 10_00), NOON, coupons=[a_coupon(Amount(10_00))])

    assert quoted.pays == (6_66, 6_67, 6_67)


def test_a_subsidy_is_per_unit_and_each_payer_sees_its_share() -> None:
    subsidy = a_subsidy(Amount(1_00), Part("platform", 5_000), Part("tea-board", 5_000))

    quoted = quote([Wanted(priced_at(20_00), 3)], NOON, subsidies=[subsidy])

    assert [(line.payer, line.amount_minor) for line in lines_of(quoted, "subsidy")] == [
        ("platform", -1_50),
        ("tea-board", -1_50),
    ]
    assert Take(subsidy.budget_id, 3_00) in quoted.takes


@pytest.mark.parametrize(
    ("subsidy", "off"),
    [
        (a_subsidy(Amount(1_00)), (1_00, 1_00)),
        (a_subsidy(Amount(30_00)), (20_00, 30_00)),
        (a_subsidy(Percent(1_000)), (2_00, 4_00)),
        (a_subsidy(Percent(1_000), cap_minor=3_00), (1_00, 2_00)),
        (a_subsidy(Amount(1_00), offer_id=priced_at(1, number=1).id), (0, 1_00)),
        (a_subsidy(Amount(1_00), store_id=OTHER_STORE), (0, 0)),
        (replace(a_subsidy(Amount(1_00)), ends_at=NOON), (0, 0)),
        (replace(a_subsidy(Amount(1_00)), currency="CNY"), (0, 0)),
    ],
)
def test_what_a_subsidy_takes_off_two_items(subsidy: Subsidy, off: tuple[int, int]) -> None:
    quoted = quote(basket(20_00, 40_00), NOON, subsidies=[subsidy])

    assert quoted.pays == (20_00 - off[0], 40_00 - off[1])


def test_a_coupon_comes_off_what_a_subsidy_left() -> None:
    quoted = quote(
        basket(10_00, 10_00),
        NOON,
        coupons=[a_coupon(Amount(9_00))],
        subsidies=[a_subsidy(Amount(8_00), offer_id=priced_at(1, number=0).id)],
    )

    assert quoted.pays == (0, 3_00)
    assert quoted.price.total.minor == 3_00


def test_what_changes_nothing_any_more_is_not_used_up() -> None:
    free, late = a_subsidy(Percent(10_000)), a_subsidy(Amount(1_00), number=2)
    coupon = a_coupon(Amount(5_00))

    quoted = quote(basket(10_00), NOON, coupons=[coupon], subsidies=[late, free])

    assert quoted.price.total.minor == 0
    taken = {take.quota_id for take in quoted.takes}
    assert free.budget_id in taken
    assert not {late.budget_id, coupon.quota_id} & taken


def test_tax_is_on_what_is_paid_and_rounded_once_per_rate() -> None:
    items = [
        Wanted(priced_at(10_00, number=1, tax_basis_points=1_900, includes_tax=False), 1),
        Wanted(priced_at(10_00, number=2, tax_basis_points=700, includes_tax=False), 1),
        Wanted(priced_at(3, number=3, tax_basis_points=700, includes_tax=False), 1),
        Wanted(priced_at(5_00, number=4, includes_tax=False), 1),
    ]

    quoted = quote(items, NOON, coupons=[a_coupon(Percent(5_000))])

    assert quoted.pays == (5_95, 5_35, 1, 2_50)
    assert [(line.basis_points, line.amount_minor) for line in lines_of(quoted, "tax")] == [
        (700, 35),
        (1_900, 95),
    ]
    assert quoted.price.total.minor == sum(quoted.pays)


def test_a_tax_that_is_included_is_shown_and_does_not_count() -> None:
    quoted = quote([Wanted(priced_at(119_00, tax_basis_points=1_900), 1)], NOON)

    assert lines_of(quoted, "tax") == [Line("tax", 19_00, counts=False, basis_points=1_900)]
    assert quoted.price.total.minor == 119_00


def test_delivery_comes_on_top_and_no_coupon_lowers_it() -> None:
    parcel = Delivery("parcel", "Parcel", 4_90, tax_basis_points=1_900)

    quoted = quote(basket(10_00), NOON, coupons=[a_coupon(Percent(10_000))], delivery=parcel)

    assert lines_of(quoted, "delivery") == [Line("delivery", 4_90, label="Parcel", ref="parcel")]
    assert amounts(quoted, "tax") == [78]
    assert (quoted.price.total.minor, quoted.pays) == (4_90, (0,))


def test_an_order_tells_what_it_takes_of_which_quota() -> None:
    bowl = replace(priced_at(10_00), limit=4)
    coupon = a_coupon(Amount(1_00), per_person=2)
    subsidy = a_subsidy(Amount(50))

    quoted = quote([Wanted(bowl, 3)], NOON, coupons=[coupon], subsidies=[subsidy])

    assert quoted.takes == (
        Take(bowl.quota_id, 3),
        Take(bowl.stock_quota_id, 3),
        Take(coupon.quota_id, 1),
        Take(subsidy.budget_id, 1_50),
    )
    assert quoted.shares == (Share(bowl.quota_id, 3, 4), Share(coupon.quota_id, 1, 2))


def test_two_offers_of_one_shelf_take_from_it_together() -> None:
    one, two = priced_at(10_00, number=1), priced_at(9_00, number=2)
    two = replace(two, stock_quota_id=one.stock_quota_id)

    quoted = quote([Wanted(one, 1), Wanted(two, 2)], NOON)

    assert Take(one.stock_quota_id, 3) in quoted.takes


def test_more_than_javascript_can_count_is_refused() -> None:
    with pytest.raises(OrderTooLarge):
        quote(basket(MINOR_MAX, 1), NOON)
