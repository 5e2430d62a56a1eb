"""Video servers of the operator's that stand in front: told to drop a camera that must leave."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from urllib.parse import quote, urlsplit

import aiohttp
import structlog
from litestar import Litestar
from msgspec import Struct
from typing_extensions import override

from livehouse.app.hook_forms import KICK_METHODS, Asked
from livehouse.foundation.clock import Clock
from livehouse.media.errors import InvalidSource
from livehouse.media.limits import PLAYBACK_CHARACTERS_MAX

log = structlog.get_logger()

SCHEMES = frozenset({"http", "https"})
PUBLISHERS_MAX = 256
DROPPING_MAX = 32
TRIES_MAX = 3
SECONDS_MAX = 3.0
PAUSE = timedelta(seconds=0.5)
# The connection is gone already: that is what was wanted.
GONE = frozenset({404, 410})
REFUSED = 400


class Kick(Struct, frozen=True):
    """The call that makes one publisher leave; its address may hold a key, and is never logged."""

    method: str
    url: str

    @override
    def __repr__(self) -> str:
        return f"Kick({self.method!r}, {urlsplit(self.url).hostname!r})"


def kick_of(template: str, asked: Asked) -> Kick | None:
    """`{key}`, `{id}` and `{type}` stand for what the server said; None where it named no way, or
    said nothing of what the way asks for. `InvalidSource` for what is no address."""
    if not template:
        return None
    if urlsplit(template).scheme not in SCHEMES or len(template) > PLAYBACK_CHARACTERS_MAX:
        raise InvalidSource(problem="kick")
    words = {"{key}": asked.key, "{id}": asked.id, "{type}": asked.kind}
    if any(name in template and not word for name, word in words.items()):
        return None
    for name, word in words.items():
        template = template.replace(name, quote(word, safe=""))
    return Kick(KICK_METHODS[asked.dialect], template)


class ServersInFront:
    """Knows how to make each publisher leave, while it is there; lives as the application does."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kicks: OrderedDict[str, Kick] = OrderedDict()
        self._client: aiohttp.ClientSession | None = None
        self._tasks: asyncio.TaskGroup | None = None
        self._dropping = 0

    @asynccontextmanager
    async def open(self, _: Litestar) -> AsyncIterator[None]:
        timeout = aiohttp.ClientTimeout(total=SECONDS_MAX)
        async with (
            aiohttp.ClientSession(timeout=timeout) as self._client,
            asyncio.TaskGroup() as self._tasks,
        ):
            yield

    def arrived(self, input_id: str, kick: Kick | None) -> None:
        self._kicks.pop(input_id, None)
        if kick is not None:
            self._kicks[input_id] = kick
        if len(self._kicks) > PUBLISHERS_MAX:
            self._kicks.popitem(last=False)

    def left(self, input_id: str) -> None:
        self._kicks.pop(input_id, None)

    def drop(self, input_id: str) -> None:
        """Have the server end the publisher's connection, if one has it. Does not wait."""
        kick = self._kicks.pop(input_id, None)
        if kick is None:
            return
        if self._dropping >= DROPPING_MAX:
            log.warning("publisher_not_dropped", input=input_id, reason="too_many")
            return
        assert self._tasks is not None, "opened with the application"
        self._dropping += 1
        self._tasks.create_task(self._drop(input_id, kick))

    async def _drop(self, input_id: str, kick: Kick) -> None:
        try:
            for again in range(TRIES_MAX):
                if again:
                    await self._clock.sleep(PAUSE * again)
                if await self._tell(input_id, kick):
                    return
            log.error("publisher_not_dropped", input=input_id, server=urlsplit(kick.url).hostname)
        finally:
            self._dropping -= 1

    async def _tell(self, input_id: str, kick: Kick) -> bool:
        assert self._client is not None, "opened with the application"
        server = urlsplit(kick.url).hostname
        try:
            async with self._client.request(kick.method, kick.url, allow_redirects=False) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            # Not its words: they may hold the address, and that a key.
            log.warning("server_not_reached", server=server, error=type(error).__name__)
            return False
        done = status < REFUSED or status in GONE
        say = log.info if done else log.warning
        say("publisher_dropped" if done else "server_refused", input=input_id, server=server,
            status=status)  # fmt: skip
        return done
