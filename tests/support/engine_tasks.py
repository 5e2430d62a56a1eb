"""Background tasks that end with the test."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress


@asynccontextmanager
async def running(work: Coroutine[object, object, None]) -> AsyncIterator["asyncio.Task[None]"]:
    """Run `work` beside the test; a failure of it is the test's failure."""
    task = asyncio.create_task(work)  # noqa: TID251 - cancelled below
    try:
        yield task
    finally:
        failed = task.done() and not task.cancelled() and task.exception()
        task.cancel()
        if not failed:
            with suppress(asyncio.CancelledError):
                await task
        else:
            task.result()
