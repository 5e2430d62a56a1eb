"""What an order books when it is paid, and what comes back of it: the laws, without a database."""

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from livehouse.domains.ledger import (
    COMMISSION,
    PROVIDER,
    STORE,
    SUBSIDY,
    Account,
    Transfer,
    changes,
)
from livehouse.domains.offers import (
    Amount,
    Coupon,
    Delivery,
    Part,
    Percent,
    Subsidy,
    Wanted,
    quote,
)
from livehouse.domains.orders import ReturnedTooMuch
from livehouse.domains.orders.model import Deal, Item
from livehouse.domains.orders.model.booking import (
    Back,
    Borne,
    Parties,
    goes_back,
    gone,
    paid_transfers,
    refund_transfers,
    sale_of,
)
from livehouse.domains.orders.model.deals import made
from tests.support.builders import RUN
from tests.support.builders import STORE as STORE_ID
from tests.support.discounts import a_coupon, a_subsidy, priced_at
from tests.support.moments import NOON

PROVIDERS = Account(PROVIDER, "sandbox", "EUR")
PAYABLE = Account(STORE, str(STORE_ID), "EUR")
FEES = Account(COMMISSION, "", "EUR")
PLATFORM = Account(SUBSIDY, "platform", "EUR")
PARTNER = Account(SUBSIDY, "brand", "EUR")


def parties(commission: int) -> Parties:
    return Parties(STORE_ID, "sandbox", "EUR", commission)


def a_deal(
    *wanted: Wanted,
    coupons: Sequence[Coupon] = (),
    subsidies: Sequence[Subsidy] = (),
    delivery: Delivery | None = None,
) -> Deal:
    quoted = quote(wanted, NOON, coupons=coupons, subsidies=subsidies, delivery=delivery)
    items = tuple(
        Item(one.offer, RUN, one.quantity, one.offer.price.minor * one.quantity, pays)
        for one, pays in zip(wanted, quoted.pays, strict=True)
    )
    return made(STORE_ID, items, quoted)


def booked(deal: Deal, commission: int = 0) -> dict[Account, int]:
    return dict(changes(paid_transfers(sale_of(deal, commission).sums, parties(commission))))


minor = st.integers(0, 50_000) | st.integers(0, 9)
discounts: st.SearchStrategy[Amount | Percent] = st.one_of(
    st.builds(Percent, st.integers(1, 10_000)), st.builds(Amount, st.integers(1, 30_000))
)
shares = st.sampled_from(
    [
        (),
        (Part("platform", 3_333), Part("brand", 6_667)),
        (Part("store", 5_000), Part("brand", 5_000)),
    ]
)


@st.composite
def deals(draw: st.DrawFn) -> Deal:
    includes_tax = draw(st.booleans())
    rate = st.sampled_from([0, 700, 1_900])
    wanted = [
        Wanted(
            priced_at(
                draw(minor), number=n, tax_basis_points=draw(rate), includes_tax=includes_tax
            ),
            draw(st.integers(1, 5)),
        )
        for n in range(draw(st.integers(1, 3)))
    ]
    coupons = [
        a_coupon(draw(discounts), number=n, store_id=draw(st.sampled_from([None, STORE_ID])))
        for n in range(draw(st.integers(0, 1)))
    ]
    subsidies = [
        a_subsidy(
            draw(discounts),
            *draw(shares),
            number=n,
            offer_id=draw(st.sampled_from([None, wanted[0].offer.id])),
        )
        for n in range(draw(st.integers(0, 2)))
    ]
    delivery = draw(st.none() | st.builds(Delivery, st.just("d"), st.just("Post"), minor, rate))
    return a_deal(*wanted, coupons=coupons, subsidies=subsidies, delivery=delivery)


rates = st.sampled_from([0, 1, 550, 3_333, 10_000])


@given(deals(), rates)
def test_the_parties_receive_what_the_buyer_and_others_put_in(deal: Deal, rate: int) -> None:
    moved = booked(deal, rate)

    others = -sum(line.amount_minor for line in deal.price.lines if line.payer not in ("", "store"))
    assert sum(moved.values()) == 0
    assert moved.get(PAYABLE, 0) + moved.get(FEES, 0) == deal.price.total.minor + others
    assert moved.get(PAYABLE, 0) >= 0


@given(deals(), rates)
def test_each_who_bears_a_discount_is_booked_with_what_its_lines_say(deal: Deal, rate: int) -> None:
    wanted: Counter[str] = Counter()
    for line in deal.price.lines:
        if line.payer not in ("", "store"):
            wanted[line.payer] += line.amount_minor

    found = {one.owner: sum_ for one, sum_ in booked(deal, rate).items() if one.kind == SUBSIDY}
    assert found == {payer: minor for payer, minor in wanted.items() if minor}


@given(deals(), rates)
def test_a_refund_of_everything_leaves_every_account_at_zero(deal: Deal, rate: int) -> None:
    sale = sale_of(deal, rate)

    back = goes_back(sale, (), all_of(deal))

    moved = paid_transfers(sale.sums, parties(rate)) + refund_transfers(back, parties(rate))
    assert not any(changes(moved).values())


@given(deals(), rates, st.data())
def test_refunds_in_any_parts_never_exceed_and_add_up_to_everything(
    deal: Deal, rate: int, data: st.DataObject
) -> None:
    sale = sale_of(deal, rate)
    backs: list[Back] = []
    moved: list[Transfer] = [*paid_transfers(sale.sums, parties(rate))]
    for number in range(data.draw(st.integers(1, 5))):
        back = data.draw(some_of(deal, backs, key=str(number)))
        moved.extend(refund_transfers(goes_back(sale, backs, back), parties(rate)))
        backs.append(back)
        sums = changes(tuple(moved))
        assert sum(sums.values()) == 0
        assert all(minor <= 0 for one, minor in sums.items() if one.kind in (PROVIDER, SUBSIDY))
        assert all(minor >= 0 for one, minor in sums.items() if one.kind == COMMISSION)

    moved.extend(refund_transfers(goes_back(sale, backs, rest_of(deal, backs)), parties(rate)))
    assert not any(changes(tuple(moved)).values())


def all_of(deal: Deal) -> Back:
    return rest_of(deal, ())


def rest_of(deal: Deal, backs: Sequence[Back]) -> Back:
    """Every piece that is left, with all the money that is left."""
    left = pieces_left(deal, backs)
    delivery = deal.price.total.minor - sum(item.pays_minor for item in deal.items)
    room = money_left(deal, backs)
    return Back(
        key="rest",
        units={place: units for place, units in left.items() if units},
        amounts={0: max(0, room - delivery)},
        delivery_minor=min(room, delivery),
        ends_order=True,
    )


@st.composite
def some_of(draw: st.DrawFn, deal: Deal, backs: Sequence[Back], *, key: str) -> Back:
    """Some pieces with their share of the money, or an amount for nothing."""
    room = money_left(deal, backs)
    if draw(st.booleans()):
        return Back(key=key, goodwill_minor=draw(st.integers(0, room)))
    units, amounts = {}, {}
    for place, left in pieces_left(deal, backs).items():
        if left and draw(st.booleans()):
            units[place] = draw(st.integers(1, left))
            share = deal.items[place].pays_minor * units[place] // deal.items[place].quantity
            amounts[place] = min(room, share)
            room -= amounts[place]
    return Back(key=key, units=units, amounts=amounts)


def pieces_left(deal: Deal, backs: Sequence[Back]) -> Counter[int]:
    left = Counter({place: item.quantity for place, item in enumerate(deal.items)})
    for back in backs:
        left.subtract(back.units)
    return left


def money_left(deal: Deal, backs: Sequence[Back]) -> int:
    return deal.price.total.minor - sum(back.total_minor for back in backs)


def test_an_order_without_anything_special_goes_to_the_store() -> None:
    assert booked(a_deal(Wanted(priced_at(1_000), 2))) == {PROVIDERS: -2_000, PAYABLE: 2_000}


def test_the_platform_takes_its_rate_of_the_goods_and_nothing_of_delivery() -> None:
    deal = a_deal(Wanted(priced_at(1_000), 1), delivery=Delivery("post", "Post", 500))

    assert booked(deal, 550) == {PROVIDERS: -1_500, PAYABLE: 1_445, FEES: 55}


def test_what_others_bear_of_a_price_the_store_gets_all_the_same() -> None:
    halves = a_subsidy(Amount(300), Part("platform", 5_000), Part("brand", 5_000))

    assert booked(a_deal(Wanted(priced_at(1_000), 1), subsidies=[halves]), 1_000) == {
        PROVIDERS: -700, PLATFORM: -150, PARTNER: -150, PAYABLE: 900, FEES: 100,
    }  # fmt: skip


def test_a_discount_of_the_stores_own_is_not_booked() -> None:
    deal = a_deal(Wanted(priced_at(1_000), 1), coupons=[a_coupon(Amount(100))])

    assert booked(deal, 1_000) == {PROVIDERS: -900, PAYABLE: 810, FEES: 90}


def test_the_commission_comes_back_in_parts_that_add_up() -> None:
    deal = a_deal(Wanted(priced_at(1_000), 3), coupons=[a_coupon(Amount(1))])
    sale, backs = sale_of(deal, 1_000), list[Back]()

    given = []
    for number, minor in enumerate((999, 1_000, 1_000)):
        back = Back(key=str(number), units={0: 1}, amounts={0: minor})
        given.append(goes_back(sale, backs, back).commission_minor)
        backs.append(back)

    assert sum(given) == sale.commission_minor == 300
    assert given == [99, 100, 101]


def test_a_subsidy_on_one_item_comes_back_with_that_item_alone() -> None:
    cup, bowl = priced_at(1_000, number=1), priced_at(1_000, number=2)
    subsidy = a_subsidy(Amount(200), offer_id=bowl.id)
    sale = sale_of(a_deal(Wanted(cup, 1), Wanted(bowl, 1), subsidies=[subsidy]), 0)

    of_cup = goes_back(sale, (), Back(key="a", units={0: 1}, amounts={0: 1_000}))
    of_bowl = goes_back(sale, (), Back(key="b", units={1: 1}, amounts={1: 800}))

    assert of_cup.borne == ()
    assert of_bowl.borne == (Borne("platform", str(subsidy.id), 200),)


def test_goodwill_is_the_stores_own_and_takes_its_commission_with_it() -> None:
    deal = a_deal(Wanted(priced_at(1_000), 1), subsidies=[a_subsidy(Amount(200))])

    back = goes_back(sale_of(deal, 1_000), (), Back(key="a", goodwill_minor=400))

    assert dict(changes(refund_transfers(back, parties(1_000)))) == {
        PROVIDERS: 400, PAYABLE: -360, FEES: -40,
    }  # fmt: skip


def test_delivery_that_goes_back_takes_no_commission_with_it() -> None:
    deal = a_deal(Wanted(priced_at(1_000), 1), delivery=Delivery("post", "Post", 500))

    back = goes_back(sale_of(deal, 1_000), (), Back(key="a", delivery_minor=500))

    assert (back.buyer_minor, back.commission_minor) == (500, 0)


@pytest.mark.parametrize(
    "back",
    [
        Back(key="more pieces", units={0: 3}),
        Back(key="no pieces", units={0: 0}),
        Back(key="taken pieces", units={0: -1}),
        Back(key="other pieces", units={1: 1}),
        Back(key="more money", goodwill_minor=2_001),
        Back(key="money twice", units={0: 2}, amounts={0: 2_000}, goodwill_minor=1),
    ],
    ids=lambda back: back.key,
)
def test_more_than_was_bought_does_not_come_back(back: Back) -> None:
    with pytest.raises(ReturnedTooMuch):
        gone(sale_of(a_deal(Wanted(priced_at(1_000), 2)), 0), [back])


def test_pieces_do_not_come_back_twice() -> None:
    sale, back = sale_of(a_deal(Wanted(priced_at(1_000), 1)), 0), Back(key="a", units={0: 1})

    with pytest.raises(ReturnedTooMuch):
        gone(sale, [back, replace(back, key="b")])


def test_what_costs_nothing_books_nothing() -> None:
    sale = sale_of(a_deal(Wanted(priced_at(0), 1)), 1_000)

    assert paid_transfers(sale.sums, parties(1_000)) == ()
