from collections import Counter
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from livehouse.domains.offers import (
    Closed,
    OfferClosed,
    OfferNotOpen,
    Open,
    Planned,
    UnknownOffer,
)
from livehouse.domains.orders import (
    BadQuantity,
    Buy,
    ForeignOrder,
    Known,
    NewOrder,
    OnlyRehearsal,
    ShowNotOn,
)
from livehouse.domains.orders.model import Decision, decide, sold
from livehouse.domains.quotas import LimitReached, SoldOut, Tally
from livehouse.foundation.ids import OfferId
from tests.support.builders import (
    ALLOTMENT,
    OFFER,
    STOCK,
    a_buy,
    a_person,
    an_offer,
    an_order_id,
    terms_of,
)
from tests.support.moments import NOON

PLENTY = 1_000


def a_tally(allotment: int = PLENTY, stock: int = PLENTY) -> Tally:
    return Tally(left={ALLOTMENT: allotment, STOCK: stock}, shares={})


def kinds(decisions: list[Decision]) -> list[type]:
    return [type(decision) for decision in decisions]


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
        (decide([a_buy()], {}, {}, a_tally(), NOON), UnknownOffer),
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


def quantity_of(wish: Buy) -> int:
    ((_, quantity),) = wish.wanted
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
