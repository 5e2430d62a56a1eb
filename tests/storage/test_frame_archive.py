"""The archive of rooms in PostgreSQL and an object store, from the log that it is made of."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from livehouse.engine.folding import Inputs, Standing, Tick, fold_tick
from livehouse.engine.ports import LoggedFrame, RoomFact
from livehouse.engine.protocol import encode, is_key
from livehouse.engine.sealing import Sealer
from livehouse.engine.segments import segment_of, unpack
from livehouse.foundation.clock import to_ms
from livehouse.foundation.frames import Packed, SealedRun
from livehouse.foundation.ids import RunId
from livehouse.storage.database import Database
from livehouse.storage.frame_archive import PostgresFrameArchive
from livehouse.storage.frame_log import PostgresFrameLog, PostgresLeases
from livehouse.storage.objects import Objects, open_objects
from tests.support.clock import ManualClock
from tests.support.engine_memory import NotesAndSwitches
from tests.support.moments import NOON

RUN = RunId(UUID(int=1))
FIRST = segment_of(to_ms(NOON))
PIECE = Packed(b"piece", frozenset({"c1", "c2"}))


@dataclass
class Place:
    log: PostgresFrameLog
    archive: PostgresFrameArchive
    objects: Objects


@pytest.fixture
async def place(database: Database, tmp_path: Path) -> Place:
    log = PostgresFrameLog(database.pool)
    await log.keep_partitions(NOON.date(), keep_days=3)
    await PostgresLeases(database.pool, lasts=timedelta(seconds=60)).acquire([RUN], "a")
    objects = open_objects("", tmp_path / "objects")
    return Place(log, PostgresFrameArchive(database.pool, objects, purges=3), objects)


def a_sealed_run(last: int = FIRST + 4, *, ended: bool = False) -> SealedRun:
    return SealedRun(FIRST, last, (last + 1) * 2_000, 7, ended)


async def test_what_is_sealed_is_found_again(place: Place) -> None:
    await place.archive.seal(RUN, {FIRST: PIECE}, a_sealed_run(FIRST))
    await place.archive.seal(RUN, {FIRST: PIECE, FIRST + 1: PIECE}, a_sealed_run())

    assert await place.archive.sealed(RUN) == a_sealed_run()
    assert await place.archive.fetch(RUN, FIRST, 0) == b"piece"
    assert await place.archive.fetch(RUN, FIRST + 2, 0) is None, "nothing happened in it"
    assert await place.archive.revisions(RUN) == {}
    assert await place.archive.sealed(RunId(UUID(int=2))) is None


async def test_a_run_is_unsealed_until_its_end_is_there(place: Place) -> None:
    assert await place.archive.unsealed() == [RUN]
    await place.archive.seal(RUN, {}, a_sealed_run())
    assert await place.archive.unsealed() == [RUN]
    await place.archive.seal(RUN, {}, a_sealed_run(ended=True))
    assert await place.archive.unsealed() == []


async def test_one_worker_at_a_time_has_a_run(place: Place) -> None:
    async with place.archive.claimed(RUN) as first, place.archive.claimed(RUN) as second:
        assert (first, second) == (True, False)
    async with place.archive.claimed(RUN) as again:
        assert again


async def test_what_is_written_anew_replaces_what_was_there(place: Place) -> None:
    await place.archive.seal(RUN, {FIRST: PIECE, FIRST + 1: PIECE}, a_sealed_run())
    assert await place.archive.holding(RUN, frozenset({"c2", "c9"})) == {FIRST: 0, FIRST + 1: 0}

    await place.archive.revise(RUN, FIRST, 1, Packed(b"anew", frozenset({"c1"})))

    assert await place.archive.holding(RUN, frozenset({"c2"})) == {FIRST + 1: 0}
    assert await place.archive.revisions(RUN) == {FIRST: 1}
    assert await place.archive.fetch(RUN, FIRST, 1) == b"anew"
    keys = place.objects.keys()
    assert {key async for key in keys} == {
        f"runs/{RUN}/frames/{FIRST + 1}.json.gz",
        f"runs/{RUN}/frames/{FIRST}.1.json.gz",
    }


async def test_an_object_that_got_lost_is_no_empty_segment(place: Place) -> None:
    await place.archive.seal(RUN, {FIRST: PIECE}, a_sealed_run())
    await place.objects.delete(f"runs/{RUN}/frames/{FIRST}.json.gz")

    with pytest.raises(LookupError):
        await place.archive.fetch(RUN, FIRST, 0)


async def test_caches_are_told_until_they_hear_but_not_for_ever(place: Place) -> None:
    await place.archive.seal(RUN, {FIRST: PIECE, FIRST + 1: PIECE}, a_sealed_run())
    assert await place.archive.to_purge(10) == []
    await place.archive.revise(RUN, FIRST, 1, PIECE)
    await place.archive.revise(RUN, FIRST + 1, 1, PIECE)
    assert await place.archive.to_purge(10) == [(RUN, FIRST, 1), (RUN, FIRST + 1, 1)]

    assert await place.archive.purged(RUN, FIRST, 1, was_heard=True) == 0
    left = [await place.archive.purged(RUN, FIRST + 1, 1, was_heard=False) for _ in range(3)]

    assert left == [2, 1, 0]
    assert await place.archive.to_purge(10) == []


def logged(tick: Tick) -> LoggedFrame:
    frame = tick.frame
    return LoggedFrame(
        RUN, frame.n, frame.epoch, frame.at, (1, 1), is_key(frame), encode(frame),
        bool(frame.retract),
    )  # fmt: skip


async def a_day_of(place: Place, *, ends: bool) -> None:
    """Some frames at noon; the last one says that the show is over, or not."""
    behaviour = NotesAndSwitches()
    standing = Standing(behaviour.seed(RUN))
    for n in range(1, 30):
        tick = fold_tick(
            standing, _inputs(end=ends and n == 29), behaviour,
            epoch=1, now_ms=to_ms(NOON) + n * 500, as_key=n == 1,
        )  # fmt: skip
        standing = tick.standing
        await place.log.append([logged(tick)])


def _inputs(*, end: bool) -> Inputs:
    facts = (RoomFact((1, 1), RUN, "end", b""),) if end else ()
    return Inputs(facts=facts)


async def test_a_day_is_dropped_when_all_of_it_is_in_the_archive(
    place: Place, clock: ManualClock
) -> None:
    await a_day_of(place, ends=True)
    later = NOON.date() + timedelta(days=4)
    await place.log.keep_partitions(later, keep_days=3)
    assert await place.log.first_at(RUN) is not None, "nothing is lost that is not kept"

    clock.set(NOON + timedelta(minutes=1))
    await Sealer(place.log, place.archive, clock).work()
    await place.log.keep_partitions(later, keep_days=3)

    assert await place.log.first_at(RUN) is None
    progress = await place.archive.sealed(RUN)
    assert progress is not None
    assert (progress.ended, progress.first, progress.last) == (True, FIRST, FIRST + 7)
    body = await place.archive.fetch(RUN, FIRST + 7, 0)
    assert body is not None
    assert unpack(body).frames[-1].n == 29


async def test_a_day_with_a_run_that_goes_on_is_dropped_once_it_is_sealed(
    place: Place, clock: ManualClock
) -> None:
    await a_day_of(place, ends=False)
    clock.set(NOON + timedelta(days=4))
    later = clock.now().date()

    await Sealer(place.log, place.archive, clock).work()
    await place.log.keep_partitions(later, keep_days=3)

    assert await place.log.first_at(RUN) is not None, "the last segment may still grow"
    assert await place.archive.unsealed() == [RUN]
