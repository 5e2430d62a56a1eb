"""Baskets and checkouts over HTTP."""

from collections.abc import Iterable, Mapping
from typing import Annotated

from msgspec import Meta, Struct

from livehouse.domains.offers import QUANTITY_MAX
from livehouse.domains.orders.model import Deal
from livehouse.domains.orders.model.basket import BASKET_ITEMS_MAX, StoreBasket
from livehouse.domains.orders.wire import LineInfo, line_infos
from livehouse.domains.stores import DeliveryMethod, Store
from livehouse.foundation.ids import AddressId, CouponId, OfferId, OrderId, StoreId

ID_CHARACTERS = 36
SLUG_CHARACTERS_MAX = 63


class AddToBasket(Struct, frozen=True, forbid_unknown_fields=True):
    """So many more of an offer; the basket holds nothing back from others."""

    offer_id: OfferId
    quantity: Annotated[int, Meta(ge=1, le=QUANTITY_MAX)] = 1


class SetQuantity(Struct, frozen=True, forbid_unknown_fields=True):
    """How many it shall be of what is in the basket; 0 takes it out."""

    quantity: Annotated[int, Meta(ge=0, le=QUANTITY_MAX)]


class BasketCount(Struct, frozen=True):
    """How many pieces the basket has."""

    count: int


class BasketItemInfo(Struct, frozen=True):
    """`standing` is ready, not_yet, closed, sold_out, fewer or limited: only what is ready can be
    bought now. `most` is how many of it one could have."""

    offer_id: OfferId
    title: str
    variant: str
    image: str
    quantity: int
    price_minor: int
    standing: str
    most: int


class BasketStoreInfo(Struct, frozen=True):
    """What of the basket is of one store, in its currency; `goods_minor` is of what is ready.

    `order_id` is the id that its order will have.
    """

    store: str
    name: str
    currency: str
    order_id: OrderId
    goods_minor: int
    items: list[BasketItemInfo]


class BasketInfo(Struct, frozen=True):
    """The basket as it stands at this moment. It holds nothing: only orders do."""

    count: int
    stores: list[BasketStoreInfo]


class ChooseForStore(Struct, frozen=True, forbid_unknown_fields=True):
    """What is chosen for one store: a delivery method, empty for the cheapest, and coupons."""

    store: Annotated[str, Meta(max_length=SLUG_CHARACTERS_MAX)]
    delivery: Annotated[str, Meta(max_length=ID_CHARACTERS)] = ""
    coupon_ids: Annotated[tuple[CouponId, ...], Meta(max_length=3)] = ()


class AskCheckout(Struct, frozen=True, forbid_unknown_fields=True):
    """`address_id` is one of the viewer's own; without it the cheapest delivery is counted."""

    address_id: AddressId | None = None
    choices: Annotated[tuple[ChooseForStore, ...], Meta(max_length=BASKET_ITEMS_MAX)] = ()


class PlaceForStore(ChooseForStore, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`id` is the basket's `order_id`, `expects_minor` the total that was quoted."""

    id: OrderId
    expects_minor: Annotated[int, Meta(ge=0)]


class PlaceCheckout(Struct, frozen=True, forbid_unknown_fields=True):
    """One order per store; harmless to repeat."""

    address_id: AddressId
    orders: Annotated[tuple[PlaceForStore, ...], Meta(min_length=1, max_length=BASKET_ITEMS_MAX)]


class RefusalInfo(Struct, frozen=True):
    """`detail` is in the asker's language, `code` is not."""

    code: str
    detail: str


class StoreQuoteInfo(Struct, frozen=True):
    """A store's part as an order; `deliveries` are ids of methods. No total, then a refusal."""

    store: str
    name: str
    order_id: OrderId
    currency: str
    deliveries: list[str]
    lines: list[LineInfo]
    total_minor: int | None
    refusal: RefusalInfo | None


class CheckoutQuote(Struct, frozen=True):
    stores: list[StoreQuoteInfo]


class PlacedInfo(Struct, frozen=True):
    """What became of one store's part: how its order stands, or why there is none."""

    store: str
    order_id: OrderId
    state: str
    refusal: RefusalInfo | None


class CheckoutPlaced(Struct, frozen=True):
    orders: list[PlacedInfo]


def quote_info(
    order_id: OrderId,
    store: Store,
    methods: Iterable[DeliveryMethod],
    deal: Deal | None,
    refusal: RefusalInfo | None,
) -> StoreQuoteInfo:
    return StoreQuoteInfo(
        store=store.slug,
        name=store.name,
        order_id=order_id,
        currency=store.currency,
        deliveries=[str(method.id) for method in methods],
        lines=line_infos(deal.price) if deal else [],
        total_minor=deal.price.total.minor if deal else None,
        refusal=refusal,
    )


def basket_info(parts: Iterable[StoreBasket], stores: Mapping[StoreId, Store]) -> BasketInfo:
    found = [_basket_store(part, stores[part.store_id]) for part in parts]
    return BasketInfo(sum(one.quantity for part in found for one in part.items), found)


def _basket_store(part: StoreBasket, store: Store) -> BasketStoreInfo:
    return BasketStoreInfo(
        store=store.slug,
        name=store.name,
        currency=store.currency,
        order_id=part.order_id,
        goods_minor=sum(item.goods.minor for item in part.ready),
        items=[
            BasketItemInfo(
                offer_id=item.offer.id,
                title=item.offer.title,
                variant=item.offer.variant_title,
                image=item.offer.image,
                quantity=item.quantity,
                price_minor=item.offer.price.minor,
                standing=item.standing.value,
                most=item.most,
            )
            for item in part.items
        ],
    )
