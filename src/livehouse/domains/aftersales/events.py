"""What has happened after an order; whoever listens learns ids, never names or addresses."""

from uuid import UUID

from livehouse.foundation.facts import Fact
from livehouse.foundation.ids import OrderId


class ParcelSent(Fact, frozen=True, tag="aftersales.parcel_sent"):
    order_id: OrderId
    parcel_id: UUID


class OrderDelivered(Fact, frozen=True, tag="aftersales.delivered"):
    """`by_buyer` tells whether the buyer said so, or time did."""

    order_id: OrderId
    by_buyer: bool


class ReturnChanged(Fact, frozen=True, tag="aftersales.return_changed"):
    order_id: OrderId
    return_id: UUID
    state: str


class ComplaintChanged(Fact, frozen=True, tag="aftersales.complaint_changed"):
    order_id: OrderId
    complaint_id: UUID
    state: str


class OrderRated(Fact, frozen=True, tag="aftersales.rated"):
    order_id: OrderId
    score: int
