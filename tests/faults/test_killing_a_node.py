"""The node that conducts a room is killed; another goes on with it."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from livehouse.foundation.clock import SystemClock
from livehouse.storage.database import str_url
from tests.support.cluster import Watcher, a_cluster, watching
from tests.support.engine_tasks import running

TAKEOVER_MS_MAX = 3_000
LIKE_EVERY = timedelta(milliseconds=100)


@pytest.mark.timeout(60)
async def test_a_room_goes_on_when_the_node_that_conducts_it_is_killed(
    house_folder: Path, database_url: str
) -> None:
    async with a_cluster(house_folder, database_url) as cluster:
        sale = await cluster.open_sale()
        nodes = [cluster.node("first"), cluster.node("second", roles="web,gateway,conductor")]
        await cluster.start(*nodes)
        conducting = await cluster.conducting()
        [other] = [node for node in nodes if node is not conducting]
        async with (
            watching(conducting.url, sale.run_id) as near,
            watching(other.url, sale.run_id) as far,
            running(liking(far)),
        ):
            await near.wait_for_frames(4)
            await far.wait_for_frames(4)

            await cluster.kill(conducting)

            await far.wait_for_epochs(2)

            assert far.has_no_gap, far.numbers
            assert near.has_no_gap, near.numbers
            assert far.agrees_with(near)
            assert far.room.resyncs == 0
        assert await takeover_ms(database_url, sale.run_id) <= TAKEOVER_MS_MAX


async def liking(watcher: Watcher) -> None:
    """Something happens at every tick, so that the log tells when nobody conducts."""
    clock = SystemClock()
    while True:
        watcher.room.like()
        await clock.sleep(LIKE_EVERY)


async def takeover_ms(database_url: str, run: UUID) -> int:
    """The longest silence of the log between one conductor's last frame and the next's first."""
    connection = await asyncpg.connect(str_url(database_url))
    rows = await connection.fetch(
        "select epoch, at_ms from frames where run_id = $1 order by n", run
    )
    await connection.close()
    silences = [
        after["at_ms"] - before["at_ms"]
        for before, after in pairwise(rows)
        if after["epoch"] != before["epoch"]
    ]
    assert silences, "nobody took over"
    return int(max(silences))
