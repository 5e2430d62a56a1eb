"""Fetches a picture from an address that a stranger gave us, without reaching inside.

A name is resolved once, every address it has is checked, and the connection goes to those very
addresses; each redirect is checked anew.
"""

import asyncio
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Protocol

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override
from yarl import URL

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.internet import AnyAddress, is_public
from livehouse.foundation.text import N_

BYTES_MAX = 10 * 2**20
SECONDS_MAX = 20.0
REDIRECTS_MAX = 3
ADDRESS_CHARACTERS_MAX = 2_000
CHUNK_BYTES = 64 * 1024
PORTS = frozenset({80, 443})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
OK = 200


class AddressInvalid(DomainError):
    kind = Refusal.INVALID
    code = "address_invalid"
    message = N_("This is not an address that we can fetch. It begins with http:// or https://.")


class AddressNotAllowed(DomainError):
    kind = Refusal.INVALID
    code = "address_not_allowed"
    message = N_("This address is not on the public internet.")


class PictureUnreachable(DomainError):
    """The other side may be better tomorrow; everything else stays refused."""

    kind = Refusal.UNAVAILABLE
    code = "picture_unreachable"
    message = N_("The picture's server does not answer.")


class PictureMissing(DomainError):
    kind = Refusal.NOT_FOUND
    code = "picture_missing"
    message = N_("There is no picture at this address: its server answered {status}.")


class PictureTooLarge(DomainError):
    kind = Refusal.TOO_LARGE
    code = "picture_too_large"
    message = N_("The picture is too large.")


class TooManyRedirects(DomainError):
    kind = Refusal.INVALID
    code = "too_many_redirects"
    message = N_("The picture's address leads on and on.")


class NotAPicture(DomainError):
    kind = Refusal.INVALID
    code = "not_a_picture"
    message = N_("This is not a JPEG, PNG, GIF, WebP or AVIF picture.")


class AddressPolicy(Protocol):
    """Says where a connection may go."""

    def allows(self, address: AnyAddress, port: int) -> bool: ...


class PublicInternet:
    """Addresses that anybody could reach, on the ports of the web."""

    def allows(self, address: AnyAddress, port: int) -> bool:
        return port in PORTS and is_public(address)


class Resolve(Protocol):
    """Turns a host's name into addresses, as the system does."""

    async def __call__(self, host: str, port: int) -> Sequence[AnyAddress]: ...


async def system_resolve(host: str, port: int) -> Sequence[AnyAddress]:
    """Also reads what is no name but an address in disguise, such as 0x7f.1 or 2130706433.

    localhost is this machine without asking anybody, as RFC 6761 (6.3) wants: some have no file
    that says so.
    """
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return [IPv6Address("::1"), IPv4Address("127.0.0.1")]
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ip_address(str(place[0]).partition("%")[0]) for *_, place in found]


class PictureFetcher:
    """One request at a time per call; opens no cookies, follows no proxy, sends no name."""

    def __init__(
        self,
        *,
        policy: AddressPolicy | None = None,
        resolve: Resolve = system_resolve,
        bytes_max: int = BYTES_MAX,
        seconds_max: float = SECONDS_MAX,
    ) -> None:
        self._policy = policy or PublicInternet()
        self._resolve = resolve
        self._bytes_max = bytes_max
        self._seconds_max = seconds_max

    async def fetch(self, address: str) -> bytes:
        """The bytes of a picture, or the reason why there is none."""
        try:
            async with asyncio.timeout(self._seconds_max):
                return await self._follow(_parsed(address))
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise PictureUnreachable from error

    async def _follow(self, url: URL) -> bytes:
        for _ in range(REDIRECTS_MAX + 1):
            answer = await self._ask(url)
            if isinstance(answer, bytes):
                return answer
            url = answer
        raise TooManyRedirects

    async def _ask(self, url: URL) -> bytes | URL:
        """The picture, or where else it is said to be."""
        pinned = _Pinned(await self._allowed(url))
        connector = aiohttp.TCPConnector(resolver=pinned, use_dns_cache=False, force_close=True)
        async with (
            aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
            ) as session,
            session.get(
                url,
                allow_redirects=False,
                headers={
                    "Accept": "image/webp,image/jpeg,image/png,image/gif,image/avif",
                    "Accept-Encoding": "identity",
                    "User-Agent": "Livehouse",
                },
            ) as response,
        ):
            if response.status in REDIRECTS:
                return _parsed(str(url.join(_target(response))))
            if response.status >= 500:  # noqa: PLR2004 - HTTP's own bound
                raise PictureUnreachable
            if response.status != OK:
                raise PictureMissing(status=response.status)
            return await self._read(response)

    async def _allowed(self, url: URL) -> list[AnyAddress]:
        """Every address of the host; one that leads inside spoils them all."""
        host, port = url.raw_host, url.port  # what aiohttp sees, so that both mean one place
        assert host is not None
        assert port is not None
        try:
            addresses = list(await self._resolve(host, port))
        except (OSError, UnicodeError):
            raise PictureUnreachable from None
        if not addresses or not all(self._policy.allows(one, port) for one in addresses):
            raise AddressNotAllowed
        return addresses

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise NotAPicture  # we asked for none, and do not unpack what may be a bomb
        if (response.content_length or 0) > self._bytes_max:
            raise PictureTooLarge
        content = bytearray()
        async for chunk in response.content.iter_chunked(CHUNK_BYTES):
            content += chunk
            if len(content) > self._bytes_max:
                raise PictureTooLarge
        if sniffed(bytes(content[:16])) is None:
            raise NotAPicture
        return bytes(content)


def sniffed(start: bytes) -> str | None:
    """What a file is by its first bytes, whatever its server calls it."""
    for signature, kind in (
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
    ):
        if start.startswith(signature):
            return kind
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "image/webp"
    if start[4:12] in {b"ftypavif", b"ftypavis"}:
        return "image/avif"
    return None


class _Pinned(AbstractResolver):
    """Answers with the addresses that were checked, so that nobody answers otherwise later."""

    def __init__(self, addresses: Sequence[AnyAddress]) -> None:
        self._addresses = addresses

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=str(address),
                port=port,
                family=_family(address),
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self._addresses
            if family in (socket.AF_UNSPEC, _family(address))
        ]

    @override
    async def close(self) -> None:
        pass


def _family(address: AnyAddress) -> socket.AddressFamily:
    return socket.AF_INET if isinstance(address, IPv4Address) else socket.AF_INET6


def _parsed(address: str) -> URL:
    if len(address) > ADDRESS_CHARACTERS_MAX:
        raise AddressInvalid
    try:
        url = URL(address)
        usable = url.scheme in {"http", "https"} and url.host and url.port is not None
    except ValueError:
        raise AddressInvalid from None
    if not usable:
        raise AddressInvalid
    if url.user is not None or url.password is not None:
        raise AddressNotAllowed  # nobody's password is spent on our behalf
    return url.with_fragment(None)


def _target(response: aiohttp.ClientResponse) -> URL:
    try:
        return URL(response.headers["Location"])
    except (KeyError, ValueError):
        raise PictureMissing(status=response.status) from None
