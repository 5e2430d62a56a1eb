"""What a buyer gets back: to the cent, and never more than was paid."""

from collections import Counter
from contextlib import suppress
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livehouse.domains.aftersales.errors import BadPieces, MoreThanPaid, NotThatMany
from livehouse.domains.aftersales.model.pieces import Piece, Ware
from livehouse.domains.aftersales.model.reversals import (
    Bill,
    Reversal,
    ReversalId,
    reverse_amount,
    reverse_pieces,
)
from livehouse.foundation.money import Money
from tests.domains.aftersales.builders import NOW, ORDER, some_wares

ID = ReversalId(UUID(int=9))


def pieces_back(wares: list[Ware], total: int, earlier: list[Reversal], *pieces: Piece) -> Reversal:
    bill = Bill(ORDER, tuple(wares), Money("EUR", total), tuple(earlier))
    return reverse_pieces(ID, bill, pieces, NOW)


def goodwill(minor: int, total: int, earlier: list[Reversal]) -> Reversal:
    bill = Bill(ORDER, (), Money("EUR", total), tuple(earlier))
    return reverse_amount(ID, bill, Money("EUR", minor), NOW)


def paid_back(reversals: list[Reversal]) -> int:
    return sum(one.total_minor for one in reversals)


def test_one_of_three_brings_its_share_and_the_last_brings_the_rest_and_the_delivery() -> None:
    wares = some_wares(3, pays=1_000)

    first = pieces_back(wares, 1_490, [], Piece(0, 1))
    last = pieces_back(wares, 1_490, [first], Piece(0, 2))

    assert (first.total_minor, first.ends_order) == (333, False)
    assert (last.amounts, last.delivery_minor, last.ends_order) == ((667,), 490, True)


def test_what_was_given_out_of_goodwill_is_not_given_again() -> None:
    wares = some_wares(1, pays=1_000)

    sorry = goodwill(400, 1_200, [])
    back = pieces_back(wares, 1_200, [sorry], Piece(0, 1))

    assert back.total_minor == 800
    with pytest.raises(MoreThanPaid):
        goodwill(1, 1_200, [sorry, back])


@pytest.mark.parametrize("minor", [0, -5])
def test_a_refund_of_nothing_is_refused(minor: int) -> None:
    with pytest.raises(BadPieces):
        goodwill(minor, 1_000, [])


wares_lists = st.lists(
    st.builds(lambda n, pays: Ware("Cup", n, pays), st.integers(1, 7), st.integers(0, 5_000)),
    min_size=1,
    max_size=4,
)
steps = st.lists(
    st.one_of(
        st.integers(1, 3_000),
        st.lists(st.builds(Piece, st.integers(0, 3), st.integers(1, 4)), min_size=1, max_size=3),
    ),
    max_size=15,
)


@given(wares_lists, st.integers(0, 900), steps)
def test_however_it_comes_back_no_cent_is_lost_or_given_twice(
    wares: list[Ware], delivery: int, wishes: list[int | list[Piece]]
) -> None:
    total = sum(ware.pays_minor for ware in wares) + delivery
    reversals: list[Reversal] = []
    for wish in wishes:
        with suppress(BadPieces, NotThatMany, MoreThanPaid):
            reversals.append(
                goodwill(wish, total, reversals)
                if isinstance(wish, int)
                else pieces_back(wares, total, reversals, *wish)
            )
        assert 0 <= paid_back(reversals) <= total

    given_back = sum((Counter({p.position: p.quantity}) for r in reversals for p in r.pieces),
                     Counter[int]())  # fmt: skip
    assert all(given_back[n] <= ware.quantity for n, ware in enumerate(wares))
    if all(given_back[n] == ware.quantity for n, ware in enumerate(wares)):
        assert paid_back(reversals) == total
