"""Disputes: complaints that the operator decides."""

from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.aftersales.model import complaints as rules
from livehouse.domains.aftersales.model.complaints import Complaint, ComplaintId
from livehouse.domains.aftersales.pages.console import refund_in
from livehouse.domains.aftersales.pages.views import ComplaintView, complaint_view
from livehouse.domains.aftersales.service import AfterSales
from livehouse.domains.aftersales.service.complaints import PAGE_COMPLAINTS
from livehouse.domains.stores import Store, Stores
from livehouse.foundation.errors import DomainError
from livehouse.foundation.text import N_
from livehouse.web.forms import Form, read_form
from livehouse.web.guards import require_operator
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


class RulingForm(Struct):
    words: Annotated[str, Meta(min_length=1, max_length=rules.WORDS_MAX)]
    refund: Annotated[str, Meta(max_length=20)] = ""


class DisputesPage(Page, frozen=True, kw_only=True):
    """`disputes` come with the names of their stores."""

    template: ClassVar[str] = "aftersales/disputes.html"

    section: str = "disputes"
    disputes: list[tuple[ComplaintView, str]]
    shows_all: bool
    older: str
    newer: str


class DisputePage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "aftersales/dispute.html"

    section: str = "disputes"
    one: ComplaintView
    store: Store
    form: Form[RulingForm]


@get("/operator/disputes")
async def disputes_page(
    *,
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    aftersales: Service[AfterSales],
    only: FromQuery[str] = "",
    before: FromQuery[UUID | None] = None,
) -> Html:
    require_operator(viewer)
    shows_all = only == "all"
    found = await aftersales.complaints.disputes(
        is_open=not shows_all, before=ComplaintId(before) if before else None
    )
    sellers = {one.id: one for one in await stores.stores({one.order.store_id for one in found})}
    here = f"/operator/disputes?only={'all' if shows_all else 'open'}"
    return render(
        DisputesPage(
            disputes=[
                (
                    complaint_view(one, sellers[one.order.store_id].currency),
                    sellers[one.order.store_id].name,
                )
                for one in found
            ],
            shows_all=shows_all,
            older=f"{here}&before={found[-1].id}" if len(found) == PAGE_COMPLAINTS else "",
            newer=here if before else "",
        )
    )


@get("/operator/disputes/{complaint_id:uuid}")
async def dispute_page(
    complaint_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    aftersales: Service[AfterSales],
) -> Html:
    require_operator(viewer)
    one = await aftersales.complaints.find(ComplaintId(complaint_id))
    return render(await _page(one, stores, Form.blank()))


@post("/operator/disputes/{complaint_id:uuid}")
async def decide(
    *,
    request: AnyRequest,
    complaint_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    aftersales: Service[AfterSales],
) -> Html:
    require_operator(viewer)
    one = await aftersales.complaints.find(ComplaintId(complaint_id))
    form = await read_form(request, RulingForm)
    if form.value is not None:
        store = await stores.store(one.order.store_id)
        try:
            refund = refund_in(form.value.refund, store.currency)
            await aftersales.complaints.decide(one.id, form.value.words, refund)
        except DomainError as error:
            form = form.refuse(error)
        else:
            return render.see_other("/operator/disputes", N_("Decided."))
    return render(await _page(one, stores, form), status_code=422)


async def _page(one: Complaint, stores: Stores, form: Form[RulingForm]) -> DisputePage:
    store = await stores.store(one.order.store_id)
    return DisputePage(one=complaint_view(one, store.currency), store=store, form=form)


handlers = (disputes_page, dispute_page, decide)
