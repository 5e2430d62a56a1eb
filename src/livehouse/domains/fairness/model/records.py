"""What is published of a draw when it is over, and the whole check of it."""

import re
from collections.abc import Callable, Sequence
from uuid import UUID

from msgspec import Struct

from livehouse.domains.fairness.model.drawing import (
    PROTOCOL,
    WORK,
    Entrant,
    arranged,
    commitment_to,
    entrant_of,
    root_of,
    stretched,
)

# How it went for who got a place; others have the code of the refusal.
PLACED = "placed"
SOLD_OUT = "sold_out"
QUANTITY_MAX = 2**32 - 1

_HEX = re.compile(r"([0-9a-f]{2})*")


class Record(Struct, frozen=True):
    """Everything that a check needs. `order` names the entrants from the first place to the last;
    `outcomes` says of each in the same order how it went. `commitment` and `root` are also in the
    frames of the room, which is what fixes when they were known."""

    protocol: str
    draw_id: UUID
    commitment: str
    seed: str
    root: str
    entrants: tuple[Entrant, ...]
    order: tuple[str, ...]
    outcomes: tuple[str, ...] = ()


class Finding(Struct, frozen=True):
    """One thing that was looked at; the names are stable, the page has words for them."""

    name: str
    holds: bool


def verify(record: Record, work: int = WORK) -> list[Finding]:
    """Look at everything, in the order in which it happened; all must hold.

    A record that comes from anywhere is answered, never raised at.
    """
    if not _is_written_well(record):
        return [Finding("form", holds=False)]
    looks: Sequence[tuple[str, Callable[[], bool]]] = (
        ("form", lambda: True),
        ("seed", lambda: _is_committed_seed(record)),
        ("names", lambda: _are_names_theirs(record)),
        ("root", lambda: root_of(record.entrants) == record.root),
        ("order", lambda: _is_drawn_order(record, work)),
        ("places", lambda: _are_places_in_order(record)),
    )
    return [Finding(name, look()) for name, look in looks]


def _is_written_well(record: Record) -> bool:
    texts = [
        (record.commitment, 64), (record.seed, 64), (record.root, 64),
        *((entrant.id, 32) for entrant in record.entrants),
        *((entrant.nonce, 64) for entrant in record.entrants),
    ]  # fmt: skip
    return (
        record.protocol == PROTOCOL
        and all(len(text) == length and _HEX.fullmatch(text) for text, length in texts)
        and all(1 <= entrant.quantity <= QUANTITY_MAX for entrant in record.entrants)
        and len({entrant.id for entrant in record.entrants}) == len(record.entrants)
    )


def _is_committed_seed(record: Record) -> bool:
    return commitment_to(record.draw_id, bytes.fromhex(record.seed)) == record.commitment


def _are_names_theirs(record: Record) -> bool:
    return all(
        entrant_of(record.draw_id, entrant.nonce, entrant.quantity) == entrant
        for entrant in record.entrants
    )


def _is_drawn_order(record: Record, work: int) -> bool:
    key = stretched(record.draw_id, bytes.fromhex(record.seed), record.root, work)
    return tuple(entrant.id for entrant in arranged(record.entrants, key)) == record.order


def _are_places_in_order(record: Record) -> bool:
    """Nobody got a place behind somebody who wanted no more and was told that none is left."""
    if not record.outcomes:
        return True
    if len(record.outcomes) != len(record.order):
        return False
    quantities = {entrant.id: entrant.quantity for entrant in record.entrants}
    refused = QUANTITY_MAX + 1
    for entrant_id, outcome in zip(record.order, record.outcomes, strict=True):
        quantity = quantities.get(entrant_id, 0)
        if outcome == PLACED and quantity >= refused:
            return False
        if outcome == SOLD_OUT:
            refused = min(refused, quantity)
    return True
