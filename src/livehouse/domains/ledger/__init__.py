"""The books: who owes whom how much, in double entry, and how stores are settled with.

The domains above book inside their own transaction.
"""

from livehouse.domains.ledger import store as ledger
from livehouse.domains.ledger.model import (
    BANK,
    COMMISSION,
    PAYOUTS,
    PROVIDER,
    STORE,
    SUBSIDY,
    Account,
    Balance,
    Booking,
    Transfer,
    changes,
)

__all__ = [
    "BANK",
    "COMMISSION",
    "PAYOUTS",
    "PROVIDER",
    "STORE",
    "SUBSIDY",
    "Account",
    "Balance",
    "Booking",
    "Transfer",
    "changes",
    "ledger",
]
