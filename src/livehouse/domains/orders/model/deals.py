"""What is sold in one go and at what price, for all orders that are alike (decision 0081)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import msgspec
from msgspec import Struct

from livehouse.domains.offers import (
    Coupon,
    Offer,
    Price,
    Quoted,
    StoresMixed,
    Subsidy,
    Terms,
    Wanted,
    quote,
)
from livehouse.domains.orders.model.delivering import delivery_of
from livehouse.domains.quotas import Share, ShareKey, Take
from livehouse.domains.stores import DeliveryMethod
from livehouse.foundation.ids import (
    CouponId,
    DealId,
    OfferId,
    QuotaId,
    RunId,
    StoreId,
    id_of_content,
)

# So many of one offer, for every offer of a basket: one tap is a basket of one.
Wish: TypeAlias = tuple[tuple[OfferId, int], ...]

_encode = msgspec.json.Encoder(order="deterministic").encode


class Item(Struct, frozen=True):
    """So many of one offer; `pays_minor` is its share of what the buyer pays, without delivery."""

    offer: Offer
    run_id: RunId
    quantity: int
    goods_minor: int
    pays_minor: int


class Deal(Struct, frozen=True):
    """Immutable: what was agreed, which every order of it keeps by its id.

    `takes` is everything that an order of it holds and gives back: allotments, stock, coupons,
    budgets. `shares` count per buyer.
    """

    id: DealId
    store_id: StoreId
    items: tuple[Item, ...]
    price: Price
    takes: tuple[Take, ...]
    shares: tuple[Share, ...]

    @property
    def first(self) -> Item:
        """What stands for the whole where there is room for one."""
        return self.items[0]

    def amounts(self) -> dict[QuotaId, int]:
        return {take.quota_id: take.amount for take in self.takes}

    def shares_of(self, buyer_id: UUID) -> dict[ShareKey, int]:
        return {(share.quota_id, buyer_id): share.amount for share in self.shares}


class Part(Struct, frozen=True):
    """What several orders have of one offer; an order of many offers counts with its first."""

    item: Item
    orders: int
    quantity: int


def add_up(made: Iterable[Deal]) -> list[Part]:
    """Per offer, how many of `made` there are of it; a deal stands there once for each order."""
    deals: dict[DealId, Deal] = {}
    counts: Counter[DealId] = Counter()
    for deal in made:
        deals[deal.id] = deal
        counts[deal.id] += 1
    parts: dict[OfferId, Part] = {}
    for deal in deals.values():
        for position, item in enumerate(deal.items):
            before = parts.get(item.offer.id) or Part(item, 0, 0)
            orders = 0 if position else counts[deal.id]
            quantity = counts[deal.id] * item.quantity
            parts[item.offer.id] = Part(item, before.orders + orders, before.quantity + quantity)
    return list(parts.values())


class OnSale(Struct, frozen=True):
    """What a group of buys is decided by: offers, and whatever changes their prices.

    `deliveries` are the ways in use of each store that names any.
    """

    terms: Mapping[OfferId, Terms]
    coupons: Mapping[CouponId, Coupon] = {}
    subsidies: Sequence[Subsidy] = ()
    deliveries: Mapping[StoreId, Sequence[DeliveryMethod]] = {}


def deal_of(
    wish: Wish,
    on_sale: OnSale,
    now: datetime,
    *,
    coupons: Sequence[Coupon] = (),
    delivery: str = "",
    country: str = "",
) -> Deal:
    """The deal of a basket whose offers are known to be on sale; refuses one of two stores.

    `delivery` is the id of a method, empty for the cheapest to `country` (see `delivery_of`).
    """
    found = [(on_sale.terms[offer_id], quantity) for offer_id, quantity in wish]
    if len({(one.offer.store_id, one.offer.price.currency) for one, _ in found}) > 1:
        raise StoresMixed
    wanted = [Wanted(one.offer, quantity) for one, quantity in found]
    store_id = wanted[0].offer.store_id
    way = delivery_of(on_sale.deliveries.get(store_id, ()), delivery, country, wanted)
    quoted = quote(wanted, now, coupons=coupons, subsidies=on_sale.subsidies, delivery=way)
    items = []
    for (one, quantity), pays in zip(found, quoted.pays, strict=True):
        assert one.run_id is not None, "what is on sale is in a show that is on"
        goods = one.offer.price.minor * quantity
        items.append(Item(one.offer, one.run_id, quantity, goods, pays))
    return made(store_id, tuple(items), quoted)


def made(store_id: StoreId, items: tuple[Item, ...], quoted: Quoted) -> Deal:
    """A deal under the id of its content, so that two nodes make the same one of the same."""
    content = (
        store_id,
        [
            (one.offer.id, one.run_id, one.quantity, one.goods_minor, one.pays_minor)
            for one in items
        ],
        quoted.price,
        quoted.takes,
        quoted.shares,
    )
    deal_id = DealId(id_of_content(_encode(content)))
    return Deal(deal_id, store_id, items, quoted.price, quoted.takes, quoted.shares)
