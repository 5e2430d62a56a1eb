"""Contests, their rounds, and the battles that these are played as."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import RowMapping, exists, select, update
from sqlalchemy.sql import func

from livehouse.domains.play.model.battles import Battle
from livehouse.domains.play.model.contests import Contest, Round
from livehouse.domains.play.store.battles import PENDING, battle_of
from livehouse.domains.play.tables import (
    battle_totals,
    battle_votes,
    battles,
    contest_rounds,
    contests,
)
from livehouse.foundation.ids import BattleId, ContestId, RunId, ShowId, StoreId
from livehouse.storage.database import Transaction


async def add(tx: Transaction, contest: Contest, now: datetime) -> None:
    await tx.execute(
        contests.insert().values(
            id=contest.id, store_id=contest.store_id, title=contest.title,
            contestants=list(contest.contestants), free_votes=contest.free_votes,
            friend_votes=contest.friend_votes, fan_points=contest.fan_points, zone=contest.zone,
            made_at=now,
        )
    )  # fmt: skip
    await tx.execute(
        contest_rounds.insert(),
        [
            {"contest_id": contest.id, "number": one.number, "opens_at": one.opens_at,
             "closes_at": one.closes_at}
            for one in contest.rounds
        ],
    )  # fmt: skip


async def by_id(tx: Transaction, contest_id: ContestId) -> Contest | None:
    row = (await tx.execute(select(contests).where(contests.c.id == contest_id))).mappings().first()
    return None if row is None else _contest(row, await _rounds(tx, contest_id))


async def of_store(tx: Transaction, store_id: StoreId, limit: int) -> list[Contest]:
    """The newest first."""
    rows = await tx.execute(
        select(contests).where(contests.c.store_id == store_id).order_by(contests.c.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [_contest(row, await _rounds(tx, row["id"])) for row in rows.mappings()]


async def due(tx: Transaction, now: datetime, limit: int) -> list[tuple[Contest, Round]]:
    """Rounds whose time it is and that are not played yet, the first first."""
    rows = await tx.execute(
        select(contest_rounds)
        .where(contest_rounds.c.battle_id.is_(None), contest_rounds.c.opens_at <= now,
               contest_rounds.c.closes_at > now)
        .order_by(contest_rounds.c.opens_at, contest_rounds.c.contest_id).limit(limit)
    )  # fmt: skip
    found = []
    for row in rows.mappings().all():
        contest = await by_id(tx, ContestId(row["contest_id"]))
        assert contest is not None, "its rounds point at it"
        found.append((contest, _round(row)))
    return found


async def lock(tx: Transaction, contest_id: ContestId, number: int) -> Round:
    """Read a round and keep others from beginning it until the commit."""
    rows = await tx.execute(
        select(contest_rounds)
        .where(contest_rounds.c.contest_id == contest_id, contest_rounds.c.number == number)
        .with_for_update()
    )
    return _round(rows.mappings().one())


async def play(tx: Transaction, contest_id: ContestId, number: int, battle_id: BattleId) -> None:
    await tx.execute(
        update(contest_rounds)
        .where(contest_rounds.c.contest_id == contest_id, contest_rounds.c.number == number)
        .values(battle_id=battle_id)
    )


async def open_battles(tx: Transaction, now: datetime, limit: int) -> list[Battle]:
    """The rounds that are voted in now."""
    rows = await tx.execute(
        select(battles)
        .where(battles.c.contest_id.is_not(None), battles.c.ended_at.is_(None),
               battles.c.closes_at > now)
        .order_by(battles.c.closes_at).limit(limit)
    )  # fmt: skip
    return [battle_of(row) for row in rows.mappings()]


async def undecided(tx: Transaction, store_id: StoreId, limit: int) -> list[Battle]:
    """The rounds in which votes are held back that nobody has decided about."""
    waits = exists().where(battle_votes.c.battle_id == battles.c.id, *PENDING)
    rows = await tx.execute(
        select(battles)
        .where(battles.c.store_id == store_id, battles.c.contest_id.is_not(None),
               battles.c.ended_at.is_(None), waits)
        .order_by(battles.c.closes_at).limit(limit)
    )  # fmt: skip
    return [battle_of(row) for row in rows.mappings()]


async def show_in(tx: Transaction, battle_id: BattleId, run_id: RunId, show_id: ShowId) -> bool:
    """Let a round be in the room of a run from now on; False where it is, or has ended."""
    moved = await tx.execute(
        update(battles)
        .where(battles.c.id == battle_id, battles.c.run_id.is_distinct_from(run_id),
               battles.c.ended_at.is_(None))
        .values(run_id=run_id, show_id=show_id)
    )  # fmt: skip
    return moved.rowcount > 0


async def totals_of(
    tx: Transaction, battle_ids: Sequence[BattleId]
) -> dict[BattleId, dict[int, int]]:
    """The sums of several battles, by contestants."""
    rows = await tx.execute(
        select(battle_totals.c.battle_id, battle_totals.c.contestant,
               func.sum(battle_totals.c.votes).label("votes"))
        .where(battle_totals.c.battle_id.in_(battle_ids))
        .group_by(battle_totals.c.battle_id, battle_totals.c.contestant)
    )  # fmt: skip
    found: dict[BattleId, dict[int, int]] = {}
    for row in rows:
        found.setdefault(BattleId(row.battle_id), {})[row.contestant] = int(row.votes)
    return found


async def _rounds(tx: Transaction, contest_id: ContestId) -> tuple[Round, ...]:
    rows = await tx.execute(
        select(contest_rounds).where(contest_rounds.c.contest_id == contest_id)
        .order_by(contest_rounds.c.number)
    )  # fmt: skip
    return tuple(_round(row) for row in rows.mappings())


def _contest(row: RowMapping, rounds: tuple[Round, ...]) -> Contest:
    return Contest(
        id=ContestId(row["id"]),
        store_id=StoreId(row["store_id"]),
        title=row["title"],
        contestants=tuple(row["contestants"]),
        free_votes=row["free_votes"],
        friend_votes=row["friend_votes"],
        fan_points=row["fan_points"],
        zone=row["zone"],
        rounds=rounds,
    )


def _round(row: RowMapping) -> Round:
    return Round(
        number=row["number"],
        opens_at=row["opens_at"],
        closes_at=row["closes_at"],
        battle_id=BattleId(row["battle_id"]) if row["battle_id"] else None,
    )
