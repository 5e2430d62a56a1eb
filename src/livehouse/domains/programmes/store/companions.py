"""Which shows stand beside which, and how many people are in them together."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.programmes.tables import audiences, companion_requests, companions
from livehouse.foundation.ids import ShowId
from livehouse.storage.database import Transaction


class Link(Struct, frozen=True):
    stage_id: ShowId
    companion_id: ShowId
    kind: str


async def link(tx: Transaction, one: Link) -> bool:
    """Put a show beside a stage; False where it stands beside one already."""
    linked = await tx.execute(
        insert(companions)
        .values(show_id=one.companion_id, stage_id=one.stage_id, kind=one.kind)
        .on_conflict_do_nothing()
    )
    return linked.rowcount > 0


async def unlink(tx: Transaction, stage_id: ShowId, companion_id: ShowId) -> None:
    await tx.execute(
        delete(companions).where(
            companions.c.stage_id == stage_id, companions.c.show_id == companion_id
        )
    )


async def ask(tx: Transaction, one: Link, now: datetime) -> None:
    """Ask another store's show to stand beside a stage; asking again changes what for."""
    await tx.execute(
        insert(companion_requests)
        .values(show_id=one.companion_id, stage_id=one.stage_id, kind=one.kind, asked_at=now)
        .on_conflict_do_update(index_elements=["show_id", "stage_id"], set_={"kind": one.kind})
    )


async def asked(tx: Transaction, show_id: ShowId) -> list[Link]:
    """Who asks this show, and whom it asks, oldest first."""
    found = await tx.execute(
        select(companion_requests)
        .where(
            (companion_requests.c.show_id == show_id) | (companion_requests.c.stage_id == show_id)
        )
        .order_by(companion_requests.c.asked_at, companion_requests.c.stage_id)
    )
    return [Link(ShowId(row.stage_id), ShowId(row.show_id), row.kind) for row in found]


async def answered(tx: Transaction, stage_id: ShowId, show_id: ShowId) -> str | None:
    """Take a request away; what for it was, or None where there is none."""
    found = await tx.execute(
        delete(companion_requests)
        .where(companion_requests.c.show_id == show_id, companion_requests.c.stage_id == stage_id)
        .returning(companion_requests.c.kind)
    )
    return found.scalar()


async def stage_of(tx: Transaction, show_id: ShowId) -> ShowId:
    """The stage that a show stands beside; itself where there is none."""
    found = await tx.execute(select(companions.c.stage_id).where(companions.c.show_id == show_id))
    row = found.first()
    return ShowId(row.stage_id) if row else show_id


async def beside(tx: Transaction, stage_ids: Sequence[ShowId]) -> list[Link]:
    found = await tx.execute(
        select(companions)
        .where(companions.c.stage_id.in_(stage_ids))
        .order_by(companions.c.stage_id, companions.c.show_id)
    )
    return [Link(ShowId(row.stage_id), ShowId(row.show_id), row.kind) for row in found]


async def all_links(tx: Transaction, show_ids: Sequence[ShowId]) -> list[Link]:
    """The links of any of these shows."""
    found = await tx.execute(select(companions).where(companions.c.show_id.in_(show_ids)))
    return [Link(ShowId(row.stage_id), ShowId(row.show_id), row.kind) for row in found]


async def note_audience(
    tx: Transaction, stage_id: ShowId, node: str, people: int, now: datetime
) -> None:
    values = {"people": people, "counted_at": now}
    await tx.execute(
        insert(audiences)
        .values(stage_id=stage_id, node=node, **values)
        .on_conflict_do_update(index_elements=["stage_id", "node"], set_=values)
    )


async def together(tx: Transaction, stage_id: ShowId, since: datetime) -> int:
    """How many people the nodes have counted since then."""
    found = await tx.execute(
        select(func.coalesce(func.sum(audiences.c.people), 0)).where(
            audiences.c.stage_id == stage_id, audiences.c.counted_at >= since
        )
    )
    return int(found.scalar_one())


async def forget_audiences(tx: Transaction, before: datetime) -> None:
    await tx.execute(delete(audiences).where(audiences.c.counted_at < before))
