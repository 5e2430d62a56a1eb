"""Cues of a run: when they are due, and that they were given."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.programmes.model import Given
from livehouse.domains.programmes.tables import cues_given
from livehouse.foundation.ids import CueId, PersonId, RunId
from livehouse.storage.database import Transaction


class Due(Struct, frozen=True):
    run_id: RunId
    cue_id: CueId


async def await_moments(
    tx: Transaction, run_id: RunId, moments: Sequence[tuple[CueId, datetime]]
) -> None:
    """Let cues wait for their moments; those that have a row keep it."""
    if moments:
        rows: list[dict[str, Any]] = [
            {"run_id": run_id, "cue_id": cue_id, "state": "waiting", "due_at": due_at}
            for cue_id, due_at in moments
        ]
        await tx.execute(insert(cues_given).on_conflict_do_nothing(), rows)


async def drop_waiting(tx: Transaction, run_id: RunId) -> None:
    """The act is over: what it still waited for does not come."""
    await tx.execute(
        update(cues_given)
        .where(cues_given.c.run_id == run_id, cues_given.c.state == "waiting")
        .values(state="dropped")
    )


async def due(tx: Transaction, now: datetime, limit: int) -> list[Due]:
    found = await tx.execute(
        select(cues_given.c.run_id, cues_given.c.cue_id)
        .where(cues_given.c.state == "waiting", cues_given.c.due_at <= now)
        .order_by(cues_given.c.due_at)
        .limit(limit)
    )
    return [Due(RunId(row.run_id), CueId(row.cue_id)) for row in found]


async def give_waiting(tx: Transaction, due: Due, now: datetime) -> bool:
    """Note that an automatic cue is given; False where it no longer waits."""
    noted = await tx.execute(
        update(cues_given)
        .where(
            cues_given.c.run_id == due.run_id,
            cues_given.c.cue_id == due.cue_id,
            cues_given.c.state == "waiting",
        )
        .values(state="given", given_at=now)
    )
    return noted.rowcount > 0


async def refuse_waiting(tx: Transaction, due: Due, code: str, now: datetime) -> None:
    await tx.execute(
        update(cues_given)
        .where(
            cues_given.c.run_id == due.run_id,
            cues_given.c.cue_id == due.cue_id,
            cues_given.c.state == "waiting",
        )
        .values(state="refused", code=code, given_at=now)
    )


async def give_by_hand(
    tx: Transaction, run_id: RunId, cue_id: CueId, now: datetime, by: PersonId
) -> bool:
    """Note that somebody gave a cue; False where it was given before."""
    row = insert(cues_given).values(
        run_id=run_id, cue_id=cue_id, state="given", given_at=now, by=by
    )
    noted = await tx.execute(
        row.on_conflict_do_update(
            index_elements=[cues_given.c.run_id, cues_given.c.cue_id],
            set_={"state": "given", "given_at": now, "by": by, "code": ""},
            where=cues_given.c.state != "given",
        )
    )
    return noted.rowcount > 0


async def of_run(tx: Transaction, run_id: RunId) -> list[Given]:
    found = await tx.execute(select(cues_given).where(cues_given.c.run_id == run_id))
    return [_given(row) for row in found]


def _given(row: Row[Any]) -> Given:
    return Given(CueId(row.cue_id), row.state, row.due_at, row.given_at, row.code)
