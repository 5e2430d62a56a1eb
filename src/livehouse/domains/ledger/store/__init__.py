"""Every SQL statement about the books; booking happens inside the transactions of others."""

from livehouse.domains.ledger.store.bookings import balances, book, book_many, booked, set_due
from livehouse.domains.ledger.store.settling import (
    add_run,
    last_statement,
    lines,
    lock_accounts,
    make_statement,
    mark_sent,
    next_due_at,
    payable,
    payouts_of,
    run,
    runs,
    settled_accounts,
    standing,
    statement,
    statements_of,
)

__all__ = [
    "add_run",
    "balances",
    "book",
    "book_many",
    "booked",
    "last_statement",
    "lines",
    "lock_accounts",
    "make_statement",
    "mark_sent",
    "next_due_at",
    "payable",
    "payouts_of",
    "run",
    "runs",
    "set_due",
    "settled_accounts",
    "standing",
    "statement",
    "statements_of",
]
