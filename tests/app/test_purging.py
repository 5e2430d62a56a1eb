"""Caches are told what was taken back: a real server hears it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from aiohttp import web

from livehouse.app.purging import Purger
from livehouse.foundation.ids import RunId

RUN = RunId(UUID(int=1))


class OneRevised:
    def __init__(self) -> None:
        self.tries: list[bool] = []

    async def to_purge(self, limit: int) -> Sequence[tuple[RunId, int, int]]:  # noqa: ARG002
        return [(RUN, 9, 2)]

    async def purged(self, run: RunId, number: int, revision: int, *, was_heard: bool) -> int:
        assert (run, number, revision) == (RUN, 9, 2)
        self.tries.append(was_heard)
        return 0 if was_heard else 1


@asynccontextmanager
async def a_cache(status: int) -> AsyncIterator[tuple[str, list[str]]]:
    heard: list[str] = []

    async def hear(request: web.Request) -> web.Response:
        heard.append(f"{request.method} {request.path}")
        return web.Response(status=status)

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", hear)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/", heard
    await runner.cleanup()


async def test_every_old_address_and_the_index_are_forgotten() -> None:
    archive = OneRevised()
    async with a_cache(200) as (base, heard):
        await Purger(base, archive).work()

    frames = f"PURGE /live/{RUN}/frames"
    assert heard == [f"{frames}/9.json", f"{frames}/9.1.json", f"{frames}/index.json"]
    assert archive.tries == [True]


async def test_a_cache_that_refuses_or_is_away_is_told_again() -> None:
    archive = OneRevised()
    async with a_cache(403) as (base, _):
        await Purger(base, archive).work()
    await Purger(base, archive).work()

    assert archive.tries == [False, False]
