"""What an order books when it is paid, and what comes back of it: the laws, without a database."""

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    Sale,
    all_of,
    give_back,
    left_after,
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
    return dict(changes(paid_transfers(sale_of(deal, commission), parties(commission))))


minor = st.integers(0, 50_000) | st.integers(0, 9)
discounts: st.SearchStrategy[Amount | Percent] = st.one_of(
    st.builds(Percent, st.integers(1, 10_000)), st.builds(Amount, st.integers(1, 30_000))
)
shares = st.sampled_from(
    [(), (Part("platform", 3_333), Part("brand", 6_667)), (Part("store", 5_000), Part("brand", 5_000))]
)  # fmt: skip


@st.composite
def deals(draw: st.DrawFn) -> Deal:
    includes_tax = draw(st.booleans())
    rate = st.sampled_from([0, 700, 1_900])
    wanted = [
        Wanted(
            priced_at(draw(minor), number=n, tax_basis_points=draw(rate), includes_tax=includes_tax),
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

    others = -sum(
        line.amount_minor for line in deal.price.lines if line.payer not in ("", "store")
    )
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

    _, given_back = give_back(sale, all_of(sale))

    moved = paid_transfers(sale, parties(rate)) + refund_transfers(given_back, parties(rate))
    assert not any(changes(moved).values())


@given(deals(), rates, st.data())
def test_refunds_in_any_parts_never_exceed_and_add_up_to_everything(
    deal: Deal, rate: int, data: st.DataObject
) -> None:
    whole = sale_of(deal, rate)
    left, backs = whole, []
    moved: list[Transfer] = [*paid_transfers(whole, parties(rate))]
    for _ in range(data.draw(st.integers(0, 4))):
        back = data.draw(some_of(left))
        left, given_back = give_back(left, back)
        moved.extend(refund_transfers(given_back, parties(rate)))
        backs.append(back)
        rests = changes(paid_transfers(left, parties(rate)))
        assert all(rests.get(one, 0) == sum_ for one, sum_ in changes(tuple(moved)).items())
        assert all(minor >= 0 for minor in amounts(left))
    assert left_after(whole, backs) == left

    rest, given_back = give_back(left, all_of(left))
    moved.extend(refund_transfers(given_back, parties(rate)))
    assert not any(amounts(rest))
    assert not any(changes(tuple(moved)).values())


@st.composite
def some_of(draw: st.DrawFn, sale: Sale) -> Back:
    units = []
    for position, part in enumerate(sale.parts[:-1]):
        if part.units and draw(st.booleans()):
            units.append((position, draw(st.integers(1, part.units))))
    rest = bool(sale.parts[-1].units) and draw(st.booleans())
    left, _ = give_back(sale, Back(tuple(units), rest))
    amount = draw(st.just(0) | st.integers(0, left.buyer_minor))
    return Back(tuple(units), rest, amount)


def amounts(sale: Sale) -> list[int]:
    return [
        minor
        for part in sale.parts
        for minor in (
            part.units, part.buyer_minor, part.commission_minor, *(one.minor for one in part.borne)
        )
    ]  # fmt: skip


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


def test_one_piece_of_three_takes_its_share_and_the_last_takes_the_rest() -> None:
    sale = sale_of(a_deal(Wanted(priced_at(1_000), 3), coupons=[a_coupon(Amount(1))]), 1_000)

    given = []
    for _ in range(3):
        sale, back = give_back(sale, Back(units=((0, 1),)))
        given.append((back.buyer_minor, back.commission_minor))

    assert given == [(999, 100), (1_000, 100), (1_000, 100)]


def test_returned_goods_do_not_take_delivery_with_them() -> None:
    deal = a_deal(Wanted(priced_at(1_000), 1), delivery=Delivery("post", "Post", 500))

    left, back = give_back(sale_of(deal, 0), Back(units=((0, 1),)))

    assert (back.buyer_minor, left.buyer_minor) == (1_000, 500)


def test_a_subsidy_on_one_item_comes_back_with_that_item_alone() -> None:
    cup, bowl = priced_at(1_000, number=1), priced_at(1_000, number=2)
    subsidy = a_subsidy(Amount(200), offer_id=bowl.id)
    sale = sale_of(a_deal(Wanted(cup, 1), Wanted(bowl, 1), subsidies=[subsidy]), 0)

    _, of_cup = give_back(sale, Back(units=((0, 1),)))
    _, of_bowl = give_back(sale, Back(units=((1, 1),)))

    assert (of_cup.buyer_minor, of_cup.borne) == (1_000, ())
    assert (of_bowl.buyer_minor, of_bowl.borne) == (
        800, (Borne("platform", str(subsidy.id), 200),)
    )  # fmt: skip


def test_an_amount_gives_back_the_same_share_of_everything() -> None:
    deal = a_deal(Wanted(priced_at(1_000), 1), subsidies=[a_subsidy(Amount(200))])

    _, back = give_back(sale_of(deal, 1_000), Back(amount_minor=400))

    assert dict(changes(refund_transfers(back, parties(1_000)))) == {
        PROVIDERS: 400, PLATFORM: 100, PAYABLE: -450, FEES: -50,
    }  # fmt: skip


@pytest.mark.parametrize(
    "back",
    [
        Back(units=((0, 3),)),
        Back(units=((0, 1), (0, 1))),
        Back(units=((0, 0),)),
        Back(units=((0, -1),)),
        Back(units=((-1, 1),)),
        Back(units=((1, 1),)),
        Back(units=((2, 1),)),
        Back(amount_minor=2_001),
        Back(units=((0, 2),), amount_minor=1),
        Back(amount_minor=-1),
    ],
)
def test_more_than_was_bought_does_not_come_back(back: Back) -> None:
    sale = sale_of(a_deal(Wanted(priced_at(1_000), 2)), 0)

    with pytest.raises(ReturnedTooMuch):
        give_back(sale, back)


def test_what_costs_nothing_books_nothing() -> None:
    sale = sale_of(a_deal(Wanted(priced_at(0), 1)), 1_000)

    assert paid_transfers(sale, parties(1_000)) == ()
    assert all_of(sale) == Back(units=((0, 1),), rest=True)
