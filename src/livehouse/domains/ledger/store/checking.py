"""Proves the books from their own rows, whatever any code believed when it wrote them."""

from collections.abc import AsyncIterator

from sqlalchemy import text

from livehouse.domains.ledger.model import FIRST_MAX, SETTLED, Check
from livehouse.storage.database import Transaction

# Each names what must hold, what it looks at, and the ids for which it does not. The tables guard
# most of this themselves; here it is looked at as if they did not.
_CHECKS = (
    (
        "every transfer moves an amount between two accounts of its currency",
        "transfers",
        """
        select t.booking_id::text as id from transfers t
        left join bookings b on b.id = t.booking_id
        left join accounts debit on debit.id = t.debit_id
        left join accounts credit on credit.id = t.credit_id
        where b.id is null or debit.currency is distinct from t.currency
          or credit.currency is distinct from t.currency
          or t.amount_minor <= 0 or t.debit_id = t.credit_id
        """,
    ),
    (
        "all accounts of a currency sum to zero",
        "accounts",
        """
        select a.currency as id from (
          select debit_id as account_id, -amount_minor as amount from transfers
          union all select credit_id, amount_minor from transfers
        ) moved join accounts a on a.id = moved.account_id
        group by a.currency having sum(moved.amount) <> 0
        """,
    ),
    (
        "every booking moves something",
        "bookings",
        """
        select b.id::text from bookings b
        where not exists (select from transfers t where t.booking_id = b.id)
        """,
    ),
    (
        "what is booked for a store is due or on one statement, to the cent",
        "bookings",
        """
        with moved as (
          select t.booking_id, a.id as account_id, sum(t.amount) as amount from (
            select booking_id, debit_id as account_id, -amount_minor as amount from transfers
            union all select booking_id, credit_id, amount_minor from transfers
          ) t join accounts a on a.id = t.account_id and a.kind = any(:settled)
          group by t.booking_id, a.id having sum(t.amount) <> 0
        ), listed as (
          select booking_id, account_id, sum(amount_minor) as amount, count(*) as times from (
            select booking_id, account_id, amount_minor from dues
            union all select booking_id, account_id, amount_minor from statement_lines
          ) l group by booking_id, account_id
        )
        select coalesce(moved.booking_id, listed.booking_id)::text as id
        from moved full join listed using (booking_id, account_id)
        where moved.amount is distinct from listed.amount or listed.times is distinct from 1
        """,
    ),
    (
        "every statement adds up, and opens as the one before it closed",
        "statements",
        """
        with kept as (
          select s.*, lag(closing_minor, 1, 0::bigint) over w as before,
            coalesce(lag(ends_at) over w <= starts_at, true) as follows
          from statements s window w as (partition by account_id order by ends_at)
        )
        select kept.id::text from kept left join (
          select statement_id, count(*) as lines, sum(received_minor) as received,
            sum(subsidies_minor) as subsidies, sum(commission_minor) as commission,
            sum(paid_out_minor) as paid_out, sum(amount_minor) as amount
          from statement_lines group by statement_id
        ) l on l.statement_id = kept.id
        where opening_minor <> before or not follows
          or line_count is distinct from l.lines or received_minor is distinct from l.received
          or subsidies_minor is distinct from l.subsidies
          or commission_minor is distinct from l.commission
          or paid_out_minor is distinct from l.paid_out
          or closing_minor is distinct from opening_minor + l.amount
        """,
    ),
    (
        "every payout pays what its statement closed with, and is booked",
        "payouts",
        """
        with moved as (
          select b.kind, b.reference, sum(t.amount_minor) as amount
          from bookings b join transfers t on t.booking_id = b.id
          where b.kind in ('payout', 'payout_sent') group by b.kind, b.reference
        )
        select coalesce(p.statement_id, paid.reference, sent.reference)::text as id
        from payouts p
        join statements s on s.id = p.statement_id
        join payout_runs r on r.id = p.run_id
        full join (select * from moved where kind = 'payout') paid
          on paid.reference = p.statement_id
        full join (select * from moved where kind = 'payout_sent') sent
          on sent.reference = coalesce(p.statement_id, paid.reference)
        where p.amount_minor is distinct from s.closing_minor
          or p.amount_minor is distinct from paid.amount
          or sent.amount is distinct from (case when r.sent_at is not null then p.amount_minor end)
        """,
    ),
)


async def check_books(tx: Transaction) -> AsyncIterator[Check]:
    """Look through everything there is; in a snapshot, so that the checks see one moment."""
    for one in _CHECKS:
        yield await check(tx, *one)


async def check(tx: Transaction, what: str, table: str, wrong: str) -> Check:
    """One check: `wrong` asks for the `id` of everything in `table` for which it does not hold.

    In it, `:settled` are the kinds of accounts that are settled.
    """
    looked_at = (await tx.execute(text(f"select count(*) from {table}"))).scalar_one()  # noqa: S608 - our own words
    asked = text(f"select id, count(*) over () as wrong from ({wrong}) w limit {FIRST_MAX}")  # noqa: S608 - our own words
    if ":settled" in wrong:
        asked = asked.bindparams(settled=sorted(SETTLED))
    rows = (await tx.execute(asked)).all()
    ids = tuple(sorted(row.id for row in rows))
    return Check(what, looked_at, rows[0].wrong if rows else 0, ids)
