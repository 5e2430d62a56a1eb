"""What is sold in one go and at what price, for all orders that are alike (decision 0081)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeAlias
from uuid import UUID

import msgspec
from msgspec import Struct

from livehouse.domains.offers import Offer, Price, Terms, price
from livehouse.domains.quotas import Share, ShareKey, Take
from livehouse.foundation.ids import DealId, OfferId, QuotaId, RunId, StoreId, id_of_content

# So many of one offer, for every offer of a basket: one tap is a basket of one.
Wanted: TypeAlias = tuple[tuple[OfferId, int], ...]

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


def deal_of(wanted: Wanted, terms: Mapping[OfferId, Terms]) -> Deal:
    """The deal of a basket whose offers are known to be on sale."""
    ((offer_id, quantity),) = wanted
    offer, run_id = terms[offer_id].offer, terms[offer_id].run_id
    assert run_id is not None, "what is on sale is in a show that is on"
    cost = price(offer, quantity)
    goods = offer.price.minor * quantity
    items = (Item(offer, run_id, quantity, goods, cost.total.minor),)
    takes = tuple(Take(quota_id, quantity) for quota_id in offer.quota_ids)
    shares = (Share(offer.quota_id, quantity, offer.limit),) if offer.limit else ()
    return made(offer.store_id, items, cost, takes, shares)


def made(
    store_id: StoreId,
    items: tuple[Item, ...],
    cost: Price,
    takes: tuple[Take, ...],
    shares: tuple[Share, ...],
) -> Deal:
    """A deal under the id of its content, so that two nodes make the same one of the same."""
    content = (
        store_id,
        [
            (one.offer.id, one.run_id, one.quantity, one.goods_minor, one.pays_minor)
            for one in items
        ],
        cost,
        takes,
        shares,
    )
    return Deal(DealId(id_of_content(_encode(content))), store_id, items, cost, takes, shares)
