"""How far it is, and how roughly we want to know where somebody is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.places import Spot, checked_spot, distance_km, read_spot, written

HAMBURG, BERLIN, NINGBO = Spot(53.55, 9.99), Spot(52.52, 13.40), Spot(29.87, 121.55)
spots = st.builds(Spot, st.floats(-90, 90), st.floats(-180, 180))


def test_known_distances() -> None:
    assert distance_km(HAMBURG, BERLIN) == pytest.approx(255, abs=3)
    assert distance_km(HAMBURG, NINGBO) == pytest.approx(8_700, abs=100)
    assert distance_km(Spot(0, 179.9), Spot(0, -179.9)) == pytest.approx(22.2, abs=0.1)
    assert distance_km(Spot(90, 0), Spot(-90, 0)) == pytest.approx(20_015, abs=1)


@given(spots, spots)
def test_a_distance_is_the_same_both_ways_and_never_beyond_the_other_side(
    one: Spot, other: Spot
) -> None:
    there = distance_km(one, other)

    assert there == pytest.approx(distance_km(other, one), abs=1e-6)
    assert 0 <= there < 20_016
    assert distance_km(one, one) == 0


@given(spots)
def test_what_is_written_of_a_place_is_read_again_and_is_near_it(spot: Spot) -> None:
    rough = checked_spot(spot.latitude, spot.longitude, digits=1)

    assert read_spot(written(rough), digits=1) == rough
    assert distance_km(rough, spot) < 8


@pytest.mark.parametrize(
    "text", ["", "53", "53_", "53_nan", "91_0", "0_181", "inf_0", "a_b", "1_2_"]
)
def test_what_is_no_place_is_none(text: str) -> None:
    assert read_spot(text, digits=1) is None


def test_a_place_off_the_earth_is_refused() -> None:
    with pytest.raises(InvalidInput):
        checked_spot(90.1, 0, digits=1)
