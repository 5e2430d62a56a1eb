"""The HTTP side of pushing to a WHIP server (RFC 9725) that a host has named.

Each address, those of redirects and of sessions too, is looked at before it is asked, and the
connection goes to the very address that was looked at (as decision 0133 has it for fetching).
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import aiohttp
from msgspec import Struct
from yarl import URL

from livehouse.foundation.internet import AnyAddress
from livehouse.media.ingest.errors import FetchNotAllowed, FetchUnreachable
from livehouse.media.ingest.passage import addresses_of
from livehouse.media.outgoing.connection import Refused
from livehouse.media.webrtc.limits import (
    OFFER_BYTES_MAX,
    PLATFORM_REDIRECTS_MAX,
    PLATFORM_SECONDS_MAX,
)

OFFER_TYPE = "application/sdp"
CREATED = 201
REDIRECTED = frozenset({307, 308})
NOT_LET_IN = frozenset({401, 403})
# Nothing of WHIP is there: a page of the web, or an address that was mistyped or is gone.
NOT_WHIP = frozenset({404, 405, 410, 415, 501})
TOO_MANY_REQUESTS = 429
CLIENT_ERRORS = 400
SERVER_ERRORS = 500


class Taken(Struct, frozen=True):
    """What the server answered, and where its session is to be ended."""

    answer: bytes
    session: URL


class _Answer(Struct, frozen=True):
    status: int
    headers: Mapping[str, str]
    body: bytes


class Platform:
    """Speaks with one server; every problem is `Refused`, in words that hold no address."""

    def __init__(
        self, token: str, *, allow_private: bool, seconds_max: float = PLATFORM_SECONDS_MAX
    ) -> None:
        self._token = token
        self._allow_private = allow_private
        self._seconds_max = seconds_max

    async def take(self, address: str, offer: str) -> Taken:
        """Show our offer to the server, or to whichever it sends us to."""
        url = _parsed(address)
        for _ in range(PLATFORM_REDIRECTS_MAX + 1):
            answer = await self._ask("POST", url, offer.encode())
            place = answer.headers.get("Location", "")
            if answer.status in REDIRECTED and place:
                url = url.join(_parsed(place))
                continue
            if answer.status != CREATED or not place:
                raise refusal_of(answer.status)
            return Taken(answer.body, url.join(_parsed(place)))
        raise Refused("wrong_address", by_them=True)

    async def end(self, session: URL) -> None:
        """Give the session back; `Refused` where it is not heard."""
        await self._ask("DELETE", session, None)

    async def _ask(self, method: str, url: URL, offer: bytes | None) -> _Answer:
        schemes = {"https", "http"} if self._allow_private else {"https"}
        if url.scheme not in schemes or url.user is not None or url.password is not None:
            raise Refused("wrong_address", by_them=True)
        for address in await self._addresses(url):
            try:
                async with self._answered(method, url, address, offer) as response:
                    return _Answer(response.status, response.headers, await _body(response))
            except aiohttp.ClientConnectorError:
                continue  # the next of its addresses may answer
            except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
                break
        raise Refused("unreachable")

    async def _addresses(self, url: URL) -> Sequence[AnyAddress]:
        if not url.raw_host or not url.port:
            raise Refused("wrong_address", by_them=True)
        try:
            return await addresses_of(url.raw_host, url.port, allow_private=self._allow_private)
        except FetchNotAllowed:
            raise Refused("private_address", by_them=True) from None
        except FetchUnreachable:
            raise Refused("unreachable") from None

    @asynccontextmanager
    async def _answered(
        self, method: str, url: URL, address: AnyAddress, offer: bytes | None
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        headers = {"Host": url.host_port_subcomponent or "", "User-Agent": "Livehouse"}
        if offer is not None:
            headers |= {"Content-Type": OFFER_TYPE, "Accept": OFFER_TYPE}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        is_secret = url.scheme == "https"
        async with (
            aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=self._seconds_max),
            ) as session,
            session.request(
                method, url.with_host(str(address)), data=offer, headers=headers,
                allow_redirects=False, server_hostname=url.raw_host if is_secret else None,
            ) as response,
        ):  # fmt: skip
            yield response


def refusal_of(status: int) -> Refused:
    """What a status says that is not that of a new session."""
    if status in NOT_LET_IN:
        return Refused("not_allowed", by_them=True)
    if status in NOT_WHIP or status < CLIENT_ERRORS:
        return Refused("wrong_address", by_them=True)
    if status == TOO_MANY_REQUESTS or status >= SERVER_ERRORS:
        return Refused("busy")
    return Refused("refused", by_them=True)


async def _body(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > OFFER_BYTES_MAX:
            break  # it is no answer, and will be refused as that
    return bytes(body)


def _parsed(address: str) -> URL:
    try:
        return URL(address).with_fragment(None)
    except ValueError:
        raise Refused("wrong_address", by_them=True) from None
