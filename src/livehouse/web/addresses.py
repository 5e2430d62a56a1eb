"""Whose address a request comes from: one function for HTTP and for the live connection.

What proxies add to a request is believed only from proxies that the settings name.
"""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address

HOPS_MAX = 20
# The smallest piece of IPv6 that one household gets; limits count it as one.
HOUSEHOLD_BITS = 64


class TrustedProxies:
    """Networks such as 10.0.0.0/8 or single addresses; `unix` trusts a private socket's peer."""

    def __init__(self, networks: Iterable[str]) -> None:
        names = tuple(networks)
        self._networks = tuple(ip_network(name) for name in names if name != "unix")
        self._trusts_socket = "unix" in names

    def __contains__(self, peer: str) -> bool:
        if not peer:
            return self._trusts_socket
        address = _parsed(peer)
        return address is not None and any(address in network for network in self._networks)


def client_address(
    peer: str, headers: Iterable[tuple[bytes, bytes]], trusted: TrustedProxies
) -> str:
    """The address of the client, given the socket's peer (empty for a private socket).

    X-Forwarded-For is read from the right: the first address that is not a trusted proxy's own is
    the client; whatever stands further left was written by the client and says nothing.
    """
    if peer not in trusted:
        return _plain(peer)
    nearest = peer
    for hop in reversed(_forwarded(headers)):
        if _parsed(hop) is None:
            break
        nearest = hop
        if hop not in trusted:
            break
    return _plain(nearest)


def limit_key(address: str) -> str:
    """What limits count by: an IPv4 address, or the household that an IPv6 address is in."""
    parsed = _parsed(address)
    if isinstance(parsed, IPv6Address):
        return str(IPv6Network((parsed, HOUSEHOLD_BITS), strict=False))
    return address


def _forwarded(headers: Iterable[tuple[bytes, bytes]]) -> Sequence[str]:
    values = [value for name, value in headers if name.lower() == b"x-forwarded-for"]
    hops = b",".join(values).decode("latin-1").split(",")
    return [hop.strip() for hop in hops if hop.strip()][-HOPS_MAX:]


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
