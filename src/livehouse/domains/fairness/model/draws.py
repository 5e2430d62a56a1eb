"""Draws with very many entrants: who wins is the head of the drawn order, and terms are frozen.

The hashes are those of every draw here; what differs is the record, which has one nonce for each
entrant and nothing that follows from it, and the first places instead of the whole order.
"""

import heapq
from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated
from uuid import UUID

from msgspec import DecodeError, Meta, Struct
from msgspec.json import Decoder

from livehouse.domains.fairness.model.drawing import (
    ID_BYTES,
    NONCE_BYTES,
    PROTOCOL,
    WORK,
    commitment_to,
    entrant_of,
    leaf_of,
    stretched,
)
from livehouse.domains.fairness.model.trees import leaf_hash, root_over

BLOCK_BYTES = 64
PLACES_MAX = 100_000
_INNER, _OUTER = bytes([0x36]), bytes([0x5C])


class DrawPrize(Struct, frozen=True):
    """`quantity` places win it; prizes go in their order, the first place gets the first."""

    title: str
    quantity: Annotated[int, Meta(ge=1, le=PLACES_MAX)]


class DrawTerms(Struct, frozen=True):
    """What a check needs of the terms; they say more, to people."""

    prizes: tuple[DrawPrize, ...]
    reserves: Annotated[int, Meta(ge=0, le=PLACES_MAX)]

    @property
    def places(self) -> int:
        """How many win."""
        return sum(prize.quantity for prize in self.prizes)

    @property
    def listed(self) -> int:
        """How many places are drawn: those who win, and who comes in for them."""
        return self.places + self.reserves


class DrawRecord(Struct, frozen=True):
    """Everything that a check needs. `nonces` holds every entrant's, 64 digits each, in the order
    of their names; `places` names who was drawn, from the first place on."""

    protocol: str
    draw_id: UUID
    terms: str
    terms_hash: str
    commitment: str
    seed: str
    root: str
    nonces: str
    places: tuple[str, ...]


_read_terms = Decoder(DrawTerms).decode


def hash_of_terms(terms: str) -> str:
    """What is shown before anybody enters: it fixes every word of the terms."""
    return sha256(f"{PROTOCOL}/terms\0".encode() + terms.encode()).hexdigest()


def terms_in(text: str) -> DrawTerms:
    """What the terms say of prizes and places; a `DecodeError` where that is nothing."""
    return _read_terms(text.encode())


def name_of(draw_id: UUID, nonce: str) -> bytes:
    return bytes.fromhex(entrant_of(draw_id, nonce).id)


def leaf_for(draw_id: UUID, nonce: str) -> bytes:
    """The hash of the entrant's leaf in the tree over all of them."""
    return leaf_hash(leaf_of(entrant_of(draw_id, nonce)))


def root_of_leaves(leaves: bytes) -> str:
    """The root over these leaves' hashes, which stand one behind the other in order of names."""
    return root_over([leaves[at : at + 32] for at in range(0, len(leaves), 32)]).hex()


def first_places(names: bytes, key: bytes, count: int) -> list[bytes]:
    """The names at the head of the drawn order, of names that stand one behind the other.

    The place is HMAC-SHA256 of the name (RFC 2104), written out: a million of them in a second.
    """
    inner = bytes(byte ^ 0x36 for byte in key) + _INNER * (BLOCK_BYTES - len(key))
    outer = bytes(byte ^ 0x5C for byte in key) + _OUTER * (BLOCK_BYTES - len(key))
    drawn = (
        (sha256(outer + sha256(inner + name).digest()).digest(), name)
        for name in (names[at : at + ID_BYTES] for at in range(0, len(names), ID_BYTES))
    )
    return [name for _, name in heapq.nsmallest(count, drawn)]


def verify_draw(record: DrawRecord, work: int = WORK) -> dict[str, bool]:
    """Look at everything in the order in which it happened; all must hold.

    A record that comes from anywhere is answered, never raised at.
    """
    terms = _sound_terms(record)
    if terms is None:
        return {"form": False}
    written = sorted(_entrants(record))
    leaves = b"".join(leaf_for(record.draw_id, nonce) for _, nonce in written)
    names = b"".join(name for name, _ in written)
    seed = bytes.fromhex(record.seed)
    key = stretched(record.draw_id, seed, record.root, work)
    drawn = [name.hex() for name in first_places(names, key, terms.listed)]
    return {
        "form": True,
        "terms": hash_of_terms(record.terms) == record.terms_hash,
        "seed": commitment_to(record.draw_id, seed) == record.commitment,
        "root": root_of_leaves(leaves) == record.root,
        "order": tuple(drawn) == record.places,
    }


def _entrants(record: DrawRecord) -> list[tuple[bytes, str]]:
    digits = 2 * NONCE_BYTES
    nonces = [record.nonces[at : at + digits] for at in range(0, len(record.nonces), digits)]
    return [(name_of(record.draw_id, nonce), nonce) for nonce in nonces]


def _sound_terms(record: DrawRecord) -> DrawTerms | None:
    texts: Sequence[str] = (record.terms_hash, record.commitment, record.seed, record.root)
    if record.protocol != PROTOCOL or not all(_is_hex(text, 64) for text in texts):
        return None
    if len(record.nonces) % (2 * NONCE_BYTES) or not _is_hex(record.nonces, len(record.nonces)):
        return None
    names = {name for name, _ in _entrants(record)}
    try:
        terms = terms_in(record.terms)
    except DecodeError:
        return None
    is_bounded = terms.places <= PLACES_MAX
    # Nobody stands in the list twice.
    return terms if is_bounded and len(names) * 2 * NONCE_BYTES == len(record.nonces) else None


def _is_hex(text: str, length: int) -> bool:
    if len(text) != length or not text.isascii() or text != text.lower():
        return False
    try:
        return len(bytes.fromhex(text)) * 2 == length
    except ValueError:
        return False
