"""The rules of quotas. Pure: no clock, no database, no network.

A unit is free, held (somebody has until a deadline to pay) or spent. held + spent never exceeds
the total, and neither is ever below zero. A unit is whatever the quota counts: a piece of stock, a
coupon, a cent of a budget.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias
from uuid import UUID

from msgspec import Struct

from livehouse.domains.quotas.errors import LimitReached, SoldOut
from livehouse.foundation.ids import QuotaId

TOTAL_MAX = 2**53 - 1

ShareKey: TypeAlias = tuple[QuotaId, UUID]


class Movement(Enum):
    """Why a quota changed; every change is recorded under the version that it led to.

    `TOTAL` moves how much there is and may be negative; the others are units, above zero.
    """

    TOTAL = "total"
    HOLD = "hold"
    SPEND = "spend"
    GIVE_BACK = "give_back"
    TAKE = "take"
    TAKE_BACK = "take_back"


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


class Take(Struct, frozen=True):
    """So many units of a quota."""

    quota_id: QuotaId
    amount: int


class Share(Struct, frozen=True):
    """So many units count towards what one holder may have of a quota, which is `limit`."""

    quota_id: QuotaId
    amount: int
    limit: int


class Shortage(Struct, frozen=True):
    """Which quota was short, and how one says so."""

    quota_id: QuotaId
    refusal: type[SoldOut | LimitReached]


@dataclass(slots=True)
class Tally:
    """What one group of wishes takes, as sums: what the database then writes in one go.

    `left` holds what is free in each quota, `shares` what each buyer already has of a limited one.
    """

    left: dict[QuotaId, int]
    shares: dict[ShareKey, int]
    taken: dict[QuotaId, int] = field(default_factory=dict)
    added_shares: dict[ShareKey, int] = field(default_factory=dict)


def shortage(
    tally: Tally, holder_id: UUID, takes: Iterable[Take], shares: Iterable[Share]
) -> Shortage | None:
    """What is short for this wish in `tally`, if anything."""
    for share in shares:
        key = (share.quota_id, holder_id)
        had = tally.shares.get(key, 0) + tally.added_shares.get(key, 0)
        if had + share.amount > share.limit:
            return Shortage(share.quota_id, LimitReached)
    for take in takes:
        if tally.left.get(take.quota_id, 0) < take.amount:
            return Shortage(take.quota_id, SoldOut)
    return None


def admit(
    tally: Tally, holder_id: UUID, takes: Iterable[Take], shares: Iterable[Share]
) -> Shortage | None:
    """Take all that is wanted out of `tally`, or say what is short and take nothing.

    Wishes are admitted one by one in the order of their arrival, so within a group as across
    groups whoever came first is served first, and one refusal never spoils the others. A quota
    stands in `takes` once.
    """
    short = shortage(tally, holder_id, takes, shares)
    if short is not None:
        return short
    for take in takes:
        tally.left[take.quota_id] -= take.amount
        tally.taken[take.quota_id] = tally.taken.get(take.quota_id, 0) + take.amount
    for share in shares:
        key = (share.quota_id, holder_id)
        tally.added_shares[key] = tally.added_shares.get(key, 0) + share.amount
    return None


def tally_of(quotas: Iterable[Quota], shares: Mapping[ShareKey, int]) -> Tally:
    return Tally(left={quota.id: quota.left for quota in quotas}, shares=dict(shares))
