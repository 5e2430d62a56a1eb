"""The judge of counters finds what is wrong, and condemns nothing that can be right."""

from collections.abc import Sequence
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livehouse.app.bench.counters import NEVER, Span, exceeded_at, unfounded

TAKE, GIVE, REFUSE = "take", "give", "refuse"
Act = tuple[str, Span]


def is_linearisable(capacity: int, acts: Sequence[Act]) -> bool:
    """By trying every order: an act may not come before one that ended before it began."""
    return any(_keeps_time(order) and _makes_sense(capacity, order) for order in permutations(acts))


def _keeps_time(order: Sequence[Act]) -> bool:
    return not any(
        later.latest < earlier.earliest
        for place, (_, earlier) in enumerate(order)
        for _, later in order[place + 1 :]
    )


def _makes_sense(capacity: int, order: Sequence[Act]) -> bool:
    used = 0
    for act, span in order:
        if act == REFUSE:
            if used + span.amount <= capacity:
                return False
            continue
        used += span.amount if act == TAKE else -span.amount
        if not 0 <= used <= capacity:
            return False
    return True


def is_condemned(capacity: int, acts: Sequence[Act]) -> bool:
    takes, gives, refusals = ([span for act, span in acts if act == kind]
                              for kind in (TAKE, GIVE, REFUSE))  # fmt: skip
    return exceeded_at(capacity, takes, gives) is not None or bool(
        unfounded(capacity, takes, gives, refusals)
    )


@st.composite
def histories(draw: st.DrawFn, *, refusals_max: int, amount_max: int) -> list[Act]:
    """A few acts on a short line of time; what is given back was taken before."""
    acts: list[Act] = []
    for _ in range(draw(st.integers(0, 3))):
        begin, amount = draw(st.integers(0, 9)), draw(st.integers(1, amount_max))
        taken = Span(begin, begin + draw(st.integers(0, 4)), amount)
        acts.append((TAKE, taken))
        if draw(st.booleans()):
            begin = taken.latest + draw(st.integers(1, 3))
            never = draw(st.booleans())
            latest = NEVER if never else begin + draw(st.integers(0, 4))
            acts.append((GIVE, Span(begin, latest, amount)))
    for _ in range(draw(st.integers(0, refusals_max))):
        begin = draw(st.integers(0, 12))
        span = Span(begin, begin + draw(st.integers(0, 4)), draw(st.integers(1, amount_max)))
        acts.append((REFUSE, span))
    return acts


@given(st.integers(1, 3), histories(refusals_max=2, amount_max=2))
def test_no_history_that_can_be_right_is_condemned(capacity: int, acts: list[Act]) -> None:
    if is_linearisable(capacity, acts):
        assert not is_condemned(capacity, acts)


@given(st.integers(1, 2), histories(refusals_max=1, amount_max=1))
def test_with_one_refusal_and_single_units_every_wrong_history_is_found(
    capacity: int, acts: list[Act]
) -> None:
    assert is_condemned(capacity, acts) is not is_linearisable(capacity, acts)


def test_more_than_there_is_was_in_use() -> None:
    assert exceeded_at(1, [Span(0, 5), Span(1, 6)], []) == 6


def test_what_came_back_in_between_may_be_taken_again() -> None:
    assert exceeded_at(1, [Span(0, 1), Span(3, 6)], [Span(2, 4)]) is None


def test_what_came_back_too_late_was_taken_twice() -> None:
    assert exceeded_at(1, [Span(0, 1), Span(2, 3)], [Span(4, 5)]) == 3


@pytest.mark.parametrize(
    ("refusal", "is_wrong"),
    [
        (Span(4, 9), True),  # free since 3 at the latest
        (Span(3, 9), False),  # it may have come back just after the question
        (Span(4, 10), False),  # the next taking may have come before the answer
        (Span(4, 10, amount=2), False),
    ],
)
def test_a_refusal_needs_a_moment_with_too_little(refusal: Span, *, is_wrong: bool) -> None:
    takes, gives = [Span(0, 1), Span(10, 11)], [Span(2, 3)]

    assert unfounded(1, takes, gives, [refusal]) == ([0] if is_wrong else [])


def test_what_came_back_at_an_unknown_time_had_to_for_the_next_to_have_it() -> None:
    takes, gives = [Span(0, 1), Span(2, 3)], [Span(2, NEVER), Span(4, 5)]

    assert unfounded(1, takes, gives, [Span(6, 7)]) == [0]


def test_of_many_refusals_the_wrong_ones_are_named() -> None:
    takes = [Span(10 * n, 10 * n + 1) for n in range(100)]
    gives = [Span(10 * n + 4, 10 * n + 5) for n in range(100)]
    refusals = [Span(10 * n + place, 10 * n + place) for n in range(100) for place in (3, 7)]

    assert unfounded(1, takes, gives, refusals) == list(range(1, 200, 2))
