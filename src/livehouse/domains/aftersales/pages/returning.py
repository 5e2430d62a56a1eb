"""Sending something back, as the buyer does it."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.aftersales.errors import NotExchangeable
from livehouse.domains.aftersales.model.parcels import (
    Label,
)
from livehouse.domains.aftersales.model.returns import (
    NOTE_CHARACTERS_MAX,
    Return,
    ReturnId,
    Why,
    Wish,
)
from livehouse.domains.aftersales.pages.bench import LabelForm
from livehouse.domains.aftersales.pages.buyer import done, own
from livehouse.domains.aftersales.pages.views import (
    PieceView,
    ReturnView,
    piece_views,
    return_view,
    typed_pieces,
)
from livehouse.domains.aftersales.service import AfterSales
from livehouse.domains.orders import Order, Orders, number_of
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.ids import OrderId, VariantId
from livehouse.foundation.text import N_
from livehouse.web.forms import Form, read_form
from livehouse.web.handlers import (
    AnyRequest,
    CurrentRender,
    CurrentViewer,
    FromPath,
    Html,
    Page,
    Service,
    get,
    post,
)

EXCHANGES_SHOWN_MAX = 50


class ReturnForm(Struct):
    why: Literal["changed_mind", "wrong", "damaged"]
    note: Annotated[str, Meta(max_length=NOTE_CHARACTERS_MAX)] = ""
    exchange_for: Annotated[str, Meta(max_length=36)] = ""


class AskPage(Page, frozen=True, kw_only=True):
    """`exchanges` are variants by id with their titles."""

    template: ClassVar[str] = "aftersales/ask_return.html"

    order_id: OrderId
    number: str
    pieces: list[PieceView]
    exchanges: list[tuple[str, str]]
    form: Form[ReturnForm]


class ReturnPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "aftersales/return.html"

    one: ReturnView
    form: Form[LabelForm]


@get("/orders/{order_id:str}/return")
async def ask_page(
    order_id: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    orders: Service[Orders],
    aftersales: Service[AfterSales],
) -> Html:
    order = await own(order_id, viewer, orders)
    return render(await _ask_page(aftersales, order, Form.blank(why="changed_mind")))


@post("/orders/{order_id:str}/return")
async def ask(
    *,
    request: AnyRequest,
    order_id: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    orders: Service[Orders],
    aftersales: Service[AfterSales],
) -> Html:
    order = await own(order_id, viewer, orders)
    form = await read_form(request, ReturnForm)
    if form.value is None:
        return render(await _ask_page(aftersales, order, form), status_code=422)
    try:
        wish = Wish(
            pieces=await typed_pieces(request, range(len(order.deal.items))),
            why=Why(form.value.why),
            note=form.value.note,
            exchange_for=_variant_id(form.value.exchange_for),
        )
        one = await aftersales.returns.ask(order.id, wish, buyer_id=order.buyer_id)
    except DomainError as error:
        page = await _ask_page(aftersales, order, form.refuse(error))
        return render(page, status_code=422)
    return render.see_other(
        f"/orders/{order.id}/returns/{one.id}", N_("The store has your request.")
    )


@get("/orders/{order_id:str}/returns/{return_id:uuid}")
async def return_page(
    *,
    order_id: FromPath[str],
    return_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    orders: Service[Orders],
    aftersales: Service[AfterSales],
) -> Html:
    order = await own(order_id, viewer, orders)
    one = await _of_order(aftersales, order, return_id)
    return render(ReturnPage(one=return_view(one, order), form=Form.blank()))


@post("/orders/{order_id:str}/returns/{return_id:uuid}/send")
async def send(
    *,
    request: AnyRequest,
    order_id: FromPath[str],
    return_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    orders: Service[Orders],
    aftersales: Service[AfterSales],
) -> Html:
    """Tell the store how it comes back."""
    order = await own(order_id, viewer, orders)
    one = await _of_order(aftersales, order, return_id)
    form = await read_form(request, LabelForm)
    if form.value is not None:
        label = Label(form.value.carrier, form.value.tracking)
        try:
            await aftersales.returns.send(one.id, label, buyer_id=order.buyer_id)
        except DomainError as error:
            form = form.refuse(error)
        else:
            return render.see_other(f"/orders/{order.id}/returns/{one.id}", N_("Thank you!"))
    return render(ReturnPage(one=return_view(one, order), form=form), status_code=422)


@post("/orders/{order_id:str}/returns/{return_id:uuid}/keep")
async def keep(
    *,
    order_id: FromPath[str],
    return_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    orders: Service[Orders],
    aftersales: Service[AfterSales],
) -> Html:
    """Keep the goods after all."""
    order = await own(order_id, viewer, orders)
    one = await _of_order(aftersales, order, return_id)
    back = f"/orders/{order.id}/returns/{one.id}"
    work = aftersales.returns.take_back(one.id, buyer_id=order.buyer_id)
    return await done(render, work, back, N_("You keep it. The return is taken back."))


async def _of_order(aftersales: AfterSales, order: Order, return_id: UUID) -> Return:
    one = await aftersales.returns.of_buyer(ReturnId(return_id), order.buyer_id)
    if one.order.order_id != order.id:
        raise NotFound
    return one


async def _ask_page(aftersales: AfterSales, order: Order, form: Form[ReturnForm]) -> AskPage:
    left = await aftersales.returns.left(order)
    exchanges = [
        (str(other.variant.id), f"{other.product.title}: {other.variant.title}")
        for position in sorted(left)
        for other in await aftersales.returns.exchanges(order, position)
    ]
    return AskPage(
        order_id=order.id,
        number=number_of(order.id),
        pieces=piece_views(order, left),
        exchanges=exchanges[:EXCHANGES_SHOWN_MAX],
        form=form,
    )


def _variant_id(text: str) -> VariantId | None:
    try:
        return VariantId(UUID(text)) if text else None
    except ValueError:
        raise NotExchangeable from None


handlers = (ask_page, ask, return_page, send, keep)
