"""A crowd that lost its server comes back without a storm, and asks nobody who it is."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from livehouse.engine import limits
from livehouse.engine.ports import Visitor
from livehouse.engine.returning import retry_ms, scatter_ms
from tests.engine.test_messages import Desk, say
from tests.support.engine_viewers import FakeTransport

crowds = st.integers(min_value=0, max_value=1_000_000)


@given(crowds)
def test_a_crowd_comes_back_no_faster_than_we_let_it_in_and_not_too_late(crowd: int) -> None:
    window = scatter_ms(crowd)

    assert limits.SCATTER_MS_MIN <= window <= limits.SCATTER_MS_MAX
    if window < limits.SCATTER_MS_MAX:
        assert crowd / (window + 1) * 1_000 <= limits.RETURNS_PER_SECOND


@given(crowds, st.floats(min_value=0, max_value=1, exclude_max=True))
def test_nobody_is_told_to_come_back_outside_the_window(crowd: int, chance: float) -> None:
    told = retry_ms(crowd, chance)

    assert limits.RETRY_MS_MIN <= told < limits.RETRY_MS_MIN + scatter_ms(crowd)


async def test_who_stays_gets_a_new_ticket_before_the_old_one_is_too_old() -> None:
    async with Desk().open() as desk:
        stays = desk.connect()
        assert stays.session is not None
        stays.session.joined = True  # as one who waits for nothing
        stays.session.visitor = Visitor(id="u1", role="host")
        for _ in range(limits.RESUME_EVERY_MS // 10_000 + 4):
            await desk.clock.advance(timedelta(seconds=10))
            say(stays, {"type": "ping"})

        assert kept(stays) == ["u1:host"]


def kept(viewer: FakeTransport) -> list[object]:
    return [push["resume"] for push in viewer.follower.pushes if push["type"] == "resume"]
