"""What the crews of the benchmarks share: where to go, and how many of us to bring in."""

import asyncio
from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from msgspec import Struct

from livehouse.client.wire import Wire, connect

ARRIVE_SECONDS_MAX = 90.0
CONNECTING_AT_ONCE = 100


class Arrivals(Struct, frozen=True, tag=True):
    """Where a crew's visitors go, each with a ticket."""

    address: str
    run: UUID
    tickets: list[str]


class Ready(Struct, frozen=True):
    visitors: int


W = TypeVar("W", bound=Wire)


async def arrive(arrivals: Arrivals, visitors: Sequence[W]) -> None:
    """Connect all of them, a few at a time, and wait until each is in the room."""
    gate = asyncio.Semaphore(CONNECTING_AT_ONCE)

    async def enter(visitor: W) -> None:
        async with gate:
            await connect(arrivals.address, arrivals.run, visitor)

    async with asyncio.timeout(ARRIVE_SECONDS_MAX), asyncio.TaskGroup() as tasks:
        for visitor in visitors:
            tasks.create_task(enter(visitor))


def leave(visitors: Sequence[W]) -> None:
    for visitor in visitors:
        visitor.close()
