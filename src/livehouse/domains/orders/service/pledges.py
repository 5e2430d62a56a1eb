"""What groups under way are about to write, which a look at the database does not show yet."""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from livehouse.domains.quotas import Ledger
from livehouse.foundation.ids import OrderId, QuotaId


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What a look at the database, begun now, may miss of this till's own groups.

    `settled` is what had been taken when it began, or had come to nothing; `ids` are of all
    groups that were under way at some time since.
    """

    settled: Mapping[QuotaId, int]
    ids: list[Collection[OrderId]]

    def may_miss(self, order_id: OrderId) -> bool:
        return any(order_id in group for group in self.ids)


class Pledges:
    """Made when a group is sent off, settled when it is committed or has failed."""

    def __init__(self) -> None:
        self._made: Counter[QuotaId] = Counter()
        self._settled: Counter[QuotaId] = Counter()
        self._open: list[Collection[OrderId]] = []
        self._looks: list[Look] = []
        self._none_open = asyncio.Event()
        self._none_open.set()

    @contextmanager
    def looking(self) -> Iterator[Look]:
        """For who looks at the database and decides by it, both within the block."""
        look = Look(self._settled.copy(), self._open.copy())
        self._looks.append(look)
        try:
            yield look
        finally:
            self._looks.remove(look)
            if not (self._looks or self._open):  # nobody compares with them any more
                self._made.clear()
                self._settled.clear()

    def taken_from(self, seen: Ledger, look: Look) -> Ledger:
        """`seen` less whatever it may not have shown: too little is left rather than too much."""
        left = {
            quota_id: amount - self._made[quota_id] + look.settled.get(quota_id, 0)
            for quota_id, amount in seen.left.items()
        }
        return Ledger(left=left, shares=seen.shares)

    @contextmanager
    def made(self, amounts: Mapping[QuotaId, int], ids: Collection[OrderId]) -> Iterator[None]:
        """`amounts` are about to be taken by the orders `ids` until the end of the block."""
        self._made.update(amounts)
        self._open.append(ids)
        for look in self._looks:
            look.ids.append(ids)
        self._none_open.clear()
        try:
            yield
        finally:
            self._settled.update(amounts)
            self._open = [group for group in self._open if group is not ids]
            if not self._open:
                self._none_open.set()

    async def all_settled(self) -> None:
        await self._none_open.wait()
