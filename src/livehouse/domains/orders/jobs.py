"""Background work of orders: unpaid goods go back, silent payments are asked about, money that
has to go back is sent, and fair openings go on."""

from datetime import timedelta

from livehouse.domains.orders.service import Openings, Orders, Payments, Waiting

EXPIRE_EVERY = timedelta(seconds=1)
SERVE_EVERY = timedelta(seconds=2)
ASK_EVERY = timedelta(seconds=15)
REFUND_EVERY = timedelta(seconds=2)
# An opening waits for frames, which come as often.
ADVANCE_EVERY = timedelta(milliseconds=250)
TELL_EVERY = timedelta(milliseconds=250)


async def expire_unpaid(orders: Orders) -> int:
    """Expire what is due; tells how many, so that the caller can go on at once when many were."""
    return await orders.expire_due()


async def serve_lines(waiting: Waiting) -> int:
    """Hold for who waits what has become free; tells for how many."""
    return await waiting.serve_free()


async def ask_about_payments(payments: Payments) -> int:
    """Ask about payments that nothing was heard of; tells how many."""
    return await payments.look_after_silent()


async def send_refunds(payments: Payments) -> int:
    """Send what has to go back; tells how many."""
    return await payments.refunds.send_due()


async def advance_openings(openings: Openings) -> int:
    """Move fair openings as far as they can go now."""
    return await openings.advance()


async def tell_drawn(openings: Openings) -> int:
    """Tell this node's viewers how the draw went for them."""
    return await openings.tell()
