"""Whatever can run out: stock, an offer's allotment, a limit per buyer, coupons, budgets, prizes.

The domains above use its set-based SQL inside their own transaction.
"""

from livehouse.domains.quotas import store as quotas
from livehouse.domains.quotas.errors import BelowTaken, LimitReached, SoldOut
from livehouse.domains.quotas.model import (
    Quota,
    Share,
    ShareKey,
    Shortage,
    Take,
    Tally,
    admit,
    shortage,
)

__all__ = [
    "BelowTaken",
    "LimitReached",
    "Quota",
    "Share",
    "ShareKey",
    "Shortage",
    "SoldOut",
    "Take",
    "Tally",
    "admit",
    "quotas",
    "shortage",
]
