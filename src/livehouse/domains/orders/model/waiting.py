"""Waiting for an offer that is sold out: what comes back is held for who came first. Pure.

A piece is held by an order that is placed for who waits, as if they had tapped at that moment: they
pay in time, or it comes back and is the next one's (decision 0150).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from livehouse.domains.offers import Offer, OfferNotOpen, Open, PlacesAreDrawn, Planned, Terms
from livehouse.domains.offers import OfferClosed as IsClosed
from livehouse.domains.orders.errors import DiscountGone, StillThere
from livehouse.domains.orders.model.deals import OnSale
from livehouse.domains.orders.model.deciding import Buy, Draft, NewOrder, draft
from livehouse.domains.orders.model.life import Order
from livehouse.domains.quotas import SoldOut, Tally
from livehouse.foundation.ids import AddressId, OfferId, OrderId, PersonId, RunId

# Longer than who taps by themselves gets: they have to read the letter first.
HELD_DURATION = timedelta(minutes=30)
# A piece that comes back later than this is for whoever comes.
WAIT_MAX = timedelta(days=7)
LINES_PER_PERSON_MAX = 50


class Wait(Struct, frozen=True, kw_only=True):
    """Somebody's place in the line for an offer; `order_id` is there once a piece is held."""

    number: int
    offer_id: OfferId
    person_id: PersonId
    run_id: RunId
    joined_at: datetime
    address_id: AddressId | None = None
    country: str = ""
    state: str = "waiting"
    order_id: OrderId | None = None


class Standing(Struct, frozen=True):
    """Where somebody stands: so many are `ahead`, or `order` holds a piece for them."""

    wait: Wait
    offer: Offer
    ahead: int
    order: Order | None


class Served(Struct, frozen=True):
    """What became of a line: who gets a piece, who can no longer have one, the drafted orders."""

    held: list[tuple[Wait, NewOrder]]
    passed: list[Wait]
    draft: Draft


def check_joining(offer: Offer, left: int) -> None:
    """Refuse to let somebody wait for what can be bought, or could never be."""
    match offer.state:
        case Planned():
            raise OfferNotOpen
        case Open() if offer.awaits_draw:
            raise PlacesAreDrawn
        case Open():
            if left > 0:
                raise StillThere
        case _:
            raise IsClosed


def on_sale_for(line: Sequence[Wait], on_sale: OnSale) -> OnSale:
    """The offers of a line as they are sold to it, whether or not their show is still on."""
    runs = {wait.offer_id: wait.run_id for wait in line}
    terms = {
        offer_id: Terms(found.offer, found.run_id or runs[offer_id], rehearsal=False)
        for offer_id, found in on_sale.terms.items()
    }
    return replace(on_sale, terms=terms)


def buys_of(line: Sequence[Wait], order_ids: Sequence[OrderId]) -> list[Buy]:
    """What each in the line would buy; the room is not told who."""
    return [
        Buy(
            id=order_id,
            wish=((wait.offer_id, 1),),
            buyer_id=wait.person_id,
            address_id=wait.address_id,
            country=wait.country,
            waited=True,
        )
        for wait, order_id in zip(line, order_ids, strict=True)
    ]


def serve_line(
    line: Sequence[Wait], buys: Sequence[Buy], on_sale: OnSale, tally: Tally, now: datetime
) -> Served:
    """Give what is free to a line in its order, never more than there is.

    Who may not have one, such as by the limit per person, makes way for the next.
    """
    drafted = draft(buys, on_sale, {}, tally, now, hold=HELD_DURATION)
    held: list[tuple[Wait, NewOrder]] = []
    passed: list[Wait] = []
    for wait, decision in zip(line, drafted.decisions, strict=True):
        if isinstance(decision, NewOrder):
            held.append((wait, decision))
        elif not isinstance(decision, SoldOut | DiscountGone):
            passed.append(wait)
    return Served(held, passed, drafted)
