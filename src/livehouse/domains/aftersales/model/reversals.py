"""What a buyer gets back, and what goes back to the shelf: never more than was paid or taken."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NewType
from uuid import UUID

from msgspec import Struct

from livehouse.domains.aftersales.errors import BadPieces, MoreThanPaid
from livehouse.domains.aftersales.model.pieces import Piece, Ware, all_of, check_pieces, counted
from livehouse.domains.aftersales.model.returns import ReturnId
from livehouse.foundation.ids import OrderId
from livehouse.foundation.money import Money

ReversalId = NewType("ReversalId", UUID)


class Reversal(Struct, frozen=True, kw_only=True):
    """What of an order was undone. Without pieces it is goodwill: the buyer keeps the goods.

    Without a return the pieces were never sent. `restocked` tells whether they can be sold again.
    """

    id: ReversalId
    order_id: OrderId
    pieces: tuple[Piece, ...]
    amounts: tuple[int, ...]  # in minor units, one for each piece
    delivery_minor: int
    goodwill_minor: int
    made_at: datetime
    ends_order: bool
    restocked: bool = False
    return_id: ReturnId | None = None

    @property
    def total_minor(self) -> int:
        return sum(self.amounts) + self.delivery_minor + self.goodwill_minor


class Bill(Struct, frozen=True):
    """What was bought and paid, and what of it has gone back so far."""

    order_id: OrderId
    wares: tuple[Ware, ...]
    total: Money
    earlier: tuple[Reversal, ...] = ()

    @property
    def room_minor(self) -> int:
        """What can still be refunded."""
        return self.total.minor - sum(one.total_minor for one in self.earlier)


def reverse_pieces(
    reversal_id: ReversalId, bill: Bill, pieces: Sequence[Piece], now: datetime
) -> Reversal:
    """Undo the sale of pieces.

    The last piece to come back brings the rest of its item with it, and of the whole order the
    delivery too: nothing is lost in rounding. What goodwill has given is not given again.
    """
    wares, back = bill.wares, back_so_far(bill.earlier)
    left = all_of(wares)
    left.subtract(back)
    pieces = check_pieces(pieces, left)
    room = bill.room_minor
    amounts = []
    for piece in pieces:
        before, ware = back[piece.position], wares[piece.position]
        amount = min(room, share(ware, before + piece.quantity) - share(ware, before))
        amounts.append(amount)
        room -= amount
    is_whole = back + counted(pieces) == all_of(wares)
    delivery = bill.total.minor - sum(ware.pays_minor for ware in wares)
    return Reversal(
        id=reversal_id, order_id=bill.order_id, pieces=tuple(pieces), amounts=tuple(amounts),
        delivery_minor=min(room, delivery) if is_whole else 0, goodwill_minor=0, made_at=now,
        ends_order=is_whole,
    )  # fmt: skip


def reverse_amount(reversal_id: ReversalId, bill: Bill, amount: Money, now: datetime) -> Reversal:
    """Give an amount back while the buyer keeps the goods; all of it ends the order."""
    room = bill.room_minor
    if amount.currency != bill.total.currency or amount.minor < 1:
        raise BadPieces
    if amount.minor > room:
        raise MoreThanPaid(left=Money(amount.currency, room))
    return Reversal(
        id=reversal_id, order_id=bill.order_id, pieces=(), amounts=(), delivery_minor=0,
        goodwill_minor=amount.minor, made_at=now, ends_order=amount.minor == room,
    )  # fmt: skip


def share(ware: Ware, pieces: int) -> int:
    """What the first `pieces` of an item cost its buyer, in minor units."""
    return ware.pays_minor * pieces // ware.quantity


def back_so_far(reversals: Sequence[Reversal]) -> Counter[int]:
    """Pieces that have been refunded, per position."""
    found: Counter[int] = Counter()
    for one in reversals:
        found.update(counted(one.pieces))
    return found
