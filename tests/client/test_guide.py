"""The guide's client works as it is printed, and so does ours: against a real house."""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from types import ModuleType
from typing import Any

import aiohttp
import pytest

from livehouse.client import By, Refused, Room
from tests.architecture.sources import ROOT
from tests.support.house import House, Plan, open_house

GUIDE = (ROOT / "docs/guides/writing-a-client.md").read_text()
VECTORS: dict[str, Any] = json.loads((ROOT / "docs/reference/wire.vectors.json").read_text())
WAIT = 30.0


def printed_client() -> str:
    """The guide's blocks of Python but for the first, which shows our own client."""
    _, *blocks = re.findall(r"^```python\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    return "\n".join(blocks)


@pytest.fixture
def guide() -> ModuleType:
    module = ModuleType("printed_client")
    exec(compile(printed_client(), "writing-a-client.md", "exec"), module.__dict__)
    return module


@pytest.fixture
async def house(open_folder: Path) -> AsyncIterator[House]:
    async with open_house(open_folder, Plan()) as opened:
        yield opened


@pytest.mark.parametrize("example", VECTORS["hashes"])
def test_the_guides_hash_is_that_of_the_reference(
    guide: ModuleType, example: dict[str, Any]
) -> None:
    assert guide.hash_of(example["state"]) == example["hash"]


@pytest.mark.parametrize("example", VECTORS["patches"])
def test_the_guides_patch_is_that_of_the_reference(
    guide: ModuleType, example: dict[str, Any]
) -> None:
    assert guide.merged(example["before"], example["patch"]) == example["after"]


def test_the_guides_copy_follows_the_example_log(guide: ModuleType) -> None:
    copy = guide.Copy()
    for step in VECTORS["log"]:
        before = copy.n
        followed = copy.follow(step["frame"])
        did = "resync" if not followed else "follow" if copy.n > before else "pass"
        assert did == step["do"]
        assert copy.state == step["state_after"]


async def a_room_over_http_is_the_same(house: House, room: Room) -> None:
    """Two carriers, one room: what is done by either is seen by both."""
    async with Room.follow(house.address, house.show_slug, by=By.HTTP) as other:
        assert other.n <= room.n + 1
        other.like(4)
        while "'likes': 7" not in str(other.state["counts"]):
            await anext(other)
        numbers = [(await anext(other)).n for _ in range(3)]
        assert numbers == list(range(numbers[0], numbers[0] + 3))
        assert other.resyncs == 0
        with pytest.raises(Refused, match="sign_in_required"):
            await other.say("a guest may watch and like, by post too")


async def test_the_guides_client_and_ours_follow_a_real_house(
    house: House, open_folder: Path
) -> None:
    program = open_folder / "client.py"
    program.write_text(printed_client())
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(program), house.address, house.show_slug,
        stdout=asyncio.subprocess.PIPE, env={"PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdout is not None
    try:
        async with asyncio.timeout(WAIT), Room.follow(house.address, house.show_slug) as room:
            room.like(3)
            with pytest.raises(Refused, match="sign_in_required"):
                await room.say("a guest may watch and like")
            lines: list[bytes] = []
            while not lines or b"'likes': 3" not in lines[-1]:
                lines.append(await process.stdout.readline())
                assert lines[-1], f"the printed client ended after {lines}"
            while "'likes': 3" not in str(room.state["counts"]):
                await anext(room)
            assert room.resyncs == 0
            await a_room_over_http_is_the_same(house, room)
    finally:
        process.kill()
        await process.wait()
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{house.address}/schema/asyncapi.json") as answer,
    ):
        written = (ROOT / "docs/reference/asyncapi.json").read_text()
        assert await answer.json() == json.loads(written)
