"""Who follows which store, and the sums of it."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, Row, Uuid, any_, delete, func, literal, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.followers.model import Change, DaySum, Followed, ShowSum, Standing
from livehouse.domains.followers.tables import follow_counts, follow_days, follows
from livehouse.foundation.ids import PersonId, ShowId, StoreId
from livehouse.storage.database import Transaction

FORGOTTEN_PER_LOOK_MAX = 5_000
_NO_SHOW = UUID(int=0)


async def lock(tx: Transaction, store_id: StoreId, person_id: PersonId) -> Standing | None:
    """How somebody stands to a store, which nobody else changes until the commit."""
    found = await tx.execute(
        select(follows)
        .where(follows.c.store_id == store_id, follows.c.person_id == person_id)
        .with_for_update()
    )
    row = found.first()
    return _standing(row) if row else None


async def add(tx: Transaction, store_id: StoreId, person_id: PersonId, new: Standing) -> bool:
    """False where a press in another window was quicker."""
    found = await tx.execute(
        insert(follows)
        .values(store_id=store_id, person_id=person_id, show_id=new.show_id, since=new.since)
        .on_conflict_do_nothing()
    )
    return found.rowcount == 1


async def save(tx: Transaction, store_id: StoreId, person_id: PersonId, now: Standing) -> None:
    await tx.execute(
        update(follows)
        .where(follows.c.store_id == store_id, follows.c.person_id == person_id)
        .values(show_id=now.show_id, since=now.since, left_at=now.left_at, left_on=now.left_on)
    )


async def count(tx: Transaction, store_id: StoreId, change: Change) -> None:
    """Add a change to the sums. Many wait for these rows: it comes last in its transaction."""
    show_id = change.standing.show_id or _NO_SHOW
    fresh = insert(follow_days).values(
        store_id=store_id, day=change.on, show_id=show_id,
        gained=max(change.gained, 0), lost=max(change.lost, 0),
    )  # fmt: skip
    await tx.execute(
        fresh.on_conflict_do_update(
            index_elements=[follow_days.c.store_id, follow_days.c.day, follow_days.c.show_id],
            set_={
                "gained": follow_days.c.gained + change.gained,
                "lost": follow_days.c.lost + change.lost,
            },
        )
    )
    total = insert(follow_counts).values(store_id=store_id, followers=max(change.followers, 0))
    await tx.execute(
        total.on_conflict_do_update(
            index_elements=[follow_counts.c.store_id],
            set_={"followers": follow_counts.c.followers + change.followers},
        )
    )


async def followers(tx: Transaction, store_id: StoreId) -> int:
    found = await tx.execute(
        select(follow_counts.c.followers).where(follow_counts.c.store_id == store_id)
    )
    return found.scalar() or 0


async def among(
    tx: Transaction, store_id: StoreId, people: Collection[PersonId]
) -> frozenset[PersonId]:
    """Those of them who follow the store now."""
    rows = await tx.execute(
        select(follows.c.person_id).where(
            follows.c.store_id == store_id,
            follows.c.person_id == any_(literal(list(people), ARRAY(Uuid))),
            follows.c.left_at.is_(None),
        )
    )
    return frozenset(PersonId(row.person_id) for row in rows)


async def of_person(tx: Transaction, person_id: PersonId) -> list[Followed]:
    """The stores that somebody follows, the newest first."""
    rows = await tx.execute(
        select(follows.c.store_id, follows.c.since)
        .where(follows.c.person_id == person_id, follows.c.left_at.is_(None))
        .order_by(follows.c.since.desc(), follows.c.store_id)
    )
    return [Followed(StoreId(row.store_id), row.since) for row in rows]


async def known(tx: Transaction, person_id: PersonId) -> list[tuple[StoreId, Standing]]:
    """All that is kept of somebody, in the order in which many rows are locked."""
    rows = await tx.execute(
        select(follows).where(follows.c.person_id == person_id).order_by(follows.c.store_id)
    )
    return [(StoreId(row.store_id), _standing(row)) for row in rows]


async def after(
    tx: Transaction, store_id: StoreId, person_id: PersonId | None, limit: int
) -> list[PersonId]:
    """The next followers in their row, behind `person_id`."""
    wanted = select(follows.c.person_id).where(
        follows.c.store_id == store_id, follows.c.left_at.is_(None)
    )
    if person_id is not None:
        wanted = wanted.where(follows.c.person_id > person_id)
    rows = await tx.execute(wanted.order_by(follows.c.person_id).limit(limit))
    return [PersonId(row.person_id) for row in rows]


async def by_day(tx: Transaction, store_id: StoreId, since: date) -> list[DaySum]:
    rows = await tx.execute(
        select(
            follow_days.c.day,
            func.sum(follow_days.c.gained).label("gained"),
            func.sum(follow_days.c.lost).label("lost"),
        )
        .where(follow_days.c.store_id == store_id, follow_days.c.day >= since)
        .group_by(follow_days.c.day)
        .order_by(follow_days.c.day)
    )
    return [DaySum(row.day, row.gained, row.lost) for row in rows]


async def by_show(tx: Transaction, store_id: StoreId, limit: int) -> list[ShowSum]:
    """Where most were gathered first."""
    gained = func.sum(follow_days.c.gained).label("gained")
    rows = await tx.execute(
        select(follow_days.c.show_id, gained, func.sum(follow_days.c.lost).label("lost"))
        .where(follow_days.c.store_id == store_id)
        .group_by(follow_days.c.show_id)
        .order_by(gained.desc(), follow_days.c.show_id)
        .limit(limit)
    )
    return [
        ShowSum(None if row.show_id == _NO_SHOW else ShowId(row.show_id), row.gained, row.lost)
        for row in rows
    ]


async def remove_of(tx: Transaction, person_id: PersonId) -> None:
    await tx.execute(delete(follows).where(follows.c.person_id == person_id))


async def forget(tx: Transaction, before: datetime) -> int:
    """Take away who has stopped following so long ago."""
    old = (
        select(follows.c.store_id, follows.c.person_id)
        .where(follows.c.left_at < before)
        .limit(FORGOTTEN_PER_LOOK_MAX)
        .with_for_update(skip_locked=True)
    )
    done = await tx.execute(
        delete(follows).where(tuple_(follows.c.store_id, follows.c.person_id).in_(old))
    )
    return done.rowcount


def _standing(row: Row[tuple[object, ...]]) -> Standing:
    return Standing(row.since, row.show_id, row.left_at, row.left_on)
