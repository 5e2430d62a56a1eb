"""The cluster of the guide, with the guide's own files: it carries a room, and loses its parts."""

import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from livehouse.app.bench.furnishing import Sale
from livehouse.app.bench.ports import free_port
from livehouse.app.settings import load_settings
from tests.support.cluster import Cluster, ClusterNode, Daemon, a_cluster, watching
from tests.support.front import GUIDE, haproxy, varnish
from tests.support.processes import eventually, status_of


@dataclass(frozen=True, slots=True)
class GuidesCluster:
    cluster: Cluster
    sale: Sale
    gateways: tuple[ClusterNode, ClusterNode]
    cache: Daemon
    door: Daemon


@asynccontextmanager
async def the_guides_cluster(folder: Path, database_url: str) -> AsyncIterator[GuidesCluster]:
    async with a_cluster(folder, database_url, nats_config=GUIDE / "nats.conf") as cluster:
        sale = await cluster.open_sale()
        gateways = tuple(
            cluster.node(name, config=GUIDE / "gateway.toml", **here())
            for name in ("gateway1", "gateway2")
        )
        conductor = cluster.node("conductor", config=GUIDE / "conductor.toml", media=True, **here())
        one, two = gateways
        ports = {"10.0.0.11": one.port, "10.0.0.12": two.port}
        cache = varnish(folder, ports)
        door = haproxy(
            folder,
            {f"{host}:8080": port for host, port in ports.items()}
            | {"10.0.0.10:6081": cache.port, "10.0.0.10:80": free_port()},
        )
        await cluster.start(*gateways, conductor)
        async with cache.running(), door.running():
            await eventually("the door is open", lambda: is_open(door))
            yield GuidesCluster(cluster, sale, (one, two), cache, door)


def here() -> dict[str, object]:
    """What differs on one machine."""
    return {"node_address": "", "trusted_proxies": "127.0.0.1/32", "origin": "", "purge_url": ""}


async def is_open(door: Daemon) -> bool:
    return await status_of(door.url, "/healthz") == 200


@pytest.mark.parametrize("name", ["gateway.toml", "conductor.toml"])
def test_the_guides_settings_are_settings(name: str) -> None:
    settings = load_settings({}, GUIDE / name)

    assert settings.nats_url
    assert settings.roles == tuple(tomllib.loads((GUIDE / name).read_text())["roles"])


async def test_the_guides_cluster_carries_a_room_and_loses_its_parts(
    house_folder: Path, database_url: str
) -> None:
    async with the_guides_cluster(house_folder, database_url) as guide:
        run, door = guide.sale.run_id, guide.door.url
        async with (
            watching(door, run) as viewer,
            watching(guide.gateways[1].url, run) as other,
            aiohttp.ClientSession() as http,
        ):
            await viewer.wait_for_frames(4)

            # A segment that is being made is answered when it is whole, and asked for once.
            latest = await read(http, f"{door}/live/{run}/frames/latest.json")
            segment = f"/live/{run}/frames/{latest['at'] // 2000}.json"
            first, hits = await fetched(http, door + segment)
            again, more_hits = await fetched(http, door + segment)
            assert first == again
            assert more_hits > hits

            # Only nodes may have it forgotten, and the door passes nothing of the kind on.
            assert await purged(http, door + segment) == 405
            assert (await fetched(http, door + segment))[1] > more_hits
            assert await purged(http, guide.cache.url + segment) == 200
            assert (await fetched(http, door + segment)) == (first, 0)

            # The video comes from the node that makes it, through any other.
            video = f"/live/{run}/video/index.m3u8"
            await eventually("the show is on air", lambda: is_there(door, video))

            await guide.cluster.kill(guide.gateways[0])
            await viewer.wait_for_frames(4)
            await other.wait_for_frames(4)
            assert viewer.has_no_gap, viewer.numbers
            assert other.has_no_gap, other.numbers
            assert viewer.agrees_with(other)

            await guide.cache.kill()
            await eventually("frames come without the cache", lambda: is_there(door, segment))


async def is_there(address: str, path: str) -> bool:
    return await status_of(address, path) == 200


async def read(http: aiohttp.ClientSession, url: str) -> dict[str, int]:
    async with http.get(url) as answer:
        assert answer.status == 200, await answer.text()
        found: dict[str, int] = await answer.json()
        return found


async def fetched(http: aiohttp.ClientSession, url: str) -> tuple[bytes, int]:
    """What is there, and how often the cache has answered without asking."""
    async with http.get(url) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.read(), int(answer.headers["X-Cache-Hits"])


async def purged(http: aiohttp.ClientSession, url: str) -> int:
    async with http.request("PURGE", url) as answer:
        return answer.status
