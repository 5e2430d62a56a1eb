"""Clients of a live sale that come back after every loss, as good clients do."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import aiohttp
import msgspec

from livehouse.foundation.clock import SystemClock
from livehouse.foundation.ids import SystemIds

ANSWER_SECONDS_MAX = 3.0
COME_BACK = timedelta(milliseconds=100)
# A shopper looks before buying again, so that a sale lasts long enough to be disturbed.
# Eight shoppers then take about ninety pieces a second: a sale that lasts longer than a lease.
LOOK = timedelta(milliseconds=80)
THINK = timedelta(milliseconds=250)  # a talker, between two lines
AWAY = (aiohttp.ClientError, TimeoutError, OSError, ConnectionError)


@dataclass
class Ledger:
    """What the server told them: which orders are theirs, which lines are said, and what is not."""

    acknowledged: dict[UUID, int] = field(default_factory=dict)
    said: dict[UUID, bool] = field(default_factory=dict)  # and whether everybody was shown it
    refused: list[str] = field(default_factory=list)
    silences: int = 0  # how often nobody answered in time
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def took(self, order_id: UUID) -> None:
        async with self._changed:
            self.acknowledged[order_id] = self.acknowledged.get(order_id, 0) + 1
            self._changed.notify_all()

    async def heard_of(self, line: UUID, *, shown: bool) -> None:
        async with self._changed:
            self.said[line] = shown
            self._changed.notify_all()

    async def refuse(self, code: str) -> None:
        async with self._changed:
            self.refused.append(code)
            self._changed.notify_all()

    async def wait_for(self, orders: int) -> None:
        """Until so many orders have been acknowledged."""
        await self.wait_until(lambda: len(self.acknowledged) >= orders)

    async def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Until it is so, by what the server tells."""
        async with asyncio.timeout(60), self._changed:
            await self._changed.wait_for(is_so)


class Client:
    """One connection after another to the same room."""

    def __init__(self, address: str, run: UUID, ticket: str) -> None:
        self._address = address
        self._run = run
        self._ticket = ticket
        self._clock = SystemClock()

    async def join(
        self, http: aiohttp.ClientSession, since: int | None = None
    ) -> aiohttp.ClientWebSocketResponse:
        socket = await http.ws_connect(f"{self._address}/live/{self._run}")
        join: dict[str, Any] = {"type": "join", "ticket": self._ticket}
        await socket.send_json(join if since is None else join | {"since": since})
        return socket

    async def come_back(self) -> None:
        await self._clock.sleep(COME_BACK)

    @staticmethod
    async def hear(socket: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            message = await socket.receive()
        if message.type is not aiohttp.WSMsgType.TEXT:
            raise ConnectionError(message.type)
        heard: dict[str, Any] = msgspec.json.decode(message.data)
        return heard


class Shopper(Client):
    """Buys one after another until nothing is left; what has no answer is asked for again."""

    def __init__(
        self, address: str, run: UUID, ticket: str, *, offer_id: UUID, ledger: Ledger
    ) -> None:
        super().__init__(address, run, ticket)
        self._offer_id = offer_id
        self._ledger = ledger
        self._ids = SystemIds(self._clock)

    async def shop(self) -> None:
        wish = self._ids.new()
        async with aiohttp.ClientSession() as http:
            while True:
                try:
                    async with await self.join(http) as socket:
                        while await self._buy(socket, wish):
                            wish = self._ids.new()
                            await self._clock.sleep(LOOK)
                        return
                except AWAY as lost:
                    self._ledger.silences += isinstance(lost, TimeoutError)
                    await self.come_back()

    async def _buy(self, socket: aiohttp.ClientWebSocketResponse, wish: UUID) -> bool:
        """Whether to go on; a till that is busy is asked again with the same order's id."""
        order = {"type": "orders.buy", "id": str(wish), "offer_id": str(self._offer_id)}
        await socket.send_json(order)
        while True:
            heard = await self.hear(socket)
            if heard.get("type") == "orders.bought":
                await self._ledger.took(UUID(heard["id"]))
                return True
            if heard.get("type") == "refused":
                await self._ledger.refuse(heard["code"])
                if heard["code"] == "sold_out":
                    return False
                await self.come_back()
                await socket.send_json(order)


class Talker(Client):
    """Says one line after another; what has no answer, or a refusal, is said again."""

    def __init__(self, address: str, run: UUID, ticket: str, ledger: Ledger) -> None:
        super().__init__(address, run, ticket)
        self._ledger = ledger
        self._ids = SystemIds(self._clock)

    async def talk(self) -> None:
        line = self._ids.new()
        async with aiohttp.ClientSession() as http:
            while True:
                try:
                    async with await self.join(http) as socket:
                        while True:
                            await self._say(socket, line)
                            line = self._ids.new()
                            await self._clock.sleep(THINK)
                except AWAY:
                    await self.come_back()

    async def _say(self, socket: aiohttp.ClientWebSocketResponse, line: UUID) -> None:
        wish = {"type": "chat.say", "id": str(line), "text": f"line {line}"}
        await socket.send_json(wish)
        while True:
            heard = await self.hear(socket)
            if heard.get("type") == "chat.said":
                await self._ledger.heard_of(line, shown=heard["shown"])
                return
            if heard.get("type") == "refused":
                await self.come_back()
                await socket.send_json(wish)


class Follower(Client):
    """Watches, and resumes from the last frame it has; a gap or a step back is an error."""

    def __init__(self, address: str, run: UUID, ticket: str) -> None:
        super().__init__(address, run, ticket)
        self.numbers: list[int] = []
        self.epochs: list[int] = []
        self._moved = asyncio.Condition()

    async def watch(self) -> None:
        async with aiohttp.ClientSession() as http:
            while True:
                try:
                    since = self.numbers[-1] if self.numbers else None
                    async with await self.join(http, since) as socket:
                        await self._follow(socket)
                except AWAY:
                    await self.come_back()

    async def _follow(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            heard = await self.hear(socket)
            if "n" in heard:
                async with self._moved:
                    self.numbers.append(heard["n"])
                    self.epochs.append(heard["epoch"])
                    self._moved.notify_all()

    async def wait_for(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(30), self._moved:
            await self._moved.wait_for(is_so)

    async def wait_for_next(self) -> None:
        """Until another frame has come."""
        seen = len(self.numbers)
        await self.wait_for(lambda: len(self.numbers) > seen)

    def has_seen(self, *, epochs: int) -> bool:
        """Whether so many conductors have been heard."""
        return len(set(self.epochs)) >= epochs

    @property
    def has_no_gap(self) -> bool:
        first = self.numbers[0]
        return self.numbers == list(range(first, first + len(self.numbers)))
