"""Background work of campaigns: sales are counted, and who watches is looked at."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import TypeAlias

from livehouse.domains.campaigns.service import Counting

Work: TypeAlias = Callable[[], Awaitable[int]]

COUNT_EVERY = timedelta(seconds=1)
LOOK_EVERY = timedelta(seconds=15)


def periodic(counting: Counting) -> Iterator[tuple[str, timedelta, Work]]:
    """Name, interval and work of each; all of it may run on many nodes at once."""
    yield "count_sales", COUNT_EVERY, counting.count
    yield "look_at_rooms", LOOK_EVERY, counting.look_at_rooms
