"""The basket: what somebody means to buy, and what of it is still there."""

from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.offers import QUANTITY_MAX
from livehouse.domains.orders.model.basket import BasketItem, StoreBasket
from livehouse.domains.orders.service import Baskets
from livehouse.domains.stores import Store, Stores
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import OfferId
from livehouse.foundation.money import Money
from livehouse.web.forms import read_form
from livehouse.web.guards import require_signed_in
from livehouse.web.handlers import (
    AnyRequest,
    CurrentRender,
    CurrentViewer,
    FromPath,
    Html,
    Page,
    Service,
    get,
    limited,
    post,
)
from livehouse.web.limits import ORDERS


class AddForm(Struct):
    offer_id: UUID
    quantity: Annotated[int, Meta(ge=1, le=QUANTITY_MAX)] = 1


class QuantityForm(Struct):
    quantity: Annotated[int, Meta(ge=0, le=QUANTITY_MAX)]


class BasketRow(Struct, frozen=True, kw_only=True):
    """An item as the page shows it; `most` is how many of it one could have now."""

    offer_id: UUID
    title: str
    variant: str
    image: str
    quantity: int
    unit_price: Money
    goods: Money
    standing: str
    most: int
    per_buyer: int


class BasketPart(Struct, frozen=True, kw_only=True):
    """What is of one store; `goods` adds up what can be bought now."""

    store_name: str
    rows: list[BasketRow]
    goods: Money
    ready: int


class BasketPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "orders/basket.html"

    parts: list[BasketPart]
    ready: int


@get("/basket")
async def basket_page(
    viewer: CurrentViewer,
    render: CurrentRender,
    baskets: Service[Baskets],
    stores: Service[Stores],
) -> Html:
    found = await baskets.look(require_signed_in(viewer))
    names = {store.id: store for store in await stores.stores([one.store_id for one in found])}
    parts = [_part(one, names[one.store_id]) for one in found]
    return render(BasketPage(parts=parts, ready=sum(part.ready for part in parts)))


@post("/basket", guards=[limited(ORDERS)])
async def add_item(
    request: AnyRequest,
    viewer: CurrentViewer,
    render: CurrentRender,
    baskets: Service[Baskets],
) -> Html:
    """Put something in, from a page without scripts."""
    buyer_id = require_signed_in(viewer)
    form = await read_form(request, AddForm)
    if form.value is not None:
        try:
            await baskets.add(buyer_id, OfferId(form.value.offer_id), form.value.quantity)
        except DomainError as error:
            return render.see_other("/basket", render.translator.refusal(error), kind="bad")
    return render.see_other("/basket")


@post("/basket/{offer_id:uuid}", guards=[limited(ORDERS)])
async def change_item(
    request: AnyRequest,
    offer_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    baskets: Service[Baskets],
) -> Html:
    """Want more of it, or fewer, or none."""
    buyer_id = require_signed_in(viewer)
    form = await read_form(request, QuantityForm)
    if form.value is not None:
        await baskets.change(buyer_id, OfferId(offer_id), form.value.quantity)
    return render.see_other("/basket")


def _part(basket: StoreBasket, store: Store) -> BasketPart:
    goods = Money(store.currency, sum(item.goods.minor for item in basket.ready))
    return BasketPart(
        store_name=store.name,
        rows=[basket_row(item) for item in basket.items],
        goods=goods,
        ready=len(basket.ready),
    )


def basket_row(item: BasketItem) -> BasketRow:
    return BasketRow(
        offer_id=item.offer.id,
        title=item.offer.title,
        variant=item.offer.variant_title,
        image=item.offer.image,
        quantity=item.quantity,
        unit_price=item.offer.price,
        goods=item.goods,
        standing=item.standing.value,
        most=item.most,
        per_buyer=item.offer.limit,
    )


handlers = (basket_page, add_item, change_item)
