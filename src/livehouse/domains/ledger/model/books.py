"""The books: accounts, transfers, bookings.

A booking is made of transfers, each of one amount from one account to another, so that the sum
over all accounts cannot be anything but zero.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from uuid import UUID, uuid5

from msgspec import Struct

# Accounts are data: a new party needs a word here, not a table.
PROVIDER = "provider"  # buyers' money, at a payment provider
STORE = "store"  # what the platform owes a store
COMMISSION = "commission"  # what the platform has earned
SUBSIDY = "subsidy"  # what the platform or a partner has put in, by its key
PAYOUTS = "payouts"  # on its way to a store
BANK = "bank"  # has left the house

# Whose accounts are settled: their bookings become due, stand on a statement and are paid out.
SETTLED = frozenset({STORE})

_NAMES = UUID("5a3c1f6e-93c0-4a53-9d7e-0f4e4c9d2b11")


class Account(Struct, frozen=True, order=True):
    """`owner` is a store's id, a partner's or a provider's key, "" for the platform's own."""

    kind: str
    owner: str
    currency: str

    @property
    def id(self) -> UUID:
        """Follows from what the account is, so that booking need not look it up."""
        return _account_id(self.kind, self.owner, self.currency)

    @property
    def is_settled(self) -> bool:
        return self.kind in SETTLED


class Transfer(Struct, frozen=True):
    """`amount_minor` goes from `debit` to `credit`; `basis_points` is its rate, if any."""

    debit: Account
    credit: Account
    amount_minor: int
    basis_points: int = 0

    def __post_init__(self) -> None:
        assert self.amount_minor > 0, "a transfer moves something, and in one direction"
        assert self.debit != self.credit, "a transfer has two ends"
        assert self.debit.currency == self.credit.currency, "currencies never meet in a transfer"


class Booking(Struct, frozen=True):
    """What happened once: of one kind and reference there is one booking, however often it is made.

    `subject_id` is what it is about, such as the order. What it changes on settled accounts
    becomes due at `due_at`.
    """

    kind: str
    reference: UUID
    subject_id: UUID
    at: datetime
    due_at: datetime
    transfers: tuple[Transfer, ...]

    def __post_init__(self) -> None:
        assert self.transfers, "a booking moves something"


class Balance(Struct, frozen=True):
    """Sums over an account's transfers. What is credited beyond what is debited is owed by us."""

    account: Account
    debited_minor: int
    credited_minor: int

    @property
    def minor(self) -> int:
        return self.credited_minor - self.debited_minor


def changes(transfers: tuple[Transfer, ...]) -> Mapping[Account, int]:
    """What transfers add to each account's balance; the sum is zero."""
    found: Counter[Account] = Counter()
    for transfer in transfers:
        found[transfer.debit] -= transfer.amount_minor
        found[transfer.credit] += transfer.amount_minor
    return found


@lru_cache(maxsize=4096)
def _account_id(kind: str, owner: str, currency: str) -> UUID:
    return uuid5(_NAMES, f"{kind}/{owner}/{currency}")
