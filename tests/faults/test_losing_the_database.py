"""PostgreSQL ends under two nodes and is started again: the room resumes where it was."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from livehouse.foundation.clock import SystemClock, to_ms
from livehouse.storage.database import str_url
from tests.faults.market import Market, a_market
from tests.support.cluster import Watcher, a_cluster, watching
from tests.support.postgres import PostgresOfATest, a_postgres
from tests.support.processes import eventually

AGREED_MS_MAX = 10_000  # two seconds, and a machine that is busy
AWAY = timedelta(seconds=20)
STOCK = 1_000_000


async def test_a_room_resumes_when_the_database_is_back(house_folder: Path) -> None:
    await survive(house_folder, timedelta(0))


@pytest.mark.torture
async def test_a_room_resumes_when_the_database_was_away_for_long(house_folder: Path) -> None:
    await survive(house_folder, AWAY)


async def survive(folder: Path, away: timedelta) -> None:
    """The server is killed, and later stopped, each time for `away` and until buyers know."""
    async with a_postgres(folder) as postgres, a_cluster(folder, postgres.url) as cluster:
        sale = await cluster.open_sale(stock=STOCK)
        nodes = [cluster.node("one"), cluster.node("two")]
        await cluster.start(*nodes)
        async with (
            watching(nodes[0].url, sale.run_id) as near,
            watching(nodes[1].url, sale.run_id) as far,
            a_market(cluster, sale, nodes) as market,
        ):
            for end in (postgres.kill, postgres.stop):
                await lose(postgres, end, away, market)
                await resumed(postgres.url, sale.run_id, near, far)
            await market.sells(10)
            for watcher in (near, far):
                assert watcher.has_no_gap, watcher.numbers
                assert watcher.epochs == sorted(watcher.epochs)
                assert watcher.room.resyncs == 0
            assert near.agrees_with(far)
        await market.check()


async def lose(
    postgres: PostgresOfATest,
    end: Callable[[], Awaitable[None]],
    away: timedelta,
    market: Market,
) -> None:
    await market.sells(10)
    await end()
    await market.is_told("busy", times=10)
    await SystemClock().sleep(away)
    await market.is_told("busy", times=10)
    await postgres.start()


async def resumed(database_url: str, run: UUID, *watchers: Watcher) -> None:
    """From the first new frame of the log on, all soon have the same room."""
    connection = await asyncpg.connect(str_url(database_url))
    newest = "select max(n) from frames where run_id = $1"
    old = await connection.fetchval(newest, run)

    async def goes_on() -> bool:
        return bool(await connection.fetchval(newest, run) > old)

    await eventually("the log goes on", goes_on)
    began_ms = to_ms(SystemClock().now())
    await connection.close()
    for watcher in watchers:
        await watcher.wait_for_frame(old + 1)
        assert watcher.heard_ms[old + 1] - began_ms <= AGREED_MS_MAX
    assert len({watcher.hashes[old + 1] for watcher in watchers}) == 1
