"""What groups under way are about to take, which a look at the database does not show yet."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TypeAlias

from livehouse.domains.quotas import Ledger
from livehouse.foundation.ids import QuotaId

# What had been settled, however it ended, when somebody looked.
Mark: TypeAlias = Mapping[QuotaId, int]


class Pledges:
    """Made when a group is sent off, settled when it is committed or has failed."""

    def __init__(self) -> None:
        self._made: Counter[QuotaId] = Counter()
        self._settled: Counter[QuotaId] = Counter()
        self._open = 0
        self._lookers = 0
        self._none_open = asyncio.Event()
        self._none_open.set()

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[Mark]:
        """A mark to hand to `taken_from`, good within the block, for who looks from now on."""
        self._lookers += 1
        try:
            yield self._settled.copy()
        finally:
            self._lookers -= 1
            if not self._lookers and not self._open:  # nobody compares with it any more
                self._made.clear()
                self._settled.clear()

    def taken_from(self, seen: Ledger, mark: Mark) -> Ledger:
        """`seen` less whatever it may not have shown: too little is left rather than too much."""
        left = {
            quota_id: amount - self._made[quota_id] + mark.get(quota_id, 0)
            for quota_id, amount in seen.left.items()
        }
        return Ledger(left=left, shares=seen.shares)

    @asynccontextmanager
    async def made(self, amounts: Mapping[QuotaId, int]) -> AsyncIterator[None]:
        """`amounts` are about to be taken until the end of the block."""
        self._made.update(amounts)
        self._open += 1
        self._none_open.clear()
        try:
            yield
        finally:
            self._settled.update(amounts)
            self._open -= 1
            if not self._open:
                self._none_open.set()

    async def all_settled(self) -> None:
        await self._none_open.wait()
