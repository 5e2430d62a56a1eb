"""Who gets what in a group of buys: decided as a set, in the order of arrival (decision 0006)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from msgspec import Struct

from livehouse.domains.offers import (
    QUANTITY_MAX,
    Offer,
    Price,
    Terms,
    UnknownOffer,
    check_open,
    price,
)
from livehouse.domains.orders.errors import (
    BadQuantity,
    ForeignOrder,
    OnlyRehearsal,
    OrderIdNotVersion7,
    ShowNotOn,
)
from livehouse.domains.quotas import Ask, Ledger, admit
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import AddressId, OfferId, OrderId, PersonId, RunId, is_version_7

# How long the goods are held for who has not paid yet.
HOLD_DURATION = timedelta(minutes=10)
# So many purchases of a group are shown in the room; the rest is in the sums.
SHOWN_PER_GROUP_MAX = 3


class Buy(Struct, frozen=True):
    """`shown_as` is the masked name of who agreed to be seen buying, else empty."""

    id: OrderId
    offer_id: OfferId
    quantity: int
    buyer_id: PersonId
    address_id: AddressId | None = None
    shown_as: str = ""


class NewOrder(Struct, frozen=True):
    buy: Buy
    offer: Offer
    run_id: RunId
    price: Price
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
    ledger: Ledger,
    now: datetime,
) -> list[Decision]:
    """Decide a group, one decision per buy in the same order; `ledger` then holds what it takes.

    An id that is asked for twice, in one group or in two, is one order and takes its units once.
    """
    fresh: dict[OrderId, NewOrder] = {}
    prices: dict[tuple[OfferId, int], Price] = {}
    decisions: list[Decision] = []
    hold_until = now + HOLD_DURATION
    for buy in buys:
        earlier = known.get(buy.id) or fresh.get(buy.id)
        if earlier is not None:
            decisions.append(_repeated(buy, earlier))
            continue
        try:
            offer, run_id = _sellable(buy, terms, now)
        except DomainError as refusal:
            decisions.append(refusal)
            continue
        ask = Ask(buy.buyer_id, buy.quantity, offer.quota_ids, offer.quota_id, offer.limit)
        refused = admit(ledger, ask)
        if refused is not None:
            decisions.append(refused())
            continue
        key = (offer.id, buy.quantity)
        cost = prices.get(key) or prices.setdefault(key, price(offer, buy.quantity))
        order = fresh[buy.id] = NewOrder(buy, offer, run_id, cost, now, hold_until)
        decisions.append(order)
    return decisions


def sold(orders: Sequence[NewOrder]) -> list[Sold]:
    """Add up a group's orders per offer, and choose the purchases that the room sees."""
    groups: dict[OfferId, list[NewOrder]] = {}
    for order in orders:
        groups.setdefault(order.offer.id, []).append(order)
    return [
        Sold(
            offer_id,
            group[0].run_id,
            len(group),
            sum(order.buy.quantity for order in group),
            tuple(
                (str(order.buy.id), order.buy.shown_as, order.buy.quantity)
                for order in group
                if order.buy.shown_as
            )[:SHOWN_PER_GROUP_MAX],
        )
        for offer_id, group in groups.items()
    ]


def _sellable(buy: Buy, terms: Mapping[OfferId, Terms], now: datetime) -> tuple[Offer, RunId]:
    if not is_version_7(buy.id):
        raise OrderIdNotVersion7
    if not 1 <= buy.quantity <= QUANTITY_MAX:
        raise BadQuantity
    found = terms.get(buy.offer_id)
    if found is None:
        raise UnknownOffer
    check_open(found.offer, now)
    if found.run_id is None:
        raise ShowNotOn
    if found.rehearsal:
        raise OnlyRehearsal
    return found.offer, found.run_id


def _repeated(buy: Buy, earlier: Known | NewOrder) -> Decision:
    """Asking again is harmless for whoever asked first, and tells nobody else anything."""
    if isinstance(earlier, Known):
        same = (earlier.buyer_id, earlier.offer_id) == (buy.buyer_id, buy.offer_id)
    else:
        same = (earlier.buy.buyer_id, earlier.offer.id) == (buy.buyer_id, buy.offer_id)
    return earlier if same else ForeignOrder()
