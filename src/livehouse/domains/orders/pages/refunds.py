"""For operators: money that should have gone back and did not."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from livehouse.domains.orders.model import number_of
from livehouse.domains.orders.service import Refunds
from livehouse.domains.orders.service.refunds import FailedRefund
from livehouse.foundation.money import Money
from livehouse.foundation.text import N_
from livehouse.web.guards import require_operator
from livehouse.web.handlers import (
    CurrentRender,
    CurrentViewer,
    FromPath,
    Html,
    Page,
    Service,
    get,
    post,
)


class FailedRow(Struct, frozen=True, kw_only=True):
    """`problem` is what the provider said, in its own words."""

    id: UUID
    order_number: str
    provider: str
    amount: Money
    reason: str
    problem: str
    requested_at: datetime


UNUSABLE = N_("The payment came too late or twice")
GONE_BACK = N_("Goods or money of the order went back")


class RefundsPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "orders/refunds.html"

    section: str = "refunds"
    failed: list[FailedRow]


@get("/operator/refunds")
async def refunds_page(
    viewer: CurrentViewer, render: CurrentRender, refunds: Service[Refunds]
) -> Html:
    require_operator(viewer)
    return render(RefundsPage(failed=[_row(one) for one in await refunds.failed()]))


@post("/operator/refunds/{refund_id:uuid}/again")
async def send_again(
    refund_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    refunds: Service[Refunds],
) -> Html:
    require_operator(viewer)
    await refunds.again(refund_id)
    return render.see_other("/operator/refunds", N_("The money is on its way again."))


def _row(failed: FailedRefund) -> FailedRow:
    refund = failed.refund
    return FailedRow(
        id=refund.id,
        order_number=number_of(failed.order_id),
        provider=failed.provider,
        amount=refund.amount,
        reason=UNUSABLE if refund.reason == "unusable" else GONE_BACK,
        problem=refund.problem,
        requested_at=refund.requested_at,
    )


handlers = (refunds_page, send_again)
