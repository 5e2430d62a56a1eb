"""Asking providers about many payments and refunds: a few at once, and each for itself."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import structlog

log = structlog.get_logger()

T = TypeVar("T")

# A slow provider holds up so many of them, and no more of our database's connections than that.
AT_ONCE_MAX = 8


async def each(things: Sequence[T], work: Callable[[T], Awaitable[None]]) -> None:
    """Do `work` for all; one that fails is logged and left to its next turn."""
    gate = asyncio.Semaphore(AT_ONCE_MAX)

    async def one(thing: T) -> None:
        async with gate:
            try:
                await work(thing)
            except Exception:
                log.exception("provider_work_failed", about=str(getattr(thing, "id", "")))

    async with asyncio.TaskGroup() as tasks:
        for thing in things:
            tasks.create_task(one(thing))
