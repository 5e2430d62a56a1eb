"""From a committed seed and the entrants' nonces to one order, the same for whoever computes it.

Every hash begins with what it is for, and names its draw, so that none can stand for another.
"""

import hmac
import re
from collections.abc import Iterable, Sequence
from hashlib import pbkdf2_hmac, sha256
from uuid import UUID

from msgspec import Struct

from livehouse.domains.fairness.errors import BadNonce
from livehouse.domains.fairness.model.trees import tree_hash

PROTOCOL = "livehouse/fair/1"
SEED_BYTES = 32
NONCE_BYTES = 32
ID_BYTES = 16
ENTRANTS_MAX = 50_000
QUANTITY_BYTES = 4
# One attempt at another list costs so many hashes one after the other: about half a second that
# more processors do not shorten, so that the order cannot be chosen by trying lists.
WORK = 2_000_000

_NONCE = re.compile(r"[0-9a-f]{64}")


class Entrant(Struct, frozen=True, forbid_unknown_fields=True):
    """Who takes part, under a name for this draw alone: both texts are hexadecimal."""

    id: str
    nonce: str
    quantity: int = 1


def nonce_of(text: str) -> str:
    """A nonce as a client sends it, or a refusal."""
    if _NONCE.fullmatch(text) is None:
        raise BadNonce
    return text


def commitment_to(draw_id: UUID, seed: bytes) -> str:
    """What is shown before anybody enters: it fixes the seed and tells nothing of it."""
    return sha256(_tag("seed", draw_id) + seed).hexdigest()


def entrant_of(draw_id: UUID, nonce: str, quantity: int = 1) -> Entrant:
    """The entrant with this nonce; the name follows from it, so that nobody can choose one."""
    name = sha256(_tag("entrant", draw_id) + bytes.fromhex(nonce)).digest()[:ID_BYTES]
    return Entrant(name.hex(), nonce, quantity)


def listed(entrants: Iterable[Entrant]) -> list[Entrant]:
    """The one order in which a list is written down: by name."""
    return sorted(entrants, key=lambda entrant: entrant.id)


def leaf_of(entrant: Entrant) -> bytes:
    """An entrant as a leaf of the tree: name, nonce, quantity, each of a fixed length."""
    quantity = entrant.quantity.to_bytes(QUANTITY_BYTES, "big")
    return bytes.fromhex(entrant.id) + bytes.fromhex(entrant.nonce) + quantity


def root_of(entrants: Iterable[Entrant]) -> str:
    """What is shown before the seed: it fixes who takes part, and with which nonces."""
    return tree_hash([leaf_of(entrant) for entrant in listed(entrants)]).hex()


def stretched(draw_id: UUID, seed: bytes, root: str, work: int = WORK) -> bytes:
    """The key of the order. It depends on the seed and on all nonces, and takes time to know."""
    salt = _tag("order", draw_id) + bytes.fromhex(root)
    return pbkdf2_hmac("sha256", seed, salt, work)


def arranged(entrants: Iterable[Entrant], key: bytes) -> Sequence[Entrant]:
    """The entrants in the order in which they get their places."""
    return sorted(
        listed(entrants),
        key=lambda entrant: hmac.digest(key, bytes.fromhex(entrant.id), "sha256"),
    )


def _tag(purpose: str, draw_id: UUID) -> bytes:
    return f"{PROTOCOL}/{purpose}\0".encode() + draw_id.bytes
