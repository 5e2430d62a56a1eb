"""Every SQL statement about chat."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from asyncpg import Pool
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.chat.model import ChatLine
from livehouse.domains.chat.tables import chat_bans, chat_lines
from livehouse.foundation.ids import ChatLineId, PersonId, RoomId, RunId
from livehouse.storage.database import Transaction

# A line that is known already is not written again; author and text are compared, so that nobody
# can find out or claim another's line by its id, or show another text than is stored. Banned
# people's lines are left out.
_WRITE = """
with wish as (
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[])
        as t(id, run_id, person_id, text)
), allowed as (
    select w.* from wish w
    where not exists (
        select 1 from chat_bans b
        join shows s on s.room_id = b.room_id
        join runs r on r.show_id = s.id
        where r.id = w.run_id and b.person_id = w.person_id
    )
), written as (
    insert into chat_lines (id, run_id, person_id, text, at)
    select id, run_id, person_id, text, $5 from allowed
    on conflict (id) do nothing
)
select w.id,
       a.id is not null as allowed,
       coalesce(
           k.person_id = w.person_id and k.run_id = w.run_id and k.text = w.text, true
       ) as own,
       k.deleted_at is not null as gone
from wish w
left join allowed a on a.id = w.id
left join chat_lines k on k.id = w.id
"""


_SPEAKERS = """
select p.id, p.name from people p
where p.name <> '' and p.id in (
    select person_id from chat_lines where run_id = $1 and deleted_at is null
)
"""


async def speakers(pool: Pool, run_id: RunId) -> dict[str, str]:
    return {f"u{row['id']}": row["name"] for row in await pool.fetch(_SPEAKERS, run_id)}


async def write(
    pool: Pool, lines: Sequence[ChatLine], now: datetime
) -> dict[ChatLineId, tuple[bool, bool, bool]]:
    """Write a group of lines with distinct ids; tells of each: (allowed, own, taken back)."""
    rows = await pool.fetch(
        _WRITE,
        [line.id for line in lines],
        [line.run_id for line in lines],
        [line.person_id for line in lines],
        [line.text for line in lines],
        now,
    )
    return {row["id"]: (row["allowed"], row["own"], row["gone"]) for row in rows}


async def take_back(tx: Transaction, run_id: RunId, line_id: ChatLineId, now: datetime) -> bool:
    changed = await tx.execute(
        update(chat_lines)
        .where(
            chat_lines.c.id == line_id,
            chat_lines.c.run_id == run_id,
            chat_lines.c.deleted_at.is_(None),
        )
        .values(deleted_at=now)
    )
    return changed.rowcount > 0


async def take_back_all(
    tx: Transaction, run_id: RunId, person_id: PersonId, now: datetime
) -> list[ChatLineId]:
    rows = await tx.execute(
        update(chat_lines)
        .where(
            chat_lines.c.run_id == run_id,
            chat_lines.c.person_id == person_id,
            chat_lines.c.deleted_at.is_(None),
        )
        .values(deleted_at=now)
        .returning(chat_lines.c.id)
    )
    return [row.id for row in rows]


async def ban(
    tx: Transaction, room_id: RoomId, person_id: PersonId, by: PersonId, now: datetime
) -> None:
    await tx.execute(
        insert(chat_bans)
        .values(room_id=room_id, person_id=person_id, banned_by=by, at=now)
        .on_conflict_do_nothing()
    )


async def unban(tx: Transaction, room_id: RoomId, person_id: PersonId) -> None:
    await tx.execute(
        delete(chat_bans).where(chat_bans.c.room_id == room_id, chat_bans.c.person_id == person_id)
    )


async def banned(tx: Transaction, room_id: RoomId) -> list[PersonId]:
    rows = await tx.execute(select(chat_bans.c.person_id).where(chat_bans.c.room_id == room_id))
    return [row.person_id for row in rows]


async def of_person(tx: Transaction, person_id: PersonId, limit: int) -> list[dict[str, Any]]:
    """A person's own lines, for the export of their data."""
    rows = await tx.execute(
        select(chat_lines.c.text, chat_lines.c.at, chat_lines.c.run_id)
        .where(chat_lines.c.person_id == person_id)
        .order_by(chat_lines.c.id.desc())
        .limit(limit)
    )
    return [dict(row) for row in rows.mappings()]


async def erase(tx: Transaction, person_id: PersonId) -> None:
    """Blank what an erased person wrote; their id names nobody any more."""
    await tx.execute(update(chat_lines).where(chat_lines.c.person_id == person_id).values(text=""))
