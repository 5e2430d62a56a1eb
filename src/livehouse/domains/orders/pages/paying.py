"""Paying: on to the provider, and back from it."""

from contextlib import suppress
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.orders.model import PaymentState
from livehouse.domains.orders.service import Orders, Payments
from livehouse.domains.orders.wire import order_id_of
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.text import N_
from livehouse.web.forms import read_form
from livehouse.web.guards import require_signed_in
from livehouse.web.handlers import (
    AnyRequest,
    CurrentRender,
    CurrentViewer,
    FromPath,
    Html,
    Service,
    get,
    limited,
    post,
)
from livehouse.web.limits import ORDERS

ENDINGS: dict[PaymentState, tuple[str, str]] = {
    PaymentState.STARTED: (N_("The provider has not answered yet."), "info"),
    PaymentState.SUCCEEDED: (N_("Paid. Thank you!"), "good"),
    PaymentState.REFUSED: (
        N_("The payment was refused. Nothing was charged; you can try again."), "warn",
    ),
    PaymentState.TIMED_OUT: (N_("This payment's time is over. Nothing was charged."), "warn"),
    PaymentState.REFUNDED: (
        N_("The order could no longer be paid, so your money goes back."), "warn",
    ),
}  # fmt: skip


class ChooseProvider(Struct):
    provider: Annotated[str, Meta(max_length=40)] = ""


@post("/orders/{order_id:str}/pay", guards=[limited(ORDERS)])
async def pay(
    *,
    request: AnyRequest,
    order_id: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    orders: Service[Orders],
    payments: Service[Payments],
) -> Html:
    """Go on to the payment provider's page."""
    buyer_id = require_signed_in(viewer)
    order = await orders.order(order_id_of(order_id), buyer_id=buyer_id)
    form = await read_form(request, ChooseProvider)
    chosen = form.value.provider if form.value else ""
    try:
        go_on = await payments.begin(order.id, buyer_id=buyer_id, provider=chosen)
    except DomainError as error:
        words = render.translator.refusal(error)
        return render.see_other(f"/orders/{order.id}", words, kind="bad")
    return render.see_other(go_on.url)


@get("/orders/{order_id:str}/payments/{payment_id:uuid}", guards=[limited(ORDERS)])
async def come_back(
    *,
    order_id: FromPath[str],
    payment_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    orders: Service[Orders],
    payments: Service[Payments],
) -> Html:
    """Back from the provider's page: ask how it ended, since its notice may still be on its way."""
    order = await orders.order(order_id_of(order_id), buyer_id=require_signed_in(viewer))
    payment = next((one for one in await payments.of_order(order.id) if one.id == payment_id), None)
    if payment is None:
        raise NotFound
    # Where the provider does not say, its notice or the next question will.
    with suppress(DomainError):
        payment = await payments.look(payment.id)
    words, kind = ENDINGS[payment.state]
    return render.see_other(f"/orders/{order.id}", words, kind=kind)


handlers = (pay, come_back)
