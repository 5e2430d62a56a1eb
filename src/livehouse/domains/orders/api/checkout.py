"""Baskets and checkouts over HTTP: fill, look, ask for the price, order."""

from uuid import UUID

from livehouse.domains.orders.model import Bought, Deal, Known
from livehouse.domains.orders.service import Baskets, Checkout
from livehouse.domains.orders.service.checkout import Buyer, Choice, Order
from livehouse.domains.orders.wire.baskets import (
    AddToBasket,
    AskCheckout,
    BasketCount,
    BasketInfo,
    CheckoutPlaced,
    CheckoutQuote,
    PlaceCheckout,
    PlacedInfo,
    RefusalInfo,
    SetQuantity,
    basket_info,
    quote_info,
)
from livehouse.domains.people import People
from livehouse.domains.stores import Stores
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import AddressId, OfferId
from livehouse.web.guards import require_signed_in
from livehouse.web.handlers import (
    CurrentRender,
    CurrentViewer,
    FromPath,
    JSONBody,
    Service,
    get,
    limited,
    post,
    put,
)
from livehouse.web.identity import Viewer
from livehouse.web.limits import ORDERS
from livehouse.web.rendering import Render

READ = {"scope": "orders:read"}
WRITE = {"scope": "orders:write"}


@get("/api/basket", opt=READ)
async def read_basket(
    viewer: CurrentViewer, baskets: Service[Baskets], stores: Service[Stores]
) -> BasketInfo:
    """The viewer's own basket as it stands at this moment, store by store."""
    parts = await baskets.look(require_signed_in(viewer))
    found = await stores.stores([part.store_id for part in parts])
    return basket_info(parts, {store.id: store for store in found})


@get("/api/basket/count", opt=READ)
async def count_basket(viewer: CurrentViewer, baskets: Service[Baskets]) -> BasketCount:
    return BasketCount(await baskets.count(require_signed_in(viewer)))


@post("/api/basket/items", guards=[limited(ORDERS)], opt=WRITE)
async def add_to_basket(
    data: JSONBody[AddToBasket], viewer: CurrentViewer, baskets: Service[Baskets]
) -> BasketCount:
    """Put more of an offer into the basket."""
    buyer_id = require_signed_in(viewer)
    return BasketCount(await baskets.add(buyer_id, data.offer_id, data.quantity))


@put("/api/basket/items/{offer_id:uuid}", opt=WRITE)
async def change_in_basket(
    offer_id: FromPath[UUID],
    data: JSONBody[SetQuantity],
    viewer: CurrentViewer,
    baskets: Service[Baskets],
) -> BasketCount:
    """Change how many of it are wanted; what is not in the basket stays out of it."""
    buyer_id = require_signed_in(viewer)
    return BasketCount(await baskets.change(buyer_id, OfferId(offer_id), data.quantity))


@post("/api/checkout/quote", guards=[limited(ORDERS)], status_code=200, opt=READ)
async def quote_checkout(
    *,
    data: JSONBody[AskCheckout],
    viewer: CurrentViewer,
    render: CurrentRender,
    checkout: Service[Checkout],
    people: Service[People],
    stores: Service[Stores],
) -> CheckoutQuote:
    """What the basket would cost now, store by store, without ordering anything."""
    buyer = await _buyer(viewer, people, data.address_id)
    choices = {
        (await stores.by_slug(one.store)).id: Choice(
            delivery=one.delivery, coupon_ids=one.coupon_ids
        )
        for one in data.choices
    }
    quotes = await checkout.quote(buyer, choices)
    found = {one.id: one for one in await stores.stores([q.basket.store_id for q in quotes])}
    return CheckoutQuote(
        [
            quote_info(
                quote.basket.order_id,
                found[quote.basket.store_id],
                quote.methods,
                quote.deal if isinstance(quote.deal, Deal) else None,
                _refusal(quote.deal, render),
            )
            for quote in quotes
        ]
    )


@post("/api/checkout", guards=[limited(ORDERS)], status_code=200, opt=WRITE)
async def place_checkout(
    *,
    data: JSONBody[PlaceCheckout],
    viewer: CurrentViewer,
    render: CurrentRender,
    checkout: Service[Checkout],
    people: Service[People],
    stores: Service[Stores],
) -> CheckoutPlaced:
    """One order per store, each as quoted or not at all; where one is refused the others stand."""
    buyer = await _buyer(viewer, people, data.address_id)
    wanted = {
        (await stores.by_slug(one.store)).id: Order(
            id=one.id, delivery=one.delivery, coupon_ids=one.coupon_ids,
            expects_minor=one.expects_minor,
        )
        for one in data.orders
    }  # fmt: skip
    placed = await checkout.place(buyer, wanted)
    found = {one.id: one.slug for one in await stores.stores([one.store_id for one in placed])}
    return CheckoutPlaced(
        [
            PlacedInfo(
                found[one.store_id],
                one.order_id,
                _state(one.outcome),
                _refusal(one.outcome, render),
            )
            for one in placed
        ]
    )


async def _buyer(viewer: Viewer, people: People, address_id: AddressId | None) -> Buyer:
    """The viewer with one of their own addresses; another's is not there."""
    buyer_id = require_signed_in(viewer)
    if address_id is None:
        return Buyer(id=buyer_id, shown_as=viewer.shown_as)
    address = await people.addresses.owned(address_id, buyer_id)
    return Buyer(
        id=buyer_id,
        address_id=address.id,
        country=address.lines.country,
        shown_as=viewer.shown_as,
    )


def _state(outcome: Bought | DomainError) -> str:
    if isinstance(outcome, DomainError):
        return ""
    return outcome.state if isinstance(outcome, Known) else "placed"


def _refusal(outcome: object, render: Render) -> RefusalInfo | None:
    if not isinstance(outcome, DomainError):
        return None
    return RefusalInfo(outcome.code, render.translator.refusal(outcome))


handlers = (
    read_basket,
    count_basket,
    add_to_basket,
    change_in_basket,
    quote_checkout,
    place_checkout,
)
