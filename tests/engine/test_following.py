"""Laws of following a room: no gap goes unnoticed, whatever is lost and however slow one reads."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from livehouse.engine import limits
from livehouse.engine.backplane import Line
from livehouse.engine.canonical import canonical
from livehouse.engine.protocol import CloseCode
from livehouse.engine.session import Session
from tests.support.engine_viewers import RUN, FakeTransport, Follower, Show

# Less than a welcome: a viewer that does not read is paused by the first thing it is sent.
SLOW_BYTES = 50
SLOW_FRAMES = limits.RING_CHAT_FRAMES * 3 + 2  # what one join hands over at most
names = st.sampled_from(["a", "b", "c"])
steps = st.one_of(
    st.tuples(st.sampled_from(["note", "forget"]), names),
    st.tuples(st.sampled_from(["say", "quiet", "lose", "take over", "leave", "return"]), names),
    st.tuples(st.sampled_from(["stop reading", "read on", "return blind"]), names),
)


async def step(show: Show, viewers: dict[str, FakeTransport], what: str, name: str) -> None:
    viewer = viewers.get(name)
    if what in {"note", "forget"}:
        show.fact(what, name)
    elif what == "say":
        show.say(f"c{show.room.standing.n}", name)
    elif what == "lose":
        await show.tick(lost=True)
    elif what == "take over":
        await show.take_over()
    elif what in {"return", "return blind"} and (viewer is None or viewer.session is None):
        follower = viewer.follower if viewer else Follower()
        viewers[name] = FakeTransport(follower, reads=what == "return", slow_bytes=SLOW_BYTES)
        await show.join(viewers[name], name, follower.n or None)
    elif viewer is not None and viewer.session is not None:
        act(viewer, viewer.session, what)
    await show.tick()


def act(viewer: FakeTransport, session: Session, what: str) -> None:
    if what == "leave":
        session.lost()
        viewer.session = None
    elif what == "stop reading":
        viewer.reads = False
    elif what == "read on":
        viewer.drain()


@given(st.lists(steps, max_size=40))
async def test_everyone_ends_with_the_conductors_state(script: list[tuple[str, str]]) -> None:
    show = await Show().begin()
    viewers: dict[str, FakeTransport] = {}
    for what, name in script:
        await step(show, viewers, what, name)
    for _ in range(5):
        await show.tick()

    for viewer in viewers.values():
        if viewer.session is not None:
            assert viewer.reads or len(viewer.buffer) <= SLOW_FRAMES, "paused, it gets no more"
            viewer.drain()
            assert viewer.follower.n == show.room.standing.n
            assert canonical(viewer.follower.state) == canonical(show.room.standing.state)


@given(st.data(), st.integers(1, 40))
async def test_resuming_from_any_frame_equals_never_having_left(
    data: st.DataObject, frames: int
) -> None:
    show = await Show().begin()
    stayed, left = FakeTransport(), FakeTransport()
    await show.join(stayed, "u1")
    session = await show.join(left, "u2")
    leaves_at = data.draw(st.integers(0, frames))
    for n in range(frames):
        if n == leaves_at:
            session.lost()
        show.fact("note", f"{n % 7}")
        show.say(f"c{n}", "u3")
        await show.tick(lost=data.draw(st.booleans()))
    show.fact("note", "last")
    await show.tick()

    seen = left.follower.n
    await show.join(FakeTransport(left.follower), "u2", seen or None)

    if seen:
        assert left.follower.says == stayed.follower.says
        assert left.follower.keyframes == stayed.follower.keyframes
    assert left.follower.state == stayed.follower.state


async def test_after_the_nodes_memory_is_gone_one_resumes_from_the_log() -> None:
    show = await Show().begin()
    follower = Follower()
    first = FakeTransport(follower)
    session = await show.join(first)
    for n in range(5):
        show.say(f"c{n}", "u2")
        await show.tick()
    session.lost()
    seen = list(follower.says)
    for n in range(limits.RING_FRAMES_MAX + 40):
        if n % 20 == 0:
            show.say(f"d{n}", "u2")
        await show.tick()

    await show.join(FakeTransport(follower), since=follower.n)

    assert follower.n == show.room.standing.n
    assert len(follower.says) == len(seen) + (limits.RING_FRAMES_MAX + 40) // 20


async def test_a_newcomer_sees_what_was_just_said_and_asks_the_log_nothing() -> None:
    show = await Show().begin()
    await show.join(FakeTransport(), "u1")
    for n in range(100):
        show.say(f"c{n}", "u1")
        await show.tick()
    reads = show.log.reads

    newcomer = FakeTransport()
    await show.join(newcomer, "u2")

    assert show.log.reads == reads
    assert newcomer.follower.n == show.room.standing.n
    assert len(newcomer.follower.says) >= limits.RING_CHAT_FRAMES


async def test_who_reads_slowly_gets_a_keyframe_and_the_others_do_not_wait() -> None:
    show = await Show().begin()
    slow, quick = FakeTransport(reads=False), FakeTransport()
    await show.join(slow, "u1")
    await show.join(quick, "u2")
    for n in range(200):
        show.fact("note", f"{n % 20}")
        show.fact("show", f"{n} {'z' * 2_000}")
        await show.tick()
    assert slow.waiting_bytes() < limits.OUTBOX_BYTES_SLOW + 10_000
    before = slow.follower.keyframes

    slow.drain()

    assert slow.follower.n == quick.follower.n == show.room.standing.n
    assert slow.follower.state == quick.follower.state
    assert slow.follower.keyframes > before


async def test_who_does_not_read_for_long_is_closed_and_told_to_come_back() -> None:
    show = await Show().begin()
    slow = FakeTransport(reads=False)
    await show.join(slow)
    for n in range(50):
        show.fact("show", f"{n} {'z' * 4_000}")
        await show.tick()
    show.clock.set(show.clock.now() + timedelta(milliseconds=limits.OUTBOX_BEHIND_MS_MAX + 1))

    await show.look_after()

    assert slow.closed == (CloseCode.TOO_SLOW, "")
    assert show.hub.viewers == 0


async def test_answers_that_nobody_reads_are_bounded_too() -> None:
    show = await Show().begin()
    silent = FakeTransport(reads=False)
    session = await show.join(silent)
    for _ in range(1_000):
        session.send(b"x" * 1_000)

    assert silent.closed == (CloseCode.TOO_SLOW, "")
    assert silent.waiting_bytes() <= limits.OUTBOX_BYTES_MAX + 2_000


async def test_a_visitor_with_two_windows_counts_once() -> None:
    show = await Show().begin()
    await show.tick()
    first = await show.join(FakeTransport(), "u1")
    second = await show.join(FakeTransport(), "u1")
    await show.join(FakeTransport(), "u2")
    assert show.hub.viewers == 2
    first.lost()
    assert show.hub.viewers == 2
    second.lost()
    assert show.hub.viewers == 1


async def test_an_author_whose_line_got_lost_is_told_that_it_was_not_shown() -> None:
    show = await Show().begin()
    await show.tick()
    heard: list[bool] = []
    show.hub.say(Line("c1", "u1", ("c1",)), heard.append)
    show.clock.set(show.clock.now() + timedelta(milliseconds=limits.LINE_ANSWER_MS_MAX + 1))

    await show.look_after()

    assert heard == [False]


async def test_who_came_back_and_asked_again_hears_of_the_line_too() -> None:
    show = await Show().begin()
    await show.tick()
    heard: list[str] = []
    line = Line("c1", "u1", ("c1", "u1", "hello"))
    show.hub.say(line, lambda shown: heard.append(f"the new session: {shown}"))
    show.hub.say(line, lambda shown: heard.append(f"the old one, late: {shown}"))

    signals = show.hub.collect()
    assert signals is not None
    show.room.hear(signals, show.now_ms())
    await show.tick()

    assert heard == ["the new session: True", "the old one, late: True"]


async def test_after_the_end_everyone_may_look_a_little_longer() -> None:
    show = await Show().begin()
    viewer = FakeTransport()
    await show.join(viewer)
    show.fact("end")
    await show.tick()
    await show.look_after()
    assert viewer.closed is None
    show.clock.set(show.clock.now() + timedelta(milliseconds=limits.ENDED_GRACE_MS + 1))

    await show.look_after()

    assert viewer.closed == (CloseCode.RUN_ENDED, "")


async def test_who_waits_for_a_run_that_never_begins_is_told_so() -> None:
    show = Show()
    viewer = FakeTransport()
    await show.join(viewer)
    show.clock.set(show.clock.now() + timedelta(seconds=11))

    await show.look_after()

    assert viewer.closed == (CloseCode.NO_SUCH_RUN, "")


async def test_who_comes_before_the_first_frame_gets_it() -> None:
    show = await Show().begin()
    viewer = FakeTransport()
    await show.join(viewer)

    await show.tick()

    assert viewer.follower.n == 1
    assert [push["type"] for push in viewer.follower.pushes] == ["welcome"]


async def test_a_keyframe_never_sets_a_viewer_back() -> None:
    show = await Show().begin()
    viewer = FakeTransport()
    session = await show.join(viewer)
    for n in range(40):
        show.fact("note", str(n))
        await show.tick()
    session.lost()
    for _ in range(5):
        for part in range(4):
            show.fact("show", f"{part} {'z' * 4_000}")
        await show.tick()

    await show.join(FakeTransport(viewer.follower), since=viewer.follower.n)

    assert viewer.follower.n == show.room.standing.n
    assert viewer.follower.keyframes == 2, "too much was missed to send it all again"


async def test_a_frame_that_got_lost_does_not_cost_the_next_ones_authors_their_answer() -> None:
    show = await Show().begin()
    await show.join(FakeTransport())
    await show.tick()
    heard: list[bool] = []
    show.hub.say(Line("c1", "u1", ("c1",)), heard.append)
    show.fact("note", "a")
    await show.tick(lost=True)
    show.say("c1", "u1")

    await show.tick()

    assert heard == [True]


async def test_who_is_full_before_the_first_frame_gets_no_more_until_it_reads() -> None:
    show = await Show().begin()
    await show.tick()
    viewer = FakeTransport(reads=False, slow_bytes=SLOW_BYTES)
    await show.join(viewer)
    waiting = len(viewer.buffer)
    for n in range(30):
        show.fact("note", str(n))
        await show.tick()
    assert len(viewer.buffer) == waiting

    viewer.drain()

    assert viewer.follower.n == show.room.standing.n


async def test_who_has_seen_more_than_this_node_is_not_set_back() -> None:
    show = await Show().begin()
    await show.tick()
    for name in ("a", "b"):
        show.fact("note", name)
        await show.tick(lost=True)  # other nodes heard it
    ahead = Follower()
    for logged in show.log.frames[RUN]:
        ahead.hear(logged.payload)

    await show.join(FakeTransport(ahead), since=ahead.n)
    show.fact("note", "c")
    await show.tick()

    assert ahead.keyframes == 1
    assert ahead.state == show.room.standing.state


async def test_who_claims_to_have_seen_what_never_was_starts_over() -> None:
    show = await Show().begin()
    await show.tick()
    viewer = FakeTransport()

    await show.join(viewer, since=1_000)

    assert viewer.follower.state == show.room.standing.state


async def test_a_gap_longer_than_one_reading_of_the_log_is_closed() -> None:
    show = await Show().begin()
    await show.tick()
    viewer = FakeTransport()
    await show.join(viewer)
    for _ in range(limits.RESUME_FRAMES_MAX + 5):
        show.fact("note", "a")
        await show.tick(lost=True)
    show.fact("note", "b")
    await show.tick()

    assert viewer.follower.state == show.room.standing.state
