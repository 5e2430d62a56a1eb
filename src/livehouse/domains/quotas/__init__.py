"""Whatever can run out: stock, an offer's allotment, a limit per buyer.

The domains above use its set-based SQL inside their own transaction.
"""

from livehouse.domains.quotas import store as quotas
from livehouse.domains.quotas.errors import BelowTaken, LimitReached, SoldOut
from livehouse.domains.quotas.model import Ask, Ledger, Quota, admit

__all__ = [
    "Ask",
    "BelowTaken",
    "Ledger",
    "LimitReached",
    "Quota",
    "SoldOut",
    "admit",
    "quotas",
]
