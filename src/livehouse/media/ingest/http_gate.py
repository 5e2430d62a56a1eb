"""Asks the app over HTTP who a stream key belongs to: the hook `POST /ingest/authorise`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import msgspec
from msgspec import Struct
from typing_extensions import override

from livehouse.foundation.errors import TooManyRequests
from livehouse.media.ingest.errors import IngestUnavailable, UnknownStreamKey
from livehouse.media.ingest.gate import Gate, Welcome
from livehouse.media.ingest.limits import AUTHORISE_SECONDS_MAX

ANSWER_BYTES_MAX = 16 * 1024
OK = 200
REFUSED = {
    UnknownStreamKey.code: UnknownStreamKey,
    TooManyRequests.code: TooManyRequests,
}


class AskWhose(Struct, frozen=True, forbid_unknown_fields=True):
    """What the hook is asked; `address` is the publisher's."""

    key: str
    protocol: str
    address: str


class HttpGate(Gate):
    """`open` must last as long as it is asked. Until the app has said where it is, nobody is
    let in."""

    def __init__(self, token: str) -> None:
        self.app_url = ""
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._session: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        timeout = aiohttp.ClientTimeout(total=AUTHORISE_SECONDS_MAX)
        async with aiohttp.ClientSession(timeout=timeout) as self._session:
            yield

    @override
    async def authorise(self, key: str, *, protocol: str, address: str) -> Welcome:
        if self._session is None or not self.app_url:
            raise IngestUnavailable
        asked = msgspec.json.encode(AskWhose(key, protocol, address))
        url = f"{self.app_url}/ingest/authorise"
        try:
            async with self._session.post(
                url, data=asked, headers=self._headers, allow_redirects=False
            ) as answer:
                body = await answer.content.read(ANSWER_BYTES_MAX)
                if answer.status == OK:
                    return msgspec.json.decode(body, type=Welcome)
                problem = msgspec.json.decode(body, type=dict[str, object])
        except (aiohttp.ClientError, OSError, TimeoutError, msgspec.MsgspecError) as error:
            raise IngestUnavailable from error
        raise REFUSED.get(str(problem.get("code")), IngestUnavailable)
