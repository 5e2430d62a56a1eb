"""The nodes of a house as the database knows them; times are the database's."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from asyncpg import Pool
from msgspec import Struct

from livehouse.foundation.ids import RunId

_JOINING_LOCK = 7_301_002  # any number that nobody else takes
# A node that was not heard of for so long is forgotten, and where it was with it.
FORGET_AFTER = timedelta(days=90)

_OTHERS = """
select id, roles, address, has_nats, keys_proof from nodes
where id <> $1 and heard_at > clock_timestamp() - $2::interval
order by id
"""
_JOIN = """
insert into nodes (id, roles, address, has_nats, keys_proof, heard_at)
values ($1, $2, $3, $4, $5, clock_timestamp())
on conflict (id) do update
set roles = excluded.roles, address = excluded.address, has_nats = excluded.has_nats,
    keys_proof = excluded.keys_proof, heard_at = excluded.heard_at
"""
_HOLD = """
update media_owners o
set expires_at = clock_timestamp() + $4::interval,
    next_number = greatest(o.next_number, m.next_number)
from unnest($2::uuid[], $3::bigint[]) as m(run_id, next_number)
where o.run_id = m.run_id and o.node = $1
returning o.run_id
"""
_TAKE = """
insert into media_owners as o (run_id, node, next_number, expires_at)
select run_id, $1, 0, clock_timestamp() + $3::interval
from unnest($2::uuid[]) as m(run_id)
order by run_id
on conflict (run_id) do update
set node = excluded.node, expires_at = excluded.expires_at
where o.node = excluded.node or o.expires_at <= clock_timestamp()
returning new.run_id, case when old.node = new.node then 0 else new.next_number end as next_number
"""
_RELEASE = """
update media_owners set expires_at = clock_timestamp()
where node = $1 and expires_at > clock_timestamp()
"""


class Node(Struct, frozen=True, kw_only=True):
    """One process that carries a part of the house, and where the others reach it."""

    id: str
    roles: tuple[str, ...]
    address: str
    has_nats: bool
    keys_proof: str


class PostgresNodes:
    def __init__(self, pool: Pool, *, alive: timedelta) -> None:
        self._pool = pool
        self._alive = alive

    async def join(self, me: Node, admit: Callable[[Node, Sequence[Node]], None]) -> None:
        """Write `me` in, unless `admit` raises when it sees the others; one node at a time."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("select pg_advisory_xact_lock($1)", _JOINING_LOCK)
            await connection.execute(
                "delete from nodes where heard_at < clock_timestamp() - $1::interval", FORGET_AFTER
            )
            rows = await connection.fetch(_OTHERS, me.id, self._alive)
            admit(me, [Node(**{**row, "roles": tuple(row["roles"])}) for row in rows])
            await connection.execute(
                _JOIN, me.id, list(me.roles), me.address, me.has_nats, me.keys_proof
            )

    async def heard(self, node: str) -> None:
        """The node is still there."""
        await self._pool.execute(
            "update nodes set heard_at = clock_timestamp() where id = $1", node
        )

    async def leave(self, node: str) -> None:
        """The node has ended in order; its address stays, since recordings lie there."""
        await self._pool.execute(
            "update nodes set heard_at = clock_timestamp() - $2::interval where id = $1",
            node, self._alive,
        )  # fmt: skip


class MediaOwners:
    """Each run's video is made by one node at a time: who holds its row."""

    def __init__(self, pool: Pool, *, lasts: timedelta) -> None:
        self._pool = pool
        self._lasts = lasts

    async def hold(self, node: str, runs: Mapping[RunId, int]) -> frozenset[RunId]:
        """Keep these, whose next segment has that number; tells which are still ours."""
        rows = await self._pool.fetch(_HOLD, node, list(runs), list(runs.values()), self._lasts)
        return frozenset(row["run_id"] for row in rows)

    async def take(self, node: str, runs: Sequence[RunId]) -> Mapping[RunId, int]:
        """Those that are free or were ours before, and how far each had come elsewhere."""
        rows = await self._pool.fetch(_TAKE, node, list(runs), self._lasts)
        return {row["run_id"]: row["next_number"] for row in rows}

    async def release(self, node: str) -> None:
        """Let go of all that goes on, so that another may take over at once."""
        await self._pool.execute(_RELEASE, node)

    async def owner(self, run: RunId) -> tuple[str, str] | None:
        """The node that has the run's video, and its address; None where nobody has."""
        row = await self._pool.fetchrow(
            "select n.id, n.address from media_owners o join nodes n on n.id = o.node "
            "where o.run_id = $1",
            run,
        )
        return (row["id"], row["address"]) if row else None
