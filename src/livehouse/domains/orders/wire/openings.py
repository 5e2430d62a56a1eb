"""What fair openings say over the live connection and over HTTP."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct

from livehouse.domains.fairness import PROTOCOL, Entrant, Proof, Record, listed
from livehouse.domains.orders.model.openings import Entry, Opening, Result
from livehouse.engine.protocol import Command, Push
from livehouse.foundation.clock import Instant, to_ms
from livehouse.foundation.ids import OfferId, OpeningId, OrderId, RunId


class EnterOpening(Command, frozen=True, tag="orders.enter"):
    """Take part in a fair opening, from `call_at` to `closes_at` of the offer's `fair`. `id` is a
    UUIDv7 that the client makes: the order's id, if there is a place. Harmless to repeat, also when
    it is over: then the result follows."""

    id: Annotated[OrderId, Meta(description="Version 7; others are refused.")]
    offer_id: Annotated[OfferId, Meta(description="A key of the state's `offers`.")]
    nonce: Annotated[
        str, Meta(max_length=64, description="32 random bytes of your own, as 64 small hex digits.")
    ]
    quantity: Annotated[int, Meta(description="At least 1, within the offer's limit.")] = 1


class OpeningEntered(Push, frozen=True, tag="orders.entered"):
    """You take part, and that is durable. `orders.drawn` follows after the draw."""

    id: Annotated[OrderId, Meta(description="As it was asked for.")]
    order_id: Annotated[
        OrderId, Meta(description="The order's, if there is a place: that of your first entry.")
    ]
    offer_id: OfferId
    opening_id: OpeningId
    entrant: Annotated[str, Meta(description="Your name in the list, for this opening alone.")]
    nonce: Annotated[str, Meta(description="The one that counts: that of your first entry.")]


class OpeningDrawn(Push, frozen=True, tag="orders.drawn"):
    """How the draw went for you. With a place the goods are held until `pay_by` (ms)."""

    id: Annotated[OrderId, Meta(description="The entry's, and the order's, if there is one.")]
    offer_id: OfferId
    opening_id: OpeningId
    outcome: Annotated[
        str, Meta(description="`placed`, or why not: `sold_out`, `called_off`, another refusal.")
    ]
    position: Annotated[int, Meta(description="In the drawn order, from 1; 0: nothing was drawn.")]
    entrants: Annotated[int, Meta(description="How many took part.")]
    total_minor: Annotated[int, Meta(description="As in `orders.bought`; 0 without a place.")] = 0
    currency: str = ""
    pay_by: Annotated[int, Meta(description="As in `orders.bought`; 0 without a place.")] = 0
    needs_address: bool = False


class OpeningRecord(Record, frozen=True, kw_only=True):
    """A fair opening as anybody may check it (docs/reference/fairness.md).

    `stage` is `promised`, `called`, `listed`, `revealed`, `done` or `void`; entrants, order and
    outcomes are there once it is `done`. Moments are in ms, 0 for none yet.
    """

    stage: str
    offer_id: OfferId
    run_id: RunId
    window_ms: int
    grace_ms: int
    call_at: int
    closes_at: int
    listed_at: int
    revealed_at: int
    ended_at: int


class EntrantProof(Struct, frozen=True):
    """`proof` leads from the entrant's leaf to `root`, which stood in a frame before the draw."""

    root: str
    entrant: Entrant
    proof: Proof


def entered(entry: Entry, offer_id: OfferId, asked: OrderId) -> OpeningEntered:
    return OpeningEntered(
        asked, entry.order_id, offer_id, entry.opening_id, entry.entrant.id, entry.entrant.nonce
    )


def drawn(result: Result) -> OpeningDrawn:
    opening, entry, order = result.opening, result.entry, result.order
    return OpeningDrawn(
        id=entry.order_id,
        offer_id=opening.offer_id,
        opening_id=opening.id,
        outcome=entry.outcome,
        position=entry.position,
        entrants=opening.entrants,
        total_minor=order.total_minor if order else 0,
        currency=order.currency if order else "",
        pay_by=to_ms(order.hold_until) if order else 0,
        needs_address=order is not None and order.address_id is None,
    )


def opening_record(opening: Opening, entries: Sequence[Entry]) -> OpeningRecord:
    return OpeningRecord(
        protocol=PROTOCOL,
        draw_id=opening.id,
        commitment=opening.commitment,
        seed=opening.seed,
        root=opening.root,
        entrants=tuple(listed(entry.entrant for entry in entries)),
        order=tuple(entry.entrant.id for entry in entries),
        outcomes=tuple(entry.outcome for entry in entries),
        stage=opening.stage.value,
        offer_id=opening.offer_id,
        run_id=opening.run_id,
        window_ms=opening.window_ms,
        grace_ms=opening.grace_ms,
        call_at=_ms(opening.call_at),
        closes_at=_ms(opening.closes_at),
        listed_at=_ms(opening.listed_at),
        revealed_at=_ms(opening.revealed_at),
        ended_at=_ms(opening.ended_at),
    )


def _ms(moment: Instant | None) -> int:
    return to_ms(moment) if moment else 0
