"""The sandbox provider's page: no money moves, the buyer says how the payment ends.

What is pressed here becomes a signed notice and takes the same way as a real provider's.
"""

from typing import ClassVar, Literal, NamedTuple
from uuid import UUID

from msgspec import Struct

from livehouse.domains.orders.model import Charge, Order, Payment, PaymentState, Placed
from livehouse.domains.orders.ports import SandboxPayments
from livehouse.domains.orders.service import Payments
from livehouse.domains.stores import Stores
from livehouse.foundation.errors import NotFound
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
    post,
)
from livehouse.web.identity import Viewer


class Script(NamedTuple):
    """What the sandbox decides, and the notices that it then sends, in this order."""

    outcome: PaymentState
    says: tuple[str, ...]
    refunds_fail: bool = False


SCRIPTS = {
    "approve": Script(PaymentState.SUCCEEDED, ("succeeded",)),
    "refuse": Script(PaymentState.REFUSED, ("refused",)),
    "time_out": Script(PaymentState.TIMED_OUT, ("timed_out",)),
    "twice": Script(PaymentState.SUCCEEDED, ("succeeded", "succeeded")),
    "disordered": Script(PaymentState.SUCCEEDED, ("succeeded", "refused", "timed_out")),
    "unheard": Script(PaymentState.SUCCEEDED, ()),
    "unrefundable": Script(PaymentState.SUCCEEDED, ("succeeded",), refunds_fail=True),
}


class Press(Struct):
    outcome: Literal[
        "approve", "refuse", "time_out", "twice", "disordered", "unheard", "unrefundable", "silence"
    ]


class SandboxPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "orders/sandbox.html"

    payment_id: UUID
    order_id: UUID
    store_name: str
    title: str
    amount: Money
    may_pay: bool
    too_late: bool


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
            may_pay=not payment.came,
            too_late=not isinstance(order.state, Placed),
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
    script = SCRIPTS.get(form.value.outcome)
    if script is None:
        return render.see_other(f"/orders/{order.id}/payments/{payment.id}")
    await sandbox.decide(Charge(payment.id, script.outcome, script.refunds_fail))
    for word in script.says:
        await payments.hear_signed(payment.provider, *sandbox.notice(payment, word))
    if not script.says:
        # The buyer closes the window, so only the house's own question finds the money.
        return render.see_other(f"/orders/{order.id}")
    return render.see_other(f"/orders/{order.id}/payments/{payment.id}")


async def _own(payment_id: str, viewer: Viewer, payments: Payments) -> tuple[Payment, Order]:
    """The buyer's own payment; for everybody else there is none."""
    buyer_id = require_signed_in(viewer)
    try:
        payment, order = await payments.find(UUID(payment_id))
    except ValueError:
        raise NotFound from None
    if order.buyer_id != buyer_id or payment.provider != "sandbox":
        raise NotFound
    return payment, order


handlers = (sandbox_page, press)
