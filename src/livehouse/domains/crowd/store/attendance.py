"""Who has watched how many minutes of a run."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, Uuid, any_, bindparam, delete, literal, select, text

from livehouse.domains.crowd.tables import attendance
from livehouse.foundation.ids import PersonId, RunId
from livehouse.storage.database import Transaction

# A minute counts once, however many windows and nodes tell of it.
_NOTE = text("""
insert into attendance as a (run_id, person_id, minutes, last_minute, noted_at)
select :run, w.person_id, 1, :minute, :now from unnest(:people) as w(person_id)
order by w.person_id
on conflict (run_id, person_id) do update
set minutes = a.minutes + 1, last_minute = excluded.last_minute, noted_at = excluded.noted_at
where a.last_minute < excluded.last_minute
returning person_id, minutes
""").bindparams(
    bindparam("run", type_=Uuid),
    bindparam("people", type_=ARRAY(Uuid)),
    bindparam("minute", type_=BigInteger),
)


async def note(
    tx: Transaction, run_id: RunId, people: Collection[PersonId], now: datetime
) -> dict[PersonId, int]:
    """Count this minute for those; tells how many minutes each of them has now."""
    found = await tx.execute(
        _NOTE.bindparams(
            run=run_id, people=list(people), minute=int(now.timestamp()) // 60, now=now
        )
    )
    return {PersonId(row.person_id): row.minutes for row in found}


async def minutes(
    tx: Transaction, run_id: RunId, people: Collection[PersonId]
) -> dict[PersonId, int]:
    rows = await tx.execute(
        select(attendance.c.person_id, attendance.c.minutes).where(
            attendance.c.run_id == run_id,
            attendance.c.person_id == any_(literal(list(people), ARRAY(Uuid))),
        )
    )
    return {PersonId(row.person_id): row.minutes for row in rows}


async def forget(tx: Transaction, before: datetime) -> int:
    """How long somebody watched is nobody's business for long."""
    done = await tx.execute(delete(attendance).where(attendance.c.noted_at < before))
    return done.rowcount


async def forget_person(tx: Transaction, person_id: PersonId) -> None:
    await tx.execute(delete(attendance).where(attendance.c.person_id == person_id))


async def of_person(tx: Transaction, person_id: PersonId) -> list[tuple[RunId, int]]:
    rows = await tx.execute(
        select(attendance.c.run_id, attendance.c.minutes)
        .where(attendance.c.person_id == person_id)
        .order_by(attendance.c.run_id)
    )
    return [(RunId(row.run_id), row.minutes) for row in rows]
