"""Who waits for what is sold out."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.orders.model.waiting import Wait
from livehouse.domains.orders.tables import waiting
from livehouse.foundation.ids import AddressId, OfferId, OrderId, PersonId, RunId
from livehouse.storage.database import Transaction

AHEAD_COUNTED_MAX = 1_000

_WAITS = waiting.c.state == "waiting"
# Offers of which something is free while somebody waits, in whatever way it became so.
_FREE = text("""
select w.offer_id from (
  select distinct offer_id from waiting where state = 'waiting' and joined_at > :since
) w
join offers o on o.id = w.offer_id
join quotas a on a.id = o.quota_id and a.held + a.spent < a.total
join quotas s on s.id = o.stock_quota_id and s.held + s.spent < s.total
limit :most
""")


async def join(
    tx: Transaction,
    *,
    offer_id: OfferId,
    person_id: PersonId,
    run_id: RunId,
    address_id: AddressId | None,
    country: str,
    now: datetime,
) -> Wait:
    """A place at the end of the line; who has one keeps it."""
    await tx.execute(
        insert(waiting)
        .values(
            offer_id=offer_id, person_id=person_id, run_id=run_id, address_id=address_id,
            country=country, joined_at=now,
        )
        .on_conflict_do_nothing(
            index_elements=["offer_id", "person_id"], index_where=text("state = 'waiting'")
        )
    )  # fmt: skip
    found = await tx.execute(
        select(waiting).where(
            waiting.c.offer_id == offer_id, waiting.c.person_id == person_id, _WAITS
        )
    )
    return _wait(found.one())


async def leave(tx: Transaction, offer_id: OfferId, person_id: PersonId) -> None:
    await tx.execute(
        update(waiting)
        .where(waiting.c.offer_id == offer_id, waiting.c.person_id == person_id, _WAITS)
        .values(state="left")
    )


async def count_of(tx: Transaction, person_id: PersonId) -> int:
    counted = select(func.count()).where(waiting.c.person_id == person_id, _WAITS)
    return int((await tx.execute(counted)).scalar_one())


async def of_person(tx: Transaction, person_id: PersonId, *, limit: int) -> list[Wait]:
    """The lines that a person stands in, and what is or was held for them; the newest first."""
    rows = await tx.execute(
        select(waiting)
        .where(waiting.c.person_id == person_id, waiting.c.state.in_(("waiting", "held")))
        .order_by(waiting.c.number.desc())
        .limit(limit)
    )
    return [_wait(row) for row in rows]


async def ahead_of(tx: Transaction, wait: Wait) -> int:
    """How many stand before somebody; beyond a bound nobody counts."""
    before = (
        select(waiting.c.number)
        .where(waiting.c.offer_id == wait.offer_id, waiting.c.number < wait.number, _WAITS)
        .limit(AHEAD_COUNTED_MAX)
        .subquery()
    )
    return int((await tx.execute(select(func.count()).select_from(before))).scalar_one())


async def line(
    tx: Transaction, offer_ids: Collection[OfferId], since: datetime, limit: int
) -> list[Wait]:
    """The first who wait for any of these offers, in their order."""
    rows = await tx.execute(
        select(waiting)
        .where(waiting.c.offer_id.in_(offer_ids), _WAITS, waiting.c.joined_at > since)
        .order_by(waiting.c.number)
        .limit(limit)
    )
    return [_wait(row) for row in rows]


async def still_waiting(tx: Transaction, numbers: Sequence[int]) -> set[int]:
    """Those of a line who have not left meanwhile, and cannot until the commit."""
    rows = await tx.execute(
        select(waiting.c.number)
        .where(waiting.c.number.in_(numbers), _WAITS)
        .order_by(waiting.c.number)
        .with_for_update(key_share=True)
    )
    return {row.number for row in rows}


async def hold(tx: Transaction, orders: Mapping[int, OrderId]) -> None:
    for number, order_id in orders.items():
        await tx.execute(
            update(waiting)
            .where(waiting.c.number == number)
            .values(state="held", order_id=order_id)
        )


async def let_pass(tx: Transaction, numbers: Sequence[int]) -> None:
    await tx.execute(update(waiting).where(waiting.c.number.in_(numbers)).values(state="passed"))


async def let_pass_older(tx: Transaction, since: datetime) -> None:
    """Who has waited for so long waits no longer."""
    await tx.execute(
        update(waiting).where(_WAITS, waiting.c.joined_at <= since).values(state="passed")
    )


async def offers_with_free(tx: Transaction, since: datetime, limit: int) -> list[OfferId]:
    rows = await tx.execute(_FREE.bindparams(since=since, most=limit))
    return [OfferId(row.offer_id) for row in rows]


async def take_untold(tx: Transaction, limit: int) -> list[Wait]:
    """Those for whom something is held and who have no letter about it yet; now they have."""
    untold = (
        select(waiting.c.number)
        .where(waiting.c.state == "held", ~waiting.c.told)
        .order_by(waiting.c.number)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = await tx.execute(
        update(waiting)
        .where(waiting.c.number.in_(untold.scalar_subquery()))
        .values(told=True)
        .returning(*waiting.c)
    )
    return [_wait(row) for row in rows]


async def forget(tx: Transaction, person_id: PersonId) -> None:
    await tx.execute(delete(waiting).where(waiting.c.person_id == person_id))


def _wait(row: Row[Any]) -> Wait:
    return Wait(
        number=row.number,
        offer_id=OfferId(row.offer_id),
        person_id=PersonId(row.person_id),
        run_id=RunId(row.run_id),
        joined_at=row.joined_at,
        address_id=AddressId(row.address_id) if row.address_id else None,
        country=row.country,
        state=row.state,
        order_id=OrderId(row.order_id) if row.order_id else None,
    )
