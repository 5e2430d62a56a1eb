"""The only way out for FFmpeg when it fetches from an address that a host has given us.

FFmpeg follows redirects, and what playlists name, to wherever they lead. So it is let out only
through a door of this machine that looks at each destination and dials the very address it has
looked at (decision 0133): for HTTP the door is a proxy, for RTSP and RTMP it leads to one server.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_address
from socket import SOCK_STREAM
from urllib.parse import SplitResult, urlsplit

import structlog
from msgspec import Struct

from livehouse.foundation.errors import DomainError
from livehouse.foundation.internet import AnyAddress, is_public
from livehouse.media.errors import InvalidSource
from livehouse.media.ingest.errors import FetchNotAllowed, FetchUnreachable

log = structlog.get_logger()

PORTS = {"http": 80, "https": 443, "rtmp": 1935, "rtmps": 443, "rtsp": 554, "rtsps": 322}
SCHEMES = frozenset(PORTS)
# Below 1024 other services listen, which have no business with us.
PORTS_FROM = 1024
DIAL_SECONDS_MAX = 5.0
HEAD_SECONDS_MAX = 10.0
HEAD_BYTES_MAX = 32 * 1024
CLOSE_SECONDS_MAX = 1.0
CONNECTIONS_MAX = 16
READ_BYTES = 64 * 1024
# A server of RTSP that sends FFmpeg elsewhere would send it past us.
RTSP_ELSEWHERE = b"RTSP/1.0 3"


class Out(Struct, frozen=True):
    """What FFmpeg is told to open, and with which options."""

    url: str
    options: dict[str, str]


class _Target(Struct, frozen=True):
    host: str
    port: int
    is_secret: bool = False


@asynccontextmanager
async def passage(url: str, *, allow_private: bool) -> AsyncIterator[Out]:
    """A door that is open for as long as the block lasts; `FetchNotAllowed` and
    `FetchUnreachable` at once where the address itself is already refused or unknown."""
    given = _split(url)
    target = _Target(given.hostname or "", given.port or PORTS[given.scheme],
                     is_secret=given.scheme in {"rtmps", "rtsps"})  # fmt: skip
    await addresses_of(target.host, target.port, allow_private=allow_private)
    is_http = given.scheme in {"http", "https"}
    door = _Door(None if is_http else target, allow_private=allow_private)
    async with door.open() as port:
        yield _through_proxy(url, port) if is_http else _straight(given, port)


async def addresses_of(host: str, port: int, *, allow_private: bool) -> Sequence[AnyAddress]:
    """Every address of a name; one that leads inside spoils them all."""
    if not allow_private and port < PORTS_FROM and port not in PORTS.values():
        raise FetchNotAllowed
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(DIAL_SECONDS_MAX):
            found = await loop.getaddrinfo(host, port, type=SOCK_STREAM)
    except (OSError, UnicodeError, TimeoutError) as error:
        raise FetchUnreachable from error
    addresses = [ip_address(str(place[0]).partition("%")[0]) for *_, place in found]
    if not allow_private and not all(is_public(address) for address in addresses):
        raise FetchNotAllowed
    return addresses


def checked_address(url: str) -> str:
    """An address that could be fetched from at all, as somebody has typed it."""
    _split(url)
    return url


def _split(url: str) -> SplitResult:
    try:
        given = urlsplit(url)
        is_usable = given.scheme in SCHEMES and given.hostname and given.port != 0
    except ValueError:
        given, is_usable = urlsplit(""), False
    if not is_usable or not url.isprintable() or " " in url:
        raise InvalidSource(problem="an address of an unknown kind")
    return given


def _through_proxy(url: str, port: int) -> Out:
    return Out(
        url,
        {
            "http_proxy": f"http://127.0.0.1:{port}",
            "protocol_whitelist": "http,https,tls,tcp,httpproxy,crypto,data",
            # Nothing that names files or other protocols; playlists are followed by us alone.
            "format_whitelist": "hls,applehttp,mpegts,mov,mp4,m4a,flv,live_flv,aac",
        },
    )


def _straight(given: SplitResult, port: int) -> Out:
    """To the door itself; what the server needs to know of its own name is told beside it."""
    scheme = given.scheme.removesuffix("s")
    user = given.netloc.rpartition("@")[0]
    here = given._replace(scheme=scheme, netloc=f"{user}@127.0.0.1:{port}" if user
                          else f"127.0.0.1:{port}")  # fmt: skip
    if scheme == "rtsp":
        options = {"rtsp_transport": "tcp", "protocol_whitelist": "rtsp,rtp,tcp"}
    else:
        application = given.path.strip("/").rpartition("/")[0]
        host = given.netloc.rpartition("@")[2]
        options = {
            "rtmp_live": "live",
            "rtmp_tcurl": f"{given.scheme}://{host}/{application}",
            "protocol_whitelist": "rtmp,tcp",
        }
    return Out(here.geturl(), options)


class _Door:
    """Listens on this machine. With a target it leads there alone; without one it is a proxy.

    Other programs of this machine might use it, too, which gives them nothing that they have not.
    """

    def __init__(self, target: _Target | None, *, allow_private: bool) -> None:
        self._target = target
        self._allow_private = allow_private

    @asynccontextmanager
    async def open(self) -> AsyncIterator[int]:
        async with asyncio.TaskGroup() as tasks:
            inside: set[asyncio.Task[None]] = set()

            def enter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                if len(inside) >= CONNECTIONS_MAX:
                    writer.close()
                    return
                task = tasks.create_task(self._serve(reader, writer))
                inside.add(task)
                task.add_done_callback(inside.discard)

            server = await asyncio.start_server(
                enter, "127.0.0.1", 0, limit=HEAD_BYTES_MAX, backlog=CONNECTIONS_MAX
            )
            try:
                yield server.sockets[0].getsockname()[1]
            finally:
                server.close()
                for task in inside:
                    task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Whatever goes wrong: FFmpeg hears that its connection has ended."""
        try:
            await self._lead(reader, writer)
        except (OSError, TimeoutError, EOFError, asyncio.LimitOverrunError, DomainError) as error:
            log.info("fetch_ended", why=type(error).__name__)
        finally:
            await _close(writer)

    async def _lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = b""
        target = self._target
        if target is None:
            async with asyncio.timeout(HEAD_SECONDS_MAX):
                head = await reader.readuntil(b"\r\n\r\n")
            target = _asked_for(head)
        there, out = await self._dialled(target)
        try:
            if head.startswith(b"CONNECT "):
                writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            else:
                out.write(head)
            await _both(
                _pour(reader, out),
                _pour(there, writer, until=RTSP_ELSEWHERE if self._target else b""),
            )
        finally:
            await _close(out)

    async def _dialled(self, target: _Target) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """To the first of its addresses that answers; to the very address that was looked at."""
        found = await addresses_of(target.host, target.port, allow_private=self._allow_private)
        context = ssl.create_default_context() if target.is_secret else None
        async with asyncio.timeout(DIAL_SECONDS_MAX):
            for address in found:
                with suppress(OSError):
                    return await asyncio.open_connection(
                        str(address), target.port, ssl=context,
                        server_hostname=target.host if context else None,
                    )  # fmt: skip
        raise FetchUnreachable


def _asked_for(head: bytes) -> _Target:
    """Where a proxy's first request wants to go; further ones on its connection go there, too."""
    try:
        method, address, _ = head.split(b"\r\n", 1)[0].decode("ascii").split(" ")
        given = urlsplit(f"//{address}" if method == "CONNECT" else address)
        host, port = given.hostname, given.port
    except ValueError as error:
        raise FetchNotAllowed from error
    if method not in {"CONNECT", "GET"} or not host:
        raise FetchNotAllowed
    return _Target(host, port or PORTS["http"])


async def _pour(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, until: bytes = b""
) -> None:
    """Hand on what comes, to the end, or to words that must not be handed on."""
    last = b""
    with suppress(OSError):
        while data := await reader.read(READ_BYTES):
            if until and until in last + data:
                return
            last = data[-len(until) :] if until else b""
            writer.write(data)
            await writer.drain()


async def _both(*ways: Coroutine[None, None, None]) -> None:
    """When one direction ends, both do."""
    async with asyncio.TaskGroup() as tasks:
        going = [tasks.create_task(way) for way in ways]
        await asyncio.wait(going, return_when=asyncio.FIRST_COMPLETED)
        for task in going:
            task.cancel()


async def _close(writer: asyncio.StreamWriter) -> None:
    """What was handed over may still leave, for a moment."""
    writer.close()
    try:
        async with asyncio.timeout(CLOSE_SECONDS_MAX):
            await writer.wait_closed()
    except (OSError, TimeoutError):
        writer.transport.abort()
