"""Whose address a request comes from: one function for HTTP and for the live connection.

What proxies add to a request is believed only from proxies that the settings name.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

from multidict import MultiMapping

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

HOPS_MAX = 20
PRIVATE_SOCKET = "unix"


def client_address(peer: str, headers: Mapping[str, str], trusted: Sequence[str]) -> str:
    """The address of the client, given the socket's peer (empty for a private socket).

    `trusted` names proxies: networks such as 10.0.0.0/8, single addresses, or `unix` for the peer
    of a private socket. X-Forwarded-For is read from the right: the first address that is not a
    trusted proxy's own is the client; what stands further left was written by the client and
    says nothing.
    """
    proxies = tuple(trusted)
    if not proxies or not _is_trusted(peer, proxies):
        return _plain(peer)
    nearest = peer
    for hop in reversed(_forwarded(headers)):
        if _parsed(hop) is None:
            break
        nearest = hop
        if not _is_trusted(hop, proxies):
            break
    return _plain(nearest)


def _is_trusted(peer: str, proxies: tuple[str, ...]) -> bool:
    if not peer:
        return PRIVATE_SOCKET in proxies
    address = _parsed(peer)
    return address is not None and any(address in network for network in _networks(proxies))


@lru_cache(maxsize=8)
def _networks(proxies: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ip_network(name, strict=False) for name in proxies if name != PRIVATE_SOCKET)


def _forwarded(headers: Mapping[str, str]) -> Sequence[str]:
    # A proxy may add a header of its own below the client's: the last one counts, so take all.
    if isinstance(headers, MultiMapping):
        values = headers.getall("x-forwarded-for", [])
    else:
        values = [headers.get("x-forwarded-for", "")]
    hops = [hop.strip() for hop in ",".join(values).split(",")]
    return [hop for hop in hops if hop][-HOPS_MAX:]


def _plain(address: str) -> str:
    parsed = _parsed(address)
    return str(parsed) if parsed is not None else address


def _parsed(address: str) -> Address | None:
    try:
        parsed = ip_address(address.strip("[]"))
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped
    return parsed
