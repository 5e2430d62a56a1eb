"""An order moves along its states and nowhere else."""

from collections.abc import Callable
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from livehouse.domains.orders import Order, OrderExpired, OrderNotOpen
from livehouse.domains.orders.model import (
    HOLD_DURATION,
    SOLD_STATES,
    STATES,
    Placed,
    cancel,
    close,
    deal_of,
    deliver,
    expire,
    pay,
    refund,
    ship,
    state_name,
)
from tests.support.builders import OFFER, a_person, an_offer, an_order_id, terms_of
from tests.support.moments import NOON

LATER = NOON + HOLD_DURATION
STEPS: dict[str, Callable[[Order], Order]] = {
    "pay": lambda order: pay(order, NOON),
    "cancel": lambda order: cancel(order, NOON),
    "expire": lambda order: expire(order, LATER) if isinstance(order.state, Placed) else order,
    "ship": lambda order: ship(order, NOON),
    "deliver": lambda order: deliver(order, NOON),
    "close": lambda order: close(order, NOON),
    "refund": lambda order: refund(order, NOON),
}
NEXT = {
    "placed": {"paid", "cancelled", "expired"},
    "paid": {"shipped", "refunded"},
    "shipped": {"delivered", "refunded"},
    "delivered": {"closed", "refunded"},
    "closed": {"refunded"},
}


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=12))
def test_an_order_moves_along_its_states_and_nowhere_else(presses: list[str]) -> None:
    deal = deal_of(((OFFER, 1),), terms_of(an_offer()), NOON)
    order = Order(an_order_id(), deal, a_person(1), Placed(LATER), NOON)
    was_paid = False
    for press in presses:
        before = state_name(order.state)
        with suppress(OrderNotOpen, OrderExpired):
            order = STEPS[press](order)
        after = state_name(order.state)
        assert after == before or after in NEXT[before]
        was_paid = was_paid or after == "paid"
    assert state_name(order.state) in STATES
    assert (state_name(order.state) in {*SOLD_STATES, "refunded"}) == was_paid
