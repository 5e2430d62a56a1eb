"""What lines for sold-out offers say over HTTP."""

from msgspec import Struct

from livehouse.domains.orders.model import Placed, state_name
from livehouse.domains.orders.model.waiting import Standing, Wait
from livehouse.foundation.clock import to_ms
from livehouse.foundation.ids import OfferId


class WaitingPlace(Struct, frozen=True):
    """Your place in a line, by its number: whoever has a smaller one comes before you. The room's
    state says up to which number an offer's line was `served`."""

    offer_id: OfferId
    number: int


class WaitingInfo(Struct, frozen=True):
    """`ahead` stand before you, or a piece is held for you by an order: its id and state, and until
    when to pay, in ms; 0 when that is over."""

    offer_id: OfferId
    title: str
    number: int
    ahead: int
    order_id: str
    order_state: str
    pay_by: int


class WaitingList(Struct, frozen=True):
    """The lines that you stand in and what was held for you, the newest first."""

    waiting: list[WaitingInfo]


def waiting_place(wait: Wait) -> WaitingPlace:
    return WaitingPlace(wait.offer_id, wait.number)


def waiting_info(one: Standing) -> WaitingInfo:
    order = one.order
    return WaitingInfo(
        offer_id=one.offer.id,
        title=one.offer.title,
        number=one.wait.number,
        ahead=one.ahead,
        order_id=str(order.id) if order else "",
        order_state=state_name(order.state) if order else "",
        pay_by=to_ms(order.state.hold_until) if order and isinstance(order.state, Placed) else 0,
    )
