"""Following a live picture over HTTP part by part: alone, and with a crowd behind a cache."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import aiohttp
import httpx
import m3u8
import msgspec
import pytest
from litestar import Litestar
from litestar.di import Provide

from livehouse.app.bench.cache import open_cache
from livehouse.app.captions import Spoken
from livehouse.app.video import VideoPassage, video
from livehouse.foundation.clock import SystemClock, to_ms
from livehouse.foundation.ids import RunId
from livehouse.media.specs import StartRun, TestStage
from tests.support import hls_rules
from tests.support.hls_player import Player, next_of
from tests.support.media_material import shown
from tests.support.media_origin import RUN, Origin, an_origin

STAGE = TestStage(title="Warm evening", width=512, height=288, fps=15, kbps=400, key_seconds=1)
VIEWERS = 30


class Speechless:
    """Recordings without captions."""

    async def languages(self, run_id: RunId) -> dict[str, int]:  # noqa: ARG002
        return {}


@pytest.fixture
async def origin(tmp_path: Path) -> AsyncIterator[Origin]:
    async with an_origin(tmp_path, StartRun(source=STAGE, profile="fast")) as found:
        yield found


@pytest.fixture
async def player(origin: Origin) -> AsyncIterator[Player]:
    async with aiohttp.ClientSession() as session:
        yield Player(session, origin.folder)


async def test_parts_come_as_soon_as_they_are_made(player: Player, origin: Origin) -> None:
    watched = await player.watch(12, begin=True)

    for before, after in pairwise(watched.reloads):
        hls_rules.check_reload(before, after)
    newest = watched.reloads[-1]
    _, init = await player.get(newest.segments[0].init)
    first = shown(init + watched.parts[watched.begins[0]])[0]
    assert first.clock is not None
    assert all(count == 1 for count in origin.asked.values())
    # A part cannot be there sooner than its last picture; on a calm machine it is 70 ms later.
    assert to_ms(SystemClock().now()) - first.clock < 30_000


async def test_what_is_made_once_is_kept_for_ever_and_the_rest_for_a_moment(
    player: Player,
) -> None:
    listing = await player.listing()
    number, index = next_of(listing)
    reload, _ = await player.get(f"index.m3u8?_HLS_msn={number}&_HLS_part={index}")
    plain, text = await player.get("plain.m3u8")
    whole = m3u8.loads(text.decode())
    segment, data = await player.get(whole.segments[-1].uri)
    part, _ = await player.get(listing.hint)
    joining, _ = await player.get("index.m3u8")

    for found in (part, segment):
        assert found.status == 200
        assert found.content_type == "video/iso.segment"
        assert "immutable" in found.headers["Cache-Control"]
    assert len(data) > 1000
    assert joining.headers["Cache-Control"] == "public, max-age=1"
    assert reload.headers["Cache-Control"] == "public, max-age=10"
    assert {found.headers["Access-Control-Allow-Origin"] for found in (reload, part)} == {"*"}
    assert plain.content_type == "application/vnd.apple.mpegurl"
    assert hls_rules.read(text.decode()).parts == []


async def test_nonsense_is_answered_at_once(player: Player) -> None:
    listing = await player.listing()
    number, index = next_of(listing)

    for query in ("_HLS_part=1", "_HLS_msn=x", "_HLS_msn=900", "_HLS_skip=no", "_HLS_push=1"):
        answer, body = await player.get(f"index.m3u8?{query}")
        assert answer.status == 400
        assert msgspec.json.decode(body)["status"] == 400
        assert answer.headers["Cache-Control"] == "no-store"
    for name in (f"{number + 500}.0.m4s", f"{number}.{index + 9}.m4s", "0.99.m4s", "0.00.m4s"):
        answer, _ = await player.get(name)
        assert answer.status == 404, name


async def test_ffprobe_reads_it(player: Player, origin: Origin) -> None:
    await player.listing()

    probe = await asyncio.create_subprocess_exec(
        "ffprobe", "-v", "error", "-of", "json", "-show_streams",
        f"{origin.folder}/index.m3u8",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(30):
        said, complaints = await probe.communicate()

    streams = msgspec.json.decode(said)["streams"]
    assert complaints == b""
    assert {stream["codec_name"] for stream in streams} == {"h264", "aac"}
    assert {stream.get("height") for stream in streams} == {288, None}


async def test_a_cache_asks_once_for_each_part_however_many_watch(
    origin: Origin, tmp_path: Path
) -> None:
    """Through the guide's Varnish, with addresses that bear a viewer's own words."""
    async with open_cache(tmp_path, origin.port) as cache, aiohttp.ClientSession() as session:
        folder = f"http://{cache.host}:{cache.port}/live/{RUN}/video"
        first = Player(session, folder)
        await first.listing()
        origin.asked.clear()
        async with asyncio.TaskGroup() as tasks:
            watching = [tasks.create_task(Player(session, folder).watch(5)) for _ in range(VIEWERS)]
        answer, _ = await first.get("index.m3u8?viewer=7&utm=x")

    parts = Counter(name for task in watching for name in task.result().parts)
    assert sum(parts.values()) == VIEWERS * 5
    assert all(origin.asked[name] == 1 for name in parts)
    reloads = {name: count for name, count in origin.asked.items() if "_HLS_msn" in name}
    assert set(reloads.values()) == {1}
    assert len(reloads) <= len(parts) + 2
    assert answer.status == 200
    assert not [name for name in origin.asked if "viewer" in name]


async def test_the_house_asks_once_for_all_who_wait(origin: Origin) -> None:
    passage = VideoPassage(origin, node="here", makes_video=True, owners=None)
    spoken = Spoken(Speechless(), SystemClock())
    house = Litestar(
        [video],
        dependencies={
            "passage": Provide(lambda: passage, sync_to_thread=False),
            "spoken": Provide(lambda: spoken, sync_to_thread=False),
        },
    )
    transport = httpx.ASGITransport(cast(Any, house))
    async with (
        passage.open(house),
        httpx.AsyncClient(transport=transport, base_url="http://house") as client,
    ):
        listing = hls_rules.read((await client.get(f"/live/{RUN}/video/index.m3u8")).text)
        number, index = next_of(listing)
        reload = f"index.m3u8?_HLS_msn={number}&_HLS_part={index}"
        async with asyncio.TaskGroup() as tasks:
            waiting = [
                tasks.create_task(client.get(f"/live/{RUN}/video/{name}&token={viewer}"))
                for viewer in range(VIEWERS)
                for name in (reload, f"{listing.hint}?")
            ]

    answers = [task.result() for task in waiting]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 2
    assert (origin.asked[reload], origin.asked[listing.hint]) == (1, 1)
