"""Accounts and bookings for tests; each names only what it is about."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from livehouse.domains.ledger import COMMISSION, PROVIDER, STORE, Account, Booking, Party, Transfer
from tests.support.moments import NOON

KILN = UUID(int=0xA1)
BUYERS_MONEY = Account(PROVIDER, "sandbox", "EUR")
FEES = Account(COMMISSION, "", "EUR")


def a_store_account(store_id: UUID = KILN, currency: str = "EUR") -> Account:
    return Account(STORE, str(store_id), currency)


def a_booking(
    number: int,
    *,
    minor: int = 1_000,
    commission: int = 0,
    kind: str = "paid",
    store_id: UUID = KILN,
    at: datetime = NOON,
    due_at: datetime | None = None,
) -> Booking:
    """An order number `number` that was paid: the store gets it, less the commission."""
    account = a_store_account(store_id)
    fees = (Transfer(account, FEES, commission),) if commission else ()
    return Booking(
        kind,
        UUID(int=number),
        UUID(int=number),
        at,
        due_at or at,
        (Transfer(BUYERS_MONEY, account, minor), *fees),
    )


class StoresOfTests:
    """Any store, in one time zone."""

    def __init__(self, time_zone: str = "UTC", *, name: str = "Kiln") -> None:
        self.time_zone, self.name = time_zone, name

    async def of_stores(self, owners: Sequence[str]) -> Mapping[str, Party]:
        return {owner: Party(self.name, "kiln", self.time_zone) for owner in owners}
