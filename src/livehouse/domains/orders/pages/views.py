"""An order as pages show it."""

from datetime import datetime
from decimal import Decimal
from typing import assert_never

from msgspec import Struct

from livehouse.domains.offers import Price
from livehouse.domains.orders.model import (
    Cancelled,
    Closed,
    Delivered,
    Expired,
    Item,
    Order,
    Paid,
    Placed,
    Refund,
    Refunded,
    Shipped,
    number_of,
    state_name,
)
from livehouse.domains.people import Address, label_lines
from livehouse.domains.stores import NO_RETURN
from livehouse.foundation.ids import OrderId
from livehouse.foundation.money import Money

# Whoever has paid has an invoice; it stays when the order comes back.
NOT_INVOICED = frozenset({"placed", "cancelled", "expired"})


class OrderRow(Struct, frozen=True, kw_only=True):
    """An order in a list, by its first item; `more` counts the others, `quantity` all pieces.

    `number` is for people; the address carries the whole id.
    """

    id: OrderId
    number: str
    title: str
    variant: str
    image: str
    more: int
    quantity: int
    total: Money
    state: str
    placed_at: datetime
    pay_by: datetime | None


class ItemView(Struct, frozen=True, kw_only=True):
    title: str
    variant: str
    image: str
    quantity: int
    unit_price: Money
    no_return: str


class PriceLine(Struct, frozen=True, kw_only=True):
    """`percent` is a tax rate, worded without needless zeros."""

    kind: str
    label: str
    amount: Money
    counts: bool
    percent: str


class OrderView(OrderRow, frozen=True, kw_only=True):
    """`changed_at` is when it came to its state; None while it is to be paid."""

    items: list[ItemView]
    lines: list[PriceLine]
    changed_at: datetime | None
    is_invoiced: bool


class RefundView(Struct, frozen=True, kw_only=True):
    """`state` is wanted, pending, succeeded or failed."""

    amount: Money
    state: str
    at: datetime


class AddressView(Struct, frozen=True, kw_only=True):
    id: str
    lines: list[str]


def row(order: Order) -> OrderRow:
    first = order.deal.first.offer
    return OrderRow(
        id=order.id,
        number=number_of(order.id),
        title=first.title,
        variant=first.variant_title,
        image=first.image,
        more=len(order.deal.items) - 1,
        quantity=sum(item.quantity for item in order.deal.items),
        total=order.total,
        state=state_name(order.state),
        placed_at=order.placed_at,
        pay_by=order.state.hold_until if isinstance(order.state, Placed) else None,
    )


def view(order: Order) -> OrderView:
    basic = row(order)
    return OrderView(
        **{name: getattr(basic, name) for name in basic.__struct_fields__},
        items=[_item(item) for item in order.deal.items],
        lines=price_lines(order.deal.price),
        changed_at=_changed_at(order),
        is_invoiced=basic.state not in NOT_INVOICED,
    )


def price_lines(price: Price) -> list[PriceLine]:
    """The lines as buyers read them: a discount is one, however many share in it."""
    found: dict[object, PriceLine] = {}
    for number, line in enumerate(price.lines):
        key = (line.kind, line.ref) if line.kind == "subsidy" else number
        earlier = found.get(key)
        amount = Money(price.total.currency, line.amount_minor)
        found[key] = PriceLine(
            kind=line.kind,
            label=line.label,
            amount=earlier.amount + amount if earlier else amount,
            counts=line.counts,
            percent=percent(line.basis_points),
        )
    return list(found.values())


def _item(item: Item) -> ItemView:
    return ItemView(
        title=item.offer.title,
        variant=item.offer.variant_title,
        image=item.offer.image,
        quantity=item.quantity,
        unit_price=item.offer.price,
        no_return=NO_RETURN.get(item.offer.no_return, ""),
    )


def refund_view(refund: Refund) -> RefundView:
    return RefundView(amount=refund.amount, state=refund.state.value, at=refund.requested_at)


def percent(basis_points: int) -> str:
    return f"{(Decimal(basis_points) / 100).normalize():f}"


def address_view(address: Address, language: str) -> AddressView:
    return AddressView(id=str(address.id), lines=label_lines(address, language))


def _changed_at(order: Order) -> datetime | None:
    match order.state:
        case Placed():
            return None
        case Paid(paid_at=moment) | Shipped(shipped_at=moment) | Delivered(delivered_at=moment):
            return moment
        case Closed(closed_at=moment) | Refunded(refunded_at=moment):
            return moment
        case Cancelled(cancelled_at=moment) | Expired(expired_at=moment):
            return moment
        case _:
            assert_never(order.state)
