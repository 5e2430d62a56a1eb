"""What somebody has bought: the list, one order, its address, cancelling."""

from typing import Annotated, ClassVar
from uuid import UUID

from babel import Locale
from msgspec import Meta, Struct

from livehouse.domains.orders.model import Order, Placed
from livehouse.domains.orders.pages.views import (
    AddressView,
    OrderRow,
    OrderView,
    RefundView,
    address_view,
    refund_view,
    row,
    view,
)
from livehouse.domains.orders.ports import Story, Storyteller
from livehouse.domains.orders.service import Orders, Payments, Waiting
from livehouse.domains.orders.service.desk import PAGE_ORDERS
from livehouse.domains.orders.wire import order_id_of
from livehouse.domains.people import AddressLines, People
from livehouse.domains.shows import Shows
from livehouse.domains.stores import Store, Stores
from livehouse.foundation.errors import DomainError, InvalidInput, NotFound
from livehouse.foundation.ids import AddressId, OfferId, OrderId, PersonId
from livehouse.foundation.text import N_
from livehouse.web.forms import Form, read_form
from livehouse.web.guards import require_signed_in
from livehouse.web.handlers import (
    AnyRequest,
    CurrentRender,
    CurrentViewer,
    FromPath,
    FromQuery,
    Html,
    Page,
    Service,
    get,
    post,
)
from livehouse.web.identity import Viewer

COUNTRY_CODE_CHARACTERS = 2
# Codes of unions, test locales and the unknown: nobody lives there.
NO_COUNTRIES = frozenset({"CQ", "EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


class ChooseAddress(Struct):
    address_id: Annotated[str, Meta(min_length=1, max_length=36)]


class WaitingRow(Struct, frozen=True):
    """An offer that somebody waits for; so many are `ahead`."""

    offer_id: str
    title: str
    image: str
    ahead: int


class OrdersPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "orders/orders.html"

    orders: list[OrderRow]
    newer: str
    older: str
    left_to_pay: int
    waiting: list[WaitingRow]


class OrderPage(Page, frozen=True, kw_only=True):
    """`address` is where it goes; `addresses` are those to choose from while it is not paid.

    `ways` are the names of the payment providers to choose from.
    """

    template: ClassVar[str] = "orders/order.html"

    order: OrderView
    store_name: str
    show_slug: str
    show_title: str
    address: AddressView | None
    addresses: list[AddressView]
    form: Form[AddressLines]
    countries: list[tuple[str, str]]
    ways: list[str]
    was_refused: bool
    was_refunded: bool
    refunds: list[RefundView]
    left_to_pay: int

    story: Story


@get("/orders")
async def my_orders(
    viewer: CurrentViewer,
    render: CurrentRender,
    orders: Service[Orders],
    waiting: Service[Waiting],
    before: FromQuery[UUID | None] = None,
) -> Html:
    buyer_id = require_signed_in(viewer)
    found = await orders.of_buyer(buyer_id, before=OrderId(before) if before else None)
    lines = [] if before else await waiting.of_person(buyer_id)
    older = f"/orders?before={found[-1].id}" if len(found) == PAGE_ORDERS else ""
    return render(
        OrdersPage(
            orders=[row(order) for order in found],
            newer="/orders" if before else "",
            older=older,
            left_to_pay=sum(isinstance(order.state, Placed) for order in found),
            waiting=[
                WaitingRow(str(one.offer.id), one.offer.title, one.offer.image, one.ahead)
                for one in lines
                if one.order is None
            ],
        )
    )


@post("/orders/waiting/{offer_id:str}/leave")
async def leave_line(
    offer_id: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    waiting: Service[Waiting],
) -> Html:
    await waiting.leave(OfferId(order_id_of(offer_id)), require_signed_in(viewer))
    return render.see_other("/orders", N_("You wait no longer."))


@get("/orders/{order_id:str}")
async def order_page(  # noqa: PLR0913 - each is found by its name
    *,
    order_id: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    orders: Service[Orders],
    payments: Service[Payments],
    people: Service[People],
    shows: Service[Shows],
    stores: Service[Stores],
    storyteller: Service[Storyteller],
) -> Html:
    buyer_id = require_signed_in(viewer)
    order = await orders.order(order_id_of(order_id), buyer_id=buyer_id)
    desk = _Desk(viewer, orders, payments, people, shows, stores, storyteller)
    return render(await desk.page(order, buyer_id))


@post("/orders/{order_id:str}/address")
async def choose_address(
    *,
    request: AnyRequest,
    order_id: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    orders: Service[Orders],
    people: Service[People],
) -> Html:
    """Deliver to one of the buyer's own addresses."""
    buyer_id = require_signed_in(viewer)
    order = await orders.order(order_id_of(order_id), buyer_id=buyer_id)
    form = await read_form(request, ChooseAddress)
    back = f"/orders/{order.id}"
    try:
        address = await people.addresses.owned(_address_id(form.value), buyer_id)
        await orders.choose_address(order.id, address.id, buyer_id=buyer_id)
    except DomainError as error:
        return render.see_other(back, render.translator.refusal(error), kind="bad")
    return render.see_other(back)


@post("/orders/{order_id:str}/address/new")
async def new_address(  # noqa: PLR0913 - each is found by its name
    *,
    request: AnyRequest,
    order_id: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    orders: Service[Orders],
    payments: Service[Payments],
    people: Service[People],
    shows: Service[Shows],
    stores: Service[Stores],
    storyteller: Service[Storyteller],
) -> Html:
    """Write an address down and deliver there."""
    buyer_id = require_signed_in(viewer)
    order = await orders.order(order_id_of(order_id), buyer_id=buyer_id)
    desk = _Desk(viewer, orders, payments, people, shows, stores, storyteller)
    form = await read_form(request, AddressLines)
    if form.value is None:
        return render(await desk.page(order, buyer_id, form), status_code=422)
    try:
        address = await people.addresses.add(buyer_id, form.value)
        await orders.choose_address(order.id, address.id, buyer_id=buyer_id)
    except DomainError as error:
        return render(await desk.page(order, buyer_id, form.refuse(error)), status_code=422)
    return render.see_other(f"/orders/{order.id}")


@post("/orders/{order_id:str}/cancel")
async def cancel(
    order_id: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    orders: Service[Orders],
) -> Html:
    buyer_id = require_signed_in(viewer)
    order = await orders.order(order_id_of(order_id), buyer_id=buyer_id)
    back = f"/orders/{order.id}"
    try:
        await orders.cancel(order.id, buyer_id=buyer_id)
    except DomainError as error:
        return render.see_other(back, render.translator.refusal(error), kind="bad")
    return render.see_other(back, N_("The order is cancelled. Nothing was charged."))


class _Desk(Struct, frozen=True):
    """What an order's page needs to know."""

    viewer: Viewer
    orders: Orders
    payments: Payments
    people: People
    shows: Shows
    stores: Stores
    storyteller: Storyteller

    async def page(
        self, order: Order, buyer_id: PersonId, form: Form[AddressLines] | None = None
    ) -> OrderPage:
        store = await self.stores.store(order.store_id)
        show = await self.shows.of_run(order.deal.first.run_id)
        waits = row(order).state == "placed"
        kept = await self.people.addresses.of(buyer_id) if waits else ()
        attempts = [payment.state.value for payment in await self.payments.of_order(order.id)]
        return OrderPage(
            order=view(order),
            store_name=store.name,
            show_slug=show.slug,
            show_title=show.title,
            address=await self._address(order.address_id),
            addresses=[address_view(one, self.viewer.language) for one in kept],
            form=form or self._blank(store),
            countries=countries(self.viewer.language) if waits else [],
            was_refused=bool(attempts) and attempts[0] == "refused",
            was_refunded="refunded" in attempts,
            ways=list(self.payments.offered),
            refunds=[refund_view(one) for one in await self.payments.refunds.of_order(order.id)],
            left_to_pay=await self.orders.count_to_pay(buyer_id),
            story=await self.storyteller.for_buyer(order),
        )

    async def _address(self, address_id: AddressId | None) -> AddressView | None:
        if address_id is None:
            return None
        found = (await self.people.addresses.by_id([address_id])).get(address_id)
        return address_view(found, self.viewer.language) if found else None

    def _blank(self, store: Store) -> Form[AddressLines]:
        return Form.blank(recipient=self.viewer.name, country=store.country)


def countries(language: str) -> list[tuple[str, str]]:
    """Code and name of every country, by the names of that language."""
    names = Locale.parse(language.replace("-", "_")).territories
    found = (
        (code, str(name))
        for code, name in names.items()
        if len(code) == COUNTRY_CODE_CHARACTERS and code.isalpha() and code not in NO_COUNTRIES
    )
    return sorted(found, key=lambda one: one[1])


def _address_id(typed: ChooseAddress | None) -> AddressId:
    if typed is None:
        raise InvalidInput(field="address_id", problem=N_("choose one of your addresses"))
    try:
        return AddressId(UUID(typed.address_id))
    except ValueError:
        raise NotFound from None


handlers = (my_orders, leave_line, order_page, choose_address, new_address, cancel)
