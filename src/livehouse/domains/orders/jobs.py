"""Background work of orders: the goods of who does not pay go back to the shelf."""

from datetime import timedelta

from livehouse.domains.orders.service import Orders

EXPIRE_EVERY = timedelta(seconds=1)


async def expire_unpaid(orders: Orders) -> int:
    """Expire what is due; tells how many, so that the caller can go on at once when many were."""
    return await orders.expire_due()
