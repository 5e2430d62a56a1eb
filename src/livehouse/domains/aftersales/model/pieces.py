"""Pieces of an order: how many of which of its items."""

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct

from livehouse.domains.aftersales.errors import BadPieces, NotThatMany
from livehouse.foundation.ids import OrderId, PersonId, StoreId


class OrderRef(Struct, frozen=True):
    """An order, who sold it and who bought it."""

    order_id: OrderId
    store_id: StoreId
    buyer_id: PersonId


class Piece(Struct, frozen=True):
    """So many of the item at this position of the order, counted from 0."""

    position: int
    quantity: int


class Ware(Struct, frozen=True):
    """An item as it matters after the order.

    `pays_minor` is what the buyer pays for all of it; `no_return` the key of the exception that was
    shown before the purchase, empty where it can be sent back without a reason.
    """

    title: str
    quantity: int
    pays_minor: int
    no_return: str = ""


def counted(pieces: Iterable[Piece]) -> Counter[int]:
    """Pieces as a number per position."""
    found: Counter[int] = Counter()
    for piece in pieces:
        found[piece.position] += piece.quantity
    return found


def pieces_of(counts: Counter[int]) -> tuple[Piece, ...]:
    return tuple(
        Piece(position, counts[position]) for position in sorted(counts) if counts[position]
    )


def all_of(wares: Sequence[Ware]) -> Counter[int]:
    return Counter({position: ware.quantity for position, ware in enumerate(wares)})


def check_pieces(wanted: Sequence[Piece], left: Counter[int]) -> tuple[Piece, ...]:
    """The pieces in the order of their positions; each must be there, and as many of it."""
    if not wanted or any(piece.quantity < 1 for piece in wanted):
        raise BadPieces
    counts = counted(wanted)
    if any(quantity > left[position] for position, quantity in counts.items()):
        raise NotThatMany
    return pieces_of(counts)
