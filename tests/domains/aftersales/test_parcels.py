"""What is in which parcel, what is still to be sent, and where a parcel is."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livehouse.domains.aftersales.errors import BadPieces, NotThatMany, NotToShip
from livehouse.domains.aftersales.model.parcels import (
    Label,
    Parcel,
    ParcelEvent,
    ParcelState,
    arrived_at,
    hear,
    left_to_ship,
    pack,
)
from livehouse.domains.aftersales.model.pieces import Piece, counted
from livehouse.foundation.errors import InvalidInput
from tests.domains.aftersales.builders import LATER, NOW, WHOSE, a_parcel, some_wares

kinds = st.sampled_from(list(ParcelState))
events = st.builds(
    lambda kind, minutes: ParcelEvent(kind, NOW + timedelta(minutes=minutes)),
    kinds,
    st.integers(0, 60),
)


def packed(*wanted: Piece, left: Counter[int]) -> Parcel:
    label = Label(" DHL ", "jd 0123")
    return pack(a_parcel().id, WHOSE, label, wanted or None, left=left, now=NOW)


def test_a_parcel_takes_all_that_is_left_unless_told_otherwise() -> None:
    wares = some_wares(2, 3)

    first = packed(Piece(0, 1), left=left_to_ship(wares, [], Counter()))
    rest = packed(left=left_to_ship(wares, [first], Counter({1: 1})))

    assert first.label == Label("DHL", "JD0123")
    assert rest.pieces == (Piece(0, 1), Piece(1, 2))


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (Piece(0, 3), NotThatMany),
        (Piece(2, 1), NotThatMany),
        (Piece(-1, 1), NotThatMany),
        (Piece(0, 0), BadPieces),
        (Piece(0, -2), BadPieces),
    ],
)
def test_nothing_is_sent_that_was_not_bought(wanted: Piece, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        packed(wanted, left=left_to_ship(some_wares(2, 3), [], Counter()))


def test_an_order_of_which_all_is_sent_takes_no_further_parcel() -> None:
    with pytest.raises(NotToShip):
        packed(left=Counter())


@given(st.lists(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4)), min_size=1), max_size=8))
def test_parcels_together_hold_what_was_bought_and_no_piece_more(
    wishes: list[list[tuple[int, int]]],
) -> None:
    wares = some_wares(4, 1, 6)
    parcels: list[Parcel] = []
    for wish in wishes:
        left = left_to_ship(wares, parcels, Counter())
        try:
            parcels.append(packed(*(Piece(*one) for one in wish), left=left))
        except (NotThatMany, NotToShip):
            continue
    if left := left_to_ship(wares, parcels, Counter()):
        parcels.append(packed(left=left))

    sent = sum((counted(parcel.pieces) for parcel in parcels), Counter[int]())
    assert sent == Counter({0: 4, 1: 1, 2: 6})


@given(st.lists(events, max_size=12), st.randoms())
def test_in_which_order_and_how_often_events_are_heard_makes_no_difference(
    heard: list[ParcelEvent], chance: object
) -> None:
    shuffled = [*heard, *heard]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random

    one, other = a_parcel(), a_parcel()
    for event in heard:
        one = hear(one, event, LATER)
    for event in shuffled:
        other = hear(other, event, LATER)

    assert (one.events, one.state) == (other.events, other.state)


@given(st.lists(events, max_size=12))
def test_what_is_delivered_stays_delivered(heard: list[ParcelEvent]) -> None:
    parcel = hear(a_parcel(), ParcelEvent(ParcelState.DELIVERED, NOW), LATER)

    for event in heard:
        parcel = hear(parcel, event, LATER)

    assert parcel.state is ParcelState.DELIVERED
    assert parcel.delivered_at == NOW


def test_an_event_from_the_future_is_refused() -> None:
    with pytest.raises(InvalidInput):
        hear(a_parcel(), ParcelEvent(ParcelState.DELIVERED, LATER), NOW)


def test_an_order_has_arrived_with_its_last_parcel() -> None:
    came = hear(a_parcel(), ParcelEvent(ParcelState.DELIVERED, NOW), LATER)
    later = hear(a_parcel(), ParcelEvent(ParcelState.DELIVERED, LATER), LATER)

    assert arrived_at([came, later]) == LATER
    assert arrived_at([came, a_parcel()]) is None
    assert arrived_at([]) is None
