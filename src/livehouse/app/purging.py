"""Tells caches in front of us to forget segments that were written anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import aiohttp
import structlog

from livehouse.foundation.ids import RunId

log = structlog.get_logger()

SECONDS_MAX = 5.0
AT_ONCE_MAX = 100
TRIES_MAX = 10  # every two seconds: then whoever runs the cache must look after it
HEARD = frozenset({200, 204, 404})  # a cache may say that it has nothing to forget


class Revised(Protocol):
    """The archive, as the purger sees it."""

    async def to_purge(self, limit: int) -> Sequence[tuple[RunId, int, int]]: ...
    async def purged(self, run: RunId, number: int, revision: int, *, was_heard: bool) -> int: ...


@dataclass(frozen=True, slots=True)
class Purger:
    """Sends `PURGE {base}/live/{run}/frames/{segment}.json` and the index beside it."""

    base: str
    archive: Revised

    async def work(self) -> None:
        waiting = await self.archive.to_purge(AT_ONCE_MAX)
        if not waiting:
            return
        timeout = aiohttp.ClientTimeout(total=SECONDS_MAX)
        async with aiohttp.ClientSession(timeout=timeout) as client:
            for run, number, revision in waiting:
                was_heard = await self._purge(client, run, number, revision)
                left = await self.archive.purged(run, number, revision, was_heard=was_heard)
                if not was_heard and left == 0:
                    log.error("cache_not_purged", run=str(run), segment=number)

    async def _purge(
        self, client: aiohttp.ClientSession, run: RunId, number: int, revision: int
    ) -> bool:
        # All earlier ones, since a purge before this one may have been lost.
        names = [f"{number}.{r}.json" if r else f"{number}.json" for r in range(revision)]
        try:
            for name in (*names, "index.json"):
                address = f"{self.base.rstrip('/')}/live/{run}/frames/{name}"
                async with client.request("PURGE", address) as answer:
                    if answer.status not in HEARD:
                        log.warning("purge_refused", address=address, status=answer.status)
                        return False
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("cache_not_reached", base=self.base, error=repr(error))
            return False
        return True
