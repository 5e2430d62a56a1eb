"""The sandbox provider's page: no money moves, the buyer says how the payment ends.

What is pressed here becomes a signed notice and takes the same way as a real provider's.
"""

from typing import ClassVar, Literal
from uuid import UUID

from msgspec import Struct

from livehouse.domains.orders.model import Order, Payment
from livehouse.domains.orders.ports import SandboxPayments
from livehouse.domains.orders.service import Payments
from livehouse.domains.stores import Stores
from livehouse.foundation.errors import NotFound
from livehouse.foundation.money import Money
from livehouse.foundation.text import N_
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
    post,
)
from livehouse.web.identity import Viewer

OUTCOMES = {"approve": "succeeded", "refuse": "refused"}
NOTICES = {
    "succeeded": (N_("Paid. Thank you!"), "good"),
    "refused": (N_("The payment was refused. Nothing was charged; you can try again."), "warn"),
    "refunded": (N_("The order could no longer be paid, so your money goes back."), "warn"),
    "started": (N_("The provider has not answered yet."), "info"),
}


class Press(Struct):
    outcome: Literal["approve", "refuse", "silence"]


class SandboxPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "orders/sandbox.html"

    payment_id: UUID
    order_id: UUID
    store_name: str
    title: str
    amount: Money
    is_open: bool


@get("/sandbox/{payment_id:str}")
async def sandbox_page(
    payment_id: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    payments: Service[Payments],
    stores: Service[Stores],
) -> Html:
    payment, order = await _own(payment_id, viewer, payments)
    store = await stores.store(order.store_id)
    return render(
        SandboxPage(
            payment_id=payment.id,
            order_id=order.id,
            store_name=store.name,
            title=order.deal.first.offer.title,
            amount=payment.amount,
            is_open=payment.state.value == "started",
        )
    )


@post("/sandbox/{payment_id:str}")
async def press(
    *,
    request: AnyRequest,
    payment_id: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    payments: Service[Payments],
    sandbox: Service[SandboxPayments],
) -> Html:
    payment, order = await _own(payment_id, viewer, payments)
    form = await read_form(request, Press)
    if form.value is None:
        return render.see_other(f"/sandbox/{payment.id}")
    if form.value.outcome in OUTCOMES:
        body, signature = sandbox.notice(payment, OUTCOMES[form.value.outcome])
        payment = await payments.hear_signed(payment.provider, body, signature)
    words, kind = NOTICES.get(payment.state.value, ("", "info"))
    return render.see_other(f"/orders/{order.id}", words, kind=kind)


async def _own(payment_id: str, viewer: Viewer, payments: Payments) -> tuple[Payment, Order]:
    """The buyer's own payment; for everybody else there is none."""
    buyer_id = require_signed_in(viewer)
    try:
        payment, order = await payments.find(UUID(payment_id))
    except ValueError:
        raise NotFound from None
    if order.buyer_id != buyer_id:
        raise NotFound
    return payment, order


handlers = (sandbox_page, press)
