"""The checkout: where it goes, how, with which coupons, and one order per store out of it."""

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar
from urllib.parse import parse_qsl
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.offers import Coupons, Published
from livehouse.domains.orders.errors import AddressMissing
from livehouse.domains.orders.model import Deal, Placed
from livehouse.domains.orders.pages.basket import BasketRow, basket_row
from livehouse.domains.orders.pages.choices import Choices, read_choices
from livehouse.domains.orders.pages.mine import countries
from livehouse.domains.orders.pages.views import (
    AddressView,
    OrderRow,
    PriceLine,
    address_view,
    price_lines,
    row,
)
from livehouse.domains.orders.service import Checkout, Orders
from livehouse.domains.orders.service.checkout import Buyer, StoreQuote
from livehouse.domains.orders.service.checkout import Placed as PlacedOrder
from livehouse.domains.people import Address, AddressLines, People
from livehouse.domains.stores import NO_RETURN, DeliveryMethod, Store, Stores
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import CouponId, PersonId, StoreId
from livehouse.foundation.money import Money
from livehouse.foundation.text import N_
from livehouse.web.forms import Form, read_form
from livehouse.web.guards import require_signed_in
from livehouse.web.handlers import (
    AnyRequest,
    CurrentRender,
    CurrentViewer,
    Html,
    Page,
    Service,
    get,
    limited,
    post,
)
from livehouse.web.identity import Viewer
from livehouse.web.limits import ORDERS
from livehouse.web.rendering import Render

# A notice is a cookie; more refusals than these fit into no sentence.
REFUSED_NAMED_MAX = 3


class CodeForm(Struct):
    """Which store's field was used; the code stands in that store's field."""

    redeem: UUID


class NewAddressForm(AddressLines, frozen=True):
    """`choices` is the query of the page, to come back to."""

    choices: Annotated[str, Meta(max_length=8000)] = ""


class Way(Struct, frozen=True, kw_only=True):
    id: UUID
    name: str
    fee: Money
    days_min: int
    days_max: int
    chosen: bool


class CouponChoice(Struct, frozen=True, kw_only=True):
    id: UUID
    label: str
    chosen: bool


class CheckoutPart(Struct, frozen=True, kw_only=True):
    """One store's part. `problem` says why it cannot be ordered so; then there is no total.

    `exceptions` are the reasons why something in it cannot be sent back without one.
    """

    store_id: UUID
    order_id: UUID
    store_name: str
    rows: list[BasketRow]
    ways: list[Way]
    coupons: list[CouponChoice]
    goods: Money
    lines: list[PriceLine]
    total: Money | None
    exceptions: list[str]
    problem: str


class CheckoutPage(Page, frozen=True, kw_only=True):
    """`totals` has one amount per currency; `choices` is what the address says."""

    template: ClassVar[str] = "orders/checkout.html"

    parts: list[CheckoutPart]
    totals: list[Money]
    orders: int
    left_out: int
    address_id: str
    addresses: list[AddressView]
    form: Form[NewAddressForm]
    countries: list[tuple[str, str]]
    choices: str


class ToPayPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "orders/to_pay.html"

    orders: list[OrderRow]
    stores: dict[UUID, str]
    no_address: list[UUID]


@get("/checkout")
async def checkout_page(
    *,
    request: AnyRequest,
    viewer: CurrentViewer,
    render: CurrentRender,
    checkout: Service[Checkout],
    coupons: Service[Coupons],
    people: Service[People],
    stores: Service[Stores],
) -> Html:
    choices = read_choices(request.query_params.multi_items())
    desk = _Desk(viewer, render, checkout, coupons, people, stores)
    return await desk.page(choices)


@post("/checkout/update", guards=[limited(ORDERS)])
async def update(request: AnyRequest, viewer: CurrentViewer, render: CurrentRender) -> Html:
    """Put what was chosen into the address."""
    require_signed_in(viewer)
    return render.see_other(read_choices((await request.form()).multi_items()).path())


@post("/checkout/code", guards=[limited(ORDERS)])
async def redeem(
    request: AnyRequest, viewer: CurrentViewer, render: CurrentRender, coupons: Service[Coupons]
) -> Html:
    """Take the coupon whose code was typed at a store, and use it here."""
    buyer_id = require_signed_in(viewer)
    sent = await request.form()
    choices = read_choices(sent.multi_items())
    form = await read_form(request, CodeForm)
    if form.value is None:
        return render.see_other(choices.path())
    store_id = StoreId(form.value.redeem)
    try:
        found = await coupons.redeem(str(sent.get(f"code-{store_id}", "")), store_id, buyer_id)
    except DomainError as error:
        return render.see_other(choices.path(), render.translator.refusal(error), kind="bad")
    return render.see_other(choices.path(coupon=(store_id, CouponId(found.coupon.id))))


@post("/checkout/address")
async def write_address(
    *,
    request: AnyRequest,
    viewer: CurrentViewer,
    render: CurrentRender,
    checkout: Service[Checkout],
    coupons: Service[Coupons],
    people: Service[People],
    stores: Service[Stores],
) -> Html:
    """Write an address down and deliver there."""
    buyer_id = require_signed_in(viewer)
    form = await read_form(request, NewAddressForm)
    choices = read_choices(_query(form.text("choices")))
    desk = _Desk(viewer, render, checkout, coupons, people, stores)
    if form.value is None:
        return await desk.page(choices, form)
    lines = AddressLines(**{f: getattr(form.value, f) for f in AddressLines.__struct_fields__})
    try:
        address = await people.addresses.add(buyer_id, lines)
    except DomainError as error:
        return await desk.page(choices, form.refuse(error))
    return render.see_other(choices.path(address_id=address.id))


@post("/checkout", guards=[limited(ORDERS)])
async def place_orders(
    *,
    request: AnyRequest,
    viewer: CurrentViewer,
    render: CurrentRender,
    checkout: Service[Checkout],
    people: Service[People],
    stores: Service[Stores],
) -> Html:
    """One order per store. Pressing again finds the same orders."""
    buyer_id = require_signed_in(viewer)
    choices = read_choices((await request.form()).multi_items())
    kept = await people.addresses.of(buyer_id)
    address = next((one for one in kept if one.id == choices.address_id), None)
    try:
        if address is None:
            raise AddressMissing
        placed = await checkout.place(_buyer(viewer, buyer_id, address), choices.to_order())
    except DomainError as error:
        return render.see_other(choices.path(), render.translator.refusal(error), kind="bad")
    names = {store.id: store.name for store in await stores.stores([p.store_id for p in placed])}
    return _told(render, placed, names, choices)


@get("/checkout/pay")
async def to_pay(
    viewer: CurrentViewer, render: CurrentRender, orders: Service[Orders], stores: Service[Stores]
) -> Html:
    """What is ordered and left to pay."""
    found = await orders.of_buyer(require_signed_in(viewer))
    waiting = [order for order in found if isinstance(order.state, Placed)]
    names = await stores.stores({order.store_id for order in waiting})
    of_store = {store.id: store.name for store in names}
    return render(
        ToPayPage(
            orders=[row(order) for order in waiting],
            stores={order.id: of_store[order.store_id] for order in waiting},
            no_address=[order.id for order in waiting if order.address_id is None],
        )
    )


class _Desk(Struct, frozen=True):
    """What the page needs to know."""

    viewer: Viewer
    render: Render
    checkout: Checkout
    coupons: Coupons
    people: People
    stores: Stores

    async def page(self, choices: Choices, form: Form[NewAddressForm] | None = None) -> Html:
        buyer_id = require_signed_in(self.viewer)
        kept = await self.people.addresses.of(buyer_id)
        address = _chosen(kept, choices, self.viewer)
        quotes = await self.checkout.quote(
            _buyer(self.viewer, buyer_id, address), choices.of_stores()
        )
        if not quotes:
            return self.render.see_other("/basket")
        found = await self.stores.stores([quote.basket.store_id for quote in quotes])
        by_id = {store.id: store for store in found}
        taken = await self.coupons.of_person(buyer_id)
        parts = [
            self._part(quote, by_id[quote.basket.store_id], taken, choices) for quote in quotes
        ]
        default_country = next(iter(by_id.values())).country
        blank: Form[NewAddressForm] = Form.blank(
            recipient=self.viewer.name, country=default_country
        )
        page = CheckoutPage(
            parts=parts,
            totals=_totals(parts),
            orders=sum(part.total is not None for part in parts),
            left_out=await self._left_out(buyer_id),
            address_id=str(address.id) if address else "",
            addresses=[address_view(one, self.viewer.language) for one in kept],
            form=form or blank,
            countries=countries(self.viewer.language),
            choices=choices.path().partition("?")[2],
        )
        return self.render(page, status_code=422 if form else 200)

    async def _left_out(self, buyer_id: PersonId) -> int:
        """How many things stay in the basket, of all stores."""
        parts = await self.checkout.baskets.look(buyer_id)
        return sum(len(part.items) - len(part.ready) for part in parts)

    def _part(
        self, quote: StoreQuote, store: Store, taken: Sequence[Published], choices: Choices
    ) -> CheckoutPart:
        deal = quote.deal if isinstance(quote.deal, Deal) else None
        text = self.render.translator.text
        reasons = dict.fromkeys(item.offer.no_return for item in quote.basket.ready)
        return CheckoutPart(
            store_id=store.id,
            order_id=quote.basket.order_id,
            store_name=store.name,
            rows=[basket_row(item) for item in quote.basket.ready],
            ways=_ways(quote, deal),
            coupons=_coupons(store, taken, choices),
            goods=Money(store.currency, sum(item.goods.minor for item in quote.basket.ready)),
            lines=price_lines(deal.price) if deal else [],
            total=deal.price.total if deal else None,
            exceptions=[text(NO_RETURN[reason]) for reason in reasons if reason in NO_RETURN],
            problem=(
                self.render.translator.refusal(quote.deal)
                if isinstance(quote.deal, DomainError)
                else ""
            ),
        )


def _told(
    render: Render,
    placed: Sequence[PlacedOrder],
    names: Mapping[StoreId, str],
    choices: Choices,
) -> Html:
    """On to paying; what was refused is told with its store's name."""
    refused = [one for one in placed if isinstance(one.outcome, DomainError)]
    words = " ".join(
        f"{names[one.store_id]}: {render.translator.refusal(one.outcome)}"
        for one in refused[:REFUSED_NAMED_MAX]
        if isinstance(one.outcome, DomainError)
    )
    if not placed or len(refused) == len(placed):
        return render.see_other(choices.path(), words, kind="bad")
    if refused:
        told = N_("The other orders stand. {refused}")
        return render.see_other("/checkout/pay", told, kind="warn", refused=words)
    return render.see_other("/checkout/pay")


def _buyer(viewer: Viewer, buyer_id: PersonId, address: Address | None) -> Buyer:
    return Buyer(
        id=buyer_id,
        address_id=address.id if address else None,
        country=address.lines.country if address else "",
        shown_as=viewer.shown_as,
    )


def _chosen(kept: Sequence[Address], choices: Choices, viewer: Viewer) -> Address | None:
    """The address that was picked, else the usual one, else any."""
    for wanted in (choices.address_id, viewer.default_address_id):
        for one in kept:
            if one.id == wanted:
                return one
    return kept[0] if kept else None


def _ways(quote: StoreQuote, deal: Deal | None) -> list[Way]:
    goods = sum(item.goods.minor for item in quote.basket.ready)
    refs = {line.ref for line in deal.price.lines if line.kind == "delivery"} if deal else set()
    chosen = next(iter(refs), quote.choice.delivery)
    return [_way(method, goods, chosen=str(method.id) == chosen) for method in quote.methods]


def _way(method: DeliveryMethod, goods_minor: int, *, chosen: bool) -> Way:
    return Way(
        id=method.id,
        name=method.name,
        fee=Money(method.currency, method.fee_minor_for(goods_minor)),
        days_min=method.days_min,
        days_max=method.days_max,
        chosen=chosen,
    )


def _coupons(store: Store, taken: Sequence[Published], choices: Choices) -> list[CouponChoice]:
    chosen = choices.coupons.get(store.id, ())
    return [
        CouponChoice(id=one.coupon.id, label=one.coupon.label, chosen=one.coupon.id in chosen)
        for one in taken
        if one.coupon.store_id in {None, store.id} and one.coupon.currency == store.currency
    ]


def _totals(parts: Sequence[CheckoutPart]) -> list[Money]:
    sums: dict[str, Money] = {}
    for part in parts:
        if part.total is not None:
            before = sums.get(part.total.currency)
            sums[part.total.currency] = before + part.total if before else part.total
    return list(sums.values())


def _query(text: str) -> list[tuple[str, object]]:
    return [*parse_qsl(text)]


handlers = (checkout_page, update, redeem, write_address, place_orders, to_pay)
