"""The books: who owes whom how much, in double entry, and how stores are settled with.

The domains above book inside their own transaction.
"""

from livehouse.domains.ledger import store as ledger
from livehouse.domains.ledger.errors import NothingDue
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
    Check,
    Every,
    Party,
    Payout,
    PayoutRun,
    PayoutRunId,
    Period,
    Standing,
    Statement,
    StatementId,
    StatementLine,
    Sums,
    Transfer,
    changes,
    found,
)
from livehouse.domains.ledger.ports import Parties
from livehouse.domains.ledger.service import (
    PAGE_LINES,
    PAGE_RUNS,
    PAGE_STATEMENTS,
    Settlement,
)

__all__ = [
    "BANK",
    "COMMISSION",
    "PAGE_LINES",
    "PAGE_RUNS",
    "PAGE_STATEMENTS",
    "PAYOUTS",
    "PROVIDER",
    "STORE",
    "SUBSIDY",
    "Account",
    "Balance",
    "Booking",
    "Check",
    "Every",
    "NothingDue",
    "Parties",
    "Party",
    "Payout",
    "PayoutRun",
    "PayoutRunId",
    "Period",
    "Settlement",
    "Standing",
    "Statement",
    "StatementId",
    "StatementLine",
    "Sums",
    "Transfer",
    "changes",
    "found",
    "ledger",
]
