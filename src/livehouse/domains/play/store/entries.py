"""Who has joined, a whole group in one statement, and a whole list in one value."""

from collections.abc import Sequence

from asyncpg import Record
from sqlalchemy import RowMapping, select

from livehouse.domains.play.model.joining import Entry
from livehouse.domains.play.tables import draw_entries
from livehouse.foundation.ids import PersonId, RoundId
from livehouse.storage.database import RawConnection, Transaction

_KNOWN = """
select e.* from unnest($1::uuid[], $2::uuid[], $3::bytea[]) as w(round_id, person_id, name)
join draw_entries e on e.round_id = w.round_id and e.person_id = w.person_id
union
select e.* from unnest($1::uuid[], $2::uuid[], $3::bytea[]) as w(round_id, person_id, name)
join draw_entries e on e.round_id = w.round_id and e.name = w.name
"""
_JOIN = """
insert into draw_entries (round_id, person_id, name, nonce, leaf, invited_by, shown_as, joined_at)
select * from unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::bytea[], $5::bytea[], $6::uuid[],
                     $7::text[], $8::timestamptz[])
"""
# A list of a million is one value of 16 or 32 MB; as rows it would take seconds.
_LEAVES = "select string_agg(leaf, '' order by name) from draw_entries where round_id = $1"
_NAMES = "select string_agg(name, '') from draw_entries where round_id = $1"
_NONCES = "select string_agg(nonce, '' order by name) from draw_entries where round_id = $1"
_DRAWN = """
select encode(name, 'hex') as name, person_id, shown_as from draw_entries
where round_id = $1 and name = any($2::bytea[])
"""
_BROUGHT = """
select invited_by, count(*) as friends from draw_entries
where round_id = $1 and invited_by = any($2::uuid[]) group by invited_by
"""
_FRIENDS = """
select person_id from draw_entries where round_id = $1 and invited_by = $2
order by joined_at desc, person_id limit $3
"""
LIST_SECONDS_MAX = 60.0


async def known(
    connection: RawConnection, wanted: Sequence[tuple[RoundId, PersonId, bytes]]
) -> list[Entry]:
    """The entries of these persons, and those under these names."""
    columns = [list(column) for column in zip(*wanted, strict=True)] or [[], [], []]
    return [_entry(row) for row in await connection.fetch(_KNOWN, *columns)]


async def join(connection: RawConnection, fresh: Sequence[Entry]) -> None:
    await connection.execute(
        _JOIN,
        [entry.round_id for entry in fresh],
        [entry.person_id for entry in fresh],
        [entry.name for entry in fresh],
        [entry.nonce for entry in fresh],
        [entry.leaf for entry in fresh],
        [entry.invited_by for entry in fresh],
        [entry.shown_as for entry in fresh],
        [entry.joined_at for entry in fresh],
    )


async def leaves(connection: RawConnection, round_id: RoundId) -> bytes:
    """The leaves' hashes one behind the other, in order of names."""
    return await connection.fetchval(_LEAVES, round_id, timeout=LIST_SECONDS_MAX) or b""


async def names(connection: RawConnection, round_id: RoundId) -> bytes:
    return await connection.fetchval(_NAMES, round_id, timeout=LIST_SECONDS_MAX) or b""


async def nonces(connection: RawConnection, round_id: RoundId) -> bytes:
    """Everybody's, one behind the other, in order of names."""
    return await connection.fetchval(_NONCES, round_id, timeout=LIST_SECONDS_MAX) or b""


async def behind(
    connection: RawConnection, round_id: RoundId, drawn: Sequence[bytes]
) -> dict[str, tuple[PersonId, str]]:
    """Who stands behind these names, and as what they agreed to be seen."""
    rows = await connection.fetch(_DRAWN, round_id, drawn)
    return {row["name"]: (PersonId(row["person_id"]), row["shown_as"]) for row in rows}


async def brought(
    connection: RawConnection, round_id: RoundId, person_ids: Sequence[PersonId]
) -> dict[PersonId, int]:
    """How many friends each of these has brought into the round."""
    rows = await connection.fetch(_BROUGHT, round_id, person_ids)
    return {PersonId(row["invited_by"]): row["friends"] for row in rows}


async def friends(
    connection: RawConnection, round_id: RoundId, person_id: PersonId, limit: int
) -> list[PersonId]:
    """Whom somebody has brought into the round, the newest first."""
    rows = await connection.fetch(_FRIENDS, round_id, person_id, limit)
    return [PersonId(row["person_id"]) for row in rows]


async def of_person(tx: Transaction, person_id: PersonId, limit: int) -> list[Entry]:
    rows = await tx.execute(
        select(draw_entries)
        .where(draw_entries.c.person_id == person_id)
        .order_by(draw_entries.c.round_id)
        .limit(limit)
    )
    return [_entry(row) for row in rows.mappings()]


def _entry(row: RowMapping | Record) -> Entry:
    return Entry(
        round_id=RoundId(row["round_id"]),
        person_id=PersonId(row["person_id"]),
        name=row["name"],
        nonce=row["nonce"],
        leaf=row["leaf"],
        joined_at=row["joined_at"],
        invited_by=PersonId(row["invited_by"]) if row["invited_by"] else None,
        shown_as=row["shown_as"],
    )
