"""How WebRTC reaches this machine: ports, the address outside, servers that help through NAT."""

import asyncio
import re
from ipaddress import ip_address

from msgspec import Struct

ICE_SERVER = re.compile(
    r"(?P<scheme>stuns?|turns?):(?:(?P<user>[^:@]+):(?P<password>[^@]+)@)?(?P<rest>[\w.\-\[\]:?=]+)"
)


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

    def __post_init__(self) -> None:
        first, last = self.ports
        if not 0 <= first <= last <= 65_535 or (first == 0) != (last == 0):  # noqa: PLR2004
            raise BadLinks(f"ports {first}-{last}")
        if self.public_address:
            ip_address(self.public_address)
        for server in self.ice_servers:
            if ICE_SERVER.fullmatch(server) is None:
                raise BadLinks(f"ice server {server!r}")

    def for_browsers(self) -> list[IceServer]:
        """What a page gives to its RTCPeerConnection."""
        servers = []
        for server in self.ice_servers:
            found = ICE_SERVER.fullmatch(server)
            assert found is not None
            urls = f"{found['scheme']}:{found['rest']}"
            servers.append(IceServer(urls, found["user"] or "", found["password"] or ""))
        return servers

    def headers(self) -> list[str]:
        """`Link` headers of ICE servers (RFC 9725, 4.6)."""
        links = []
        for server in self.ice_servers:
            found = ICE_SERVER.fullmatch(server)
            assert found is not None
            link = f'<{found["scheme"]}:{found["rest"]}>; rel="ice-server"'
            if found["user"]:
                link += (
                    f'; username="{found["user"]}"; credential="{found["password"]}"'
                    '; credential-type="password"'
                )
            links.append(link)
        return links


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
