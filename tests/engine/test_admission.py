"""A full node says where to go instead; only a crowd of the turned away is cut off unheard."""

import json
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from livehouse.engine import limits
from livehouse.engine.admission import Admission
from livehouse.engine.gateway import Allowances
from livehouse.engine.protocol import CloseCode
from tests.engine.test_messages import Desk

steps = st.lists(st.tuples(st.booleans(), st.sampled_from("abc")), max_size=60)


@given(steps, st.integers(1, 6), st.integers(1, 4))
def test_never_more_than_may_be_are_let_in(
    script: list[tuple[bool, str]], most: int, most_per_address: int
) -> None:
    admission = Admission(most, most_per_address, lambda: 0.5)
    here: list[str] = []
    for comes, address in script:
        if not comes and address in here:
            here.remove(address)
            admission.leave(address)
        elif comes and admission.enter(address) is None:
            here.append(address)
        elif comes:
            assert len(here) == most or here.count(address) == most_per_address
            admission.leave(address)

        assert admission.count == len(here) <= most
        assert all(here.count(name) <= most_per_address for name in "abc")


async def test_who_finds_the_node_full_is_told_to_follow_by_http() -> None:
    async with Desk(Allowances(connections=1)).open() as desk:
        desk.connect()

        closed = desk.connect().closed

        assert closed is not None
        told = json.loads(closed[1])
        assert (closed[0], told["why"], told["carrier"]) == (CloseCode.TOO_MANY, "node", "http")
        assert limits.ELSEWHERE_MS <= told["retry_ms"] < 2 * limits.ELSEWHERE_MS
        assert len(closed[1].encode()) <= 123  # what a close frame holds


async def test_the_turned_away_are_not_answered_without_bound() -> None:
    desk = Desk(Allowances(connections=10))
    assert desk.gateway.is_closed_to(0)
    async with desk.open():
        open_ones = 10 + limits.TURNED_AWAY_MAX

        assert not desk.gateway.is_closed_to(open_ones - 1)
        assert desk.gateway.is_closed_to(open_ones)


def test_a_node_that_is_late_for_long_lets_nobody_else_in_until_it_has_caught_up() -> None:
    admission = Admission(10, 10, lambda: 0.0)
    for pulse in range(limits.LATE_PULSES_MAX):
        assert admission.enter("a") is None
        admission.note(limits.LATE_MS_MAX + 1, pulse)
    assert admission.enter("a") is not None

    admission.note(0, limits.LATE_CALM_MS // 2)
    assert admission.enter("a") is not None
    admission.note(0, 2 * limits.LATE_CALM_MS)

    assert admission.enter("a") is None


async def test_one_long_wait_is_no_reason_to_turn_anybody_away() -> None:
    async with Desk().open() as desk:
        await desk.clock.advance(timedelta(minutes=1))

        assert desk.connect().closed is None
