"""Merkle trees as in RFC 9162 (RFC 6962), section 2.1: leaves and nodes cannot be confused."""

from collections.abc import Sequence
from hashlib import sha256


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def tree_hash(leaves: Sequence[bytes]) -> bytes:
    """The root over these leaves; that of none is the hash of nothing."""
    if not leaves:
        return sha256().digest()
    return levels([leaf_hash(leaf) for leaf in leaves])[-1][0]


def root_over(hashes: Sequence[bytes]) -> bytes:
    """The same from the leaves' hashes, without keeping what lies between."""
    level = list(hashes)
    if not level:
        return sha256().digest()
    while len(level) > 1:
        last = [level[-1]] if len(level) % 2 else []
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [sha256(b"\x01" + left + right).digest() for left, right in pairs] + last
    return level[0]


def levels(hashes: Sequence[bytes]) -> list[list[bytes]]:
    """Every level from the leaves' hashes up to the root. A node without a neighbour goes up as it
    is, which gives the same tree as the RFC's split at the largest power of two."""
    level = list(hashes)
    found = [level]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [node_hash(left, right) for left, right in pairs]
        if len(level) % 2:
            above.append(level[-1])
        found.append(above)
        level = above
    return found
