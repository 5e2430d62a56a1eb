"""Reads a file of parcels into a store: each row by itself, with a report per row."""

from collections.abc import Sequence
from dataclasses import dataclass

from livehouse.domains.aftersales.errors import AmbiguousOrder, UnknownOrder
from livehouse.domains.aftersales.model.parcels import Label
from livehouse.domains.aftersales.model.tracking import (
    RowOutcome,
    RowReport,
    TrackingRow,
    accepted_row,
    read_tracking,
    refused_row,
)
from livehouse.domains.aftersales.service.shipping import Shipping
from livehouse.domains.orders import Orders
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import OrderId, StoreId


@dataclass(frozen=True, slots=True)
class Tracking:
    orders: Orders
    shipping: Shipping

    async def take(self, content: bytes, *, store_id: StoreId) -> list[RowReport]:
        """Send and hear what a file says. The same file again changes nothing."""
        rows = read_tracking(content, self.shipping.desk.clock.now())
        named = {row.order for row in rows if isinstance(row, TrackingRow)}
        found = await self.orders.numbered(named, store_id)
        return [
            row if isinstance(row, RowReport) else await self._take(row, found[row.order], store_id)
            for row in rows
        ]

    async def _take(
        self, row: TrackingRow, found: Sequence[OrderId], store_id: StoreId
    ) -> RowReport:
        try:
            outcome = await self._work(row, _only(found), store_id)
        except DomainError as refusal:
            return refused_row(row.line, row.order, refusal)
        return accepted_row(row.line, row.order, outcome)

    async def _work(self, row: TrackingRow, order_id: OrderId, store_id: StoreId) -> RowOutcome:
        label = Label(row.carrier, row.tracking)
        parcel, is_new = await self.shipping.ship(order_id, label, store_id=store_id)
        is_news = row.event is not None and await self.shipping.hear(
            parcel.id, row.event, store_id=store_id
        )
        if is_new:
            return RowOutcome.SENT
        return RowOutcome.HEARD if is_news else RowOutcome.UNCHANGED


def _only(found: Sequence[OrderId]) -> OrderId:
    if not found:
        raise UnknownOrder
    if len(found) > 1:
        raise AmbiguousOrder
    return found[0]
