"""Who won what, and what became of it."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, RowMapping, Select, and_, case, select, update
from sqlalchemy.sql import func

from livehouse.domains.play.model.claims import Claim, State
from livehouse.domains.play.model.rounds import Winner
from livehouse.domains.play.model.terms import Plan
from livehouse.domains.play.tables import draw_entries, draw_winners, draws
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import AddressId, DrawId, PersonId, RoundId, StoreId
from livehouse.storage.database import RawConnection, Transaction

_WON = """
select person_id, position, prize from draw_winners
where round_id = $1 and person_id = any($2::uuid[]) and prize >= 0
"""


async def add(
    tx: Transaction, draw_id: DrawId, winners: Sequence[Winner], now: datetime, deadline: datetime
) -> None:
    if not winners:
        return
    rows = [
        {
            "round_id": one.round_id, "position": one.position, "draw_id": draw_id,
            "person_id": one.person_id, "name": one.name, "prize": one.prize,
            "state": "won" if one.prize >= 0 else "reserve", "won_at": now, "deadline": deadline,
        }
        for one in winners
    ]  # fmt: skip
    await tx.execute(draw_winners.insert(), rows)
    # What somebody agreed to be seen as was for this draw alone.
    await tx.execute(
        update(draw_entries)
        .where(draw_entries.c.round_id == winners[0].round_id, draw_entries.c.shown_as != "")
        .values(shown_as="")
    )


async def won(
    connection: RawConnection, round_id: RoundId, person_ids: Sequence[PersonId]
) -> dict[PersonId, tuple[int, int]]:
    """Of these persons, who has won: place and prize."""
    rows = await connection.fetch(_WON, round_id, person_ids)
    return {PersonId(row["person_id"]): (row["position"], row["prize"]) for row in rows}


async def of_person(tx: Transaction, person_id: PersonId, limit: int) -> list[Claim]:
    """What a person has won, the newest first."""
    rows = await tx.execute(
        _claims().where(draw_winners.c.person_id == person_id, draw_winners.c.prize >= 0)
        .order_by(draw_winners.c.won_at.desc(), draw_winners.c.round_id, draw_winners.c.position)
        .limit(limit)
    )  # fmt: skip
    return [_claim(row) for row in rows.mappings()]


async def of_store(tx: Transaction, store_id: StoreId, limit: int) -> list[Claim]:
    """What a store's shows have given away; what it has to send comes first."""
    rows = await tx.execute(
        _claims().where(draws.c.store_id == store_id, draw_winners.c.prize >= 0)
        .order_by(
            (draw_winners.c.state == State.CLAIMED.value).desc(),
            case((draw_winners.c.state == State.CLAIMED.value, draw_winners.c.claimed_at)),
            draw_winners.c.won_at.desc(),
            draw_winners.c.round_id, draw_winners.c.position,
        ).limit(limit)
    )  # fmt: skip
    return [_claim(row) for row in rows.mappings()]


async def overdue(tx: Transaction, claimed_before: datetime, limit: int) -> list[Claim]:
    """What stores have not sent although it was claimed so long ago, the oldest first."""
    rows = await tx.execute(
        _claims().where(draw_winners.c.state == State.CLAIMED.value,
                        draw_winners.c.claimed_at < claimed_before)
        .order_by(draw_winners.c.claimed_at, draw_winners.c.round_id, draw_winners.c.position)
        .limit(limit)
    )  # fmt: skip
    return [_claim(row) for row in rows.mappings()]


async def find(tx: Transaction, round_id: RoundId, position: int) -> Claim | None:
    found = await tx.execute(_claims().where(_at(round_id, position), draw_winners.c.prize >= 0))
    row = found.mappings().first()
    return None if row is None else _claim(row)


async def lock(tx: Transaction, round_id: RoundId, position: int) -> Claim:
    found = await tx.execute(
        _claims()
        .where(_at(round_id, position), draw_winners.c.prize >= 0)
        .with_for_update(of=draw_winners)
    )
    row = found.mappings().first()
    if row is None:
        raise NotFound
    return _claim(row)


async def take_due(tx: Transaction, now: datetime, limit: int) -> list[Claim]:
    """Prizes that nobody claimed in time, held until the commit."""
    rows = await tx.execute(
        _claims().where(draw_winners.c.state == State.WON.value, draw_winners.c.deadline < now)
        .order_by(draw_winners.c.deadline)
        .limit(limit)
        .with_for_update(of=draw_winners, skip_locked=True)
    )  # fmt: skip
    return [_claim(row) for row in rows.mappings()]


async def set_state(
    tx: Transaction,
    claim: Claim,
    state: State,
    *,
    address_id: AddressId | None = None,
    note: str = "",
    claimed_at: datetime | None = None,
) -> None:
    await tx.execute(
        update(draw_winners)
        .where(_at(claim.round_id, claim.position))
        .values(
            state=state.value, address_id=address_id, note=note,
            claimed_at=claimed_at or claim.claimed_at,
        )
    )  # fmt: skip


async def bring_in(
    tx: Transaction, round_id: RoundId, prize: int, now: datetime, deadline: datetime
) -> tuple[PersonId, int] | None:
    """Give a prize to the next in the drawn order, and tell who and where; None where nobody is
    left."""
    next_one = (
        select(func.min(draw_winners.c.position))
        .where(draw_winners.c.round_id == round_id, draw_winners.c.state == "reserve")
        .scalar_subquery()
    )
    found = await tx.execute(
        update(draw_winners)
        .where(draw_winners.c.round_id == round_id, draw_winners.c.position == next_one)
        .values(state=State.WON.value, prize=prize, won_at=now, deadline=deadline)
        .returning(draw_winners.c.person_id, draw_winners.c.position)
    )
    row = found.first()
    return None if row is None else (PersonId(row.person_id), row.position)


async def names_of(tx: Transaction, round_id: RoundId) -> list[tuple[str, int, str]]:
    """Name, prize and state of everybody who was drawn, from the first place on."""
    rows = await tx.execute(
        select(draw_winners.c.name, draw_winners.c.prize, draw_winners.c.state)
        .where(draw_winners.c.round_id == round_id)
        .order_by(draw_winners.c.position)
    )
    return [(row.name, row.prize, row.state) for row in rows]


async def forget(tx: Transaction, person_id: PersonId) -> None:
    await tx.execute(
        update(draw_winners).where(draw_winners.c.person_id == person_id).values(address_id=None)
    )


def _at(round_id: RoundId, position: int) -> ColumnElement[bool]:
    return and_(draw_winners.c.round_id == round_id, draw_winners.c.position == position)


def _claims() -> Select[tuple[object, ...]]:
    return select(draw_winners, draws.c.store_id, draws.c.plan).join(
        draws, draws.c.id == draw_winners.c.draw_id
    )


def _claim(row: RowMapping) -> Claim:
    plan = msgspec.convert(row["plan"], Plan)
    return Claim(
        round_id=RoundId(row["round_id"]),
        position=row["position"],
        draw_id=DrawId(row["draw_id"]),
        store_id=StoreId(row["store_id"]),
        person_id=PersonId(row["person_id"]),
        draw_title=plan.title,
        prize_number=row["prize"],
        prize=plan.prizes[row["prize"]],
        state=State(row["state"]),
        deadline=row["deadline"],
        won_at=row["won_at"],
        countries=plan.countries,
        address_id=AddressId(row["address_id"]) if row["address_id"] else None,
        note=row["note"],
        claimed_at=row["claimed_at"],
    )
