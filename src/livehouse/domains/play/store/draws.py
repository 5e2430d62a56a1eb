"""Plans, draws and their rounds."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from asyncpg import Record
from sqlalchemy import ARRAY, RowMapping, Uuid, bindparam, delete, select, text, update
from sqlalchemy.exc import IntegrityError

from livehouse.domains.play.errors import DrawGoingOn
from livehouse.domains.play.model.rounds import Draw, Round, Stage
from livehouse.domains.play.model.terms import Kind, Plan, Tasks
from livehouse.domains.play.tables import draw_plans, draw_prizes, draw_rounds, draws
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import DrawId, PersonId, QuotaId, RoundId, RunId, ShowId, StoreId
from livehouse.storage.database import RawConnection, Transaction

_LOCK = "select * from draw_rounds where id = any($1::uuid[]) order by id for no key update"
_GOING_ON = "select id from draw_rounds where stage not in ('done', 'unfilled', 'void') order by id"
_KEYWORDS = """
select run_id, id, draw_id, keyword from draw_rounds
where stage = 'open' and kind = 'keyword' and opens_at <= $1
"""
_MINUTES = text("""
select show_id from draw_plans
where show_id = any(:shows) and (plan -> 'tasks' ->> 'minutes')::int > 0
union
select d.show_id from draws d join draw_rounds r on r.draw_id = d.id
where d.show_id = any(:shows) and r.task_minutes > 0 and r.stage in ('promised', 'open')
""").bindparams(bindparam("shows", type_=ARRAY(Uuid)))
_CLAIM = "select pg_try_advisory_xact_lock(hashtextextended('draw ' || $1::text, 0))"
_COUNT = """
update draw_rounds r set entrants = c.entrants,
    filled_at = case when c.entrants >= r.capacity then coalesce(r.filled_at, $3) end
from unnest($1::uuid[], $2::int[]) as c(id, entrants) where r.id = c.id
"""
_TELL = """
insert into facts (kind, run_id, payload)
select * from unnest($1::text[], $2::uuid[], $3::bytea[])
"""


class PrizeQuota(msgspec.Struct, frozen=True):
    """The quota of a prize, and that of the stock that it is taken from."""

    quota_id: QuotaId
    stock_quota_id: QuotaId | None


async def add_plan(
    tx: Transaction, plan_id: UUID, show_id: ShowId, plan: Plan, now: datetime
) -> None:
    await tx.execute(
        draw_plans.insert().values(id=plan_id, show_id=show_id, plan=_stored(plan), made_at=now)
    )


async def plans_of(tx: Transaction, show_id: ShowId, limit: int) -> list[tuple[UUID, Plan]]:
    rows = await tx.execute(
        select(draw_plans)
        .where(draw_plans.c.show_id == show_id)
        .order_by(draw_plans.c.id)
        .limit(limit)
    )
    return [(row.id, _plan(row.plan)) for row in rows]


async def plan_of(tx: Transaction, plan_id: UUID, show_id: ShowId) -> Plan:
    found = await tx.execute(
        select(draw_plans.c.plan).where(draw_plans.c.id == plan_id, draw_plans.c.show_id == show_id)
    )
    plan = found.scalar()
    if plan is None:
        raise NotFound
    return _plan(plan)


async def take_plan(tx: Transaction, plan_id: UUID, show_id: ShowId) -> Plan:
    """The plan, which is none from here on."""
    found = await tx.execute(
        delete(draw_plans)
        .where(draw_plans.c.id == plan_id, draw_plans.c.show_id == show_id)
        .returning(draw_plans.c.plan)
    )
    plan = found.scalar()
    if plan is None:
        raise NotFound
    return _plan(plan)


async def show_of(tx: Transaction, plan_id: UUID) -> ShowId | None:
    """Whose a draw is, whether it is planned or was started."""
    planned = select(draw_plans.c.show_id).where(draw_plans.c.id == plan_id)
    started = select(draws.c.show_id).where(draws.c.id == plan_id)
    found = (await tx.execute(planned.union(started))).first()
    return found and ShowId(found.show_id)


async def is_started(tx: Transaction, draw_id: UUID, show_id: ShowId) -> bool:
    found = await tx.execute(
        select(draws.c.id).where(draws.c.id == draw_id, draws.c.show_id == show_id)
    )
    return found.first() is not None


async def add_draw(
    tx: Transaction,
    draw: Draw,
    prizes: Sequence[PrizeQuota],
    by: PersonId | None,
    now: datetime,
) -> None:
    await tx.execute(
        draws.insert().values(
            id=draw.id, run_id=draw.run_id, show_id=draw.show_id, store_id=draw.store_id,
            plan=_stored(draw.plan), rehearsal=draw.rehearsal, started_by=by, started_at=now,
        )
    )  # fmt: skip
    if not prizes:
        return
    await tx.execute(
        draw_prizes.insert(),
        [
            {"draw_id": draw.id, "number": number, "quota_id": prize.quota_id,
             "stock_quota_id": prize.stock_quota_id}
            for number, prize in enumerate(prizes)
        ],
    )  # fmt: skip


async def by_id(tx: Transaction, draw_id: DrawId) -> Draw:
    row = (await tx.execute(select(draws).where(draws.c.id == draw_id))).mappings().first()
    if row is None:
        raise NotFound
    return _draw(row)


async def of_show(
    tx: Transaction, show_id: ShowId, limit: int, *, rehearsed_in: RunId | None = None
) -> list[Draw]:
    """The newest first; of rehearsals those of that run alone."""
    is_shown = draws.c.rehearsal.is_(False) | (draws.c.run_id == rehearsed_in)
    rows = await tx.execute(
        select(draws).where(draws.c.show_id == show_id, is_shown)
        .order_by(draws.c.id.desc()).limit(limit)
    )  # fmt: skip
    return [_draw(row) for row in rows.mappings()]


async def prize_quotas(tx: Transaction, draw_id: DrawId) -> list[PrizeQuota]:
    rows = await tx.execute(
        select(draw_prizes).where(draw_prizes.c.draw_id == draw_id).order_by(draw_prizes.c.number)
    )
    return [PrizeQuota(row.quota_id, row.stock_quota_id) for row in rows]


# Rounds.


async def add_round(tx: Transaction, one: Round) -> None:
    """Begin a round; one at a time goes on in a room."""
    values = {name: getattr(one, name) for name in _KEPT}
    try:
        await tx.execute(
            draw_rounds.insert().values(
                stage=one.stage.value,
                kind=one.kind.value,
                countries=list(one.countries),
                task_friends=one.tasks.friends,
                task_minutes=one.tasks.minutes,
                task_follow=one.tasks.follow,
                **values,
            )
        )
    except IntegrityError as error:
        if "uq_draw_rounds_going_on" in str(error):
            raise DrawGoingOn from None
        raise


async def save(tx: Transaction, one: Round) -> None:
    await tx.execute(
        update(draw_rounds)
        .where(draw_rounds.c.id == one.id)
        .values(
            stage=one.stage.value, opens_at=one.opens_at, closes_at=one.closes_at,
            listed_at=one.listed_at, revealed_at=one.revealed_at, ended_at=one.ended_at,
            root=one.root, seed=one.seed,
        )
    )  # fmt: skip


async def lock(tx: Transaction, round_id: RoundId) -> Round:
    """Read the round and keep others from joining or changing it until the commit."""
    found = await tx.execute(
        select(draw_rounds).where(draw_rounds.c.id == round_id).with_for_update(key_share=True)
    )
    return _round(found.mappings().one())


async def round_by_id(tx: Transaction, round_id: RoundId) -> Round | None:
    found = await tx.execute(select(draw_rounds).where(draw_rounds.c.id == round_id))
    row = found.mappings().first()
    return None if row is None else _round(row)


async def rounds_of(tx: Transaction, draw_id: DrawId) -> list[Round]:
    found = await tx.execute(
        select(draw_rounds).where(draw_rounds.c.draw_id == draw_id).order_by(draw_rounds.c.number)
    )
    return [_round(row) for row in found.mappings()]


async def locked(connection: RawConnection, round_ids: Sequence[RoundId]) -> dict[RoundId, Round]:
    """The rounds, held until the commit, so that the list is read without who is on the way."""
    found = [_round(row) for row in await connection.fetch(_LOCK, round_ids)]
    return {one.id: one for one in found}


async def count(connection: RawConnection, counts: Mapping[RoundId, int], now: datetime) -> None:
    """Write how many have joined; a round that has as many as it takes is full from now on."""
    await connection.execute(_COUNT, list(counts), list(counts.values()), now)


async def tell(connection: RawConnection, facts: Sequence[tuple[str, RunId, bytes]]) -> None:
    columns = [list(column) for column in zip(*facts, strict=True)]
    await connection.execute(_TELL, *columns)


async def asking_for_minutes(tx: Transaction, show_ids: Sequence[ShowId]) -> set[ShowId]:
    """Of these shows those with a draw, planned or going on, that asks how long one has watched."""
    found = await tx.execute(_MINUTES.bindparams(shows=list(show_ids)))
    return {ShowId(row.show_id) for row in found}


async def going_on(connection: RawConnection) -> list[RoundId]:
    return [RoundId(row["id"]) for row in await connection.fetch(_GOING_ON)]


async def keywords(
    connection: RawConnection, now: datetime
) -> dict[RunId, tuple[RoundId, DrawId, str]]:
    """The words that are asked for now, by the runs in which they are."""
    return {
        RunId(row["run_id"]): (RoundId(row["id"]), DrawId(row["draw_id"]), row["keyword"])
        for row in await connection.fetch(_KEYWORDS, now)
    }


async def claim(connection: RawConnection, round_id: RoundId) -> bool:
    """Whether the round is ours to move until the transaction ends: no other node does."""
    return bool(await connection.fetchval(_CLAIM, str(round_id)))


_KEPT = (
    "id", "draw_id", "run_id", "number", "pot", "rehearsal", "keyword", "capacity", "terms",
    "commitment", "sealed_seed", "seconds", "not_before",
)  # fmt: skip


def _stored(plan: Plan) -> object:
    return msgspec.to_builtins(plan)


def _plan(stored: object) -> Plan:
    return msgspec.convert(stored, Plan)


def _draw(row: RowMapping) -> Draw:
    return Draw(
        id=DrawId(row["id"]),
        run_id=RunId(row["run_id"]),
        show_id=ShowId(row["show_id"]),
        store_id=StoreId(row["store_id"]),
        plan=_plan(row["plan"]),
        rehearsal=row["rehearsal"],
    )


def _round(row: RowMapping | Record) -> Round:
    names = [name for name in Round.__struct_fields__ if name != "tasks"]
    values: dict[str, Any] = {name: row[name] for name in names}
    values |= {
        "tasks": Tasks(row["task_friends"], row["task_minutes"], row["task_follow"]),
        "stage": Stage(row["stage"]),
        "kind": Kind(row["kind"]),
        "countries": tuple(row["countries"]),
    }
    return Round(**values)
