"""Which addresses anybody could reach, and which lead back inside."""

from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import TypeAlias

AnyAddress: TypeAlias = IPv4Address | IPv6Address

# What Python calls global although it leads elsewhere, perhaps back inside: addresses that carry
# an IPv4 address in them, and the retired site-local and relay ranges.
_REFUSED = [
    ip_network(network)
    for network in (
        "0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15",
        "240.0.0.0/4", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23",
        "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10",
    )
]  # fmt: skip


def is_public(address: AnyAddress) -> bool:
    """Whether the address is on the public internet: nobody's own network, no group of hosts."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return (
        address.is_global
        and not address.is_multicast
        and not any(address in network for network in _REFUSED)
    )
