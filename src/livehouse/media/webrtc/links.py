"""How WebRTC reaches this machine: ports, the address outside, servers that help through NAT."""

import asyncio
import hmac
import re
from base64 import b64encode
from datetime import datetime, timedelta
from ipaddress import ip_address

from msgspec import Struct

ICE_SERVER = re.compile(
    r"(?P<scheme>stuns?|turns?):(?:(?P<user>[^:@]+):(?P<password>[^@]+)@)?(?P<rest>[\w.\-\[\]:?=]+)"
)

TURN = frozenset({"turn", "turns"})
# As long as the longest show: the server asks again whenever the way is kept open.
TURN_LASTS = timedelta(hours=12)

# Whom the app speaks for when it hands a request on.
CLIENT_HEADER = "X-Livehouse-Client"
# Which guest or host the app has recognised in a viewer; whoever is outside cannot say it.
HOLDER_HEADER = "X-Livehouse-Holder"
# How the app tells the media process: a command line would show passwords to every user.
WEBRTC_VARIABLE = "LIVEHOUSE_MEDIA_WEBRTC"


class BadLinks(ValueError):
    """A setting of WebRTC cannot be what it is."""


class IceServer(Struct, frozen=True, omit_defaults=True):
    """As browsers know it."""

    urls: str
    username: str = ""
    credential: str = ""


class WebRtcLinks(Struct, frozen=True):
    """`ports`: first and last UDP port, (0, 0) for any; `ice_servers` as
    `stun:host:port` or `turn:user:password@host:port?transport=udp`."""

    ports: tuple[int, int] = (0, 0)
    public_address: str = ""
    ice_servers: tuple[str, ...] = ()
    viewers_max: int = 20
    # What a TURN server and we know: by it those without a user get one that passes.
    turn_secret: str = ""

    def __post_init__(self) -> None:
        first, last = self.ports
        if not 0 <= first <= last <= 65_535 or (first == 0) != (last == 0):  # noqa: PLR2004
            raise BadLinks(f"ports {first}-{last}")
        if self.public_address:
            ip_address(self.public_address)
        for server in self.ice_servers:
            if ICE_SERVER.fullmatch(server) is None:
                raise BadLinks(f"ice server {server!r}")

    def for_browsers(self, now: datetime) -> list[IceServer]:
        """What a page gives to its RTCPeerConnection; what `turn_secret` opens, it opens from
        `now` on for `TURN_LASTS`."""
        servers = []
        for server in self.ice_servers:
            found = ICE_SERVER.fullmatch(server)
            assert found is not None
            user, password = found["user"] or "", found["password"] or ""
            if self.turn_secret and not user and found["scheme"] in TURN:
                user, password = passing_credentials(self.turn_secret, now + TURN_LASTS)
            servers.append(IceServer(f"{found['scheme']}:{found['rest']}", user, password))
        return servers

    def headers(self, now: datetime) -> list[str]:
        """`Link` headers of ICE servers (RFC 9725, 4.6)."""
        links = []
        for server in self.for_browsers(now):
            link = f'<{server.urls}>; rel="ice-server"'
            if server.username:
                link += (
                    f'; username="{server.username}"; credential="{server.credential}"'
                    '; credential-type="password"'
                )
            links.append(link)
        return links


def passing_credentials(secret: str, until: datetime) -> tuple[str, str]:
    """User and password that a TURN server with the same secret takes until then.

    After draft-uberti-behave-turn-rest, as coturn (`use-auth-secret`), Pion and eturnal have it.
    """
    user = f"{int(until.timestamp())}:livehouse"
    proof = hmac.digest(secret.encode(), user.encode(), "sha1")
    return user, b64encode(proof).decode()


def keep_to_ports(loop: asyncio.AbstractEventLoop, ports: tuple[int, int]) -> None:
    """Bind UDP sockets that ask for any port within `ports`: aioice has no such setting."""
    first, last = ports
    if first == 0:
        return
    create = loop.create_datagram_endpoint

    async def create_within(factory, local_addr=None, **rest):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN003, ANN202 - the signature of asyncio, handed on
        if local_addr is None or local_addr[1] != 0:
            return await create(factory, local_addr=local_addr, **rest)
        for port in range(first, last + 1):
            try:
                return await create(factory, local_addr=(local_addr[0], port), **rest)
            except OSError:
                continue
        raise OSError(f"no free UDP port from {first} to {last}")

    loop.create_datagram_endpoint = create_within  # type: ignore[assignment]
