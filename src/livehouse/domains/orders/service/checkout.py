"""The checkout: what a basket costs now, and one order per store out of it, through the till."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from msgspec import Struct
from msgspec.structs import replace

from livehouse.domains.orders import store
from livehouse.domains.orders.errors import AddressMissing, BasketChanged
from livehouse.domains.orders.model import Bought, Buy, Deal, OnSale, agree
from livehouse.domains.orders.model.basket import StoreBasket
from livehouse.domains.orders.service.baskets import Baskets
from livehouse.domains.orders.service.till import Till
from livehouse.domains.stores import DeliveryMethod, NotDelivered, methods_to
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import AddressId, CouponId, OrderId, PersonId, StoreId
from livehouse.storage.database import Database


class Buyer(Struct, frozen=True, kw_only=True):
    """Who orders, and where it goes; `country` is that of the address."""

    id: PersonId
    address_id: AddressId | None = None
    country: str = ""
    shown_as: str = ""


class Choice(Struct, frozen=True, kw_only=True):
    """What a buyer chose for one store: a delivery method, by default the cheapest, and coupons."""

    delivery: str = ""
    coupon_ids: tuple[CouponId, ...] = ()


class Order(Choice, frozen=True, kw_only=True):
    """A choice to be ordered, at the total that was seen, under the id that the basket gave."""

    id: OrderId
    expects_minor: int


class StoreQuote(Struct, frozen=True, kw_only=True):
    """What a store's part of the basket would be as an order; `deal` is why not, where it is not.

    `methods` are the ways to choose from; none where the store delivers everywhere for nothing.
    """

    basket: StoreBasket
    choice: Choice
    methods: tuple[DeliveryMethod, ...]
    deal: Deal | DomainError


class Placed(Struct, frozen=True):
    """What became of one store's part: an order, new or known, or why there is none."""

    store_id: StoreId
    order_id: OrderId
    outcome: Bought | DomainError


@dataclass(slots=True)
class Checkout:
    database: Database
    clock: Clock
    baskets: Baskets
    till: Till

    async def quote(
        self, buyer: Buyer, choices: Mapping[StoreId, Choice]
    ) -> tuple[StoreQuote, ...]:
        """What of the basket can be bought now, priced as the till would, store by store."""
        parts = [part for part in await self.baskets.look(buyer.id) if part.ready]
        offer_ids = [item.offer.id for part in parts for item in part.ready]
        coupon_ids = [id_ for choice in choices.values() for id_ in choice.coupon_ids]
        async with self.database.pool.acquire() as connection:
            on_sale = await store.on_sale(connection, offer_ids, coupon_ids, self.clock.now())
        return tuple(
            self._quote(part, buyer, choices.get(part.store_id, Choice()), on_sale)
            for part in parts
        )

    async def place(self, buyer: Buyer, orders: Mapping[StoreId, Order]) -> list[Placed]:
        """One order per store. Where one is refused the others stand; asking again is harmless.

        What was ordered leaves the basket. A crash between the two is mended at the next look.
        """
        if buyer.address_id is None:
            raise AddressMissing
        parts = {part.store_id: part for part in await self.baskets.look(buyer.id)}
        async with asyncio.TaskGroup() as tasks:
            placing = [
                tasks.create_task(self._place(buyer, store_id, parts.get(store_id), order))
                for store_id, order in orders.items()
            ]
        return [task.result() for task in placing]

    def _quote(
        self, part: StoreBasket, buyer: Buyer, choice: Choice, on_sale: OnSale
    ) -> StoreQuote:
        methods = on_sale.deliveries.get(part.store_id, ())
        try:
            ways = methods_to(methods, buyer.country) if buyer.country else list(methods)
        except NotDelivered:
            ways = []
        if choice.delivery not in {str(way.id) for way in ways}:
            # Another address, or the store has put it out of use: the cheapest holds again.
            choice = replace(choice, delivery="")
        deal = agree(_buy(part, buyer, choice), on_sale, self.clock.now())
        return StoreQuote(basket=part, choice=choice, methods=tuple(ways), deal=deal)

    async def _place(
        self, buyer: Buyer, store_id: StoreId, part: StoreBasket | None, order: Order
    ) -> Placed:
        try:
            outcome = await self._order(buyer, part, order)
        except DomainError as refusal:
            return Placed(store_id, order.id, refusal)
        await self.baskets.ordered(buyer.id, order.id)
        return Placed(store_id, order.id, outcome)

    async def _order(self, buyer: Buyer, part: StoreBasket | None, order: Order) -> Bought:
        if part is None or part.order_id != order.id or not part.ready:
            # Pressed twice, or in another window before: then the order is there already.
            async with self.database.pool.acquire() as connection:
                known = (await store.known(connection, [order.id])).get(order.id)
            if known is None or known.buyer_id != buyer.id:
                raise BasketChanged
            return known
        return await self.till.buy_and_wait(_buy(part, buyer, order, order.expects_minor))


def _buy(part: StoreBasket, buyer: Buyer, choice: Choice, expects_minor: int | None = None) -> Buy:
    return Buy(
        id=part.order_id,
        wish=tuple((item.offer.id, item.quantity) for item in part.ready),
        buyer_id=buyer.id,
        address_id=buyer.address_id,
        shown_as=buyer.shown_as,
        coupon_ids=choice.coupon_ids,
        delivery=choice.delivery,
        expects_minor=expects_minor,
        country=buyer.country,
    )
