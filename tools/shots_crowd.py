"""People who talk in the room while the pictures are taken, over real connections."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle

import aiohttp

from livehouse.foundation.clock import SystemClock
from livehouse.foundation.ids import SystemIds
from tools.shots_house import LINES, STAFF_LINE

PAUSE = timedelta(seconds=3)
STAFF_PAUSE = timedelta(seconds=10)


@asynccontextmanager
async def crowd(address: str, show: str, tokens: dict[str, str]) -> AsyncIterator[None]:
    """Everybody of `tokens` says a line now and then, until the block ends."""
    async with aiohttp.ClientSession() as client, asyncio.TaskGroup() as tasks:
        talking = [tasks.create_task(_talk(client, address, show, part)) for part in _parts(tokens)]
        try:
            yield
        finally:
            for task in talking:
                task.cancel()


@dataclass(frozen=True, slots=True)
class _Part:
    token: str
    lines: tuple[str, ...]
    pause: timedelta


def _parts(tokens: dict[str, str]) -> list[_Part]:
    guests = [token for name, token in tokens.items() if name not in {"host", "bo"}]
    return [
        _Part(tokens["host"], (STAFF_LINE,), STAFF_PAUSE),
        *(_Part(token, LINES[start :: len(guests)], PAUSE) for start, token in enumerate(guests)),
    ]


async def _talk(client: aiohttp.ClientSession, address: str, show: str, part: _Part) -> None:
    async with client.get(f"{address}/api/shows/{show}") as answer:
        run = (await answer.json())["run"]["id"]
    headers = {"Authorization": f"Bearer {part.token}"}
    async with client.post(f"{address}/api/tickets", json={"run": run}, headers=headers) as answer:
        ticket = (await answer.json())["ticket"]
    async with client.ws_connect(f"{address}/live/{run}") as socket:
        await socket.send_json({"type": "join", "ticket": ticket})
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_speak(socket, part))
            async for _ in socket:
                continue


async def _speak(socket: aiohttp.ClientWebSocketResponse, part: _Part) -> None:
    clock = SystemClock()
    ids = SystemIds(clock)
    for line in cycle(part.lines):
        await socket.send_json({"type": "chat.say", "id": str(ids.new()), "text": line})
        await socket.send_json({"type": "room.like", "count": 2})
        await clock.sleep(part.pause)
