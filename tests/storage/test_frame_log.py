"""What the log of rooms and its leases promise, in PostgreSQL and in memory."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from livehouse.engine.ports import FrameHistory, Leases
from livehouse.foundation.clock import to_ms
from livehouse.foundation.frames import LoggedFrame, SealedRun
from livehouse.foundation.ids import RunId
from livehouse.storage.database import Database
from livehouse.storage.frame_archive import PostgresFrameArchive
from livehouse.storage.frame_log import PostgresFrameLog, PostgresLeases
from livehouse.storage.objects import open_objects
from tests.support.clock import ManualClock
from tests.support.engine_memory import MemoryFrameLog, MemoryLeases
from tests.support.moments import NOON

RUN = RunId(UUID(int=1))
OTHER = RunId(UUID(int=2))


@dataclass
class Place:
    log: FrameHistory
    leases: Leases


@pytest.fixture(params=["memory", "postgres"])
def place(request: pytest.FixtureRequest) -> Place:
    found: Place = request.getfixturevalue(f"{request.param}_place")
    return found


@pytest.fixture
def memory_place(clock: ManualClock) -> Place:
    leases = MemoryLeases(clock)
    return Place(MemoryFrameLog(leases), leases)


@pytest.fixture
async def postgres_place(database: Database) -> Place:
    log = PostgresFrameLog(database.pool)
    await log.keep_partitions(NOON.date(), keep_days=3)
    return Place(log, PostgresLeases(database.pool, lasts=timedelta(seconds=60)))


def a_frame(
    n: int, *, run: RunId = RUN, epoch: int = 1, is_key: bool = False, text: bytes = b""
) -> LoggedFrame:
    return LoggedFrame(
        run=run,
        n=n,
        epoch=epoch,
        at=to_ms(NOON) + n * 250,
        cursor=(5, n),
        is_key=is_key,
        payload=text or b'{"n":%d}' % n,
    )


async def test_what_is_appended_is_read_back_whole_and_in_order(place: Place) -> None:
    await place.leases.acquire([RUN, OTHER], "a")
    frames = [a_frame(1, is_key=True), a_frame(2), a_frame(3)]
    for frame in frames:
        written = await place.log.append([frame, a_frame(frame.n, run=OTHER, is_key=True)])
        assert written == {RUN, OTHER}

    assert list(await place.log.tail(RUN, back=0)) == frames
    assert list(await place.log.since(RUN, 1, limit=10)) == frames[1:]
    assert list(await place.log.since(RUN, 1, limit=1)) == frames[1:2]
    assert list(await place.log.since(RUN, 3, limit=10)) == []


async def test_a_reader_begins_at_a_keyframe_with_enough_after_it(place: Place) -> None:
    await place.leases.acquire([RUN], "a")
    for n in range(1, 11):
        await place.log.append([a_frame(n, is_key=n in {1, 4, 8})])

    first = {back: (await place.log.tail(RUN, back=back))[0].n for back in (0, 2, 3, 6, 7, 99)}

    assert first == {0: 8, 2: 8, 3: 4, 6: 4, 7: 1, 99: 1}


async def test_a_span_of_time_comes_with_the_keyframe_before_it_and_the_frame_after_it(
    place: Place,
) -> None:
    await place.leases.acquire([RUN], "a")
    start = to_ms(NOON)
    for n in range(1, 13):  # at 250 ms, 500 ms, …
        await place.log.append([a_frame(n, is_key=n in {2, 6})])

    async def span(start_ms: int, end_ms: int) -> list[int]:
        return [f.n for f in await place.log.span(RUN, start + start_ms, start + end_ms)]

    assert await span(2_000, 2_500) == [6, 7, 8, 9, 10]
    assert await span(1_500, 1_750) == [6, 7]
    assert await span(1_400, 1_450) == [6], "nothing lies in it, and something after it"
    assert await span(1_250, 1_500) == [2, 3, 4, 5, 6]
    assert await span(2_750, 9_000) == [6, 7, 8, 9, 10, 11, 12]
    assert await span(3_001, 9_000) == []
    assert await span(0, 500) == [], "the keyframe before it is not there"
    assert await place.log.first_at(RUN) == start + 250
    assert await place.log.first_at(OTHER) is None


async def test_an_unknown_run_has_no_frames(place: Place) -> None:
    assert list(await place.log.tail(RUN, back=0)) == []
    assert list(await place.log.since(RUN, 0, limit=5)) == []


async def test_only_whoever_holds_the_lease_writes(place: Place) -> None:
    await place.leases.acquire([RUN], "a")
    await place.leases.acquire([OTHER], "b")

    written = await place.log.append([a_frame(1, epoch=2), a_frame(1, run=OTHER, is_key=True)])

    assert written == {OTHER}
    assert list(await place.log.since(RUN, 0, limit=5)) == []


async def test_appending_again_after_a_lost_answer_is_harmless(place: Place) -> None:
    await place.leases.acquire([RUN], "a")
    frame = a_frame(1, is_key=True)

    assert await place.log.append([frame]) == {RUN}
    assert await place.log.append([frame]) == {RUN}

    assert list(await place.log.since(RUN, 0, limit=5)) == [frame]


async def test_a_lease_is_one_holders_until_it_lets_go_and_epochs_only_grow(place: Place) -> None:
    assert await place.leases.acquire([RUN], "a") == {RUN: 1}
    assert await place.leases.acquire([RUN], "b") == {}
    assert await place.leases.renew({RUN: 1}) == {RUN}
    await place.leases.release({RUN: 1})

    assert await place.leases.acquire([RUN, OTHER], "b") == {RUN: 2, OTHER: 1}
    assert await place.leases.renew({RUN: 1}) == frozenset()
    await place.leases.release({RUN: 1})  # too late: it is another's now
    assert await place.leases.acquire([RUN], "c") == {}
    assert await place.log.append([a_frame(1, epoch=1)]) == frozenset()


async def test_of_many_who_ask_at_once_one_gets_the_lease(database: Database) -> None:
    leases = PostgresLeases(database.pool, lasts=timedelta(0))
    runs = [RunId(UUID(int=n)) for n in range(20)]
    for _ in range(5):
        got = await asyncio.gather(*(leases.acquire(runs, str(node)) for node in range(6)))
        epochs = [(run, epoch) for taken in got for run, epoch in taken.items()]
        assert len(epochs) == len(set(epochs))


async def test_a_takeover_waits_for_a_write_under_way_and_then_sees_it(database: Database) -> None:
    log = PostgresFrameLog(database.pool)
    leases = PostgresLeases(database.pool, lasts=timedelta(0))
    await leases.acquire([RUN], "a")
    async with database.pool.acquire() as writer:
        transaction = writer.transaction()
        await transaction.start()
        await writer.execute("select 1 from leases where run_id = $1 for share", RUN)

        assert await leases.acquire([RUN], "b") == {}, "not while somebody writes under it"

        await transaction.commit()
    assert await leases.acquire([RUN], "b") == {RUN: 2}
    assert await log.append([a_frame(1, epoch=1)]) == frozenset()


async def test_a_day_without_its_partition_gets_one(database: Database) -> None:
    log = PostgresFrameLog(database.pool)
    await PostgresLeases(database.pool, lasts=timedelta(seconds=60)).acquire([RUN], "a")

    assert await log.append([a_frame(1, is_key=True)]) == {RUN}


async def test_old_days_are_dropped_whole(database: Database) -> None:
    log = PostgresFrameLog(database.pool)
    await PostgresLeases(database.pool, lasts=timedelta(seconds=60)).acquire([RUN], "a")
    await log.keep_partitions(NOON.date(), keep_days=3)
    await log.append([a_frame(1, is_key=True)])
    archive = PostgresFrameArchive(database.pool, open_objects("memory:///", Path()))
    await archive.seal(RUN, {}, SealedRun(0, 0, 0, ended=True))

    await log.keep_partitions(NOON.date() + timedelta(days=3), keep_days=3)
    assert len(await log.since(RUN, 0, limit=5)) == 1
    await log.keep_partitions(NOON.date() + timedelta(days=4), keep_days=3)
    assert len(await log.since(RUN, 0, limit=5)) == 0
