"""Laws of segments: they are the log, in pieces that begin anywhere and never change."""

import asyncio
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livehouse.engine import limits
from livehouse.engine.canonical import hash_of
from livehouse.engine.errors import SegmentLate, TooEarly
from livehouse.engine.segments import segment_of
from livehouse.engine.shelves import Shelves
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import RunId
from tests.support.clock import settle
from tests.support.engine_memory import MemoryArchive
from tests.support.engine_segments import FedFrames, SegmentFollower, opened
from tests.support.engine_tasks import running
from tests.support.engine_viewers import RUN, Follower, Show

names = st.sampled_from(["a", "b", "c"])
moments = st.one_of(
    st.tuples(st.sampled_from(["note", "forget"]), names),
    st.tuples(st.sampled_from(["say", "say", "show"]), names),
    st.tuples(st.sampled_from(["quiet", "take over", "pause"]), names),
)
histories = st.lists(moments, min_size=30, max_size=150)


async def played(script: list[tuple[str, str]], *, ends: bool = False) -> Show:
    """A show that has gone as the script says, with some quiet time around."""
    show = await Show().begin()
    await show.tick()
    for place, (what, name) in enumerate(script):
        await _happen(show, what, name, place)
        for _ in range(1 + 3 * (what == "quiet")):
            await show.tick()
    if ends:
        show.fact("end")
        await show.tick()
    return show


async def _happen(show: Show, what: str, name: str, place: int) -> None:
    if what in {"note", "forget", "show"}:
        show.fact(what, name)
    elif what == "say":
        show.say(f"c{name}{place}", f"u{name}", name.upper())
    elif what == "take over":
        await show.take_over()
    elif what == "pause":  # nobody conducts for a while
        show.clock.set(show.clock.now() + timedelta(seconds=5))


def numbers_of(show: Show) -> range:
    log = show.log.frames[RUN]
    return range(segment_of(log[0].at), segment_of(log[-1].at) + 1)


async def all_segments(show: Show) -> dict[int, dict[str, Any]]:
    """Every whole segment as a node tells it that has only the log."""
    shelves = Shelves(FedFrames(RUN), show.log, MemoryArchive(), show.clock)
    found = {}
    for number in numbers_of(show)[: None if show.room.is_over else -1]:
        found[number] = opened(await shelves.segment(RUN, number))
    return found


def hashes(show: Show) -> dict[int, str]:
    """The state's hash at every n, as a viewer by WebSocket computes it."""
    follower, found = Follower(), {}
    for logged in show.log.frames[RUN]:
        follower.hear(logged.payload)
        found[follower.n] = hash_of(follower.state)
    return found


@given(histories, st.booleans())
async def test_segments_are_the_log_cut_without_a_gap_or_an_overlap(
    script: list[tuple[str, str]],
    ends: bool,  # noqa: FBT001 - drawn
) -> None:
    show = await played(script, ends=ends)
    segments = await all_segments(show)

    told = [(number, f["n"], f["at"]) for number, s in segments.items() for f in s["frames"]]

    whole = [logged for logged in show.log.frames[RUN] if segment_of(logged.at) in segments]
    assert told == [(segment_of(logged.at), logged.n, logged.at) for logged in whole]
    for document in segments.values():
        assert document["revision"] == 0
        for place, frame in enumerate(document["frames"]):
            original = json.loads(show.log.frames[RUN][frame["n"] - 1].payload)
            assert ("state" in frame) == ("state" in original or place == 0)
            if place:
                assert frame.get("patch") == original.get("patch")


@given(histories, st.data())
async def test_from_any_segment_on_the_state_is_the_same_as_by_websocket(
    script: list[tuple[str, str]], data: st.DataObject
) -> None:
    show = await played(script, ends=True)
    segments = await all_segments(show)
    start = data.draw(st.sampled_from(sorted(segments)))
    expected = hashes(show)

    client, seen = SegmentFollower(), {}
    for number in range(start, max(segments) + 1):
        for frame in segments[number]["frames"]:
            client.hear({**segments[number], "frames": [frame]})
            seen[client.follower.n] = hash_of(client.follower.state)

    assert seen == {n: hash_ for n, hash_ in expected.items() if n in seen}
    assert list(seen)[-1:] == list(expected)[-1:]


@given(histories)
async def test_both_carriers_tell_the_same_lines_with_the_same_names(
    script: list[tuple[str, str]],
) -> None:
    show = await played(script, ends=True)
    by_socket = Follower()
    for logged in show.log.frames[RUN]:
        by_socket.hear(logged.payload)

    client = SegmentFollower()
    for document in (await all_segments(show)).values():
        assert '"A"' not in json.dumps(document["frames"]), "names stand beside the frames"
        client.hear(document)

    assert client.follower.says == by_socket.says


@given(histories, st.data())
async def test_every_node_makes_the_same_bytes_whatever_it_heard_and_missed(
    script: list[tuple[str, str]], data: st.DataObject
) -> None:
    show = await played(script, ends=True)
    log = show.log.frames[RUN]
    cold = Shelves(FedFrames(RUN), show.log, MemoryArchive(), show.clock)
    # The other node comes while the show is on, and the backplane loses some of what follows.
    frames = FedFrames(RUN)
    following = Shelves(frames, show.log, MemoryArchive(), show.clock)
    comes_at = data.draw(st.integers(1, len(log)))
    show.log.frames[RUN] = log[:comes_at]
    await following.index(RUN)
    show.log.frames[RUN] = log
    lost = data.draw(st.sets(st.sampled_from(range(len(log) - 1)), max_size=3))
    frames.feed([logged for place, logged in enumerate(log) if place not in lost])

    for number in list(numbers_of(show))[:-1]:
        there = await following.segment(RUN, number)
        assert there.body == (await cold.segment(RUN, number)).body


async def test_a_line_that_is_taken_back_within_two_seconds_stands_in_no_segment() -> None:
    show = await Show().begin()
    await show.tick()
    show.say("c1", "u1", "Ann")
    await show.tick()
    show.fact("retract", "c1")
    await show.tick()
    for _ in range(8):
        await show.tick()

    first = next(iter((await all_segments(show)).values()))

    assert "c1" not in [say[0] for frame in first["frames"] for say in frame.get("says", [])]
    assert first["names"] == {}


async def test_a_frame_begins_every_two_seconds_even_when_nothing_happens() -> None:
    show = await Show().begin()
    for _ in range(60):
        await show.tick()

    firsts = {segment_of(logged.at): logged.at for logged in reversed(show.log.frames[RUN])}

    assert all(at % limits.SEGMENT_MS == 0 for at in list(firsts.values())[:-1])


class Live:
    """A show with a node that follows it by segments."""

    def __init__(self, show: Show, *, seconds_max: float = 5.0) -> None:
        self.show = show
        self.frames = FedFrames(RUN)
        self.shelves = Shelves(
            self.frames, show.log, MemoryArchive(), show.clock, seconds_max=seconds_max
        )

    @property
    def now(self) -> int:
        return segment_of(self.show.now_ms())

    async def pass_ticks(self, count: int) -> None:
        for _ in range(count):
            before = len(self.show.log.frames.get(RUN, ()))
            await self.show.tick()
            self.frames.feed(self.show.log.frames[RUN][before:])


async def a_live_show(*, seconds_max: float = 5.0) -> Live:
    show = await Show().begin()
    live = Live(show, seconds_max=seconds_max)
    await live.pass_ticks(9)
    return live


async def test_a_request_waits_until_its_segment_is_whole_and_all_get_the_same() -> None:
    live = await a_live_show()
    number, got = live.now, []

    async def ask() -> None:
        got.append(await live.shelves.segment(RUN, number))

    async with asyncio.TaskGroup() as asking:
        for _ in range(3_000):
            asking.create_task(ask())
        await settle()
        assert not got
        await live.pass_ticks(8)

    assert len(got) == 3_000
    assert len({id(packed) for packed in got}) == 1


async def test_following_reads_nothing_of_the_log() -> None:
    live = await a_live_show()
    await live.shelves.segment(RUN, live.now - 1)
    reads = live.show.log.reads

    for _ in range(20):
        number = live.now
        await live.pass_ticks(8)
        await live.shelves.segment(RUN, number)

    assert live.show.log.reads == reads
    assert live.frames.follows == 1


async def test_who_asks_for_what_lies_further_ahead_is_too_early() -> None:
    live = await a_live_show()
    with pytest.raises(TooEarly):
        await live.shelves.segment(RUN, live.now + 2)


async def test_who_asks_for_what_was_before_the_show_or_after_it_finds_nothing() -> None:
    live = await a_live_show()
    first = segment_of(live.show.log.frames[RUN][0].at)
    with pytest.raises(NotFound):
        await live.shelves.segment(RUN, first - 1)
    live.show.fact("end")
    await live.pass_ticks(1)

    last = await live.shelves.segment(RUN, live.now)

    assert "ended" in json.dumps(opened(last)["frames"][-1])
    with pytest.raises(NotFound):
        await live.shelves.segment(RUN, live.now + 1)


async def test_who_waits_while_the_show_ends_is_told_that_nothing_follows() -> None:
    live = await a_live_show()

    async def wait() -> None:
        with pytest.raises(NotFound):
            await live.shelves.segment(RUN, live.now + 1)

    async with running(wait()) as waiting:
        await settle()
        live.show.fact("end")
        await live.pass_ticks(1)
        await asyncio.wait_for(waiting, 30)


async def test_an_unknown_run_has_no_segments() -> None:
    live = await a_live_show()
    with pytest.raises(NotFound):
        await live.shelves.segment(RunId(UUID(int=99)), live.now)
    with pytest.raises(NotFound):
        await live.shelves.index(RunId(UUID(int=99)))


async def test_nobody_waits_for_longer_than_the_deadline() -> None:
    live = await a_live_show(seconds_max=0.01)
    with pytest.raises(SegmentLate):
        await live.shelves.segment(RUN, live.now)


async def test_the_index_tells_what_is_whole_and_when_it_is_over() -> None:
    live = await a_live_show()
    first = segment_of(live.show.log.frames[RUN][0].at)
    index = await live.shelves.index(RUN)
    assert (index.first, index.last, index.ended) == (first, live.now - 1, False)

    live.show.fact("end")
    await live.pass_ticks(1)

    index = await live.shelves.index(RUN)
    assert (index.first, index.last, index.ended) == (first, live.now, True)


async def test_a_long_dead_conductor_leaves_segments_without_frames() -> None:
    live = await a_live_show()
    number = live.now
    await live.shelves.index(RUN)
    live.show.clock.set(live.show.clock.now() + timedelta(seconds=9))
    await live.show.take_over()
    await live.pass_ticks(1)

    empty = opened(await live.shelves.segment(RUN, number + 2))

    assert empty == {"segment": number + 2, "revision": 0, "names": {}, "frames": []}
