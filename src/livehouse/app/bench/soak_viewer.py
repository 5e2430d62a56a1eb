"""A viewer of a soak: follows a show's parts over its whole length, and reads the clock in them."""

import asyncio
import re
from datetime import timedelta

import aiohttp
import av
from msgspec import Struct

from livehouse.app.bench.recorded import first_clock
from livehouse.foundation.clock import SystemClock, to_ms

ANSWER_SECONDS_MAX = 20.0
RETRY = timedelta(milliseconds=200)
_LINE = re.compile(
    r'#EXT-X-MAP:URI="(?P<init>[^"]+)"'
    r'|#EXT-X-PART:DURATION=[0-9.]+,URI="(?P<part>(?P<msn>\d+)\.(?P<index>\d+)\.m4s)"(?P<more>.*)'
    r'|#EXT-X-PRELOAD-HINT:TYPE=PART,URI="(?P<next>\d+)\.(?P<nth>\d+)\.m4s"'
)


class Look(Struct, frozen=True):
    """When (ms since 1970) a part was there whose first picture is so old (ms)."""

    at: int
    late_ms: int


class News(Struct, frozen=True):
    """Parts of a playlist that were not in the one before, each with its init segment."""

    keys: list[tuple[str, str]]
    newest: tuple[int, int]
    query: str


def news_in(playlist: str, known: tuple[int, int]) -> News:
    """What is new beyond `known`; `keys` are the parts that can be decoded by themselves."""
    init, query, newest, keys = "", "", known, []
    for found in _LINE.finditer(playlist):
        if found["init"]:
            init = found["init"]
        elif found["part"]:
            place = int(found["msn"]), int(found["index"])
            if place > newest:
                newest = place
                if "INDEPENDENT=YES" in found["more"]:
                    keys.append((init, found["part"]))
        else:
            query = f"?_HLS_msn={found['next']}&_HLS_part={found['nth']}"
    return News(keys, newest, query)


class SoakViewer:
    """`looks` are of pictures that tell the time: not those of a slate. `damaged` are parts of
    which not all can be decoded, as when a camera is cut off within a picture."""

    def __init__(self, session: aiohttp.ClientSession, folder: str) -> None:
        self._session = session
        self._folder = folder
        self._known = (-1, -1)
        self._inits: dict[str, bytes] = {}
        self.looks: list[Look] = []
        # When something new was there, in ms since 1970.
        self.parts: list[int] = []
        self.errors = 0
        self.damaged = 0

    async def watch(self) -> None:
        """Without end; whatever goes wrong is tried again, as players do."""
        query = ""
        while True:
            try:
                playlist = await self._get(f"index.m3u8{query}")
                news = news_in(playlist.decode(), self._known)
                await self._take(news)
                query = news.query
            except (aiohttp.ClientError, TimeoutError, OSError):
                self.errors += 1
                query = ""
                await SystemClock().sleep(RETRY)

    async def _take(self, news: News) -> None:
        if news.newest == self._known:
            return
        is_first = self._known == (-1, -1)
        self._known = news.newest
        self.parts.append(_now())
        # A first playlist lists what is old.
        for init, part in [] if is_first else news.keys:
            data = await self._get(part)
            there = _now()
            if init not in self._inits:
                self._inits = {init: await self._get(init)}
            try:
                clock = await asyncio.to_thread(first_clock, self._inits[init] + data, there)
            except av.error.InvalidDataError:
                self.damaged += 1
                continue
            if clock is not None:
                self.looks.append(Look(there, there - clock))

    async def _get(self, name: str) -> bytes:
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS_MAX)
        async with self._session.get(f"{self._folder}/{name}", timeout=timeout) as answer:
            answer.raise_for_status()
            return await answer.read()


def _now() -> int:
    return to_ms(SystemClock().now())
