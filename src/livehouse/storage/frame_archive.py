"""The archive of rooms: segments in the object store, and in the database how far it is done.

An object is there before the database names it, and the database has forgotten it before it goes.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from asyncpg import Pool, Record

from livehouse.foundation.frames import Packed, SealedRun
from livehouse.foundation.ids import RunId
from livehouse.storage.objects import Objects

# Every run that was ever conducted has a lease.
_UNSEALED = """
select l.run_id from leases l left join frame_archives a using (run_id)
where a.run_id is null or not a.ended
order by l.run_id
"""
_CLAIM = "select pg_try_advisory_lock(hashtextextended('seal ' || $1::text, 0))"
_LET_GO = "select pg_advisory_unlock(hashtextextended('seal ' || $1::text, 0))"
_SEALED = """
select first, last, until_ms, retracts_n, ended from frame_archives where run_id = $1
"""
_REVISIONS = "select number, revision from frame_segments where run_id = $1 and revision > 0"
_REVISION = "select revision from frame_segments where run_id = $1 and number = $2"
_HOLDING = """
select number, revision from frame_segments where run_id = $1 and says && $2::text[] order by number
"""
_KEEP = """
insert into frame_segments (run_id, number, revision, says) values ($1, $2, 0, $3::text[])
on conflict do nothing
"""
_PROGRESS = """
insert into frame_archives (run_id, first, last, until_ms, retracts_n, ended)
values ($1, $2, $3, $4, $5, $6)
on conflict (run_id) do update
set last = excluded.last, until_ms = excluded.until_ms, retracts_n = excluded.retracts_n,
  ended = excluded.ended
"""
_REVISE = """
update frame_segments set revision = $3, says = $4::text[], purges_left = $5
where run_id = $1 and number = $2
"""
_TO_PURGE = """
select run_id, number, revision from frame_segments where purges_left > 0
order by run_id, number limit $1
"""
_PURGED = """
update frame_segments set purges_left = case when $4 then 0 else purges_left - 1 end
where run_id = $1 and number = $2 and revision = $3 returning purges_left
"""


class PostgresFrameArchive:
    """`purges` is how often caches are told of a segment that was written anew, until they hear;
    0 where there are none to tell."""

    def __init__(self, pool: Pool, objects: Objects, *, purges: int = 0) -> None:
        self._pool = pool
        self._objects = objects
        self._purges = purges

    # For whoever reads.

    async def sealed(self, run: RunId) -> SealedRun | None:
        row = await self._pool.fetchrow(_SEALED, run)
        return SealedRun(*row) if row else None

    async def revisions(self, run: RunId) -> Mapping[int, int]:
        return _numbers(await self._pool.fetch(_REVISIONS, run))

    async def fetch(self, run: RunId, number: int, revision: int) -> bytes | None:
        body = await self._objects.get(_key(run, number, revision))
        if body is None and await self._pool.fetchval(_REVISION, run, number) is not None:
            raise LookupError(f"{_key(run, number, revision)} should be there")
        return body

    # For whoever fills it.

    async def unsealed(self) -> Sequence[RunId]:
        return [RunId(row["run_id"]) for row in await self._pool.fetch(_UNSEALED)]

    @asynccontextmanager
    async def claimed(self, run: RunId) -> AsyncIterator[bool]:
        async with self._pool.acquire() as connection:
            is_ours = bool(await connection.fetchval(_CLAIM, str(run)))
            try:
                yield is_ours
            finally:
                if is_ours:
                    await connection.execute(_LET_GO, str(run))

    async def seal(self, run: RunId, pieces: Mapping[int, Packed], progress: SealedRun) -> None:
        for number, piece in pieces.items():
            await self._objects.put(_key(run, number, 0), piece.body)
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.executemany(
                _KEEP, [(run, number, list(piece.says)) for number, piece in pieces.items()]
            )
            await connection.execute(
                _PROGRESS, run, progress.first, progress.last, progress.until_ms,
                progress.retracts_n, progress.ended,
            )  # fmt: skip

    async def holding(self, run: RunId, says: frozenset[str]) -> Mapping[int, int]:
        return _numbers(await self._pool.fetch(_HOLDING, run, list(says)))

    async def revise(self, run: RunId, number: int, revision: int, piece: Packed) -> None:
        await self._objects.put(_key(run, number, revision), piece.body)
        await self._pool.execute(_REVISE, run, number, revision, list(piece.says), self._purges)
        await self._objects.delete(_key(run, number, revision - 1))

    # For whoever tells caches.

    async def to_purge(self, limit: int) -> Sequence[tuple[RunId, int, int]]:
        """Segments with their newest revision, of which caches may hold the one before."""
        return [(RunId(row[0]), row[1], row[2]) for row in await self._pool.fetch(_TO_PURGE, limit)]

    async def purged(self, run: RunId, number: int, revision: int, *, was_heard: bool) -> int:
        """Remember a try; tells how many are left."""
        left: int | None = await self._pool.fetchval(_PURGED, run, number, revision, was_heard)
        return left or 0


def _numbers(rows: Sequence[Record]) -> Mapping[int, int]:
    return {row["number"]: row["revision"] for row in rows}


def _key(run: RunId, number: int, revision: int) -> str:
    name = f"{number}.{revision}" if revision else str(number)
    return f"runs/{run}/frames/{name}.json.gz"
