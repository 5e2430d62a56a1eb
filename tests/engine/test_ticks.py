"""What one tick makes of what came in, and what the log rebuilds of it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livehouse.engine import limits
from livehouse.engine.backplane import Line, Signals
from livehouse.engine.canonical import canonical
from livehouse.engine.folding import rebuild
from livehouse.engine.protocol import decode_frame
from livehouse.foundation.clock import from_ms
from tests.support.engine_viewers import RUN, Show

kinds = st.sampled_from(["note", "forget", "show", "retract", "unknown"])


@given(st.lists(st.tuples(kinds, st.sampled_from("abc")), max_size=200))
async def test_the_log_rebuilds_the_conductors_state_exactly(facts: list[tuple[str, str]]) -> None:
    show = await Show().begin()
    for kind, text in facts:
        show.fact(kind, text)
        await show.tick()

    history = show.log.frames.get(RUN, [])
    for back in (0, 50):
        rebuilt = rebuild(await show.log.tail(RUN, back=back))
        if rebuilt is not None:
            assert canonical(rebuilt.state) == canonical(show.room.standing.state)
            assert (rebuilt.n, rebuilt.at, rebuilt.cursor) == (
                show.room.standing.n,
                show.room.standing.at,
                show.room.standing.cursor,
            )
    assert [logged.n for logged in history] == list(range(1, len(history) + 1))
    assert [logged.at for logged in history] == sorted({logged.at for logged in history})


@given(st.lists(st.sampled_from(["fact", "tick", "take over"]), max_size=40))
async def test_each_fact_is_folded_once_however_often_the_conductor_dies(script: list[str]) -> None:
    show, happened = await Show().begin(), 0
    cursors: list[str] = []
    for what in script:
        if what == "fact":
            happened += 1
            cursors.append("note")
            show.fact("note", "a")
        elif what == "take over":
            await show.take_over()
            learn_again(show)
        await show.tick()
    await show.tick()

    assert show.room.standing.state["folded"] == happened


def learn_again(show: Show) -> None:
    """As a conductor does that reads all facts from the outbox anew."""
    show.facts, told = 0, show.facts
    for _ in range(told):
        show.fact("note", "a")


async def test_a_quiet_room_speaks_once_a_second_and_a_busy_one_every_tick() -> None:
    show = await Show().begin()
    await show.tick()

    quiet = [await show.tick() is not None for _ in range(8)]
    show.fact("note", "a")
    busy = [await show.tick() is not None]
    show.fact("note", "b")
    busy.append(await show.tick() is not None)

    assert quiet.count(True) == 2
    assert busy == [True, True]


async def test_hashes_stand_on_keyframes_and_every_eighth_frame() -> None:
    show = await Show().begin()
    for n in range(limits.KEYFRAME_EVERY + 2):
        show.fact("note", str(n % 3))
        await show.tick()

    for logged in show.log.frames[RUN]:
        frame = decode_frame(logged.payload)
        assert logged.is_key == (logged.n in {1, limits.KEYFRAME_EVERY})
        assert bool(frame.hash) == (logged.is_key or logged.n % limits.HASH_EVERY == 0)


async def test_a_fold_that_fails_or_lies_costs_its_own_fact_only() -> None:
    show = await Show().begin()
    for kind in ("note", "break", "lie", "note"):
        show.fact(kind, "a")
    await show.tick()

    assert show.room.standing.state["folded"] == 2
    assert show.room.standing.state["notes"] == {"a": True}


async def test_a_line_that_is_taken_back_before_its_frame_is_never_shown() -> None:
    show = await Show().begin()
    show.say("c1", "u1")
    show.say("c2", "u1")
    show.fact("retract", "c1")

    spread = await show.tick()

    assert spread is not None
    assert (spread.shown, spread.hidden) == (("c2",), ("c1",))
    assert decode_frame(spread.payload).says == (("c2", "u1", "hello"),)
    assert decode_frame(spread.payload).retract == ("c1",)


async def test_a_line_sent_again_is_shown_once_and_answered_again() -> None:
    show = await Show().begin()
    show.say("c1", "u1")
    await show.tick()
    show.say("c1", "u1")
    spread = await show.tick()
    assert spread is not None
    assert spread.shown == ("c1",)
    assert decode_frame(spread.payload).says == ()

    await show.take_over()
    show.say("c1", "u1")
    spread = await show.tick()

    assert spread is not None
    assert spread.shown == ("c1",)
    assert decode_frame(spread.payload).says == ()


@pytest.mark.parametrize("lines", [1, 29, 31, 500, 5_000])
async def test_every_author_is_answered_however_much_is_said(lines: int) -> None:
    show = await Show().begin()
    for number in range(lines):
        show.say(f"c{number}", f"u{number % 40}")
    show.say("host", "u0", always=True)

    spread = await show.tick()

    assert spread is not None
    assert sorted((*spread.shown, *spread.hidden)) == sorted(
        ["host", *(f"c{number}" for number in range(lines))]
    )
    assert "host" in spread.shown
    assert len(decode_frame(spread.payload).says) <= limits.LINES_PER_TICK_MAX + 1


async def test_viewers_are_summed_over_gateways_and_a_silent_gateways_are_forgotten() -> None:
    show = await Show().begin()
    show.room.hear(Signals("one", 3, likes=2), show.now_ms())
    show.room.hear(Signals("two", 4, likes=5), show.now_ms())
    await show.tick()
    assert show.room.standing.state["counts"] == {"viewers": 7, "likes": 7}

    show.clock.set(from_ms(show.now_ms() + limits.GATEWAY_SILENCE_MS_MAX))
    show.room.hear(Signals("two", 4), show.now_ms())
    await show.tick()

    assert show.room.standing.state["counts"] == {"viewers": 4, "likes": 7}


async def test_after_a_takeover_the_old_count_stands_until_gateways_speak() -> None:
    show = await Show().begin()
    show.room.hear(Signals("one", 3, likes=2), show.now_ms())
    await show.tick()

    await show.take_over()
    await show.tick()
    assert show.room.standing.state["counts"] == {"viewers": 3, "likes": 2}
    show.clock.set(show.clock.now() + timedelta(milliseconds=limits.GATEWAY_SILENCE_MS_MAX + 1))
    await show.tick()

    assert show.room.standing.state["counts"] == {"viewers": 0, "likes": 2}


async def test_time_never_goes_back_even_where_clocks_differ() -> None:
    show = await Show().begin()
    await show.tick()
    at = show.room.standing.at
    await show.take_over()
    show.clock.set(show.clock.now() - timedelta(seconds=5))

    await show.tick()

    assert show.room.standing.at == at + 1


async def test_an_unsettled_frame_is_offered_again_unchanged() -> None:
    show = await Show().begin()
    first = show.room.tick(show.now_ms())
    show.fact("note", "a")
    show.room.hear(Signals("one", 1, lines=(Line("c1", "u1", ("c1",)),)), show.now_ms())

    again = show.room.tick(show.now_ms() + 5_000)

    assert again is first


async def test_a_message_of_a_gateway_that_comes_twice_counts_once() -> None:
    show = await Show().begin()
    late = Signals("one", 2, likes=1, number=1)
    newest = Signals("one", 3, likes=4, number=2)
    for signals in (newest, newest, late):
        show.room.hear(signals, show.now_ms())
    await show.tick()

    assert show.room.standing.state["counts"] == {"viewers": 3, "likes": 4}


async def test_a_line_sent_again_while_it_waits_is_shown_once() -> None:
    show = await Show().begin()
    await show.tick()
    show.say("c1", "u1")
    show.say("c1", "u1")
    show.clock.set(show.clock.now() + timedelta(seconds=1))
    offered = show.room.tick(show.now_ms())
    show.say("c1", "u1")  # its frame is on the way to the log

    assert offered is not None
    assert await show.log.append([offered])
    shown = [*show.room.settle().shown]
    spread = await show.tick()

    assert decode_frame(offered.payload).says == (("c1", "u1", "hello"),)
    assert shown == ["c1"]
    assert spread is None


async def test_a_line_that_comes_after_it_was_taken_back_is_never_shown() -> None:
    show = await Show().begin()
    show.fact("retract", "c1")
    await show.tick()
    show.say("c1", "u1")
    first = await show.tick()
    await show.take_over()
    show.say("c1", "u1")
    second = await show.tick()

    for spread in (first, second):
        assert spread is not None
        assert spread.hidden == ("c1",)
        assert decode_frame(spread.payload).says == ()
