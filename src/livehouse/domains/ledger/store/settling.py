"""Statements and payouts: what is due is taken over once, by whoever holds the account's row."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from livehouse.domains.ledger.model import (
    SETTLED,
    Account,
    Payout,
    PayoutRun,
    PayoutRunId,
    Period,
    Standing,
    Statement,
    StatementId,
    StatementLine,
    Sums,
)
from livehouse.domains.ledger.tables import (
    accounts,
    bookings,
    dues,
    payout_runs,
    payouts,
    statement_lines,
    statements,
)
from livehouse.foundation.errors import NotFound
from livehouse.storage.database import Transaction

# One statement of SQL: what leaves `dues` is on a statement, or neither happens. Each line's parts
# are what the account has against accounts of each kind.
_STATE = text("""
with taken as (
  delete from dues where account_id = :account and due_at < :ends_at
  returning booking_id, amount_minor, due_at
), parts as (
  select taken.booking_id, taken.due_at, taken.amount_minor,
    coalesce(sum(moved.amount) filter (where moved.kind = 'provider'), 0) as received,
    coalesce(sum(moved.amount) filter (where moved.kind = 'subsidy'), 0) as subsidies,
    coalesce(sum(moved.amount) filter (where moved.kind = 'commission'), 0) as commission,
    coalesce(sum(moved.amount) filter (where moved.kind = 'payouts'), 0) as paid_out
  from taken cross join lateral (
    select other.kind, case when t.credit_id = :account then t.amount_minor
      else -t.amount_minor end as amount
    from transfers t
    join accounts other
      on other.id = case when t.credit_id = :account then t.debit_id else t.credit_id end
    where t.booking_id = taken.booking_id and :account in (t.credit_id, t.debit_id)
  ) moved
  group by taken.booking_id, taken.due_at, taken.amount_minor
), made as (
  insert into statements (id, account_id, starts_at, ends_at, opening_minor, received_minor,
    subsidies_minor, commission_minor, paid_out_minor, closing_minor, line_count, made_at)
  select :id, :account, :starts_at, :ends_at, :opening, sum(received), sum(subsidies),
    sum(commission), sum(paid_out), :opening + sum(amount_minor), count(*), :made_at
  from parts having count(*) > 0
)
insert into statement_lines (statement_id, position, account_id, booking_id, due_at,
  received_minor, subsidies_minor, commission_minor, paid_out_minor, amount_minor)
select :id, row_number() over (order by bookings.at, bookings.id), :account, parts.booking_id,
  parts.due_at, received, subsidies, commission, paid_out, amount_minor
from parts join bookings on bookings.id = parts.booking_id
""")
# The newest statement of each account: an older one that was not paid is carried on in it.
_PAYABLE = text("""
select newest.id from accounts
cross join lateral (
  select id, closing_minor from statements
  where statements.account_id = accounts.id order by ends_at desc limit 1
) newest
where accounts.id = any(:accounts) and newest.closing_minor > 0
  and not exists (select from payouts where payouts.statement_id = newest.id)
""")


async def settled_accounts(tx: Transaction) -> list[Account]:
    rows = await tx.execute(
        select(accounts).where(accounts.c.kind.in_(SETTLED)).order_by(accounts.c.id)
    )
    return [Account(row.kind, row.owner, row.currency) for row in rows]


async def lock_accounts(tx: Transaction, account_ids: Iterable[UUID]) -> None:
    """Settle with nobody else meanwhile; booking goes on."""
    await tx.execute(
        select(accounts.c.id)
        .where(accounts.c.id.in_(list(account_ids)))
        .order_by(accounts.c.id)
        .with_for_update(key_share=True)
    )


async def next_due_at(tx: Transaction, account_id: UUID) -> datetime | None:
    """When the oldest of what no statement has listed becomes due."""
    found: datetime | None = (
        await tx.execute(select(func.min(dues.c.due_at)).where(dues.c.account_id == account_id))
    ).scalar_one()
    return found


async def last_statement(tx: Transaction, account_id: UUID) -> tuple[datetime | None, int]:
    """When the last statement ended and how it closed."""
    found = (
        await tx.execute(
            select(statements.c.ends_at, statements.c.closing_minor)
            .where(statements.c.account_id == account_id)
            .order_by(statements.c.ends_at.desc())
            .limit(1)
        )
    ).first()
    return (found.ends_at, found.closing_minor) if found else (None, 0)


async def make_statement(
    tx: Transaction, statement_id: UUID, account: Account, period: Period,
    *, opening_minor: int, now: datetime,
) -> None:  # fmt: skip
    """List what became due before the period's end; the account must be locked."""
    await tx.execute(
        _STATE.bindparams(
            id=statement_id,
            account=account.id,
            starts_at=period.starts_at,
            ends_at=period.ends_at,
            opening=opening_minor,
            made_at=now,
        )
    )


async def statements_of(
    tx: Transaction, account_ids: Sequence[UUID], *, before: datetime | None, limit: int
) -> list[Statement]:
    """The newest first."""
    wanted = _statements().where(statements.c.account_id.in_(account_ids))
    if before is not None:
        wanted = wanted.where(statements.c.ends_at < before)
    rows = await tx.execute(wanted.order_by(statements.c.ends_at.desc()).limit(limit))
    return [_statement(row) for row in rows]


async def statement(tx: Transaction, statement_id: StatementId) -> Statement:
    found = (await tx.execute(_statements().where(statements.c.id == statement_id))).first()
    if found is None:
        raise NotFound
    return _statement(found)


async def lines(
    tx: Transaction, statement_id: StatementId, *, after: int, limit: int
) -> list[StatementLine]:
    rows = await tx.execute(
        select(statement_lines, bookings.c.kind, bookings.c.subject_id, bookings.c.at)
        .join(bookings, bookings.c.id == statement_lines.c.booking_id)
        .where(statement_lines.c.statement_id == statement_id, statement_lines.c.position > after)
        .order_by(statement_lines.c.position)
        .limit(limit)
    )
    return [
        StatementLine(row.position, row.kind, row.subject_id, row.at, row.due_at, _sums(row))
        for row in rows
    ]


async def standing(tx: Transaction, account: Account, now: datetime) -> Standing:
    """Reads only what no statement has listed yet. A payout counts against its statement at once,
    though its line is on the next one."""
    found = await statements_of(tx, [account.id], before=None, limit=1)
    stated, paid = (found[0].closing_minor, found[0].payout_minor) if found else (0, 0)
    amount = func.coalesce(func.sum(dues.c.amount_minor).filter(dues.c.due_at <= now), 0)
    later = func.coalesce(func.sum(dues.c.amount_minor).filter(dues.c.due_at > now), 0)
    row = (
        await tx.execute(
            select(amount.label("due"), later.label("waiting")).where(
                dues.c.account_id == account.id
            )
        )
    ).one()
    return Standing(account.currency, stated - paid, int(row.due) + paid, int(row.waiting))


async def payable(tx: Transaction, account_ids: Sequence[UUID]) -> list[Statement]:
    """Statements to pay out, by account; who pays must have locked the accounts."""
    found = (await tx.execute(_PAYABLE.bindparams(accounts=list(account_ids)))).scalars().all()
    wanted = _statements().where(statements.c.id.in_(found)).order_by(statements.c.account_id)
    return [_statement(row) for row in await tx.execute(wanted)]


async def add_run(
    tx: Transaction,
    run: PayoutRunId,
    paid: Sequence[Statement],
    *,
    by: UUID | None,
    now: datetime,
) -> None:
    await tx.execute(insert(payout_runs).values(id=run, made_by=by, made_at=now))
    await tx.execute(
        payouts.insert(),
        [
            {"statement_id": one.id, "run_id": run, "amount_minor": one.closing_minor}
            for one in paid
        ],
    )


async def mark_sent(tx: Transaction, run: PayoutRunId, now: datetime) -> bool:
    """Say that a run has gone to the bank; false when it had before."""
    done = await tx.execute(
        update(payout_runs)
        .where(payout_runs.c.id == run, payout_runs.c.sent_at.is_(None))
        .values(sent_at=now)
    )
    return done.rowcount == 1


async def runs(
    tx: Transaction, *, before: PayoutRunId | None = None, limit: int
) -> list[PayoutRun]:
    """The newest first."""
    wanted = select(payout_runs).order_by(payout_runs.c.id.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(payout_runs.c.id < before)
    found = (await tx.execute(wanted)).all()
    sums = await _sums_of_runs(tx, [row.id for row in found])
    return [_run(row, sums) for row in found]


async def run(tx: Transaction, run_id: PayoutRunId) -> PayoutRun:
    found = (await tx.execute(select(payout_runs).where(payout_runs.c.id == run_id))).first()
    if found is None:
        raise NotFound
    return _run(found, await _sums_of_runs(tx, [run_id]))


async def payouts_of(tx: Transaction, run_id: PayoutRunId) -> list[Payout]:
    rows = await tx.execute(
        select(payouts, statements.c.starts_at, statements.c.ends_at, accounts)
        .join(statements, statements.c.id == payouts.c.statement_id)
        .join(accounts, accounts.c.id == statements.c.account_id)
        .where(payouts.c.run_id == run_id)
        .order_by(accounts.c.owner)
    )
    return [
        Payout(
            StatementId(row.statement_id),
            row.owner,
            row.currency,
            row.amount_minor,
            Period(row.starts_at, row.ends_at),
        )
        for row in rows
    ]


async def _sums_of_runs(
    tx: Transaction, run_ids: Sequence[UUID]
) -> dict[UUID, list[tuple[str, int, int]]]:
    rows = await tx.execute(
        select(
            payouts.c.run_id,
            accounts.c.currency,
            func.count().label("payouts"),
            func.sum(payouts.c.amount_minor).label("minor"),
        )
        .join(statements, statements.c.id == payouts.c.statement_id)
        .join(accounts, accounts.c.id == statements.c.account_id)
        .where(payouts.c.run_id.in_(run_ids))
        .group_by(payouts.c.run_id, accounts.c.currency)
        .order_by(accounts.c.currency)
    )
    found: dict[UUID, list[tuple[str, int, int]]] = {}
    for row in rows:
        found.setdefault(row.run_id, []).append((row.currency, row.payouts, int(row.minor)))
    return found


def _run(row: Row[Any], sums: dict[UUID, list[tuple[str, int, int]]]) -> PayoutRun:
    found = sums.get(row.id, [])
    return PayoutRun(
        PayoutRunId(row.id),
        row.made_at,
        row.sent_at,
        sum(count for _, count, _ in found),
        tuple((currency, minor) for currency, _, minor in found),
    )


def _statements() -> Select[Any]:
    return (
        select(
            statements,
            accounts.c.owner,
            accounts.c.currency,
            func.coalesce(payouts.c.amount_minor, 0).label("payout_minor"),
            payout_runs.c.sent_at,
        )
        .join(accounts, accounts.c.id == statements.c.account_id)
        .outerjoin(payouts, payouts.c.statement_id == statements.c.id)
        .outerjoin(payout_runs, payout_runs.c.id == payouts.c.run_id)
    )


def _statement(row: Row[Any]) -> Statement:
    return Statement(
        StatementId(row.id),
        row.account_id,
        row.owner,
        row.currency,
        Period(row.starts_at, row.ends_at),
        row.opening_minor,
        _sums(row),
        row.line_count,
        row.made_at,
        row.payout_minor,
        row.sent_at,
    )


def _sums(row: Row[Any]) -> Sums:
    return Sums(row.received_minor, row.subsidies_minor, row.commission_minor, row.paid_out_minor)
