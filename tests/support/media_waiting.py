"""Waits for what real processes do: looks again and again, with a deadline, without sleeping."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")

LOOK_EVERY_SECONDS = 0.05


async def eventually(look: Callable[[], Awaitable[T | None]], *, within: float = 120.0) -> T:
    """The first answer of `look` that is something, or `TimeoutError`."""
    async with asyncio.timeout(within):
        while True:
            found = await look()
            if found:
                return found
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.Event().wait(), LOOK_EVERY_SECONDS)
