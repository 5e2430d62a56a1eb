"""Battles, ballots and their sums: a whole group of votes in one statement each."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from asyncpg import Record
from sqlalchemy import (
    ARRAY,
    RowMapping,
    Uuid,
    any_,
    func,
    literal,
    select,
    update,
)

from livehouse.domains.crowd import Reward
from livehouse.domains.play.model.battles import Ballot, Battle, Kind
from livehouse.domains.play.tables import battle_totals, battle_votes, battles
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import BattleId, ContestId, CouponId, PersonId, RunId, ShowId, StoreId
from livehouse.storage.database import RawConnection, Transaction

# Groups of several nodes change one battle one after the other.
_LOCK = "select * from battles where id = any($1::uuid[]) order by id for no key update"
_KNOWN = """
select v.* from battle_votes v
join unnest($1::uuid[], $2::date[], $3::uuid[]) as w(battle_id, day, person_id)
  on v.battle_id = w.battle_id and v.day = w.day and v.person_id = w.person_id
"""
_WRITE = """
insert into battle_votes (battle_id, day, person_id, contestant, votes, held, address, first_at)
select *, $8::timestamptz from unnest($1::uuid[], $2::date[], $3::uuid[], $4::int[], $5::bigint[],
                                      $6::boolean[], $7::text[])
on conflict (battle_id, day, person_id, contestant)
do update set votes = excluded.votes
"""
_ADD = """
insert into battle_totals as t (battle_id, day, contestant, votes)
select $1, $2, * from unnest($3::int[], $4::bigint[])
on conflict (battle_id, day, contestant) do update set votes = t.votes + excluded.votes
"""
_SUMS = """
select contestant, sum(votes)::bigint as votes from battle_totals
where battle_id = $1 group by contestant
"""
# By how much people went beyond the free votes of other days.
_BEYOND = """
select person_id, sum(greatest(votes - $3, 0))::bigint as beyond from (
    select person_id, day, sum(votes) as votes from battle_votes
    where battle_id = $1 and day <> $2 and person_id = any($4::uuid[]) group by person_id, day
) as by_day group by person_id
"""
_VOTERS_AT = """
select address, count(distinct person_id) as people from battle_votes
where battle_id = $1 and day = $2 and address = any($3::text[]) and address <> ''
group by address
"""
_OWN = ("reward", "coupon_like")
# Held back, and nobody has said yet whether they count.
PENDING = (battle_votes.c.held, battle_votes.c.refused.is_(False))
_PLACES = """
select address, counts from battle_places where battle_id = $1 and address = any($2::text[])
"""


async def add(tx: Transaction, battle: Battle) -> None:
    values = {name: getattr(battle, name) for name in Battle.__struct_fields__ if name not in _OWN}
    await tx.execute(
        battles.insert().values(
            values
            | {
                "contestants": list(battle.contestants), "kind": battle.kind.value,
                "fan_points": battle.reward.points, "fan_coupon_id": battle.reward.coupon_id,
                "fan_coupon_like": battle.coupon_like,
            }
        )
    )  # fmt: skip


async def of_show(
    tx: Transaction, show_id: ShowId, limit: int, *, rehearsed_in: RunId | None = None
) -> list[Battle]:
    """The newest first; of rehearsals those of that run alone."""
    is_shown = battles.c.rehearsal.is_(False) | (battles.c.run_id == rehearsed_in)
    rows = await tx.execute(
        select(battles).where(battles.c.show_id == show_id, is_shown).order_by(battles.c.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [battle_of(row) for row in rows.mappings()]


async def lock(tx: Transaction, battle_id: BattleId) -> Battle:
    found = await tx.execute(
        select(battles).where(battles.c.id == battle_id).with_for_update(key_share=True)
    )
    row = found.mappings().first()
    if row is None:
        raise NotFound
    return battle_of(row)


async def totals_of(tx: Transaction, battle_id: BattleId) -> dict[int, int]:
    """The sums over all days, of what counts."""
    rows = await tx.execute(
        select(battle_totals.c.contestant, battle_totals.c.votes).where(
            battle_totals.c.battle_id == battle_id
        )
    )
    found: dict[int, int] = {}
    for row in rows:
        found[row.contestant] = found.get(row.contestant, 0) + row.votes
    return found


async def held_in(tx: Transaction, battle_id: BattleId) -> int:
    """How many votes wait for the staff to look."""
    found = await tx.execute(
        select(func.coalesce(func.sum(battle_votes.c.votes), 0)).where(
            battle_votes.c.battle_id == battle_id, *PENDING
        )
    )
    return int(found.scalar_one())


async def of_person(tx: Transaction, person_id: PersonId, limit: int) -> list[Ballot]:
    rows = await tx.execute(
        select(battle_votes).where(battle_votes.c.person_id == person_id)
        .order_by(battle_votes.c.battle_id, battle_votes.c.day, battle_votes.c.contestant)
        .limit(limit)
    )  # fmt: skip
    return [_ballot(row) for row in rows.mappings()]


async def forget(tx: Transaction, person_id: PersonId) -> None:
    await tx.execute(
        update(battle_votes).where(battle_votes.c.person_id == person_id).values(address="")
    )


async def locked(
    connection: RawConnection, battle_ids: Sequence[BattleId]
) -> dict[BattleId, Battle]:
    rows = await connection.fetch(_LOCK, battle_ids)
    return {BattleId(row["id"]): battle_of(row) for row in rows}


async def known(
    connection: RawConnection, wanted: Sequence[tuple[BattleId, date, PersonId]]
) -> list[Ballot]:
    """What these persons have given on these days."""
    columns = [list(column) for column in zip(*wanted, strict=True)] or [[], [], []]
    return [_ballot(row) for row in await connection.fetch(_KNOWN, *columns)]


async def voters_at(
    connection: RawConnection, battle: Battle, day: date, addresses: Sequence[str]
) -> dict[str, int]:
    """How many people have voted today from each of these addresses."""
    rows = await connection.fetch(_VOTERS_AT, battle.id, day, addresses)
    return {row["address"]: row["people"] for row in rows}


async def beyond(
    connection: RawConnection, battle: Battle, day: date, people: Sequence[PersonId]
) -> dict[PersonId, int]:
    rows = await connection.fetch(_BEYOND, battle.id, day, battle.free_votes, people)
    return {PersonId(row["person_id"]): row["beyond"] for row in rows}


async def counting(
    tx: Transaction, battle_id: BattleId, people: Sequence[PersonId]
) -> list[PersonId]:
    """Who of these has votes that count."""
    rows = await tx.execute(
        select(battle_votes.c.person_id).distinct()
        .where(battle_votes.c.battle_id == battle_id,
               battle_votes.c.person_id == any_(literal(list(people), ARRAY(Uuid))),
               battle_votes.c.held.is_(False))
    )  # fmt: skip
    return [PersonId(row.person_id) for row in rows]


async def by_id(tx: Transaction, battle_id: BattleId) -> Battle | None:
    row = (await tx.execute(select(battles).where(battles.c.id == battle_id))).mappings().first()
    return None if row is None else battle_of(row)


async def write(
    connection: RawConnection,
    changed: Sequence[Ballot],
    addresses: Mapping[PersonId, str],
    now: datetime,
) -> None:
    await connection.execute(
        _WRITE,
        [ballot.battle_id for ballot in changed],
        [ballot.day for ballot in changed],
        [ballot.person_id for ballot in changed],
        [ballot.contestant for ballot in changed],
        [ballot.votes for ballot in changed],
        [ballot.held for ballot in changed],
        [addresses.get(ballot.person_id, "") for ballot in changed],
        now,
    )


async def gain(
    connection: RawConnection, battle_id: BattleId, day: date, gains: Mapping[int, int]
) -> dict[int, int]:
    """Add to the sums of a day; tells the sums over all days."""
    await connection.execute(_ADD, battle_id, day, list(gains), list(gains.values()))
    rows = await connection.fetch(_SUMS, battle_id)
    return {row["contestant"]: row["votes"] for row in rows}


async def places(
    connection: RawConnection, battle_id: BattleId, addresses: Sequence[str]
) -> dict[str, bool]:
    """Of which of these addresses the staff has said whether their votes count."""
    rows = await connection.fetch(_PLACES, battle_id, addresses)
    return {row["address"]: row["counts"] for row in rows}


def battle_of(row: RowMapping | Record) -> Battle:
    return Battle(
        id=BattleId(row["id"]),
        run_id=row["run_id"] and RunId(row["run_id"]),
        show_id=row["show_id"] and ShowId(row["show_id"]),
        contest_id=row["contest_id"] and ContestId(row["contest_id"]),
        store_id=StoreId(row["store_id"]),
        title=row["title"],
        contestants=tuple(row["contestants"]),
        free_votes=row["free_votes"],
        friend_votes=row["friend_votes"],
        reward=Reward(
            points=row["fan_points"],
            coupon_id=CouponId(row["fan_coupon_id"]) if row["fan_coupon_id"] else None,
        ),
        zone=row["zone"],
        kind=Kind(row["kind"]),
        coupon_like=CouponId(row["fan_coupon_like"]) if row["fan_coupon_like"] else None,
        coupon_fans=row["coupon_fans"],
        rehearsal=row["rehearsal"],
        opens_at=row["opens_at"],
        closes_at=row["closes_at"],
        stopped_at=row["stopped_at"],
        check_until=row["check_until"],
        ended_at=row["ended_at"],
        first=row["first"],
    )


def _ballot(row: RowMapping | Record) -> Ballot:
    return Ballot(
        battle_id=BattleId(row["battle_id"]),
        day=row["day"],
        person_id=PersonId(row["person_id"]),
        contestant=row["contestant"],
        votes=row["votes"],
        held=row["held"],
        refused=row["refused"],
    )
