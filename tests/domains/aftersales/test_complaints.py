"""A complaint is answered in time, or the operator decides."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livehouse.domains.aftersales.errors import ComplaintNotOpen
from livehouse.domains.aftersales.model.complaints import (
    About,
    Complaint,
    ComplaintId,
    answer,
    complain,
    complaint_state,
    decide,
    escalate,
    settle,
)
from livehouse.foundation.errors import InvalidInput
from tests.domains.aftersales.builders import NOW, WHOSE

HOURS = 48
DUE = NOW + timedelta(hours=HOURS)

Step = Callable[[Complaint, datetime], Complaint]
STEPS: dict[str, Step] = {
    "answer": lambda one, now: answer(one, "We are sorry.", 0, now),
    "settle": settle,
    "escalate": escalate,
    "decide": lambda one, now: decide(one, "Half of it back.", 500, now),
}
NEXT = {
    "raised": {"answered", "escalated"},
    "answered": {"settled", "escalated"},
    "escalated": {"decided"},
}


def a_complaint(words: str = "The handle is off.") -> Complaint:
    return complain(
        ComplaintId(UUID(int=3)), WHOSE, About.NOT_AS_SHOWN, words, hours=HOURS, now=NOW
    )


@given(st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 30)), max_size=10))
def test_a_complaint_moves_along_its_machine_and_nowhere_else(
    presses: list[tuple[str, int]],
) -> None:
    one, now = a_complaint(), NOW
    for press, hours in presses:
        before, now = complaint_state(one), now + timedelta(hours=hours)
        with suppress(ComplaintNotOpen):
            one = STEPS[press](one, now)
            assert complaint_state(one) in NEXT[before]
    assert one.is_open == (complaint_state(one) not in {"settled", "decided"})


def test_silence_brings_it_before_the_operator_and_not_earlier() -> None:
    with pytest.raises(ComplaintNotOpen):
        escalate(a_complaint(), DUE - timedelta(seconds=1))

    assert complaint_state(escalate(a_complaint(), DUE)) == "escalated"


@pytest.mark.parametrize("words", ["", "   ", "x" * 2_001])
def test_a_complaint_says_something_of_a_bearable_length(words: str) -> None:
    with pytest.raises(InvalidInput):
        a_complaint(words)
