"""A room speaks more slowly where a node is late, and no viewer notices more than that."""

from hypothesis import given
from hypothesis import strategies as st

from livehouse.engine import limits
from livehouse.engine.backplane import Signals
from livehouse.engine.pace import Pace, paced
from livehouse.engine.protocol import decode_frame
from tests.support.engine_viewers import FakeTransport, Show

lags = st.integers(min_value=0, max_value=3_000)
LATE = limits.TICK_MS + 1


@given(st.lists(lags, max_size=60))
def test_the_pace_stays_on_the_grid_between_a_quarter_and_a_second(heard: list[int]) -> None:
    pace, now_ms = Pace(), 0
    for lag_ms in heard:
        now_ms += pace.tick_ms
        before, pace = pace, paced(pace, lag_ms, now_ms)

        assert pace.tick_ms in {limits.TICK_MS, 2 * limits.TICK_MS, limits.QUIET_TICK_MS}
        assert before.tick_ms // 2 <= pace.tick_ms <= before.tick_ms * 2


@given(st.lists(lags, max_size=40))
def test_a_node_that_always_keeps_up_gets_full_pace_back(heard: list[int]) -> None:
    pace, now_ms = Pace(), 0
    for lag_ms in (*heard, *[20] * 120):
        now_ms += pace.tick_ms
        pace = paced(pace, lag_ms, now_ms)

    assert pace.tick_ms == limits.TICK_MS


def test_one_late_frame_is_a_hiccup_and_several_in_a_row_slow_the_room() -> None:
    pace = Pace()
    for lag_ms in (LATE, LATE, LATE, 50, LATE, LATE, LATE):
        pace = paced(pace, lag_ms, 1_000)
    assert pace.tick_ms == limits.TICK_MS

    assert paced(pace, LATE, 1_000).tick_ms == 2 * limits.TICK_MS


async def test_a_late_node_halves_the_frames_and_newcomers_are_told() -> None:
    show = await Show().begin()
    for _ in range(limits.PACE_LATE_FRAMES + 1):
        show.fact("note", "x")
        show.room.hear(Signals("node", 0, lag_ms=LATE), show.now_ms())
        await show.tick()
    shown = 0
    for _ in range(8):
        show.fact("note", "y")
        shown += await show.tick() is not None
    viewer = FakeTransport()
    await show.join(viewer)

    assert shown == 4
    assert viewer.follower.pushes[0]["tick_ms"] == 2 * limits.TICK_MS


async def test_a_slowed_room_shows_as_many_lines_a_second_as_before() -> None:
    show = await Show().begin()
    for _ in range(limits.PACE_LATE_FRAMES + 1):
        show.room.hear(Signals("node", 0, 1, lag_ms=LATE), show.now_ms())
        await show.tick()
    for number in range(limits.LINES_PER_TICK_MAX * 3):
        show.say(f"c{number}", f"u{number}")
    frames = [await show.tick(), await show.tick()]
    said = [decode_frame(frame.payload).says for frame in frames if frame is not None]

    assert [len(says) for says in said] == [limits.LINES_PER_TICK_MAX * 2]
