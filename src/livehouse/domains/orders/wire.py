"""What the till says over the live connection and over HTTP."""

from uuid import UUID

from livehouse.domains.orders.model import Bought, NewOrder
from livehouse.engine.protocol import Command, Push
from livehouse.foundation.clock import to_ms
from livehouse.foundation.ids import OfferId, OrderId


class BuyOffer(Command, frozen=True, tag="orders.buy"):
    """One tap. `id` is a UUIDv7 that the client makes: the order's id, and harmless to repeat."""

    id: UUID
    offer_id: UUID
    quantity: int = 1


class OrderBought(Push, frozen=True, tag="orders.bought"):
    """The order is durable and the goods are held until `pay_by` (ms)."""

    id: OrderId
    offer_id: OfferId
    state: str
    total_minor: int
    currency: str
    pay_by: int
    needs_address: bool


def bought(order: Bought) -> OrderBought:
    """The answer to a buy; a repeated one is told how its order stands now."""
    if isinstance(order, NewOrder):
        total = order.price.total
        return OrderBought(
            order.buy.id, order.offer.id, "placed", total.minor, total.currency,
            to_ms(order.hold_until), order.buy.address_id is None,
        )  # fmt: skip
    return OrderBought(
        order.id, order.offer_id, order.state, order.total_minor, order.currency,
        to_ms(order.hold_until), order.address_id is None,
    )  # fmt: skip
