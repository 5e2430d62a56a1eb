"""Returns and complaints in a store's console: what waits for an answer, and until when."""

from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from livehouse.domains.aftersales.model import complaints as rules
from livehouse.domains.aftersales.model.complaints import Complaint, ComplaintId
from livehouse.domains.aftersales.model.parcels import Label
from livehouse.domains.aftersales.model.ratings import Satisfaction
from livehouse.domains.aftersales.model.returns import NOTE_CHARACTERS_MAX, ReturnId
from livehouse.domains.aftersales.pages.bench import LabelForm
from livehouse.domains.aftersales.pages.buyer import done, refused
from livehouse.domains.aftersales.pages.shipping import packers_store
from livehouse.domains.aftersales.pages.views import (
    ComplaintView,
    ReturnView,
    complaint_view,
    return_view,
)
from livehouse.domains.aftersales.service import AfterSales
from livehouse.domains.aftersales.service.complaints import PAGE_COMPLAINTS
from livehouse.domains.aftersales.service.returns import PAGE_RETURNS
from livehouse.domains.orders import Orders
from livehouse.domains.stores import Store, Stores
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.money import Money, parse_money
from livehouse.foundation.text import N_
from livehouse.web.forms import Form, read_form
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


class AnswerForm(Struct):
    words: Annotated[str, Meta(min_length=1, max_length=rules.WORDS_MAX)]
    refund: Annotated[str, Meta(max_length=20)] = ""


class RefuseForm(Struct):
    reason: Annotated[str, Meta(max_length=NOTE_CHARACTERS_MAX)] = ""


class ReceiveForm(Struct):
    restocked: bool = False


class ReturnsPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "aftersales/returns.html"

    store: Store
    section: str = "returns"
    returns: list[ReturnView]
    shows_all: bool
    older: str
    newer: str


class StoreReturnPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "aftersales/store_return.html"

    store: Store
    section: str = "returns"
    one: ReturnView
    may_refuse: bool
    form: Form[LabelForm]


class ComplaintsPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "aftersales/complaints.html"

    store: Store
    section: str = "complaints"
    complaints: list[ComplaintView]
    satisfaction: Satisfaction
    shows_all: bool
    older: str
    newer: str


class StoreComplaintPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "aftersales/store_complaint.html"

    store: Store
    section: str = "complaints"
    one: ComplaintView
    form: Form[AnswerForm]


@get("/console/{slug:str}/returns")
async def returns_page(  # noqa: PLR0913 - each is found by its name
    *,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    orders: Service[Orders],
    aftersales: Service[AfterSales],
    only: FromQuery[str] = "",
    before: FromQuery[UUID | None] = None,
) -> Html:
    store = await packers_store(slug, viewer, stores)
    shows_all = only == "all"
    found = await aftersales.returns.of_store(
        store.id, is_open=not shows_all, before=ReturnId(before) if before else None
    )
    known = {one.order.order_id for one in found}
    by_id = {id_: await orders.in_store(id_, store.id) for id_ in known}
    here = f"/console/{store.slug}/returns?only={'all' if shows_all else 'open'}"
    return render(
        ReturnsPage(
            store=store,
            returns=[return_view(one, by_id[one.order.order_id]) for one in found],
            shows_all=shows_all,
            older=f"{here}&before={found[-1].id}" if len(found) == PAGE_RETURNS else "",
            newer=here if before else "",
        )
    )


@get("/console/{slug:str}/returns/{return_id:uuid}")
async def store_return_page(
    *,
    slug: FromPath[str],
    return_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    orders: Service[Orders],
    aftersales: Service[AfterSales],
) -> Html:
    store = await packers_store(slug, viewer, stores)
    page = await _return_page(store, ReturnId(return_id), orders, aftersales, Form.blank())
    return render(page)


@post("/console/{slug:str}/returns/{return_id:uuid}/accept")
async def accept_return(
    *,
    slug: FromPath[str],
    return_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    aftersales: Service[AfterSales],
) -> Html:
    store = await packers_store(slug, viewer, stores)
    back = f"/console/{store.slug}/returns/{return_id}"
    work = aftersales.returns.accept(ReturnId(return_id), store_id=store.id)
    return await done(render, work, back, N_("Accepted. The buyer has been told."))


@post("/console/{slug:str}/returns/{return_id:uuid}/refuse")
async def refuse_return(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    return_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    aftersales: Service[AfterSales],
) -> Html:
    store = await packers_store(slug, viewer, stores)
    back = f"/console/{store.slug}/returns/{return_id}"
    form = await read_form(request, RefuseForm)
    reason = form.value.reason if form.value else ""
    work = aftersales.returns.refuse(ReturnId(return_id), reason, store_id=store.id)
    return await done(render, work, back, N_("Refused. The buyer has been told."))


@post("/console/{slug:str}/returns/{return_id:uuid}/receive")
async def receive_return(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    return_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    aftersales: Service[AfterSales],
) -> Html:
    """The goods are back; the money goes back now, unless it is an exchange."""
    store = await packers_store(slug, viewer, stores)
    back = f"/console/{store.slug}/returns/{return_id}"
    form = await read_form(request, ReceiveForm)
    restocked = form.value is not None and form.value.restocked
    try:
        one = await aftersales.returns.receive(
            ReturnId(return_id), store_id=store.id, restocked=restocked
        )
    except DomainError as error:
        return refused(render, error, back)
    words = N_("Received. The buyer's money goes back.")
    if one.exchange_for is not None:
        words = N_("Received. Now send the replacement.")
    return render.see_other(back, words)


@post("/console/{slug:str}/returns/{return_id:uuid}/exchange")
async def send_replacement(  # noqa: PLR0913 - each is found by its name
    *,
    request: AnyRequest,
    slug: FromPath[str],
    return_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    orders: Service[Orders],
    aftersales: Service[AfterSales],
) -> Html:
    store = await packers_store(slug, viewer, stores)
    form = await read_form(request, LabelForm)
    if form.value is not None:
        label = Label(form.value.carrier, form.value.tracking)
        try:
            await aftersales.returns.exchange(ReturnId(return_id), label, store_id=store.id)
        except DomainError as error:
            form = form.refuse(error)
        else:
            back = f"/console/{store.slug}/returns/{return_id}"
            return render.see_other(back, N_("The replacement is on its way."))
    page = await _return_page(store, ReturnId(return_id), orders, aftersales, form)
    return render(page, status_code=422)


@get("/console/{slug:str}/complaints")
async def complaints_page(
    *,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    aftersales: Service[AfterSales],
    only: FromQuery[str] = "",
    before: FromQuery[UUID | None] = None,
) -> Html:
    store = await packers_store(slug, viewer, stores)
    shows_all = only == "all"
    found = await aftersales.complaints.of_store(
        store.id, is_open=not shows_all, before=ComplaintId(before) if before else None
    )
    here = f"/console/{store.slug}/complaints?only={'all' if shows_all else 'open'}"
    return render(
        ComplaintsPage(
            store=store,
            complaints=[complaint_view(one, store.currency) for one in found],
            satisfaction=await aftersales.ratings.satisfaction(store.id),
            shows_all=shows_all,
            older=f"{here}&before={found[-1].id}" if len(found) == PAGE_COMPLAINTS else "",
            newer=here if before else "",
        )
    )


@get("/console/{slug:str}/complaints/{complaint_id:uuid}")
async def store_complaint_page(
    *,
    slug: FromPath[str],
    complaint_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    aftersales: Service[AfterSales],
) -> Html:
    store, one = await _own_complaint(slug, complaint_id, viewer, stores, aftersales)
    view = complaint_view(one, store.currency)
    return render(StoreComplaintPage(store=store, one=view, form=Form.blank()))


@post("/console/{slug:str}/complaints/{complaint_id:uuid}")
async def answer_complaint(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    complaint_id: FromPath[UUID],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    aftersales: Service[AfterSales],
) -> Html:
    store, one = await _own_complaint(slug, complaint_id, viewer, stores, aftersales)
    form = await read_form(request, AnswerForm)
    if form.value is not None:
        try:
            refund = refund_in(form.value.refund, store.currency)
            await aftersales.complaints.answer(one.id, form.value.words, refund, store_id=store.id)
        except DomainError as error:
            form = form.refuse(error)
        else:
            here = f"/console/{store.slug}/complaints"
            return render.see_other(here, N_("The buyer has your answer."))
    view = complaint_view(one, store.currency)
    return render(StoreComplaintPage(store=store, one=view, form=form), status_code=422)


def refund_in(text: str, currency: str) -> Money | None:
    """What was typed as an amount; nothing is none."""
    amount = parse_money(text, currency, field="refund") if text else None
    return amount if amount is not None and amount.minor else None


async def _return_page(
    store: Store,
    return_id: ReturnId,
    orders: Orders,
    aftersales: AfterSales,
    form: Form[LabelForm],
) -> StoreReturnPage:
    one = await aftersales.returns.in_store(return_id, store.id)
    order = await orders.in_store(one.order.order_id, store.id)
    view = return_view(one, order)
    return StoreReturnPage(store=store, one=view, may_refuse=view.why != "changed_mind", form=form)


async def _own_complaint(
    slug: str, complaint_id: UUID, viewer: Viewer, stores: Stores, aftersales: AfterSales
) -> tuple[Store, Complaint]:
    store = await packers_store(slug, viewer, stores)
    one = await aftersales.complaints.find(ComplaintId(complaint_id))
    if one.order.store_id != store.id:
        raise NotFound
    return store, one


handlers = (
    returns_page,
    store_return_page,
    accept_return,
    refuse_return,
    receive_return,
    send_replacement,
    complaints_page,
    store_complaint_page,
    answer_complaint,
)
