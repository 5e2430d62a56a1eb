"""The demo's simulated audience: real clients over real sockets, in a process of its own.

Usage: python -m livehouse.app.audience, with one JSON object on standard input:
{"address": "http://127.0.0.1:8080", "show": "slug", "tokens": ["lh_…"]}.
It ends when standard input does, so it never outlives the demo.
"""

import asyncio
import random
import sys
from collections.abc import Iterable, Mapping
from datetime import timedelta
from importlib.resources import files
from typing import Any, cast

import aiohttp
import msgspec
import structlog
from msgspec import Struct

from livehouse.client import Refused, Room
from livehouse.engine.canonical import State
from livehouse.foundation.clock import Clock, SystemClock, to_ms

RECONNECT = timedelta(seconds=3)
# What happens to viewers: nothing is on yet, others were faster, they talk too fast.
EVERY_DAY = frozenset(
    {"not_live", "run_ended", "show_not_on", "sold_out", "limit_reached", "offer_closed",
     "offer_not_open", "too_many_requests", "slow_mode", "busy"}
)  # fmt: skip
LINES = files("livehouse.app").joinpath("demo_data/chat_lines.txt").read_text().splitlines()

log = structlog.get_logger()


class Task(Struct, frozen=True):
    address: str
    show: str
    tokens: list[str]
    # They come in one by one, for so long.
    arrive_seconds: float = 6.0


class Member:
    """One simulated viewer with a temperament of their own."""

    def __init__(
        self, task: Task, token: str, dice: random.Random, clock: Clock, told: set[str]
    ) -> None:
        self._task = task
        self._told = told
        self._token = token
        self._dice = dice
        self._clock = clock
        self._pace = dice.uniform(4, 14)

    async def live(self, http: aiohttp.ClientSession) -> None:
        """Watch, chat, like and buy until cancelled; go to the next run when one is over."""
        task = self._task
        await self._pause(self._dice.uniform(0, task.arrive_seconds))
        while True:
            try:
                async with Room.follow(
                    task.address, task.show, token=self._token, http=http
                ) as room:
                    await self._visit(room)
            except* Refused as refused:
                self._tell(refused.exceptions)
            except* ConnectionError:
                pass  # nobody is there: look again in a while
            await self._pause(RECONNECT.total_seconds() * self._dice.uniform(0.5, 2))

    async def _visit(self, room: Room) -> None:
        async with asyncio.TaskGroup() as tasks:
            acting = tasks.create_task(self._act(room))
            async for _ in room:
                pass  # the room keeps its own state
            acting.cancel()

    async def _act(self, room: Room) -> None:
        while True:
            await self._pause(self._pace * self._dice.uniform(0.4, 1.8))
            chance = self._dice.random()
            try:
                if chance < 0.5:  # noqa: PLR2004 - half of what people do is to like
                    room.like(self._dice.randint(1, 6))
                elif chance < 0.82:  # noqa: PLR2004 - a third is talk
                    await room.say(self._dice.choice(LINES))
                elif on_sale := buyable(room.state, to_ms(self._clock.now())):
                    await room.buy(self._dice.choice(on_sale))
            except Refused as refused:
                self._tell([refused])
            except TimeoutError:
                pass  # a busy house: it is only play

    def _tell(self, refusals: Iterable[BaseException]) -> None:
        """Say what was refused, once for each reason, unless viewers are refused so every day."""
        for refused in refusals:
            code = refused.code if isinstance(refused, Refused) else repr(refused)
            if code not in EVERY_DAY and code not in self._told:
                self._told.add(code)
                log.warning("audience_refused", code=code)

    async def _pause(self, seconds: float) -> None:
        await self._clock.sleep(timedelta(seconds=seconds))


def buyable(state: State, now_ms: int) -> list[str]:
    """The offers of a room that one may buy from now."""
    cards = cast(Mapping[str, Mapping[str, Any]], state.get("offers", {}))
    return [
        offer_id
        for offer_id, card in cards.items()
        if card.get("state") == "open"
        and card.get("left", 0) > 0
        and not 0 < card.get("closes_at", 0) < now_ms
        and not _awaits_draw(card)
    ]


def _awaits_draw(card: Mapping[str, Any]) -> bool:
    return bool(card.get("fair_window_ms")) and card.get("fair", {}).get("stage") != "done"


async def main() -> None:
    reader = asyncio.StreamReader(limit=2**20)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    task = msgspec.json.decode(await reader.readline(), type=Task)
    clock = SystemClock()
    told: set[str] = set()
    connector = aiohttp.TCPConnector(limit=0)
    async with (
        aiohttp.ClientSession(connector=connector) as client,
        asyncio.TaskGroup() as tasks,
    ):
        members = [
            tasks.create_task(Member(task, token, _dice(number), clock, told).live(client))
            for number, token in enumerate(task.tokens)
        ]
        await reader.read()  # until the demo is gone
        for member in members:
            member.cancel()


def _dice(number: int) -> random.Random:
    return random.Random(number)  # noqa: S311 - play, not secrecy


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    asyncio.run(main())
