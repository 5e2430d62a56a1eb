"""When a client comes back, and when it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livehouse.client.returning import Over, Shut, Wait, after_end, backoff
from livehouse.client.wire import ABNORMAL
from livehouse.engine.protocol import CloseCode


def test_who_heard_when_to_come_back_comes_back_then() -> None:
    assert after_end(CloseCode.RESTART, '{"retry_ms":1234}', 3, 0.5) == Wait(1.234)


def test_a_full_house_sends_viewers_to_the_other_carrier() -> None:
    reason = '{"carrier":"http","retry_ms":8000,"more":1}'

    assert after_end(CloseCode.TOO_MANY, reason, 0, 0.5) == Wait(8.0, over_http=True)


@pytest.mark.parametrize("reason", ["", "soon", "{", '{"retry_ms":"x"}', '{"retry_ms":-5}', "[]"])
def test_a_reason_that_says_nothing_is_let_pass(reason: str) -> None:
    step = after_end(CloseCode.RESTART, reason, 0, 0.5)

    assert step == Wait(backoff(0, 0.5))


@pytest.mark.parametrize(
    ("code", "why"),
    [(CloseCode.BANNED, "banned"), (CloseCode.NO_SUCH_RUN, "no_such_run"), (404, "no_such_run")],
)
def test_who_is_shut_out_stays_out(code: int, why: str) -> None:
    assert after_end(code, "", 0, 0.5) == Shut(why)


def test_an_ended_show_is_over() -> None:
    assert after_end(CloseCode.RUN_ENDED, "", 9, 0.5) == Over()


def test_after_a_mistake_of_ours_nothing_of_ours_is_trusted() -> None:
    step = after_end(CloseCode.PROTOCOL, "", 0, 0.5)

    assert isinstance(step, Wait)
    assert step.anew


@given(st.integers(0, 5_000), st.text(), st.integers(-1, 10**6), st.floats(0, 1, exclude_max=True))
def test_nobody_waits_for_ever_or_comes_back_at_once(
    code: int, reason: str, attempt: int, random: float
) -> None:
    step = after_end(code, reason, attempt, random)

    assert not isinstance(step, Wait) or 0.2 <= step.seconds <= 60


def test_who_loses_the_house_without_a_word_comes_back_within_its_scatter() -> None:
    assert after_end(ABNORMAL, "", 0, 0.5, scatter_seconds=8.0) == Wait(4.0)
    assert after_end(ABNORMAL, "", 0, 0.0, scatter_seconds=8.0) == Wait(backoff(0, 0.0))


def test_a_crowd_is_spread_over_half_of_the_delay() -> None:
    assert backoff(3, 0.0) == 1.6
    assert backoff(3, 0.999) == pytest.approx(3.2, rel=0.01)
