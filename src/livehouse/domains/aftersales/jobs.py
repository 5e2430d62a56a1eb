"""Background work after the order: what time does where people did nothing."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import TypeAlias

from livehouse.domains.aftersales.service import AfterSales

Work: TypeAlias = Callable[[], Awaitable[int]]

DEADLINES_EVERY = timedelta(seconds=30)
LETTERS_EVERY = timedelta(seconds=2)


def periodic(aftersales: AfterSales) -> Iterator[tuple[str, timedelta, Work]]:
    """Name, interval and work of each; all of it may run on many nodes at once."""
    yield "confirm_deliveries", DEADLINES_EVERY, aftersales.shipping.confirm_due
    yield "close_orders", DEADLINES_EVERY, aftersales.shipping.close_due
    yield "accept_returns", DEADLINES_EVERY, aftersales.returns.accept_due
    yield "escalate_complaints", DEADLINES_EVERY, aftersales.complaints.escalate_due
    yield "letters_of_lines", LETTERS_EVERY, aftersales.letters.tell_held
    yield "order_letters", LETTERS_EVERY, aftersales.letters.send_due
