"""How battles end: held votes and where they come from, the result, and the fans to reward."""

from datetime import date, datetime

from sqlalchemy import delete, distinct, exists, func, select, true, tuple_, update

from livehouse.domains.play.model.battles import Battle, HeldPlace
from livehouse.domains.play.store.battles import PENDING, battle_of
from livehouse.domains.play.tables import battle_places, battle_votes, battles
from livehouse.foundation.ids import BattleId, PersonId, RunId
from livehouse.storage.database import RawConnection, Transaction

_RELEASE = """
with freed as (
    update battle_votes set held = false
    where battle_id = $1 and held and not refused and ($2::text is null or address = $2)
    returning day, contestant, votes
), sums as (
    select day, contestant, sum(votes)::bigint as votes from freed group by day, contestant
)
insert into battle_totals as t (battle_id, day, contestant, votes)
select $1, day, contestant, votes from sums
on conflict (battle_id, day, contestant) do update set votes = t.votes + excluded.votes
"""
_DECIDE = """
insert into battle_places (battle_id, address, counts, decided_by, decided_at)
select distinct $1::uuid, address, $3::boolean, $4::uuid, $5::timestamptz from battle_votes
where battle_id = $1 and held and not refused and address <> ''
  and ($2::text is null or address = $2)
on conflict (battle_id, address)
do update set counts = excluded.counts, decided_by = excluded.decided_by,
              decided_at = excluded.decided_at
"""
_REFUSE = """
update battle_votes set refused = true
where battle_id = $1 and held and not refused and ($2::text is null or address = $2)
"""


async def due(tx: Transaction, now: datetime, limit: int) -> list[Battle]:
    """Battles that are to be ended or, while votes are held, to be checked from `now` on: their
    rows are held until the commit."""
    waits = exists().where(battle_votes.c.battle_id == battles.c.id, *PENDING)
    is_over = func.least(battles.c.closes_at, battles.c.stopped_at) < now
    is_checked = battles.c.check_until.is_(None) | (battles.c.check_until < now) | ~waits
    rows = await tx.execute(
        select(battles).where(battles.c.ended_at.is_(None), is_over, is_checked)
        .order_by(battles.c.id).limit(limit).with_for_update(key_share=True, skip_locked=True)
    )  # fmt: skip
    return [battle_of(row) for row in rows.mappings()]


async def stop(tx: Transaction, run_id: RunId, now: datetime) -> None:
    """The run is over, and what was voted about in it; a contest's round goes on without it."""
    await tx.execute(
        update(battles)
        .where(battles.c.run_id == run_id, battles.c.ended_at.is_(None),
               battles.c.stopped_at.is_(None), battles.c.contest_id.is_(None))
        .values(stopped_at=now)
    )  # fmt: skip
    await tx.execute(
        update(battles).where(battles.c.run_id == run_id, battles.c.contest_id.is_not(None))
        .values(run_id=None)
    )  # fmt: skip


async def begin_check(tx: Transaction, battle_id: BattleId, until: datetime) -> None:
    await tx.execute(update(battles).where(battles.c.id == battle_id).values(check_until=until))


async def end(
    tx: Transaction, battle_id: BattleId, now: datetime, first: int, *, rewarded: bool
) -> None:
    """The result stands: what is still held is refused, and where votes came from is asked no
    more. `rewarded`: nobody gets anything."""
    await tx.execute(
        update(battles).where(battles.c.id == battle_id)
        .values(ended_at=now, first=first, rewarded_at=now if rewarded else None)
    )  # fmt: skip
    await tx.execute(
        update(battle_votes).where(battle_votes.c.battle_id == battle_id, *PENDING)
        .values(refused=True)
    )  # fmt: skip
    await tx.execute(
        update(battle_votes)
        .where(battle_votes.c.battle_id == battle_id, battle_votes.c.address != "")
        .values(address="")
    )
    await tx.execute(delete(battle_places).where(battle_places.c.battle_id == battle_id))


async def to_reward(tx: Transaction) -> tuple[Battle, tuple[date, PersonId] | None] | None:
    """A battle that has ended and whose fans have not all been rewarded, held until the commit,
    and how far that has come."""
    rows = await tx.execute(
        select(battles).where(battles.c.ended_at.is_not(None), battles.c.rewarded_at.is_(None))
        .order_by(battles.c.ended_at).limit(1).with_for_update(key_share=True, skip_locked=True)
    )  # fmt: skip
    row = rows.mappings().first()
    if row is None:
        return None
    day, person = row["rewarded_day"], row["rewarded_person"]
    return battle_of(row), None if day is None else (day, PersonId(person))


async def note_rewarded(
    tx: Transaction,
    battle_id: BattleId,
    last: tuple[date, PersonId] | None,
    done_at: datetime | None,
) -> None:
    values: dict[str, object] = {"rewarded_at": done_at}
    if last is not None:
        values |= {"rewarded_day": last[0], "rewarded_person": last[1]}
    await tx.execute(update(battles).where(battles.c.id == battle_id).values(values))


async def held_places(tx: Transaction, battle_id: BattleId, limit: int) -> list[HeldPlace]:
    """Where the votes come from that wait for the staff, the most votes first."""
    votes = func.sum(battle_votes.c.votes)
    rows = await tx.execute(
        select(battle_votes.c.address, votes.label("votes"),
               func.count(distinct(battle_votes.c.person_id)).label("people"))
        .where(battle_votes.c.battle_id == battle_id, *PENDING)
        .group_by(battle_votes.c.address).order_by(votes.desc(), battle_votes.c.address)
        .limit(limit)
    )  # fmt: skip
    return [HeldPlace(address=row.address, people=row.people, votes=int(row.votes)) for row in rows]


async def fans_after(
    tx: Transaction,
    battle_id: BattleId,
    contestant: int,
    last: tuple[date, PersonId] | None,
    limit: int,
) -> list[tuple[date, PersonId]]:
    """The next who have given the contestant votes that count; who did so on several days comes
    once for each."""
    after = tuple_(battle_votes.c.day, battle_votes.c.person_id) > last if last else true()
    rows = await tx.execute(
        select(battle_votes.c.day, battle_votes.c.person_id)
        .where(battle_votes.c.battle_id == battle_id, battle_votes.c.contestant == contestant,
               battle_votes.c.held.is_(False), after)
        .order_by(battle_votes.c.day, battle_votes.c.person_id).limit(limit)
    )  # fmt: skip
    return [(row.day, PersonId(row.person_id)) for row in rows]


async def first_fans(
    tx: Transaction, battle_id: BattleId, contestant: int, limit: int
) -> list[PersonId]:
    """Who gave the contestant votes that count before all others did."""
    first_at = func.min(battle_votes.c.first_at)
    rows = await tx.execute(
        select(battle_votes.c.person_id)
        .where(battle_votes.c.battle_id == battle_id, battle_votes.c.contestant == contestant,
               battle_votes.c.held.is_(False))
        .group_by(battle_votes.c.person_id)
        .order_by(first_at, battle_votes.c.person_id).limit(limit)
    )  # fmt: skip
    return [PersonId(row.person_id) for row in rows]


async def decide(
    connection: RawConnection,
    battle_id: BattleId,
    address: str | None,
    *,
    counts: bool,
    by: PersonId,
    now: datetime,
) -> None:
    """Let held votes from an address count, or none of them ever; None: from everywhere."""
    await connection.execute(_DECIDE, battle_id, address, counts, by, now)
    await connection.execute(_RELEASE if counts else _REFUSE, battle_id, address)
