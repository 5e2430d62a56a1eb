"""What holds for every price, however its discounts were made."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from livehouse.domains.offers import (
    Amount,
    Coupon,
    CouponNeedsMore,
    Delivery,
    Part,
    Percent,
    Quoted,
    Subsidy,
    Wanted,
    quote,
)
from livehouse.domains.offers.model import split
from tests.support.builders import STORE
from tests.support.discounts import a_coupon, a_subsidy, priced_at
from tests.support.moments import NOON

PRICES_MAX = 100_000


class Order(Struct, frozen=True):
    items: list[Wanted]
    coupons: list[Coupon]
    subsidies: list[Subsidy]
    delivery: Delivery | None

    def quoted(self, coupons: Sequence[Coupon] | None = None) -> Quoted:
        return quote(
            self.items,
            NOON,
            coupons=self.coupons if coupons is None else coupons,
            subsidies=self.subsidies,
            delivery=self.delivery,
        )


minor = st.integers(0, PRICES_MAX) | st.integers(0, 9)
cap = st.just(0) | minor
percents: st.SearchStrategy[Amount | Percent] = st.builds(Percent, st.integers(1, 10_000))
amounts: st.SearchStrategy[Amount | Percent] = st.builds(Amount, st.integers(1, PRICES_MAX))
rates = st.sampled_from([0, 500, 700, 1_900, 10_000])


@st.composite
def items(draw: st.DrawFn) -> list[Wanted]:
    includes_tax = draw(st.booleans())
    return [
        Wanted(
            priced_at(draw(minor), number=n, tax_basis_points=draw(rates),
                      includes_tax=includes_tax),
            draw(st.integers(1, 100)),
        )
        for n in range(draw(st.integers(1, 5)))
    ]  # fmt: skip


@st.composite
def subsidies(draw: st.DrawFn) -> list[Subsidy]:
    made = []
    for n in range(draw(st.integers(0, 3))):
        platforms = draw(st.integers(0, 10_000))
        parts = (Part("platform", platforms), Part("tea-board", 10_000 - platforms))
        offer_id = draw(st.none() | st.integers(0, 4).map(lambda k: priced_at(1, number=k).id))
        discount = draw(percents | amounts)
        made.append(a_subsidy(discount, *parts, number=n, offer_id=offer_id, cap_minor=draw(cap)))
    return made


@st.composite
def orders(draw: st.DrawFn) -> Order:
    kinds = [(STORE, amounts), (STORE, percents), (None, amounts), (None, percents)]
    chosen = draw(st.lists(st.sampled_from(range(4)), max_size=3, unique=True))
    coupons = [
        a_coupon(draw(kinds[n][1]), number=n, store_id=kinds[n][0], cap_minor=draw(cap))
        for n in chosen
    ]
    delivery = draw(st.none() | st.builds(Delivery, st.just("d"), st.just("Parcel"), minor, rates))
    return Order(draw(items()), coupons, draw(subsidies()), delivery)


@given(orders())
def test_no_price_is_below_zero_and_neither_is_an_item(order: Order) -> None:
    quoted = order.quoted()

    assert quoted.price.total.minor >= 0
    assert min(quoted.pays) >= 0


@given(orders())
def test_what_the_buyer_and_the_others_pay_is_what_the_parties_receive(order: Order) -> None:
    lines = order.quoted().price.lines

    others = -sum(line.amount_minor for line in lines if line.payer)
    receive = sum(line.amount_minor for line in lines if line.counts and not line.payer)
    goods = sum(item.offer.price.minor * item.quantity for item in order.items)
    fee = order.delivery.fee_minor if order.delivery else 0
    on_top = sum(line.amount_minor for line in lines if line.kind == "tax" and line.counts)
    assert order.quoted().price.total.minor + others == receive == goods + fee + on_top
    assert all(line.amount_minor < 0 for line in lines if line.payer)


@given(orders())
def test_items_and_delivery_add_up_to_the_total(order: Order) -> None:
    quoted = order.quoted()
    fee = order.delivery.fee_minor if order.delivery else 0
    rate = order.delivery.tax_basis_points if order.delivery else 0
    fee_tax = fee * rate / 10_000 if not order.items[0].offer.prices_include_tax else 0

    rest = quoted.price.total.minor - sum(quoted.pays) - fee
    assert rest >= 0
    assert abs(rest - fee_tax) <= 2


@given(orders())
def test_items_add_up_exactly_where_nothing_is_delivered(order: Order) -> None:
    quoted = replace(order, delivery=None).quoted()

    assert sum(quoted.pays) == quoted.price.total.minor


@given(orders())
def test_the_order_in_which_coupons_are_given_changes_nothing(order: Order) -> None:
    assert order.quoted(order.coupons[::-1]) == order.quoted()
    assert order.quoted(order.coupons[1:] + order.coupons[:1]) == order.quoted()


@given(orders())
def test_no_coupon_raises_a_price_whatever_else_applies(order: Order) -> None:
    total = order.quoted().price.total.minor

    for left_out in order.coupons:
        others = [coupon for coupon in order.coupons if coupon is not left_out]
        assert total <= order.quoted(others).price.total.minor


@given(orders())
def test_each_quota_gives_what_the_lines_say(order: Order) -> None:
    quoted = order.quoted()

    takes = {take.quota_id: take.amount for take in quoted.takes}
    for subsidy in order.subsidies:
        paid = -sum(line.amount_minor for line in quoted.price.lines if line.ref == str(subsidy.id))
        assert takes.get(subsidy.budget_id, 0) == paid
        assert paid <= (subsidy.cap_minor or paid)
    for coupon in order.coupons:
        used = any(line.ref == str(coupon.id) for line in quoted.price.lines)
        assert takes.get(coupon.quota_id, 0) == used
    assert list(takes) == sorted(takes)


@given(orders(), st.integers(-1, 1))
def test_a_threshold_is_met_from_its_amount_on(order: Order, beside: int) -> None:
    goods = sum(item.offer.price.minor * item.quantity for item in order.items)
    coupon = a_coupon(Amount(1), from_minor=max(0, goods + beside))
    try:
        order.quoted([coupon])
        met = True
    except CouponNeedsMore:
        met = False

    assert met == (goods >= coupon.from_minor)


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=8))
def test_a_split_adds_up_and_is_fair_to_a_unit(amount: int, weights: list[int]) -> None:
    shares = split(amount, weights)
    whole = sum(weights)

    assert sum(shares) == (amount if whole else 0)
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share * whole - amount * weight) < max(whole, 1)
