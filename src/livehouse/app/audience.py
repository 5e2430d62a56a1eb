"""The demo's simulated audience: real clients over real sockets, in a process of its own.

Usage: python -m livehouse.app.audience, with one JSON object on a line of standard input:
{"address": "http://127.0.0.1:8080", "shows": ["slug"], "tokens": ["lh_…"]}.
Another line sends everybody elsewhere. It ends when standard input does, so it never outlives the
demo.
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
     "offer_not_open", "too_many_requests", "slow_mode", "busy", "draw_over", "draw_full",
     "draw_not_open"}
)  # fmt: skip
# What people do in a room, in shares of one; what is left is playing and buying.
LIKES, TALK = 0.45, 0.25
# All of them come from one address. The votes of more than twenty voters from there are held back,
# and those of a visitor on the same machine should count.
VOTERS_MAX = 16
LINES = files("livehouse.app").joinpath("demo_data/chat_lines.txt").read_text().splitlines()

log = structlog.get_logger()


class Task(Struct, frozen=True):
    """Viewers go to the `shows` in turn; each stays in theirs."""

    address: str
    shows: list[str]
    tokens: list[str]
    # They come in one by one, for so long.
    arrive_seconds: float = 6.0


class Member:
    """One simulated viewer with a temperament of their own."""

    def __init__(self, task: Task, number: int, clock: Clock, told: set[str]) -> None:
        self._task = task
        self._told = told
        self._show = task.shows[number % len(task.shows)]
        self._token = task.tokens[number]
        self._may_vote = number // len(task.shows) < VOTERS_MAX
        self._dice = random.Random(number)  # noqa: S311 - play, not secrecy
        self._clock = clock
        self._pace = self._dice.uniform(4, 14)
        self._joined = ""
        self._votes: dict[tuple[str, int], int] = {}

    async def live(self, http: aiohttp.ClientSession) -> None:
        """Watch, chat, like and buy until cancelled; go to the next run when one is over."""
        task = self._task
        await self._pause(self._dice.uniform(0, task.arrive_seconds))
        while True:
            try:
                async with Room.follow(
                    task.address, self._show, token=self._token, http=http
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
            try:
                await self._act_once(room)
            except Refused as refused:
                self._tell([refused])
            except TimeoutError:
                pass  # a busy house: it is only play

    async def _act_once(self, room: Room) -> None:
        chance, now_ms = self._dice.random(), to_ms(self._clock.now())
        if chance < LIKES:
            room.like(self._dice.randint(1, 6))
        elif chance < LIKES + TALK:
            await room.say(self._dice.choice(LINES))
        elif (round_id := joinable(room.state, now_ms)) and round_id != self._joined:
            await room.join(round_id)
            self._joined = round_id
        elif self._may_vote and (battle := votable(room.state, now_ms)):
            self._vote(room, *battle)
        elif on_sale := buyable(room.state, now_ms):
            await room.buy(self._dice.choice(on_sale))

    def _vote(self, room: Room, battle_id: str, contestants: int) -> None:
        """Mostly for one's own star, and who is first changes."""
        numbers = range(contestants)
        star = self._dice.choices(numbers, weights=[contestants + 1 - n for n in numbers])[0]
        given = self._votes.get((battle_id, star), 0) + self._dice.randint(1, 3)
        self._votes = {key: n for key, n in self._votes.items() if key[0] == battle_id}
        self._votes[battle_id, star] = given
        room.vote(battle_id, star, given)

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


def joinable(state: State, now_ms: int) -> str:
    """The round of a draw that one may join now, or nothing."""
    cards = cast(Mapping[str, Mapping[str, Any]], state.get("draws", {}))
    return next(
        (
            str(card["round_id"])
            for card in cards.values()
            if card.get("stage") == "open"
            and card.get("kind") != "keyword"
            and card.get("opens_at", 0) <= now_ms <= card.get("closes_at", 0)
        ),
        "",
    )


def votable(state: State, now_ms: int) -> tuple[str, int] | None:
    """The battle that is on, and how many stand in it."""
    cards = cast(Mapping[str, Mapping[str, Any]], state.get("battles", {}))
    for battle_id, card in cards.items():
        if card.get("state") == "open" and now_ms < card.get("closes_at", 0):
            return battle_id, len(card.get("names", {}))
    return None


def _awaits_draw(card: Mapping[str, Any]) -> bool:
    return bool(card.get("fair_window_ms")) and card.get("fair", {}).get("stage") != "done"


async def main() -> None:
    reader = asyncio.StreamReader(limit=2**20)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    clock = SystemClock()
    told: set[str] = set()
    connector = aiohttp.TCPConnector(limit=0)
    async with (
        aiohttp.ClientSession(connector=connector) as client,
        asyncio.TaskGroup() as tasks,
    ):
        members: list[asyncio.Task[None]] = []
        while line := await reader.readline():  # until the demo is gone
            for member in members:
                member.cancel()
            task = msgspec.json.decode(line, type=Task)
            members = [
                tasks.create_task(Member(task, number, clock, told).live(client))
                for number in range(len(task.tokens))
            ]
        for member in members:
            member.cancel()


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    asyncio.run(main())
