"""Who gets what in a group of buys: decided as a set, in the order of arrival (decision 0006)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from msgspec import Struct

from livehouse.domains.offers import QUANTITY_MAX, Terms, UnknownOffer, check_open
from livehouse.domains.orders.errors import (
    BadQuantity,
    ForeignOrder,
    OnlyRehearsal,
    OrderIdNotVersion7,
    ShowNotOn,
)
from livehouse.domains.orders.model.deals import Deal, Wanted, add_up, deal_of
from livehouse.domains.quotas import Tally, admit
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import (
    AddressId,
    OfferId,
    OrderId,
    PersonId,
    RunId,
    is_version_7,
)

# How long the goods are held for who has not paid yet.
HOLD_DURATION = timedelta(minutes=10)
# So many purchases of a group are shown in the room; the rest is in the sums.
SHOWN_PER_GROUP_MAX = 3


class Buy(Struct, frozen=True):
    """`shown_as` is the masked name of who agreed to be seen buying, else empty."""

    id: OrderId
    wanted: Wanted
    buyer_id: PersonId
    address_id: AddressId | None = None
    shown_as: str = ""


class NewOrder(Struct, frozen=True):
    buy: Buy
    deal: Deal
    placed_at: datetime
    hold_until: datetime


class Known(Struct, frozen=True):
    """What is stored already under an id that is asked for again."""

    id: OrderId
    offer_id: OfferId
    buyer_id: PersonId
    state: str
    total_minor: int
    currency: str
    hold_until: datetime
    address_id: AddressId | None


Bought: TypeAlias = NewOrder | Known
Decision: TypeAlias = Bought | DomainError


class Sold(Struct, frozen=True):
    """What a group sold of one offer, as sums: one fact instead of one per order."""

    offer_id: OfferId
    run_id: RunId
    orders: int
    quantity: int
    shown: tuple[tuple[str, str, int], ...]


def decide(
    buys: Sequence[Buy],
    terms: Mapping[OfferId, Terms],
    known: Mapping[OrderId, Known],
    tally: Tally,
    now: datetime,
) -> list[Decision]:
    """Decide a group, one decision per buy in the same order; `tally` then holds what it takes.

    An id that is asked for twice, in one group or in two, is one order and takes its units once.
    """
    fresh: dict[OrderId, NewOrder] = {}
    # What is the same for many buys of a group is asked once for it.
    deals: dict[Wanted, Deal | DomainError] = {}
    decisions: list[Decision] = []
    hold_until = now + HOLD_DURATION
    for buy in buys:
        earlier = known.get(buy.id) or fresh.get(buy.id)
        if earlier is not None:
            decisions.append(_repeated(buy, earlier))
            continue
        if not is_version_7(buy.id):
            decisions.append(OrderIdNotVersion7())
            continue
        deal = deals.get(buy.wanted)
        if deal is None:
            deal = deals[buy.wanted] = _offered(buy.wanted, terms, now)
        if isinstance(deal, DomainError):
            decisions.append(deal)
            continue
        shortage = admit(tally, buy.buyer_id, deal.takes, deal.shares)
        if shortage is not None:
            decisions.append(shortage.refusal())
            continue
        order = fresh[buy.id] = NewOrder(buy, deal, now, hold_until)
        decisions.append(order)
    return decisions


def sold(orders: Sequence[NewOrder]) -> list[Sold]:
    """Add up a group's orders per offer, and choose the purchases that the room sees."""
    shown: dict[OfferId, list[tuple[str, str, int]]] = {}
    for order in orders:
        if order.buy.shown_as:
            seen = (str(order.buy.id), order.buy.shown_as, order.deal.first.quantity)
            shown.setdefault(order.deal.first.offer.id, []).append(seen)
    return [
        Sold(
            part.item.offer.id,
            part.item.run_id,
            part.orders,
            part.quantity,
            tuple(shown.get(part.item.offer.id, ())[:SHOWN_PER_GROUP_MAX]),
        )
        for part in add_up(order.deal for order in orders)
    ]


def _offered(wanted: Wanted, terms: Mapping[OfferId, Terms], now: datetime) -> Deal | DomainError:
    """The deal of a basket, or why it is not to be had."""
    try:
        return _deal(wanted, terms, now)
    except DomainError as refusal:
        return refusal


def _deal(wanted: Wanted, terms: Mapping[OfferId, Terms], now: datetime) -> Deal:
    for offer_id, quantity in wanted:
        if not 1 <= quantity <= QUANTITY_MAX:
            raise BadQuantity
        found = terms.get(offer_id)
        if found is None:
            raise UnknownOffer
        check_open(found.offer, now)
        if found.run_id is None:
            raise ShowNotOn
        if found.rehearsal:
            raise OnlyRehearsal
    return deal_of(wanted, terms)


def _repeated(buy: Buy, earlier: Bought) -> Decision:
    """Asking again is harmless for whoever asked first, and tells nobody else anything."""
    if isinstance(earlier, Known):
        same = (earlier.buyer_id, earlier.offer_id) == (buy.buyer_id, buy.wanted[0][0])
    else:
        same = (earlier.buy.buyer_id, earlier.buy.wanted) == (buy.buyer_id, buy.wanted)
    return earlier if same else ForeignOrder()
