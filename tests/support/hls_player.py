"""A low-latency player without a screen: it follows a playlist as players do, and is strict."""

import asyncio

import aiohttp
from msgspec import Struct

from tests.support import hls_rules

ANSWER_SECONDS_MAX = 60.0


class Watched(Struct):
    """What a player got: its reloads in order, and the bytes of each part by name."""

    reloads: list[hls_rules.Listing]
    parts: dict[str, bytes]

    @property
    def begins(self) -> list[str]:
        """The parts that begin a segment."""
        return [name for name in self.parts if name.endswith(".0.m4s")]


class Player:
    """Asks for playlists with delivery directives, and for the hinted part before it is there."""

    def __init__(self, session: aiohttp.ClientSession, folder: str) -> None:
        self._session = session
        self._folder = folder

    async def get(self, name: str) -> tuple[aiohttp.ClientResponse, bytes]:
        url = f"{self._folder}/{name}"
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS_MAX)
        async with self._session.get(url, timeout=timeout) as answer:
            return answer, await answer.read()

    async def listing(self, query: str = "") -> hls_rules.Listing:
        answer, body = await self.get(f"index.m3u8{query}")
        assert answer.status == 200, body
        return hls_rules.read(body.decode())

    async def watch(self, parts: int, *, begin: bool = False) -> Watched:
        """Follow from now on for so many parts, or with `begin` until a segment has begun."""
        newest = await self.listing()
        watched = Watched([newest], {})
        while len(watched.parts) < parts or (begin and not watched.begins):
            number, index = next_of(newest)
            hint = newest.hint
            async with asyncio.TaskGroup() as tasks:
                part = tasks.create_task(self.get(hint))
                query = f"?_HLS_msn={number}&_HLS_part={index}&_HLS_skip=YES"
                reload = tasks.create_task(self.listing(query))
            answer, data = part.result()
            newest = reload.result()
            watched.reloads.append(newest)
            if answer.status == 200:
                watched.parts[hint] = data
        return watched


def next_of(listing: hls_rules.Listing) -> tuple[int, int]:
    """The segment and part that come next, as a player counts them."""
    if listing.growing:
        return listing.growing.number, len(listing.growing.parts)
    return listing.segments[-1].number + 1, 0
