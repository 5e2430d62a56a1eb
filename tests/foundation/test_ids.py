"""Ids grow, never come twice, and say when they were made."""

from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from livehouse.foundation.clock import to_ms
from livehouse.foundation.ids import SystemIds, is_version_7
from tests.support.clock import ManualClock
from tests.support.moments import NOON

MANY = 2_000


@given(st.lists(st.integers(min_value=-5_000, max_value=5_000), min_size=1, max_size=50))
def test_ids_grow_whatever_the_clock_does(steps: list[int]) -> None:
    """A clock may stand still or be set back; an index must not notice."""
    clock = ManualClock(NOON)
    ids = SystemIds(clock)
    made = [ids.new()]
    for step in steps:
        clock.set(clock.now() + timedelta(milliseconds=step))
        made.append(ids.new())

    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_thousands_within_one_millisecond_are_in_order() -> None:
    ids = SystemIds(ManualClock(NOON))
    made = [ids.new() for _ in range(MANY)]

    assert made == sorted(set(made))
    assert {one.int >> 80 for one in made} == {to_ms(NOON)}


def test_every_id_is_of_version_7_and_of_the_common_variant() -> None:
    ids = SystemIds(ManualClock(NOON))

    for one in (ids.new() for _ in range(MANY)):
        assert is_version_7(one)
        assert one.variant == "specified in RFC 4122"


def test_two_sources_do_not_meet() -> None:
    one, other = (SystemIds(ManualClock(NOON)) for _ in range(2))

    assert not {one.new() for _ in range(MANY)} & {other.new() for _ in range(MANY)}


def test_other_versions_are_told_apart() -> None:
    assert not is_version_7(UUID("00000000-0000-4000-8000-000000000000"))
    assert not is_version_7(UUID(int=0))
