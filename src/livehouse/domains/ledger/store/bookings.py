"""Writes bookings, a batch in two statements, and sums accounts up."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text, union_all
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.ledger.model import Account, Balance, Booking, Transfer, changes
from livehouse.domains.ledger.tables import accounts, bookings, dues, transfers
from livehouse.storage.database import Transaction

# Foreign keys and the unique key are looked at when the whole statement is done. A booking that
# is there already joins with nothing, so none of its transfers are written again.
_BOOK = text("""
with made as (
  insert into bookings (kind, reference, subject_id, at)
  select * from unnest(cast(:kinds as text[]), cast(:refs as uuid[]), cast(:subjects as uuid[]),
    cast(:ats as timestamptz[]))
  on conflict (kind, reference) do nothing
  returning id, kind, reference
), numbered as (
  select made.id, given.number
  from unnest(cast(:kinds as text[]), cast(:refs as uuid[])) with ordinality
    as given(kind, reference, number)
  join made using (kind, reference)
), moved as (
  insert into transfers
    (booking_id, position, debit_id, credit_id, currency, amount_minor, basis_points)
  select numbered.id, t.position, t.debit_id, t.credit_id, t.currency, t.amount, t.points
  from unnest(cast(:of as bigint[]), cast(:positions as smallint[]), cast(:debits as uuid[]),
    cast(:credits as uuid[]), cast(:currencies as text[]), cast(:amounts as bigint[]),
    cast(:points as integer[]))
    as t(number, position, debit_id, credit_id, currency, amount, points)
  join numbered using (number)
), owed as (
  insert into dues (booking_id, account_id, amount_minor, due_at)
  select numbered.id, d.account_id, d.amount, d.due_at
  from unnest(cast(:due_of as bigint[]), cast(:due_to as uuid[]), cast(:due_amounts as bigint[]),
    cast(:due_ats as timestamptz[])) as d(number, account_id, amount, due_at)
  join numbered using (number)
)
select kind, reference from made
""")
_POSTPONE = text("""
update dues set due_at = :due_at
where booking_id in (select id from bookings where subject_id = :subject)
""")


async def book(tx: Transaction, booking: Booking) -> bool:
    """Write `booking`; false when one of its kind and reference stands already."""
    return bool(await book_many(tx, [booking]))


async def book_many(tx: Transaction, batch: Sequence[Booking]) -> set[tuple[str, UUID]]:
    """Write a batch at once; the kinds and references of those that are new.

    Of one kind and reference the batch must hold one.
    """
    if not batch:
        return set()
    assert len({(one.kind, one.reference) for one in batch}) == len(batch), "a batch repeats itself"
    await _open_accounts(tx, batch)
    moves = [
        (number, position, transfer)
        for number, one in enumerate(batch, 1)
        for position, transfer in enumerate(one.transfers)
    ]
    dues = [
        (number, account.id, amount, one.due_at)
        for number, one in enumerate(batch, 1)
        for account, amount in changes(one.transfers).items()
        if account.is_settled and amount
    ]
    done = await tx.execute(
        _BOOK.bindparams(
            kinds=[one.kind for one in batch],
            refs=[one.reference for one in batch],
            subjects=[one.subject_id for one in batch],
            ats=[one.at for one in batch],
            of=[number for number, _, _ in moves],
            positions=[position for _, position, _ in moves],
            debits=[transfer.debit.id for _, _, transfer in moves],
            credits=[transfer.credit.id for _, _, transfer in moves],
            currencies=[transfer.debit.currency for _, _, transfer in moves],
            amounts=[transfer.amount_minor for _, _, transfer in moves],
            points=[transfer.basis_points for _, _, transfer in moves],
            due_of=[number for number, _, _, _ in dues],
            due_to=[account_id for _, account_id, _, _ in dues],
            due_amounts=[amount for _, _, amount, _ in dues],
            due_ats=[due_at for _, _, _, due_at in dues],
        )
    )
    return {(row.kind, row.reference) for row in done}


async def booked(tx: Transaction, kind: str, reference: UUID) -> tuple[Transfer, ...]:
    """The transfers of a booking in their order; none when there is no such booking."""
    return (await booked_many(tx, kind, [reference])).get(reference, ())


async def booked_many(
    tx: Transaction, kind: str, references: Sequence[UUID]
) -> dict[UUID, tuple[Transfer, ...]]:
    debit, credit = accounts.alias("debit"), accounts.alias("credit")
    rows = await tx.execute(
        select(
            transfers,
            bookings.c.reference,
            debit.c.kind.label("debit_kind"),
            debit.c.owner.label("debit_owner"),
            credit.c.kind.label("credit_kind"),
            credit.c.owner.label("credit_owner"),
        )
        .join(bookings, bookings.c.id == transfers.c.booking_id)
        .join(debit, debit.c.id == transfers.c.debit_id)
        .join(credit, credit.c.id == transfers.c.credit_id)
        .where(bookings.c.kind == kind, bookings.c.reference.in_(references))
        .order_by(transfers.c.booking_id, transfers.c.position)
    )
    found: dict[UUID, tuple[Transfer, ...]] = {}
    for row in rows:
        transfer = Transfer(
            Account(row.debit_kind, row.debit_owner, row.currency),
            Account(row.credit_kind, row.credit_owner, row.currency),
            row.amount_minor,
            row.basis_points,
        )
        found[row.reference] = (*found.get(row.reference, ()), transfer)
    return found


async def set_due(tx: Transaction, subject_id: UUID, due_at: datetime) -> None:
    """Say anew when what is booked about `subject_id` becomes due.

    What stands on a statement already stays there.
    """
    await tx.execute(_POSTPONE.bindparams(subject=subject_id, due_at=due_at))


async def due_at(tx: Transaction, subject_id: UUID) -> datetime | None:
    """When the first of what is booked about `subject_id` becomes due; None when nothing waits."""
    about = select(bookings.c.id).where(bookings.c.subject_id == subject_id)
    wanted = select(func.min(dues.c.due_at)).where(dues.c.booking_id.in_(about))
    found: datetime | None = (await tx.execute(wanted)).scalar_one()
    return found


async def balances(tx: Transaction) -> list[Balance]:
    """Every account with its sums, by kind and owner. Reads all transfers there are."""
    sides = union_all(
        select(
            transfers.c.debit_id.label("id"),
            func.sum(transfers.c.amount_minor).label("debited"),
            func.sum(0).label("credited"),
        ).group_by(transfers.c.debit_id),
        select(
            transfers.c.credit_id,
            func.sum(0),
            func.sum(transfers.c.amount_minor),
        ).group_by(transfers.c.credit_id),
    ).subquery()
    rows = await tx.execute(
        select(
            accounts,
            func.coalesce(func.sum(sides.c.debited), 0).label("debited"),
            func.coalesce(func.sum(sides.c.credited), 0).label("credited"),
        )
        .outerjoin(sides, sides.c.id == accounts.c.id)
        .group_by(accounts.c.id)
        .order_by(accounts.c.kind, accounts.c.owner, accounts.c.currency)
    )
    return [
        Balance(Account(row.kind, row.owner, row.currency), int(row.debited), int(row.credited))
        for row in rows
    ]


async def _open_accounts(tx: Transaction, batch: Iterable[Booking]) -> None:
    """Accounts open with their first booking; in one order, so that two batches never deadlock."""
    found = {
        account
        for one in batch
        for transfer in one.transfers
        for account in (transfer.debit, transfer.credit)
    }
    rows = [
        {"id": one.id, "kind": one.kind, "owner": one.owner, "currency": one.currency}
        for one in sorted(found)
    ]
    await tx.execute(insert(accounts).values(rows).on_conflict_do_nothing())
