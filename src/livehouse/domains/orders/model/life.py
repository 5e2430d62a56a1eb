"""The life of one order: placed → paid → shipped → delivered → closed, or else it ends earlier.

Who does not pay cancels or lets it expire; what is paid can be refunded at every later step.
"""

from datetime import datetime
from typing import TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from livehouse.domains.orders.errors import AddressMissing, OrderExpired, OrderNotOpen
from livehouse.domains.orders.model.deals import Deal
from livehouse.foundation.ids import AddressId, OrderId, PersonId, StoreId
from livehouse.foundation.money import Money

NUMBER_CHARACTERS = 8
ID_CHARACTERS = 32
HEX_DIGITS = frozenset("0123456789abcdef")


class Placed(Struct, frozen=True, tag="placed"):
    """Goods are held until `hold_until`; whoever pays by then gets them."""

    hold_until: datetime


class Paid(Struct, frozen=True, tag="paid"):
    paid_at: datetime


class Shipped(Struct, frozen=True, tag="shipped"):
    """All of it is on its way."""

    shipped_at: datetime


class Delivered(Struct, frozen=True, tag="delivered"):
    """The buyer has said so, or the time to say otherwise is over."""

    delivered_at: datetime


class Closed(Struct, frozen=True, tag="closed"):
    """Nobody can send it back without a reason any more."""

    closed_at: datetime


class Refunded(Struct, frozen=True, tag="refunded"):
    """All of the money went back."""

    refunded_at: datetime


class Cancelled(Struct, frozen=True, tag="cancelled"):
    cancelled_at: datetime


class Expired(Struct, frozen=True, tag="expired"):
    expired_at: datetime


OrderState: TypeAlias = (
    Placed | Paid | Shipped | Delivered | Closed | Refunded | Cancelled | Expired
)
STATES = (
    "placed", "paid", "shipped", "delivered", "closed", "refunded", "cancelled", "expired",
)  # fmt: skip
# Money that a store has received and not given back.
SOLD_STATES = ("paid", "shipped", "delivered", "closed")


class Sought(Struct, frozen=True, kw_only=True):
    """Which of a store's orders somebody looks for.

    One that has the `number`, or is of one of the buyers; `buyer_ids` None is anybody.
    """

    state: str = ""
    number: str = ""
    buyer_ids: frozenset[PersonId] | None = None
    since: datetime | None = None
    until: datetime | None = None


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
        case Shipped() | Delivered() | Closed() | Refunded() | Cancelled():
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
        case Paid() | Shipped() | Delivered() | Closed() | Refunded() | Cancelled():
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


def ship(order: Order, now: datetime) -> Order:
    if not isinstance(order.state, Paid):
        raise OrderNotOpen
    return replace(order, state=Shipped(now))


def deliver(order: Order, now: datetime) -> Order:
    """Mark the order delivered; twice changes nothing."""
    match order.state:
        case Shipped():
            return replace(order, state=Delivered(now))
        case Delivered() | Closed():
            return order
        case _:
            raise OrderNotOpen


def close(order: Order, now: datetime) -> Order:
    if not isinstance(order.state, Delivered):
        raise OrderNotOpen
    return replace(order, state=Closed(now))


def refund(order: Order, now: datetime) -> Order:
    """All of the money goes back: an order ends so at any step after its payment, once."""
    if not isinstance(order.state, Paid | Shipped | Delivered | Closed):
        raise OrderNotOpen
    return replace(order, state=Refunded(now))


def set_address(order: Order, address_id: AddressId) -> Order:
    if not isinstance(order.state, Placed):
        raise OrderNotOpen
    return replace(order, address_id=address_id)


def number_of(order_id: OrderId) -> str:
    """An order's number for people: the end of the id, whose beginning, the time, many share."""
    return order_id.hex[-NUMBER_CHARACTERS:].upper()


def number_in(text: str) -> str:
    """The number that somebody wrote, or that of the whole id; empty where it can be none."""
    digits = text.strip().removeprefix("#").replace("-", "").lower()
    if len(digits) not in {NUMBER_CHARACTERS, ID_CHARACTERS} or not set(digits) <= HEX_DIGITS:
        return ""
    return digits[-NUMBER_CHARACTERS:]


def state_name(state: OrderState) -> str:
    tag = state.__struct_config__.tag
    assert isinstance(tag, str), "every state has a name"
    return tag
