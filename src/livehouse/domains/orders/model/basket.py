"""A basket: what somebody means to buy, across shows and stores. It holds nothing.

Only checkout holds goods, and for a while: baskets that hold are how a show is bought empty by
people who then leave. So a basket tells at every look what of it is still to be had.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from uuid import UUID

from msgspec import Struct

from livehouse.domains.offers import (
    QUANTITY_MAX,
    Offer,
    OfferClosed,
    OfferNotOpen,
    Terms,
    check_open,
    remainder,
)
from livehouse.domains.orders.errors import BadQuantity, BasketFull
from livehouse.domains.quotas import Quota
from livehouse.foundation.ids import OfferId, OrderId, QuotaId, StoreId
from livehouse.foundation.money import Money

BASKET_ITEMS_MAX = 50


class Entry(Struct, frozen=True):
    offer_id: OfferId
    quantity: int


class Standing(Enum):
    """Whether an item could be bought now; only READY ones go to the checkout."""

    READY = "ready"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    SOLD_OUT = "sold_out"
    FEWER = "fewer"
    LIMITED = "limited"


class BasketItem(Struct, frozen=True):
    """An item as it stands at this moment; `most` is how many of it one could have now."""

    offer: Offer
    quantity: int
    standing: Standing
    most: int

    @property
    def goods(self) -> Money:
        return self.offer.price * self.quantity


class StoreBasket(Struct, frozen=True):
    """What is wanted of one store; it becomes one order, whose id is known beforehand.

    So an order that was asked for twice, from two windows or after a reload, is one order.
    """

    store_id: StoreId
    order_id: OrderId
    items: tuple[BasketItem, ...]

    @property
    def ready(self) -> tuple[BasketItem, ...]:
        return tuple(item for item in self.items if item.standing is Standing.READY)


def add(basket: Sequence[Entry], offer_id: OfferId, quantity: int) -> Entry:
    """The item as it will be with `quantity` more of it."""
    known = {item.offer_id: item.quantity for item in basket}
    if offer_id not in known and len(known) >= BASKET_ITEMS_MAX:
        raise BasketFull(count=BASKET_ITEMS_MAX)
    return Entry(offer_id, check_quantity(known.get(offer_id, 0) + quantity))


def check_quantity(quantity: int) -> int:
    if not 1 <= quantity <= QUANTITY_MAX:
        raise BadQuantity
    return quantity


def check_buyable_soon(offer: Offer, now: datetime) -> None:
    """Let into a basket what is on sale or will be, and refuse what is over."""
    try:
        check_open(offer, now)
    except OfferNotOpen:
        return


def look(
    wanted: Entry,
    terms: Terms,
    quotas: Mapping[QuotaId, Quota],
    had: Mapping[QuotaId, int],
    now: datetime,
) -> BasketItem:
    """How an item stands; `had` is what the buyer has of limited offers already."""
    offer = terms.offer
    left = remainder(quotas[offer.quota_id], quotas[offer.stock_quota_id]).left
    allowed = offer.limit - had.get(offer.quota_id, 0) if offer.limit else QUANTITY_MAX
    most = max(0, min(left, allowed, QUANTITY_MAX))
    standing = _selling(terms, now)
    if standing is Standing.READY:
        if left <= 0:
            standing = Standing.SOLD_OUT
        elif wanted.quantity > allowed:
            standing = Standing.LIMITED
        elif wanted.quantity > left:
            standing = Standing.FEWER
    return BasketItem(offer, wanted.quantity, standing, most)


def by_store(
    items: Sequence[BasketItem], order_ids: Mapping[StoreId, UUID]
) -> tuple[StoreBasket, ...]:
    """The items store by store, in the order in which each store first came into the basket."""
    groups: dict[StoreId, list[BasketItem]] = {}
    for item in items:
        groups.setdefault(item.offer.store_id, []).append(item)
    return tuple(
        StoreBasket(store_id, OrderId(order_ids[store_id]), tuple(group))
        for store_id, group in groups.items()
    )


def _selling(terms: Terms, now: datetime) -> Standing:
    try:
        check_open(terms.offer, now)
    except OfferNotOpen:
        return Standing.NOT_YET
    except OfferClosed:
        return Standing.CLOSED
    return Standing.CLOSED if terms.run_id is None or terms.rehearsal else Standing.READY
