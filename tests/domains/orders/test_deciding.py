from collections import Counter
from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from livehouse.domains.offers import (
    Amount,
    BadBasket,
    Closed,
    OfferClosed,
    OfferNotOpen,
    Open,
    Planned,
    StoresMixed,
    UnknownCoupon,
    UnknownOffer,
)
from livehouse.domains.orders import (
    BadQuantity,
    Buy,
    CouponUsed,
    DiscountGone,
    ForeignOrder,
    Known,
    NewOrder,
    OnlyRehearsal,
    PriceChanged,
    ShowNotOn,
)
from livehouse.domains.orders.model import Decision, OnSale, decide, sold
from livehouse.domains.quotas import LimitReached, SoldOut, Tally
from livehouse.foundation.ids import CouponId, OfferId, QuotaId, StoreId
from tests.support.builders import (
    ALLOTMENT,
    OFFER,
    STOCK,
    a_buy,
    a_person,
    an_offer,
    an_order_id,
    euros,
    terms_of,
)
from tests.support.discounts import a_coupon
from tests.support.moments import NOON

PLENTY = 1_000
SECOND = OfferId(UUID(int=0xB0))
SECOND_ALLOTMENT = QuotaId(UUID(int=0xB1))
SECOND_STOCK = QuotaId(UUID(int=0xB2))


def a_tally(allotment: int = PLENTY, stock: int = PLENTY) -> Tally:
    return Tally(left={ALLOTMENT: allotment, STOCK: stock}, shares={})


def kinds(decisions: list[Decision]) -> list[type]:
    return [type(decision) for decision in decisions]


def test_goods_are_held_for_as_long_as_the_house_wishes() -> None:
    decided = decide(
        [a_buy()], terms_of(an_offer()), {}, a_tally(), NOON, hold=timedelta(seconds=9)
    )[0]

    assert isinstance(decided, NewOrder)
    assert decided.hold_until == NOON + timedelta(seconds=9)


def test_who_comes_first_is_served_first_and_the_rest_is_refused_one_by_one() -> None:
    buys = [a_buy(buyer=1), a_buy(buyer=2, quantity=5), a_buy(buyer=3)]

    decisions = decide(buys, terms_of(an_offer()), {}, a_tally(stock=2), NOON)

    assert kinds(decisions) == [NewOrder, SoldOut, NewOrder]


def test_the_limit_counts_what_a_buyer_has_and_what_the_same_group_gives() -> None:
    tally = a_tally()
    tally.shares[ALLOTMENT, a_person(1)] = 1
    buys = [a_buy(buyer=1), a_buy(buyer=1), a_buy(buyer=2, quantity=2)]

    decisions = decide(buys, terms_of(an_offer(limit=2)), {}, tally, NOON)

    assert kinds(decisions) == [NewOrder, LimitReached, NewOrder]


def test_asking_twice_is_one_order() -> None:
    tally = a_tally()
    buys = [a_buy(number=7), a_buy(number=7)]

    first, second = decide(buys, terms_of(an_offer()), {}, tally, NOON)

    assert first is second
    assert tally.taken == {ALLOTMENT: 1, STOCK: 1}


def test_another_buyers_order_id_is_refused_in_the_group_and_when_stored() -> None:
    stored = Known(an_order_id(8), OFFER, a_person(1), "paid", 2_000, "EUR", NOON, None)
    buys = [
        a_buy(number=7, buyer=1),
        a_buy(number=7, buyer=2),
        a_buy(number=8, buyer=2),
        a_buy(number=8, buyer=1),
    ]

    decisions = decide(buys, terms_of(an_offer()), {stored.id: stored}, a_tally(), NOON)

    assert kinds(decisions) == [NewOrder, ForeignOrder, ForeignOrder, Known]


def test_a_tap_counts_until_the_close_and_the_grace_are_over() -> None:
    closed = an_offer(state=Closed(NOON - timedelta(seconds=3)), grace=timedelta(seconds=3))
    closed_too_long = an_offer(
        state=Closed(NOON - timedelta(seconds=4)), grace=timedelta(seconds=3)
    )
    ran_out = an_offer(state=Open(NOON, closes_at=NOON - timedelta(seconds=1)))

    answers = [
        decide([a_buy()], terms_of(offer), {}, a_tally(), NOON)[0]
        for offer in (closed, closed_too_long, ran_out)
    ]

    assert kinds(answers) == [NewOrder, OfferClosed, OfferClosed]


def test_what_cannot_be_sold_is_refused_by_name() -> None:
    cases = [
        (decide([a_buy()], OnSale({}), {}, a_tally(), NOON), UnknownOffer),
        (
            decide([a_buy()], terms_of(an_offer(state=Planned())), {}, a_tally(), NOON),
            OfferNotOpen,
        ),
        (decide([a_buy()], terms_of(an_offer(), on=False), {}, a_tally(), NOON), ShowNotOn),
        (
            decide([a_buy()], terms_of(an_offer(), rehearsal=True), {}, a_tally(), NOON),
            OnlyRehearsal,
        ),
        (decide([a_buy(quantity=0)], terms_of(an_offer()), {}, a_tally(), NOON), BadQuantity),
        (decide([a_buy(quantity=-1)], terms_of(an_offer()), {}, a_tally(), NOON), BadQuantity),
    ]

    assert [type(decisions[0]) for decisions, _ in cases] == [expected for _, expected in cases]


def test_one_fact_per_offer_adds_up_the_group_and_shows_only_who_agreed() -> None:
    shy = a_buy(buyer=1, quantity=2)
    seen = Buy(an_order_id(), ((OFFER, 1),), a_person(2), None, "A***")

    orders = decide([shy, seen], terms_of(an_offer()), {}, a_tally(), NOON)
    (group,) = sold([order for order in orders if isinstance(order, NewOrder)])

    assert (group.orders, group.quantity) == (2, 3)
    assert group.shown == ((str(seen.id), "A***", 1),)


def test_a_basket_is_one_order_that_takes_all_or_nothing() -> None:
    other = an_offer(offer_id=SECOND, quota_id=SECOND_ALLOTMENT, stock_quota_id=SECOND_STOCK)
    tally = a_tally()
    tally.left |= {SECOND_ALLOTMENT: 5, SECOND_STOCK: 1}
    wish = ((OFFER, 2), (SECOND, 1))
    buys = [Buy(an_order_id(), wish, a_person(n)) for n in (1, 2)]

    order, refused = decide(buys, terms_of(an_offer(), other), {}, tally, NOON)

    assert isinstance(order, NewOrder)
    assert isinstance(refused, SoldOut)
    assert [item.quantity for item in order.deal.items] == [2, 1]
    assert order.deal.price.total == euros(60)
    assert tally.taken == {ALLOTMENT: 2, STOCK: 2, SECOND_ALLOTMENT: 1, SECOND_STOCK: 1}
    assert [(part.orders, part.quantity) for part in sold([order])] == [(1, 2), (0, 1)]


def test_a_basket_of_two_stores_or_of_one_offer_twice_is_refused() -> None:
    elsewhere = replace(an_offer(offer_id=SECOND), store_id=StoreId(UUID(int=77)))
    market = terms_of(an_offer(), elsewhere)
    wishes = [((OFFER, 1), (SECOND, 1)), ((OFFER, 1), (OFFER, 1)), ()]

    answers = [
        decide([Buy(an_order_id(), wish, a_person(1))], market, {}, a_tally(), NOON)[0]
        for wish in wishes
    ]

    assert kinds(answers) == [StoresMixed, BadBasket, BadBasket]


def test_a_coupon_lowers_the_price_and_is_used_once_by_each_buyer() -> None:
    coupon = a_coupon(Amount(500), per_person=1)
    market = replace(terms_of(an_offer()), coupons={coupon.id: coupon})
    tally = a_tally()
    tally.left[coupon.quota_id] = 2
    buys = [
        Buy(an_order_id(), ((OFFER, 1),), a_person(n), coupon_ids=(coupon.id,))
        for n in (1, 1, 2, 3)
    ]

    answers = decide(buys, market, {}, tally, NOON)

    assert kinds(answers) == [NewOrder, CouponUsed, NewOrder, DiscountGone]
    assert isinstance(answers[0], NewOrder)
    assert answers[0].deal.price.total.minor == 1_500
    assert tally.taken == {ALLOTMENT: 2, STOCK: 2, coupon.quota_id: 2}


def test_nothing_is_bought_at_another_price_than_the_buyer_saw() -> None:
    seen = Buy(an_order_id(), ((OFFER, 1),), a_person(1), expects_minor=2_000)
    stale = Buy(an_order_id(), ((OFFER, 1),), a_person(1), expects_minor=1_900)
    forged = Buy(an_order_id(), ((OFFER, 1),), a_person(1), coupon_ids=(CouponId(UUID(int=9)),))

    answers = decide([seen, stale, forged], terms_of(an_offer()), {}, a_tally(), NOON)

    assert kinds(answers) == [NewOrder, PriceChanged, UnknownCoupon]


def test_equal_deals_have_one_id_and_others_another() -> None:
    buys = [a_buy(buyer=1), a_buy(buyer=2), a_buy(buyer=3, quantity=2)]

    first, second, larger = decide(buys, terms_of(an_offer()), {}, a_tally(), NOON)
    dearer = decide([a_buy()], terms_of(an_offer(price=euros(21))), {}, a_tally(), NOON)[0]

    ids = [one.deal.id for one in (first, second, larger, dearer) if isinstance(one, NewOrder)]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    assert ids[0].version == 8


def quantity_of(wish: Buy) -> int:
    ((_, quantity),) = wish.wish
    return quantity


buys = st.lists(
    st.builds(
        lambda buyer, quantity, number: a_buy(buyer=buyer, quantity=quantity, number=number),
        st.integers(1, 4),
        st.integers(1, 4),
        st.integers(1, 30),
    ),
    max_size=40,
)


@given(buys, st.integers(0, 20), st.integers(0, 20), st.integers(0, 5), st.integers(1, 8))
def test_a_sale_in_groups_sells_exactly_what_is_there(
    wishes: list[Buy], allotment: int, stock: int, limit: int, group_size: int
) -> None:
    """Repeated buyers, repeated ids, more wishes than stock: against a shelf kept by hand."""
    offer = an_offer(limit=limit)
    left = {ALLOTMENT: allotment, STOCK: stock}
    shares: Counter[tuple[object, object]] = Counter()
    known: dict[object, Known] = {}
    for start in range(0, len(wishes), group_size):
        group = wishes[start : start + group_size]
        tally = Tally(left=dict(left), shares=dict(shares))  # type: ignore[arg-type]  # counted
        decisions = decide(group, terms_of(offer), known, tally, NOON)  # type: ignore[arg-type]
        fresh = {d.buy.id: d for d in decisions if isinstance(d, NewOrder)}
        for order in fresh.values():
            assert order.buy.id not in known, "an order is new once"
            quantity = order.deal.first.quantity
            left[ALLOTMENT] -= quantity
            left[STOCK] -= quantity
            shares[ALLOTMENT, order.buy.buyer_id] += quantity
            known[order.buy.id] = Known(
                order.buy.id, OfferId(offer.id), order.buy.buyer_id, "placed",
                order.deal.price.total.minor, "EUR", NOON, None,
            )  # fmt: skip
        assert tally.left == left, "the tally says what the orders took"
        assert min(left.values()) >= 0, "nothing is oversold"
        for wish, decision in zip(group, decisions, strict=True):
            if isinstance(decision, SoldOut):
                assert quantity_of(wish) > min(left.values()), "nobody is sent from a full shelf"
            if isinstance(decision, LimitReached):
                assert shares[ALLOTMENT, wish.buyer_id] + quantity_of(wish) > limit > 0
    assert all(not limit or count <= limit for count in shares.values())
