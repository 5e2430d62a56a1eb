"""The judge of a sale's history: what is right passes, and every planted lie is found."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from livehouse.app.bench.history import STEPS, CouponTerms, OrderRow, PaymentRow, Said, Sale, judge
from livehouse.domains.orders.model import STATES

ANN, BO, CY = 0, 1, 2
MS = 1_000_000


def bought(order: str, asked: int, *, said: str = "placed", buyer: int = ANN) -> Said:
    total = 1_900 if said in STEPS else -1
    return Said("buy", order, asked, asked + 1, said, buyer, units=1, total_minor=total)


def noticed(order: str, asked: int, payment: str) -> Said:
    return Said("notice", order, asked, asked + 1, "taken", payment=payment)


def row(order: str, state: str = "placed", *, buyer: int = ANN, changed: int = 0) -> OrderRow:
    return OrderRow(order, buyer, 1, state, 1_900, changed)


def laws(sale: Sale, *said: Said) -> list[str]:
    return [broken.law for broken in judge(sale, said)]


# Two units. Ann buys both, Bo is refused; Ann pays one, twice asked, and cancels the other, which
# Bo then gets. A third buy of Ann's is beyond her limit.
RIGHT = Sale(
    units=2,
    limit=2,
    orders=[row("a", "paid"), row("b", "cancelled"), row("c", buyer=BO)],
    payments=[PaymentRow("p", "a", "succeeded"), PaymentRow("q", "a", "refunded")],
)
SAID = [
    bought("a", 0),
    bought("b", 2),
    bought("c", 4, said="sold_out", buyer=BO),
    bought("x", 6, said="limit_reached"),
    noticed("a", 8, "p"),
    noticed("a", 10, "p"),
    noticed("a", 11, "q"),
    bought("a", 12, said="paid"),
    Said("forged", "a", 13, 14, "notice_refused", payment="p"),
    Said("cancel", "b", 14, 16, "cancelled"),
    bought("c", 20, buyer=BO),
    Said("look", "a", 22, 23, "paid"),
    Said("buy", "z", 24, buyer=BO, units=1),
]


def test_a_history_that_can_be_true_breaks_no_law() -> None:
    assert judge(RIGHT, SAID) == []


def with_rows(rows: Sequence[OrderRow]) -> Sale:
    return replace(RIGHT, orders=rows)


@pytest.mark.parametrize(
    ("law", "sale", "more"),
    [
        ("oversold", with_rows([*RIGHT.orders, row("y", buyer=BO)]), [bought("y", 30, buyer=BO)]),
        ("lost", RIGHT, [bought("gone", 30, said="placed", buyer=BO)]),
        ("unasked", replace(with_rows([*RIGHT.orders, row("y")]), units=3, limit=3), []),
        ("two_outcomes", RIGHT, [bought("c", 30, said="sold_out", buyer=BO)]),
        ("two_outcomes", RIGHT, [replace(bought("c", 30, buyer=BO), total_minor=900)]),
        ("two_outcomes", RIGHT, [replace(bought("c", 30, buyer=BO), units=2)]),
        ("two_outcomes", RIGHT, [bought("c", 30, buyer=ANN)]),
        ("went_back", RIGHT, [Said("look", "a", 30, 31, "placed")]),
        ("went_back", RIGHT, [Said("look", "b", 30, 31, "placed")]),
        ("went_back", RIGHT, [Said("look", "b", 15, 17, "expired")]),
        ("money_lost", RIGHT, [noticed("c", 30, "r")]),
        (
            "paid_twice",
            replace(RIGHT, payments=[*RIGHT.payments, PaymentRow("r", "a", "succeeded")]),
            [noticed("a", 30, "r")],
        ),
        (
            "paid_otherwise",
            replace(RIGHT, payments=[*RIGHT.payments, PaymentRow("r", "b", "succeeded")]),
            [noticed("b", 30, "r")],
        ),
        (
            "money_lost",
            replace(RIGHT, payments=[*RIGHT.payments, PaymentRow("r", "b", "timed_out")]),
            [noticed("b", 30, "r")],
        ),
        ("forged", RIGHT, [Said("forged", "c", 30, 31, "taken", payment="r")]),
        ("refused_though_free", RIGHT, [bought("x", 17, said="sold_out", buyer=BO)]),
        ("refused_though_free", RIGHT, [bought("x", 30, said="limit_reached", buyer=BO)]),
    ],
)
def test_a_planted_lie_is_found(law: str, sale: Sale, more: Sequence[Said]) -> None:
    # From 16 to 20 a unit is certainly free.
    assert laws(sale, *SAID, *more) == [law]


def test_an_order_that_its_buyer_was_refused_must_not_be_there() -> None:
    sale = Sale(units=1, orders=[row("a")])

    assert laws(sale, bought("a", 0, said="limit_reached")) == [
        "two_outcomes",
        "refused_though_free",
    ]


def test_what_is_paid_without_the_providers_word_is_found() -> None:
    sale = Sale(units=1, orders=[row("a", "paid")])
    paid = replace(sale, payments=[PaymentRow("p", "a", "succeeded")])

    assert laws(sale, bought("a", 0)) == ["paid_otherwise"]
    assert laws(paid, bought("a", 0)) == ["paid_by_nobody"]


def test_the_same_unit_sold_again_before_it_came_back_is_found() -> None:
    """In the end all looks well: only the times tell that two held it at once."""
    sale = Sale(units=1, orders=[row("a", "cancelled"), row("b", buyer=BO)])
    said = [bought("a", 0), Said("cancel", "a", 5, 6, "cancelled")]

    assert laws(sale, *said, bought("b", 7, buyer=BO)) == []
    assert laws(sale, *said, bought("b", 2, buyer=BO)) == ["oversold"]


def test_a_limit_that_was_passed_for_a_while_is_found() -> None:
    sale = Sale(units=9, limit=1, orders=[row("a", "cancelled"), row("b")])
    said = [bought("a", 0), bought("b", 2), Said("cancel", "a", 5, 6, "cancelled")]

    assert laws(sale, *said) == ["over_limit"]


def test_an_expired_orders_units_are_free_since_its_row_says_so() -> None:
    sale = Sale(
        units=1, orders=[row("a", "expired", changed=1_000 * MS), row("b", buyer=BO)]
    )  # fmt: skip

    assert laws(sale, bought("a", 0), bought("b", 900 * MS, buyer=BO)) == ["oversold"]
    assert laws(sale, bought("a", 0), bought("b", 1_000 * MS, buyer=BO)) == []


def test_a_refusal_may_be_as_old_as_the_tills_memory() -> None:
    sale = Sale(units=1, orders=[row("a", "cancelled")])
    said = [
        bought("a", 0),
        Said("cancel", "a", 2, 3, "cancelled"),
        bought("x", 10, said="sold_out", buyer=BO),
    ]

    assert laws(sale, *said) == ["refused_though_free"]
    assert laws(replace(sale, stale=8), *said) == []


# A coupon that two may use, and another, once for each. Ann uses both at once and is refused
# another time; Bo cancels, so his coupon comes back, and Ann cannot use it, but Cy can.
COUPONS = Sale(
    units=9,
    coupons=[CouponTerms(2, 9), CouponTerms(9, 1)],
    orders=[
        replace(row("a"), coupons=(0, 1)),
        replace(row("b", "cancelled", buyer=BO), coupons=(0,)),
        replace(row("c", buyer=CY), coupons=(0,)),
    ],
)


def with_coupons(one: Said, *coupons: int) -> Said:
    return replace(one, coupons=coupons)


SAID_OF_COUPONS = [
    with_coupons(bought("a", 0), 0, 1),
    with_coupons(bought("b", 2, buyer=BO), 0),
    with_coupons(bought("x", 4, said="discount_gone", buyer=CY), 0, 1),
    with_coupons(bought("y", 6, said="coupon_used"), 0, 1),
    Said("cancel", "b", 8, 9, "cancelled"),
    with_coupons(bought("c", 20, buyer=CY), 0),
]


def test_coupons_are_counters_in_all_and_for_each_buyer() -> None:
    assert laws(COUPONS, *SAID_OF_COUPONS) == []


@pytest.mark.parametrize(
    ("law", "more"),
    [
        ("refused_though_free", [with_coupons(bought("x", 12, said="discount_gone"), 0, 1)]),
        ("refused_though_free", [with_coupons(bought("x", 30, said="discount_gone"), 1)]),
        ("refused_though_free", [with_coupons(bought("x", 30, said="coupon_used"), 0)]),
        ("refused_though_free", [bought("x", 30, said="coupon_used")]),
        ("two_outcomes", [bought("c", 30, buyer=CY)]),
    ],
)
def test_a_lie_about_coupons_is_found(law: str, more: Sequence[Said]) -> None:
    assert laws(COUPONS, *SAID_OF_COUPONS, *more) == [law]


@pytest.mark.parametrize("coupon", [0, 1])
def test_a_coupon_that_is_used_too_often_is_found(coupon: int) -> None:
    again = replace(row("d"), coupons=(coupon,))
    sale = replace(COUPONS, orders=[*COUPONS.orders, again])

    found = laws(sale, *SAID_OF_COUPONS, with_coupons(bought("d", 30), coupon))

    assert found == ["coupon_overused"]


def test_a_coupon_that_two_used_before_it_came_back_is_found() -> None:
    early = with_coupons(bought("c", 5, buyer=CY), 0)

    assert laws(COUPONS, *SAID_OF_COUPONS[:-1], early) == ["coupon_overused"]


def test_an_order_whose_answer_never_came_may_be_there_or_not() -> None:
    unheard = Said("buy", "a", 0, buyer=ANN, units=1)

    assert laws(Sale(units=1, orders=[]), unheard) == []
    assert laws(Sale(units=1, orders=[row("a")]), unheard) == []


def test_the_judge_knows_every_state_of_the_shop() -> None:
    assert set(STATES) <= STEPS.keys()
