"""The demo's simulated audience: real clients over real sockets, in a process of its own.

Usage: python -m livehouse.app.audience, with one JSON object on standard input:
{"address": "http://127.0.0.1:8080", "show": "slug", "tokens": ["lh_…"]}.
It ends when standard input does, so it never outlives the demo.
"""

import asyncio
import random
import sys
from datetime import timedelta
from importlib.resources import files
from typing import Any

import aiohttp
import msgspec
from msgspec import Struct

from livehouse.foundation.clock import Clock, SystemClock, to_ms
from livehouse.foundation.ids import IdSource, SystemIds

ANSWER_SECONDS_MAX = 10.0
RECONNECT = timedelta(seconds=3)
LINES = files("livehouse.app").joinpath("demo_data/chat_lines.txt").read_text().splitlines()


class Task(Struct, frozen=True):
    address: str
    show: str
    tokens: list[str]


class Member:
    """One simulated viewer with a temperament of their own."""

    def __init__(self, task: Task, token: str, dice: random.Random, clock: Clock) -> None:
        self._task = task
        self._headers = {"Authorization": f"Bearer {token}"}
        self._dice = dice
        self._clock = clock
        self._ids: IdSource = SystemIds(clock)
        self._pace = dice.uniform(4, 14)
        self.offers: dict[str, dict[str, Any]] = {}

    async def live(self, client: aiohttp.ClientSession) -> None:
        """Watch, chat, like and buy until cancelled; come back after every loss."""
        await self._pause(self._dice.uniform(0, 6))
        while True:
            try:
                await self._visit(client)
            except* (aiohttp.ClientError, TimeoutError, KeyError, OSError):
                self.offers.clear()
            await self._pause(RECONNECT.total_seconds() * self._dice.uniform(0.5, 2))

    async def _visit(self, client: aiohttp.ClientSession) -> None:
        base = self._task.address
        async with client.get(f"{base}/api/shows/{self._task.show}") as answer:
            run = (await answer.json()).get("run")
        if not run or run["state"] != "live":
            return
        async with client.post(
            f"{base}/api/tickets", json={"run": run["id"]}, headers=self._headers
        ) as answer:
            ticket = (await answer.json())["ticket"]
        async with client.ws_connect(f"{base}/live/{run['id']}") as socket:
            await socket.send_json({"type": "join", "ticket": ticket})
            async with asyncio.TaskGroup() as tasks:
                acting = tasks.create_task(self._act(socket))
                async for message in socket:
                    if message.type is aiohttp.WSMsgType.TEXT:
                        self.hear(msgspec.json.decode(message.data))
                acting.cancel()

    def hear(self, message: dict[str, Any]) -> None:
        """Keep the offers as the room tells them; answers to one's own wishes are let pass."""
        if "type" in message:
            return
        news = message.get("state") or message.get("patch") or {}
        if "state" in message:
            self.offers = {}
        for offer_id, card in (news.get("offers") or {}).items():
            self.offers.setdefault(offer_id, {}).update(card or {})

    async def _act(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            await self._pause(self._pace * self._dice.uniform(0.4, 1.8))
            chance = self._dice.random()
            if chance < 0.5:  # noqa: PLR2004 - half of what people do is to like
                await socket.send_json({"type": "room.like", "count": self._dice.randint(1, 6)})
            elif chance < 0.82:  # noqa: PLR2004 - a third is talk
                line = self._dice.choice(LINES)
                await socket.send_json(
                    {"type": "chat.say", "id": str(self._ids.new()), "text": line}
                )
            else:
                await self._buy(socket)

    async def _buy(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        now_ms = to_ms(self._clock.now())
        open_now = [
            offer_id
            for offer_id, card in self.offers.items()
            if card.get("state") == "open"
            and card.get("left", 0) > 0
            and not 0 < card.get("closes_at", 0) < now_ms
        ]
        if open_now:
            wish = {"type": "orders.buy", "id": str(self._ids.new()), "quantity": 1}
            await socket.send_json(wish | {"offer_id": self._dice.choice(open_now)})

    async def _pause(self, seconds: float) -> None:
        await self._clock.sleep(timedelta(seconds=seconds))


async def main() -> None:
    reader = asyncio.StreamReader(limit=2**20)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    task = msgspec.json.decode(await reader.readline(), type=Task)
    clock = SystemClock()
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=ANSWER_SECONDS_MAX)
    connector = aiohttp.TCPConnector(limit=0)
    async with (
        aiohttp.ClientSession(timeout=timeout, connector=connector) as client,
        asyncio.TaskGroup() as tasks,
    ):
        members = [
            tasks.create_task(Member(task, token, _dice(number), clock).live(client))
            for number, token in enumerate(task.tokens)
        ]
        await reader.read()  # until the demo is gone
        for member in members:
            member.cancel()


def _dice(number: int) -> random.Random:
    return random.Random(number)  # noqa: S311 - play, not secrecy


if __name__ == "__main__":
    asyncio.run(main())
