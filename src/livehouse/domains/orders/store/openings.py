"""Fair openings and who entered them: a whole group in one statement each."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from asyncpg import Record
from sqlalchemy import RowMapping, select, update

from livehouse.domains.fairness import Entrant
from livehouse.domains.orders.model.openings import (
    CALLED_OFF,
    SOLD_OUT,
    Entry,
    EntryKey,
    Opening,
    Stage,
)
from livehouse.domains.orders.tables import entrants, openings
from livehouse.foundation.ids import (
    AddressId,
    OfferId,
    OpeningId,
    OrderId,
    PersonId,
    RunId,
)
from livehouse.storage.database import RawConnection, Transaction

_NEWEST = """
select w.offer_id, o.id from unnest($1::uuid[]) as w(offer_id)
cross join lateral (
    select id from openings where offer_id = w.offer_id order by id desc limit 1
) o
"""
# Whoever enters holds the opening, so that the list is read without those who are on their way.
_LOCK = "select * from openings where id = any($1::uuid[]) order by id for no key update"
_KNOWN = """
select e.* from unnest($1::uuid[], $2::uuid[], $3::text[]) as w(opening_id, person_id, nonce)
join entrants e on e.opening_id = w.opening_id and e.person_id = w.person_id
union
select e.* from unnest($1::uuid[], $2::uuid[], $3::text[]) as w(opening_id, person_id, nonce)
join entrants e on e.opening_id = w.opening_id and e.nonce = w.nonce
"""
_ENTER = """
insert into entrants (opening_id, person_id, order_id, name, nonce, quantity, address_id,
                      entered_at)
select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::int[],
                     $7::uuid[], $8::timestamptz[])
on conflict do nothing
returning opening_id, person_id
"""
_COUNT = """
update openings o set entrants = o.entrants + c.entered
from unnest($1::uuid[], $2::int[]) as c(id, entered) where o.id = c.id
"""
_GOING_ON = "select id from openings where stage not in ('done', 'void') order by id"
_CLAIM = "select pg_try_advisory_xact_lock(hashtextextended('opening ' || $1::text, 0))"
_POSITIONS = """
update entrants e set position = p.position
from unnest($2::text[]) with ordinality as p(name, position)
where e.opening_id = $1 and e.name = p.name
"""
_NEXT = """
select * from entrants where opening_id = $1 and position > 0 and outcome = ''
order by position limit $2
"""
# Nobody behind somebody for whom too little was left gets as much.
_SOLD_OUT = """
update entrants set outcome = 'sold_out'
where opening_id = $1 and outcome = '' and quantity >= (
    select min(quantity) from entrants where opening_id = $1 and outcome = 'sold_out'
)
"""
_OUTCOMES = """
update entrants e set outcome = w.outcome
from unnest($2::uuid[], $3::text[]) as w(person_id, outcome)
where e.opening_id = $1 and e.person_id = w.person_id
"""
_OVER = "select * from openings where id = any($1::uuid[]) and stage in ('done', 'void')"


async def add(tx: Transaction, opening: Opening) -> None:
    await tx.execute(
        openings.insert().values(
            id=opening.id,
            offer_id=opening.offer_id,
            run_id=opening.run_id,
            stage=opening.stage.value,
            commitment=opening.commitment,
            sealed_seed=opening.sealed_seed,
            window_ms=opening.window_ms,
            grace_ms=opening.grace_ms,
            limit_per_buyer=opening.limit,
            promised_at=opening.promised_at,
        )
    )


async def run_going_on(tx: Transaction, offer_id: OfferId) -> RunId | None:
    """The run in which an opening of the offer is under way."""
    found = await tx.execute(
        select(openings.c.run_id).where(
            openings.c.offer_id == offer_id, openings.c.stage.not_in(("done", "void"))
        )
    )
    run_id = found.scalar()
    return None if run_id is None else RunId(run_id)


async def lock(tx: Transaction, opening_id: OpeningId) -> Opening:
    """Read the opening and keep others from entering or changing it until the commit."""
    found = await tx.execute(
        select(openings).where(openings.c.id == opening_id).with_for_update(key_share=True)
    )
    return _opening(found.mappings().one())


async def by_id(tx: Transaction, opening_id: OpeningId) -> Opening | None:
    row = (await tx.execute(select(openings).where(openings.c.id == opening_id))).mappings().first()
    return None if row is None else _opening(row)


async def save(tx: Transaction, opening: Opening) -> None:
    await tx.execute(
        update(openings)
        .where(openings.c.id == opening.id)
        .values(
            stage=opening.stage.value,
            call_at=opening.call_at,
            closes_at=opening.closes_at,
            listed_at=opening.listed_at,
            revealed_at=opening.revealed_at,
            ended_at=opening.ended_at,
            entrants=opening.entrants,
            root=opening.root,
            seed=opening.seed,
        )
    )


async def call_off(tx: Transaction, opening_id: OpeningId) -> None:
    await tx.execute(
        update(entrants).where(entrants.c.opening_id == opening_id).values(outcome=CALLED_OFF)
    )


async def entries(tx: Transaction, opening_id: OpeningId) -> list[Entry]:
    """Everybody who entered, in the order of their places once there is one."""
    rows = await tx.execute(
        select(entrants)
        .where(entrants.c.opening_id == opening_id)
        .order_by(entrants.c.position, entrants.c.name)
    )
    return [_entry(row) for row in rows.mappings()]


async def of_person(tx: Transaction, person_id: PersonId, limit: int) -> list[Entry]:
    rows = await tx.execute(
        select(entrants)
        .where(entrants.c.person_id == person_id)
        .order_by(entrants.c.opening_id)
        .limit(limit)
    )
    return [_entry(row) for row in rows.mappings()]


async def forget(tx: Transaction, person_id: PersonId) -> None:
    await tx.execute(
        update(entrants).where(entrants.c.person_id == person_id).values(address_id=None)
    )


async def newest(connection: RawConnection, offer_ids: Sequence[OfferId]) -> dict[OfferId, Opening]:
    """The last opening of each offer, held until the commit."""
    ids = [row["id"] for row in await connection.fetch(_NEWEST, offer_ids)]
    found = [_opening(row) for row in await connection.fetch(_LOCK, ids)]
    return {opening.offer_id: opening for opening in found}


async def known(
    connection: RawConnection, wanted: Sequence[tuple[OpeningId, PersonId, str]]
) -> list[Entry]:
    """The entries of these persons, and those with these nonces."""
    columns = [list(column) for column in zip(*wanted, strict=True)] or [[], [], []]
    return [_entry(row) for row in await connection.fetch(_KNOWN, *columns)]


async def enter(connection: RawConnection, fresh: Sequence[Entry]) -> set[EntryKey]:
    """Write new entries and count them; tells those whose order ids nobody else had taken."""
    rows = await connection.fetch(
        _ENTER,
        [entry.opening_id for entry in fresh],
        [entry.person_id for entry in fresh],
        [entry.order_id for entry in fresh],
        [entry.entrant.id for entry in fresh],
        [entry.entrant.nonce for entry in fresh],
        [entry.entrant.quantity for entry in fresh],
        [entry.address_id for entry in fresh],
        [entry.entered_at for entry in fresh],
    )
    entered = {(OpeningId(row["opening_id"]), PersonId(row["person_id"])) for row in rows}
    counts: dict[OpeningId, int] = {}
    for opening_id, _ in entered:
        counts[opening_id] = counts.get(opening_id, 0) + 1
    await connection.execute(_COUNT, list(counts), list(counts.values()))
    return entered


async def going_on(connection: RawConnection) -> list[OpeningId]:
    return [OpeningId(row["id"]) for row in await connection.fetch(_GOING_ON)]


async def claim(connection: RawConnection, opening_id: OpeningId) -> bool:
    """Whether the opening is ours to move until the transaction ends: no other node does."""
    return bool(await connection.fetchval(_CLAIM, str(opening_id)))


async def set_positions(
    connection: RawConnection, opening_id: OpeningId, names: Sequence[str]
) -> None:
    await connection.execute(_POSITIONS, opening_id, names)


async def next_entries(connection: RawConnection, opening_id: OpeningId, limit: int) -> list[Entry]:
    """Who comes next: drawn, and not yet told yes or no."""
    return [_entry(row) for row in await connection.fetch(_NEXT, opening_id, limit)]


async def set_outcomes(
    connection: RawConnection, opening_id: OpeningId, outcomes: Mapping[PersonId, str]
) -> None:
    """Tell how it went for these, and for all who can no longer be lucky."""
    async with connection.transaction():
        await connection.execute(_OUTCOMES, opening_id, list(outcomes), list(outcomes.values()))
        if SOLD_OUT in outcomes.values():
            await connection.execute(_SOLD_OUT, opening_id)


async def over(connection: RawConnection, opening_ids: Sequence[OpeningId]) -> list[Opening]:
    return [_opening(row) for row in await connection.fetch(_OVER, opening_ids)]


def _opening(row: RowMapping | Record) -> Opening:
    return Opening(
        id=OpeningId(row["id"]),
        offer_id=OfferId(row["offer_id"]),
        run_id=RunId(row["run_id"]),
        stage=Stage(row["stage"]),
        commitment=row["commitment"],
        sealed_seed=row["sealed_seed"],
        window_ms=row["window_ms"],
        grace_ms=row["grace_ms"],
        limit=row["limit_per_buyer"],
        promised_at=row["promised_at"],
        call_at=row["call_at"],
        closes_at=row["closes_at"],
        listed_at=row["listed_at"],
        revealed_at=row["revealed_at"],
        ended_at=row["ended_at"],
        entrants=row["entrants"],
        root=row["root"],
        seed=row["seed"],
    )


def _entry(row: RowMapping | Record) -> Entry:
    at: datetime = row["entered_at"]
    return Entry(
        opening_id=OpeningId(row["opening_id"]),
        person_id=PersonId(row["person_id"]),
        order_id=OrderId(row["order_id"]),
        entrant=Entrant(row["name"], row["nonce"], row["quantity"]),
        entered_at=at,
        address_id=AddressId(row["address_id"]) if row["address_id"] else None,
        position=row["position"],
        outcome=row["outcome"],
    )
