"""Every SQL statement about chat."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from asyncpg import Pool
from msgspec import Struct
from sqlalchemy import ARRAY, Uuid, bindparam, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.chat.model import ChatLine
from livehouse.domains.chat.tables import chat_bans, chat_lines, chat_paces
from livehouse.foundation.ids import ChatLineId, PersonId, RoomId, RunId
from livehouse.storage.database import Transaction

# A line that is known already is not written again; author and text are compared, so that nobody
# can find out or claim another's line by its id, or show another text than is stored. Banned
# people's lines are left out, and in slow mode those that come too soon: after one that is stored,
# or beside another of the group.
_WRITE = """
with wish as (
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $6::boolean[])
        with ordinality as t(id, run_id, person_id, text, of_staff, place)
), slowed as (
    select w.id, w.run_id, w.person_id, p.slow_seconds,
           row_number() over (partition by w.run_id, w.person_id order by w.place) as turn
    from wish w
    join chat_paces p on p.run_id = w.run_id and p.slow_seconds > 0
    where not w.of_staff and not exists (select 1 from chat_lines k where k.id = w.id)
), late as (
    select s.id, s.slow_seconds,
           case when s.turn > 1 then s.slow_seconds
                else ceil(extract(epoch from l.at - $5) + s.slow_seconds)::integer end as wait
    from slowed s
    left join lateral (
        select max(k.at) as at from chat_lines k
        where k.person_id = s.person_id and k.run_id = s.run_id
    ) l on true
    where s.turn > 1 or l.at + make_interval(secs => s.slow_seconds) > $5
), allowed as (
    select w.* from wish w
    where not exists (select 1 from late where late.id = w.id) and not exists (
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
       k.deleted_at is not null as gone,
       coalesce(t.slow_seconds, 0) as slow_seconds,
       coalesce(t.wait, 0) as wait
from wish w
left join allowed a on a.id = w.id
left join late t on t.id = w.id
left join chat_lines k on k.id = w.id
"""


_BARRED = text("""
select b.person_id from chat_bans b
join shows s on s.room_id = b.room_id
join runs r on r.show_id = s.id
where r.id = :run and b.person_id = any(:people)
""").bindparams(bindparam("run", type_=Uuid), bindparam("people", type_=ARRAY(Uuid)))


class Outcome(Struct, frozen=True):
    """What became of a line: `own` is false for another's id, `gone` true once it was taken back,
    and `wait` is by how many seconds it came too soon."""

    allowed: bool
    own: bool
    gone: bool
    slow_seconds: int
    wait: int


_SPEAKERS = """
select p.id, p.name from people p
where p.name <> '' and p.id in (
    select person_id from chat_lines where run_id = $1 and deleted_at is null
)
"""


async def speakers(pool: Pool, run_id: RunId) -> dict[str, str]:
    return {f"u{row['id']}": row["name"] for row in await pool.fetch(_SPEAKERS, run_id)}


async def write(pool: Pool, lines: Sequence[ChatLine], now: datetime) -> dict[ChatLineId, Outcome]:
    """Write a group of lines with distinct ids, in the order in which they were said."""
    rows = await pool.fetch(
        _WRITE,
        [line.id for line in lines],
        [line.run_id for line in lines],
        [line.person_id for line in lines],
        [line.text for line in lines],
        now,
        [line.of_staff for line in lines],
    )
    return {row["id"]: Outcome(*tuple(row)[1:]) for row in rows}


async def set_pace(tx: Transaction, run_id: RunId, slow_seconds: int) -> None:
    wish = insert(chat_paces).values(run_id=run_id, slow_seconds=slow_seconds)
    await tx.execute(
        wish.on_conflict_do_update(index_elements=["run_id"], set_={"slow_seconds": slow_seconds})
    )


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


async def barred(tx: Transaction, run_id: RunId, people: Sequence[PersonId]) -> set[PersonId]:
    rows = await tx.execute(_BARRED.bindparams(run=run_id, people=list(people)))
    return {PersonId(row.person_id) for row in rows}


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
