"""That somebody is in a list, shown with a few hashes instead of the whole list."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from livehouse.domains.fairness.model.drawing import Entrant, leaf_of, listed
from livehouse.domains.fairness.model.trees import leaf_hash, levels, node_hash


class Proof(Struct, frozen=True):
    """`index` counts from 0 in a list of `size`; `hashes` are the neighbours on the way up."""

    index: int
    size: int
    hashes: tuple[str, ...]


def prove(entrants: Iterable[Entrant], entrant_id: str) -> Proof | None:
    """The proof for one entrant, None for somebody who is not in the list."""
    written = listed(entrants)
    index = next((i for i, entrant in enumerate(written) if entrant.id == entrant_id), None)
    if index is None:
        return None
    return Proof(index, len(written), tuple(_neighbours(written, index)))


def _neighbours(written: Sequence[Entrant], index: int) -> list[str]:
    found = []
    at = index
    for level in levels([leaf_hash(leaf_of(entrant)) for entrant in written])[:-1]:
        neighbour = at ^ 1
        if neighbour < len(level):
            found.append(level[neighbour].hex())
        at //= 2
    return found


def proves(proof: Proof, entrant: Entrant, root: str) -> bool:
    """Whether the entrant stands in the list that has this root."""
    if not 0 <= proof.index < proof.size:
        return False
    at, last = proof.index, proof.size - 1
    found = leaf_hash(leaf_of(entrant))
    hashes = [bytes.fromhex(one) for one in proof.hashes]
    while last > 0:
        if at % 2 == 1 or at < last:
            if not hashes:
                return False
            neighbour = hashes.pop(0)
            found = node_hash(neighbour, found) if at % 2 else node_hash(found, neighbour)
        at, last = at // 2, last // 2
    return not hashes and found.hex() == root
