"""The archive of rooms: whatever happens to whoever fills it, it tells what the log told."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livehouse.engine import limits
from livehouse.engine.canonical import hash_of
from livehouse.engine.errors import SegmentLate, SegmentRevised
from livehouse.engine.sealing import Sealer
from livehouse.engine.segments import segment_of
from livehouse.engine.shelves import Shelves
from livehouse.foundation.errors import NotFound
from tests.engine.test_segments import Live, all_segments, hashes, histories, numbers_of, played
from tests.support.engine_memory import MemoryArchive
from tests.support.engine_segments import FedFrames, SegmentFollower, opened
from tests.support.engine_viewers import RUN, Show


async def sealed(show: Show, archive: MemoryArchive, *, rounds: int = 1) -> Shelves:
    """The show as it is read from the archive alone, after so many rounds of work."""
    archive.runs = [RUN]
    for _ in range(rounds):
        await Sealer(show.log, archive, show.clock).work()
    return Shelves(FedFrames(RUN), show.log, archive, show.clock)


@settings(max_examples=10)
@given(histories, st.lists(st.integers(1, 3), max_size=2))
async def test_an_archived_show_is_what_was_seen_live_without_the_names(
    script: list[tuple[str, str]], crashes: list[int]
) -> None:
    show = await played(script, ends=True)
    live, expected = await all_segments(show), hashes(show)
    archive = MemoryArchive()
    for fails in crashes:  # the house falls over while it works, and comes again
        archive.fails = fails
        await sealed(show, archive)
    archive.fails = 0
    shelves = await sealed(show, archive)
    log, show.log.frames[RUN] = show.log.frames[RUN], []

    index = await shelves.index(RUN)
    assert index.ended
    client = SegmentFollower()
    for number in range(index.first, index.last + 1):
        document = opened(await shelves.segment(RUN, number))
        assert "names" not in document
        assert document["frames"] == live[number]["frames"]
        client.hear(document)
    assert client.follower.n == log[-1].n
    assert hash_of(client.follower.state) == expected[log[-1].n]
    assert list(live) == list(range(index.first, index.last + 1))


async def test_what_goes_on_is_sealed_up_to_a_little_while_ago() -> None:
    show = await played([("quiet", "a")] * 60)
    archive = MemoryArchive()
    await sealed(show, archive)
    now = segment_of(show.now_ms())

    assert archive.progress[RUN].last == now - limits.SEAL_BEHIND_MS // limits.SEGMENT_MS - 1
    assert not archive.progress[RUN].ended


async def test_hours_without_a_conductor_cost_nothing() -> None:
    show = await played([("say", "a")])
    show.clock.set(show.clock.now() + timedelta(hours=9))
    await show.take_over()
    for _ in range(20):
        await show.tick()
    show.fact("end")
    await show.tick()

    archive = MemoryArchive()
    shelves = await sealed(show, archive)

    assert archive.progress[RUN].ended
    assert len(archive.pieces) < 10
    hole = opened(await shelves.segment(RUN, archive.progress[RUN].first + 1_000))
    assert hole["frames"] == []


def lines(document: dict[str, Any]) -> list[str]:
    return [say[0] for frame in document["frames"] for say in frame.get("says", [])]


async def a_show_with_a_line(*, quiet: int) -> tuple[Show, int]:
    """Somebody says c1, and after so many ticks it is taken back."""
    show = await Show().begin()
    await show.tick()
    for name in ("c0", "c1", "c2"):
        show.say(name, "u1", "Ann")
        await show.tick()
    number = segment_of(show.now_ms())
    for _ in range(quiet):
        await show.tick()
    return show, number


@pytest.mark.parametrize("ticks", [12, 200])
async def test_a_line_that_is_taken_back_is_in_no_segment_any_more(ticks: int) -> None:
    show, number = await a_show_with_a_line(quiet=ticks)
    archive = MemoryArchive()
    shelves = await sealed(show, archive)
    assert "c1" in lines(opened(await shelves.segment(RUN, number)))
    show.fact("retract", "c1")
    await show.tick()
    show.clock.set(show.clock.now() + timedelta(milliseconds=limits.KNOWN_LIVE_MS))

    with pytest.raises(SegmentLate):  # rather late than with the line
        await shelves.segment(RUN, number)
    await sealed(show, archive)
    show.clock.set(show.clock.now() + timedelta(milliseconds=limits.KNOWN_LIVE_MS))

    with pytest.raises(SegmentRevised):
        await shelves.segment(RUN, number)
    with pytest.raises(NotFound):
        await shelves.segment(RUN, number, 2)
    anew = opened(await shelves.segment(RUN, number, 1))
    assert (anew["revision"], lines(anew)) == (1, ["c0", "c2"])
    assert (await shelves.index(RUN)).revisions == {str(number): 1}
    assert (RUN, number, 0) not in archive.pieces, "nothing of it stays"


async def test_a_second_line_makes_a_second_revision() -> None:
    show, number = await a_show_with_a_line(quiet=30)
    archive = MemoryArchive()
    shelves = await sealed(show, archive)
    for name in ("c1", "c2"):
        show.fact("retract", name)
        await show.tick()
        await sealed(show, archive, rounds=2)
    show.clock.set(show.clock.now() + timedelta(milliseconds=limits.KNOWN_LIVE_MS))

    assert lines(opened(await shelves.segment(RUN, number, 2))) == ["c0"]
    with pytest.raises(SegmentRevised):
        await shelves.segment(RUN, number, 1)


async def test_the_node_that_follows_stops_telling_a_line_at_once() -> None:
    show, number = await a_show_with_a_line(quiet=0)
    live = Live(show)
    await live.shelves.index(RUN)
    await live.pass_ticks(12)
    assert "c1" in lines(opened(await live.shelves.segment(RUN, number)))
    show.fact("retract", "c1")

    await live.pass_ticks(1)  # what it knows of the archive is still from before

    with pytest.raises(SegmentLate):
        await live.shelves.segment(RUN, number)


@settings(max_examples=20)
@given(histories, st.sets(st.integers(0, 149), max_size=5), st.lists(st.integers(1, 4), max_size=2))
async def test_whatever_is_taken_back_and_whenever_work_stops_no_replay_shows_it(
    script: list[tuple[str, str]], places: set[int], crashes: list[int]
) -> None:
    show = await played(script)
    said = {say[0] for f in (await all_segments(show)).values() for say in _says(f)}
    gone = {name for place in places if (name := f"c{script[place % len(script)][1]}{place}")}
    archive = MemoryArchive()
    for name, fails in zip(sorted(gone), [*crashes, 0, 0, 0, 0, 0], strict=False):
        show.fact("retract", name)
        await show.tick()
        archive.fails = fails
        await sealed(show, archive)
    show.fact("end")
    await show.tick()
    archive.fails = 0
    shelves = await sealed(show, archive, rounds=2)

    told: set[str] = set()
    revisions = (await shelves.index(RUN)).revisions
    client = SegmentFollower()
    for number in numbers_of(show):
        document = opened(await shelves.segment(RUN, number, revisions.get(str(number), 0)))
        client.hear(document)
        told |= set(lines(document))
    assert told >= said - gone
    assert told.isdisjoint(gone)
    assert hash_of(client.follower.state) == hash_of(show.room.standing.state)


def _says(document: dict[str, Any]) -> list[list[str]]:
    return [say for frame in document["frames"] for say in frame.get("says", [])]
