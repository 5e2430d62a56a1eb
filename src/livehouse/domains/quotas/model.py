"""The rules of quotas. Pure: no clock, no database, no network.

A unit is free, held (somebody has until a deadline to pay) or spent. held + spent never exceeds
the total, and neither is ever below zero.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from msgspec import Struct

from livehouse.domains.quotas.errors import LimitReached, SoldOut
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import QuotaId

TOTAL_MAX = 2**53 - 1


class Quota(Struct, frozen=True):
    """`version` grows with every change, so that readers can tell older news from newer."""

    id: QuotaId
    total: int
    held: int = 0
    spent: int = 0
    version: int = 0

    @property
    def left(self) -> int:
        return self.total - self.held - self.spent


class Ask(Struct, frozen=True):
    """One buyer's wish to hold `quantity` of every quota named, or of none.

    `limit_of` is the quota whose units are counted per buyer; `limit` 0 means no limit.
    """

    buyer_id: UUID
    quantity: int
    quota_ids: tuple[QuotaId, ...]
    limit_of: QuotaId
    limit: int = 0


@dataclass(slots=True)
class Ledger:
    """What one group of asks takes, as sums: what the database then writes in one go.

    `left` holds what is free in each quota, `shares` what each buyer already has of a limited one.
    """

    left: dict[QuotaId, int]
    shares: dict[tuple[QuotaId, UUID], int]
    taken: dict[QuotaId, int] = field(default_factory=dict)
    added_shares: dict[tuple[QuotaId, UUID], int] = field(default_factory=dict)


def admit(ledger: Ledger, ask: Ask) -> type[DomainError] | None:
    """Take what `ask` wants out of `ledger`, or say why not and take nothing.

    Asks are admitted one by one in the order of their arrival, so within a group as across groups
    whoever came first is served first, and one refusal never spoils the others.
    """
    share = (ask.limit_of, ask.buyer_id)
    if ask.limit:
        had = ledger.shares.get(share, 0) + ledger.added_shares.get(share, 0)
        if had + ask.quantity > ask.limit:
            return LimitReached
    for quota_id in ask.quota_ids:
        if ledger.left.get(quota_id, 0) < ask.quantity:
            return SoldOut
    for quota_id in ask.quota_ids:
        ledger.left[quota_id] -= ask.quantity
        ledger.taken[quota_id] = ledger.taken.get(quota_id, 0) + ask.quantity
    if ask.limit:
        ledger.added_shares[share] = ledger.added_shares.get(share, 0) + ask.quantity
    return None


def ledger_of(quotas: Iterable[Quota], shares: Mapping[tuple[QuotaId, UUID], int]) -> Ledger:
    return Ledger(left={quota.id: quota.left for quota in quotas}, shares=dict(shares))
