"""Two nodes lose NATS, and the one that makes the video: long tests, for `make torture`."""

import re
from datetime import timedelta
from functools import partial
from pathlib import Path

import aiohttp
import asyncpg
import pytest

from livehouse.foundation.clock import SystemClock
from livehouse.storage.database import str_url
from tests.faults.market import a_market
from tests.support.cluster import Cluster, ClusterNode, a_cluster, watching
from tests.support.processes import eventually

STOCK = 1_000_000
AWAY = timedelta(seconds=60)
HEALED_SECONDS_MAX = 4.0  # two for the nodes to find NATS, two for the viewers to agree
VIDEO_BACK_SECONDS_MAX = 20.0  # five of lease, the rest for encoding on a busy machine
_SEQUENCE = re.compile(r"#EXT-X-MEDIA-SEQUENCE:(\d+)")


@pytest.mark.torture
async def test_without_nats_rooms_go_on_and_agree_again_when_it_is_back(
    house_folder: Path, database_url: str
) -> None:
    async with a_cluster(house_folder, database_url) as cluster:
        sale = await cluster.open_sale(stock=STOCK)
        near_node, far_node = cluster.node("near"), cluster.node("far", roles="web,gateway")
        await cluster.start(near_node, far_node)
        async with (
            watching(near_node.url, sale.run_id) as near,
            watching(far_node.url, sale.run_id) as far,
            a_market(cluster, sale, (near_node, far_node)) as market,
        ):
            await near.wait_for_frames(4)
            await far.wait_for_frames(4)
            await market.sells(10)
            cluster.nats.kill()
            before = near.numbers[-1], far.numbers[-1]
            await SystemClock().sleep(AWAY)
            await market.sells(10)

            assert near.numbers[-1] - before[0] >= AWAY.seconds // 2, "the room spoke on"
            assert far.numbers[-1] - before[1] >= AWAY.seconds // 2, "the log was read"

            cluster.nats.start()

            async def is_together() -> bool:
                return abs(near.numbers[-1] - far.numbers[-1]) <= 1

            await eventually("both see the same moment", is_together, HEALED_SECONDS_MAX)
            await far.wait_for_frames(4)
            assert near.has_no_gap, near.numbers
            assert far.has_no_gap, far.numbers
            assert near.agrees_with(far)
        await market.check()
        assert all(set(ledger.refused) <= {"busy"} for ledger in market.ledgers)


@pytest.mark.torture
async def test_another_node_goes_on_with_the_video_of_a_killed_one(
    house_folder: Path, database_url: str
) -> None:
    async with a_cluster(house_folder, database_url) as cluster:
        sale = await cluster.open_sale()
        nodes = [cluster.node("one", media=True), cluster.node("two", media=True)]
        await cluster.start(*nodes)
        video = f"/live/{sale.run_id}/video/index.m3u8"
        for node in nodes:
            await eventually("every node has the video", partial(is_beyond, node, video, -1))
        owner = await maker(cluster, database_url)
        [other] = [node for node in nodes if node is not owner]
        seen = await sequence(other, video)

        await cluster.kill(owner)

        await eventually(
            "the other makes it, with later numbers",
            lambda: is_beyond(other, video, seen),
            VIDEO_BACK_SECONDS_MAX,
        )
        assert await maker(cluster, database_url) is other


async def maker(cluster: Cluster, database_url: str) -> ClusterNode:
    connection = await asyncpg.connect(str_url(database_url))
    name = await connection.fetchval("select node from media_owners")
    await connection.close()
    return next(node for node in cluster.nodes if name.endswith(f":{node.folder}"))


async def sequence(node: ClusterNode, video: str) -> int:
    """The number of the first segment in the playlist that the node gives; -1 without one."""
    async with aiohttp.ClientSession() as http, http.get(node.url + video) as answer:
        found = _SEQUENCE.search(await answer.text()) if answer.status == 200 else None
    return int(found[1]) if found else -1


async def is_beyond(node: ClusterNode, video: str, number: int) -> bool:
    return await sequence(node, video) > number
