"""Run-sheets, and the steps of the runs that follow them."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.programmes.errors import SheetChanged, StepTaken
from livehouse.domains.programmes.model import Act, Sheet, Step, StepKind
from livehouse.domains.programmes.tables import run_sheets, run_steps
from livehouse.foundation.ids import ActId, PersonId, RunId, ShowId
from livehouse.storage.database import Transaction


async def sheet(tx: Transaction, show_id: ShowId) -> Sheet:
    """The show's sheet; an empty one where nobody has written any."""
    found = (await tx.execute(select(run_sheets).where(run_sheets.c.show_id == show_id))).first()
    if found is None:
        return Sheet()
    return Sheet(found.version, msgspec.convert(found.acts, tuple[Act, ...]))


async def sheets(tx: Transaction, show_ids: Sequence[ShowId]) -> dict[ShowId, Sheet]:
    """The sheets of these shows, without shows that have none."""
    found = await tx.execute(select(run_sheets).where(run_sheets.c.show_id.in_(show_ids)))
    return {
        ShowId(row.show_id): Sheet(row.version, msgspec.convert(row.acts, tuple[Act, ...]))
        for row in found
    }


async def save(
    tx: Transaction, show_id: ShowId, before: Sheet, sheet: Sheet, now: datetime
) -> None:
    """Put the sheet in the place of `before`, unless somebody else has done so."""
    values = {
        "version": sheet.version,
        "acts": msgspec.to_builtins(sheet.acts),
        "changed_at": now,
    }
    if before.version == 0:
        saved = await tx.execute(
            insert(run_sheets).values(show_id=show_id, **values).on_conflict_do_nothing()
        )
    else:
        saved = await tx.execute(
            update(run_sheets)
            .where(run_sheets.c.show_id == show_id, run_sheets.c.version == before.version)
            .values(**values)
        )
    if saved.rowcount == 0:
        raise SheetChanged


async def steps(tx: Transaction, run_id: RunId) -> list[Step]:
    found = await tx.execute(
        select(run_steps).where(run_steps.c.run_id == run_id).order_by(run_steps.c.n)
    )
    return [
        Step(
            row.n,
            StepKind(row.kind),
            row.at,
            ActId(row.act_id) if row.act_id else None,
            row.seconds,
        )
        for row in found
    ]


async def add_step(tx: Transaction, run_id: RunId, step: Step, by: PersonId | None) -> None:
    """Append to the run's log; of two who take the same step the later one is told."""
    added = await tx.execute(
        insert(run_steps)
        .values(
            run_id=run_id,
            n=step.n,
            kind=step.kind.value,
            act_id=step.act_id,
            seconds=step.seconds,
            at=step.at,
            by=by,
        )
        .on_conflict_do_nothing()
    )
    if added.rowcount == 0:
        raise StepTaken
