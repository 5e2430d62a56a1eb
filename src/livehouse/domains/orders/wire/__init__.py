"""What the till says over the live connection and over HTTP."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.offers import Price
from livehouse.domains.orders.model import Bought, NewOrder, Order, Placed, Refund, state_name
from livehouse.engine.protocol import Command, Push
from livehouse.foundation.clock import Instant, to_ms
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import (
    CouponId,
    OfferId,
    OrderId,
    RunId,
)


class BuyOffer(Command, frozen=True, tag="orders.buy"):
    """One tap. `id` is a UUIDv7 that the client makes: the order's id, and harmless to repeat."""

    id: Annotated[OrderId, Meta(description="Version 7; others are refused.")]
    offer_id: Annotated[OfferId, Meta(description="A key of the state's `offers`.")]
    quantity: Annotated[int, Meta(description="At least 1, within the offer's limit.")] = 1
    coupon_ids: Annotated[
        tuple[CouponId, ...], Meta(max_length=3, description="Each has to fit, or it is refused.")
    ] = ()
    expects_minor: Annotated[
        int | None,
        Meta(description="The total that the buyer has seen; at another nothing is bought."),
    ] = None
    first: Annotated[
        bool,
        Meta(
            description="This id was never sent before, so that what is sold out is refused without"
            " a look at the orders. Not for a retry: it would not be told of its order."
        ),
    ] = False


class OrderBought(Push, frozen=True, tag="orders.bought"):
    """The order is durable and the goods are held until `pay_by` (ms)."""

    id: Annotated[OrderId, Meta(description="The order's, as it was asked for.")]
    offer_id: OfferId
    state: Annotated[str, Meta(description="`placed`, or how a repeated order stands now.")]
    total_minor: Annotated[int, Meta(description="In minor units of the currency, all included.")]
    currency: Annotated[str, Meta(description="ISO 4217.")]
    pay_by: Annotated[int, Meta(description="Then the goods go back, in ms since 1970.")]
    needs_address: Annotated[bool, Meta(description="There is no default address to send it to.")]


def bought(order: Bought) -> OrderBought:
    """The answer to a buy; a repeated one is told how its order stands now."""
    if isinstance(order, NewOrder):
        total = order.deal.price.total
        return OrderBought(
            order.buy.id, order.deal.first.offer.id, "placed", total.minor, total.currency,
            to_ms(order.hold_until), order.buy.address_id is None,
        )  # fmt: skip
    return OrderBought(
        order.id, order.offer_id, order.state, order.total_minor, order.currency,
        to_ms(order.hold_until), order.address_id is None,
    )  # fmt: skip


class PlaceOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """The same as `orders.buy` over the live connection, and as harmless to repeat."""

    id: OrderId
    offer_id: OfferId
    quantity: int = 1
    coupon_ids: Annotated[tuple[CouponId, ...], Meta(max_length=3)] = ()
    expects_minor: int | None = None


class PaymentBegun(Struct, frozen=True):
    """Send the buyer on to this address: the provider's page, or back to the order's."""

    go_on: str


class StartPayment(Struct, frozen=True, forbid_unknown_fields=True):
    """With which of the offered providers to pay; empty for the first of them."""

    provider: str = ""


class RefundInfo(Struct, frozen=True):
    """`state` is wanted, pending, succeeded or failed; `problem` is what the provider said."""

    id: UUID
    amount_minor: int
    currency: str
    reason: str
    state: str
    problem: str
    requested_at: Instant


class FailedRefundInfo(Struct, frozen=True):
    refund: RefundInfo
    order_id: OrderId
    provider: str


class FailedRefundList(Struct, frozen=True):
    refunds: list[FailedRefundInfo]


class LineInfo(Struct, frozen=True):
    """One line of an order's price. A tax that the price includes does not count.

    `label` names a coupon, a subsidy or a delivery method.
    """

    kind: str
    amount_minor: int
    counts: bool
    basis_points: int
    label: str


class ItemInfo(Struct, frozen=True):
    """So many of one offer; `pays_minor` is its share of the total, without delivery."""

    offer_id: OfferId
    run_id: RunId
    title: str
    variant: str
    quantity: int
    goods_minor: int
    pays_minor: int


class OrderInfo(Struct, frozen=True):
    """An order as its buyer sees it. `pay_by` is in ms, 0 once it is paid or came to nothing."""

    id: OrderId
    items: list[ItemInfo]
    total_minor: int
    currency: str
    lines: list[LineInfo]
    state: str
    placed_at: Instant
    pay_by: int
    needs_address: bool


class OrderList(Struct, frozen=True):
    """The newest first; `next` goes into `before` for the following page, empty is the end."""

    orders: list[OrderInfo]
    next: str


class ShowNumbers(Struct, frozen=True):
    """What a show has sold, for its staff. Revenue is what has been paid, and nothing else.

    `orders` counts every order; `paid`, `waiting`, `cancelled`, `expired` and `refunded` say what
    became of them so far: `paid` are also those that are sent, and `refunded` have all of their
    money back. `viewers` and `likes` are the room's own counts of this moment.
    """

    viewers: int
    likes: int
    orders: int
    paid: int
    waiting: int
    cancelled: int
    expired: int
    refunded: int
    revenue_minor: int
    waiting_minor: int
    currency: str


class RoomCounts(Struct, frozen=True):
    viewers: int = 0
    likes: int = 0


class CountedState(Struct, frozen=True):
    counts: RoomCounts = RoomCounts()


class CountedFrame(Struct, frozen=True):
    """As much of a keyframe as the numbers need."""

    state: CountedState = CountedState()


def order_id_of(text: str) -> OrderId:
    """The id in an address; what is none was never an order."""
    try:
        return OrderId(UUID(text))
    except ValueError:
        raise NotFound from None


def order_info(order: Order) -> OrderInfo:
    return OrderInfo(
        id=order.id,
        items=[
            ItemInfo(
                item.offer.id,
                item.run_id,
                item.offer.title,
                item.offer.variant_title,
                item.quantity,
                item.goods_minor,
                item.pays_minor,
            )
            for item in order.deal.items
        ],
        total_minor=order.total.minor,
        currency=order.total.currency,
        lines=line_infos(order.deal.price),
        state=state_name(order.state),
        placed_at=order.placed_at,
        pay_by=to_ms(order.state.hold_until) if isinstance(order.state, Placed) else 0,
        needs_address=order.address_id is None,
    )


def refund_info(refund: Refund) -> RefundInfo:
    return RefundInfo(
        id=refund.id,
        amount_minor=refund.amount.minor,
        currency=refund.amount.currency,
        reason=refund.reason,
        state=refund.state.value,
        problem=refund.problem,
        requested_at=refund.requested_at,
    )


def failed_refund_info(refund: Refund, order_id: OrderId, provider: str) -> FailedRefundInfo:
    return FailedRefundInfo(refund_info(refund), order_id, provider)


def line_infos(price: Price) -> list[LineInfo]:
    return [
        LineInfo(line.kind, line.amount_minor, line.counts, line.basis_points, line.label)
        for line in price.lines
    ]
