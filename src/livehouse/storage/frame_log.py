"""The log of all rooms in PostgreSQL, guarded by leases: two conductors never interleave."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import structlog
from asyncpg import CheckViolationError, DeadlockDetectedError, Pool, Record

from livehouse.foundation.clock import from_ms
from livehouse.foundation.frames import LoggedFrame
from livehouse.foundation.ids import RunId

log = structlog.get_logger()

_PARTITION = "frames_"
_PARTITION_LOCK = 7_301_001  # any number that nobody else takes

# The lease rows are locked for as long as the insert takes: whoever takes over waits for it, and
# then reads a log that holds it. No row of ours means: stop, another conducts.
_APPEND = """
with asked as (
  select * from unnest(
    $1::uuid[], $2::bigint[], $3::date[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
    $8::bool[], $9::bytea[], $10::bool[]
  ) as f(run_id, n, at_day, epoch, at_ms, cursor_xid, cursor_id, is_key, payload, retracts)
), mine as materialized (
  select l.run_id from leases l join asked a on a.run_id = l.run_id and a.epoch = l.epoch
  order by l.run_id
  for share of l
), written as (
  insert into frames (
    run_id, n, at_day, epoch, at_ms, cursor_xid, cursor_id, is_key, payload, retracts)
  select
    a.run_id, a.n, a.at_day, a.epoch, a.at_ms, a.cursor_xid, a.cursor_id, a.is_key, a.payload,
    a.retracts
  from asked a join mine using (run_id)
  on conflict do nothing
)
select run_id from mine
"""
_COLUMNS = "run_id, n, epoch, at_ms, cursor_xid, cursor_id, is_key, payload, retracts"
_TAIL = f"""
select {_COLUMNS} from frames
where run_id = $1 and n >= coalesce(
  (select max(n) from frames where run_id = $1 and is_key
     and n <= (select max(n) from frames where run_id = $1) - $2::bigint),
  (select min(n) from frames where run_id = $1 and is_key)
)
order by n
"""  # noqa: S608 - our own constant
_SINCE = f"select {_COLUMNS} from frames where run_id = $1 and n > $2 order by n limit $3"  # noqa: S608
_SPAN = f"""
select {_COLUMNS} from frames
where run_id = $1
  and n >= (select max(n) from frames where run_id = $1 and is_key and n <= (
    select n from frames where run_id = $1 and at_ms >= $2 order by at_ms limit 1))
  and n <= coalesce(
    (select n from frames where run_id = $1 and at_ms >= $3 order by at_ms limit 1),
    9223372036854775807)
order by n
"""  # noqa: S608 - our own constant
_RETRACTIONS = f"""
select {_COLUMNS} from frames where run_id = $1 and n > $2 and retracts order by n
"""  # noqa: S608 - our own constant
_FIRST_AT = "select at_ms from frames where run_id = $1 order by n limit 1"
_UNSEALED = """
select exists (
  select from (select run_id, max(at_ms) as newest_ms from {name} group by run_id) f
  left join frame_archives a using (run_id)
  where a.run_id is null or (not a.ended and f.newest_ms >= a.until_ms))
"""

# Expired rows that another node is just taking, or still writing under, are skipped, not awaited:
# they are asked for again within a second. Only runs without a row are inserted, since an insert
# would wait for whoever is changing the row that stands in its way.
_ACQUIRE = """
with expired as (
  select run_id from leases
  where run_id = any($1::uuid[]) and expires_at <= clock_timestamp()
  order by run_id
  for update skip locked
), taken as (
  update leases l
  set holder = $2, epoch = l.epoch + 1, expires_at = clock_timestamp() + $3::interval
  from expired e where e.run_id = l.run_id
  returning l.run_id, l.epoch
), fresh as (
  insert into leases (run_id, holder, epoch, expires_at)
  select run_id, $2, 1, clock_timestamp() + $3::interval from unnest($1::uuid[]) as asked(run_id)
  where not exists (select from leases known where known.run_id = asked.run_id)
  order by run_id
  on conflict do nothing
  returning run_id, epoch
)
select * from taken union all select * from fresh
"""
_RENEW = """
with mine as (
  select l.run_id from leases l
  join unnest($1::uuid[], $2::bigint[]) as m(run_id, epoch) using (run_id, epoch)
  order by l.run_id
  for update of l
)
update leases l set expires_at = clock_timestamp() + $3::interval
from mine where mine.run_id = l.run_id
returning l.run_id
"""
_RELEASE = """
update leases l set expires_at = clock_timestamp()
from unnest($1::uuid[], $2::bigint[]) as m(run_id, epoch)
where l.run_id = m.run_id and l.epoch = m.epoch
"""


class PostgresFrameLog:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def append(self, frames: Sequence[LoggedFrame]) -> frozenset[RunId]:
        """Write at most one frame a run, all at once; tell which runs still have their lease."""
        if not frames:
            return frozenset()
        columns = _columns(frames)
        try:
            rows = await self._pool.fetch(_APPEND, *columns)
        except CheckViolationError:
            # A day without its partition, as after a long sleep of the machine.
            for day in sorted({from_ms(frame.at).date() for frame in frames}):
                await self._make_partition(day)
            rows = await self._pool.fetch(_APPEND, *columns)
        return frozenset(row["run_id"] for row in rows)

    async def tail(self, run: RunId, *, back: int) -> Sequence[LoggedFrame]:
        """From the newest keyframe that has at least `back` frames after it, else the oldest."""
        return [_frame(row) for row in await self._pool.fetch(_TAIL, run, back)]

    async def since(self, run: RunId, n: int, *, limit: int) -> Sequence[LoggedFrame]:
        return [_frame(row) for row in await self._pool.fetch(_SINCE, run, n, limit)]

    async def span(self, run: RunId, start_ms: int, end_ms: int) -> Sequence[LoggedFrame]:
        """From a keyframe before the time on, through the first frame after it."""
        return [_frame(row) for row in await self._pool.fetch(_SPAN, run, start_ms, end_ms)]

    async def retractions(self, run: RunId, after_n: int) -> Sequence[LoggedFrame]:
        return [_frame(row) for row in await self._pool.fetch(_RETRACTIONS, run, after_n)]

    async def first_at(self, run: RunId) -> int | None:
        found: int | None = await self._pool.fetchval(_FIRST_AT, run)
        return found

    async def keep_partitions(self, today: date, *, keep_days: int) -> None:
        """Make today's and tomorrow's partition, and drop those older than `keep_days`.

        One with frames that are not in the archive yet stays, and is looked at the next time. Call
        it at every start and at least twice a day.
        """
        await self._make_partition(today)
        await self._make_partition(today + timedelta(days=1))
        oldest = _name(today - timedelta(days=keep_days))
        for name in await self._partitions():
            if name < oldest and await self._pool.fetchval(_UNSEALED.format(name=name)):
                log.warning("frames_not_sealed", partition=name)
            elif name < oldest:
                await self._pool.execute(f"drop table if exists {name}")
                log.info("frames_dropped", partition=name)

    async def _make_partition(self, day: date) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("select pg_advisory_xact_lock($1)", _PARTITION_LOCK)
            await connection.execute(
                f"create table if not exists {_name(day)} partition of frames "
                f"for values from ('{day}') to ('{day + timedelta(days=1)}')"
            )

    async def _partitions(self) -> Sequence[str]:
        rows = await self._pool.fetch(
            "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid "
            "where i.inhparent = 'frames'::regclass"
        )
        return [row["relname"] for row in rows if row["relname"].startswith(_PARTITION)]


class PostgresLeases:
    """Times are the database's, so that nodes' clocks need not agree."""

    def __init__(self, pool: Pool, *, lasts: timedelta) -> None:
        self._pool = pool
        self._lasts = lasts

    async def acquire(self, runs: Sequence[RunId], holder: str) -> Mapping[RunId, int]:
        try:
            rows = await self._pool.fetch(_ACQUIRE, list(runs), holder, self._lasts)
        except DeadlockDetectedError:
            # Rows that came between two nodes' snapshots may still tie them together: next time.
            return {}
        return {row["run_id"]: row["epoch"] for row in rows}

    async def renew(self, epochs: Mapping[RunId, int]) -> frozenset[RunId]:
        """Also a lease that has expired but that nobody took is renewed."""
        rows = await self._pool.fetch(_RENEW, list(epochs), list(epochs.values()), self._lasts)
        return frozenset(row["run_id"] for row in rows)

    async def release(self, epochs: Mapping[RunId, int]) -> None:
        await self._pool.execute(_RELEASE, list(epochs), list(epochs.values()))


def _columns(frames: Sequence[LoggedFrame]) -> tuple[list[object], ...]:
    return (
        [frame.run for frame in frames],
        [frame.n for frame in frames],
        [from_ms(frame.at).date() for frame in frames],
        [frame.epoch for frame in frames],
        [frame.at for frame in frames],
        [frame.cursor[0] for frame in frames],
        [frame.cursor[1] for frame in frames],
        [frame.is_key for frame in frames],
        [frame.payload for frame in frames],
        [frame.retracts for frame in frames],
    )


def _frame(row: Record) -> LoggedFrame:
    return LoggedFrame(
        run=row["run_id"],
        n=row["n"],
        epoch=row["epoch"],
        at=row["at_ms"],
        cursor=(row["cursor_xid"], row["cursor_id"]),
        is_key=row["is_key"],
        payload=row["payload"],
        retracts=row["retracts"],
    )


def _name(day: date) -> str:
    return f"{_PARTITION}{day:%Y%m%d}"
