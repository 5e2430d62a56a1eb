"""The life of one order: placed → paid, or cancelled, or expired."""

from datetime import datetime
from typing import TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from livehouse.domains.orders.errors import AddressMissing, OrderExpired, OrderNotOpen
from livehouse.domains.orders.model.deals import Deal
from livehouse.foundation.ids import AddressId, OrderId, PersonId, StoreId
from livehouse.foundation.money import Money


class Placed(Struct, frozen=True, tag="placed"):
    """Goods are held until `hold_until`; whoever pays by then gets them."""

    hold_until: datetime


class Paid(Struct, frozen=True, tag="paid"):
    paid_at: datetime


class Cancelled(Struct, frozen=True, tag="cancelled"):
    cancelled_at: datetime


class Expired(Struct, frozen=True, tag="expired"):
    expired_at: datetime


NUMBER_CHARACTERS = 8
STATES = ("placed", "paid", "cancelled", "expired")
OrderState: TypeAlias = Placed | Paid | Cancelled | Expired


class Order(Struct, frozen=True):
    """`deal` is the snapshot of what was sold and at what price: it never changes."""

    id: OrderId
    deal: Deal
    buyer_id: PersonId
    state: OrderState
    placed_at: datetime
    address_id: AddressId | None = None

    @property
    def total(self) -> Money:
        return self.deal.price.total

    @property
    def store_id(self) -> StoreId:
        return self.deal.store_id


def pay(order: Order, now: datetime) -> Order:
    """Mark the order paid; paying twice changes nothing, paying too late is refused."""
    match order.state:
        case Placed():
            return replace(order, state=Paid(now))
        case Paid():
            return order
        case Expired():
            raise OrderExpired
        case Cancelled():
            raise OrderNotOpen
        case _:
            assert_never(order.state)


def check_payable(order: Order, now: datetime) -> None:
    match order.state:
        case Placed(hold_until=hold_until):
            if now >= hold_until:
                raise OrderExpired
            if order.address_id is None:
                raise AddressMissing
        case Expired():
            raise OrderExpired
        case Paid() | Cancelled():
            raise OrderNotOpen
        case _:
            assert_never(order.state)


def cancel(order: Order, now: datetime) -> Order:
    if not isinstance(order.state, Placed):
        raise OrderNotOpen
    return replace(order, state=Cancelled(now))


def expire(order: Order, now: datetime) -> Order:
    assert isinstance(order.state, Placed), "only what is held can expire"
    assert order.state.hold_until <= now, "the buyer still has time"
    return replace(order, state=Expired(now))


def set_address(order: Order, address_id: AddressId) -> Order:
    if not isinstance(order.state, Placed):
        raise OrderNotOpen
    return replace(order, address_id=address_id)


def state_name(state: OrderState) -> str:
    match state:
        case Placed():
            return "placed"
        case Paid():
            return "paid"
        case Cancelled():
            return "cancelled"
        case Expired():
            return "expired"
        case _:
            assert_never(state)


def number_of(order_id: OrderId) -> str:
    """The end of the id: its beginning is the time, which many orders share."""
    return order_id.hex[-NUMBER_CHARACTERS:].upper()
