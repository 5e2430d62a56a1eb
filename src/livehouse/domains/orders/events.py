"""What has happened to orders: one fact per group and offer, never one per order in a rush."""

from livehouse.foundation.facts import Fact
from livehouse.foundation.ids import OfferId, OrderId


class OrdersPlaced(Fact, frozen=True, tag="orders.placed"):
    """`shown` holds (order id, masked name, quantity) of buyers who agreed to be seen."""

    offer_id: OfferId
    orders: int
    quantity: int
    shown: tuple[tuple[str, str, int], ...] = ()


class OrderPaid(Fact, frozen=True, tag="orders.paid"):
    order_id: OrderId
    offer_id: OfferId
    quantity: int
    total_minor: int
    currency: str


class OrdersReturned(Fact, frozen=True, tag="orders.returned"):
    """Orders that came to nothing, by expiry or by the buyer's wish; their goods are back."""

    offer_id: OfferId
    orders: int
    quantity: int
