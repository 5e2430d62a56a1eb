"""What a buyer does after the order: say that it came, rate it, complain, call it off."""

from collections.abc import Awaitable
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from livehouse.domains.aftersales.model import complaints as rules
from livehouse.domains.aftersales.model import ratings
from livehouse.domains.aftersales.model.complaints import About
from livehouse.domains.aftersales.pages.views import ComplaintView, complaint_view
from livehouse.domains.aftersales.service import AfterSales
from livehouse.domains.orders import Closed, Delivered, Order, Orders, number_of, order_id_of
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.ids import OrderId
from livehouse.foundation.text import N_
from livehouse.web.forms import Form, read_form
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
from livehouse.web.rendering import Render


class RatingForm(Struct):
    score: Annotated[int, Meta(ge=1, le=ratings.BEST)]
    words: Annotated[str, Meta(max_length=ratings.WORDS_MAX)] = ""


class ComplaintForm(Struct):
    about: Literal["not_arrived", "not_as_shown", "return_refused", "other"]
    words: Annotated[str, Meta(min_length=1, max_length=rules.WORDS_MAX)]


class RatingPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "aftersales/rating.html"

    order_id: OrderId
    number: str
    title: str
    is_rated: bool
    form: Form[RatingForm]


class ComplaintPage(Page, frozen=True, kw_only=True):
    """`complaints` are those there were, the newest first; `open_one` is being worked on."""

    template: ClassVar[str] = "aftersales/complaint.html"

    order_id: OrderId
    number: str
    complaints: list[ComplaintView]
    may_complain: bool
    form: Form[ComplaintForm]


@post("/orders/{order_id:str}/received")
async def received(
    order_id: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    aftersales: Service[AfterSales],
) -> Html:
    buyer_id = require_signed_in(viewer)
    found = order_id_of(order_id)
    work = aftersales.shipping.confirm(found, buyer_id=buyer_id)
    return await done(render, work, f"/orders/{found}", N_("Thank you! How do you like it?"))


@post("/orders/{order_id:str}/call-off")
async def call_off(
    order_id: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    aftersales: Service[AfterSales],
) -> Html:
    buyer_id = require_signed_in(viewer)
    found = order_id_of(order_id)
    work = aftersales.shipping.call_off(found, buyer_id=buyer_id)
    return await done(
        render,
        work,
        f"/orders/{found}",
        N_("The order is called off. Your money goes back the way you paid."),
    )


@get("/orders/{order_id:str}/rating")
async def rating_page(
    order_id: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    orders: Service[Orders],
    aftersales: Service[AfterSales],
) -> Html:
    order = await own(order_id, viewer, orders)
    return render(await _rating_page(aftersales, order, Form.blank()))


@post("/orders/{order_id:str}/rating")
async def rate(
    *,
    request: AnyRequest,
    order_id: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    orders: Service[Orders],
    aftersales: Service[AfterSales],
) -> Html:
    order = await own(order_id, viewer, orders)
    form = await read_form(request, RatingForm)
    if form.value is None:
        return render(await _rating_page(aftersales, order, form), status_code=422)
    try:
        await aftersales.ratings.rate(
            order.id, form.value.score, form.value.words, buyer_id=order.buyer_id
        )
    except DomainError as error:
        page = await _rating_page(aftersales, order, form.refuse(error))
        return render(page, status_code=422)
    return render.see_other(f"/orders/{order.id}", N_("Thank you for your rating!"))


@get("/orders/{order_id:str}/complaint")
async def complaint_page(
    order_id: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    orders: Service[Orders],
    aftersales: Service[AfterSales],
) -> Html:
    order = await own(order_id, viewer, orders)
    return render(await _complaint_page(aftersales, order, Form.blank()))


@post("/orders/{order_id:str}/complaint")
async def complain(
    *,
    request: AnyRequest,
    order_id: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    orders: Service[Orders],
    aftersales: Service[AfterSales],
) -> Html:
    order = await own(order_id, viewer, orders)
    form = await read_form(request, ComplaintForm)
    if form.value is None:
        return render(await _complaint_page(aftersales, order, form), status_code=422)
    about = About(form.value.about)
    try:
        await aftersales.complaints.complain(
            order.id, about, form.value.words, buyer_id=order.buyer_id
        )
    except DomainError as error:
        page = await _complaint_page(aftersales, order, form.refuse(error))
        return render(page, status_code=422)
    return render.see_other(
        f"/orders/{order.id}/complaint",
        N_("The store has your complaint. If it does not answer in time, the platform decides."),
    )


@post("/orders/{order_id:str}/complaint/{step:str}")
async def answer_complaint(
    *,
    order_id: FromPath[str],
    step: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    orders: Service[Orders],
    aftersales: Service[AfterSales],
) -> Html:
    """Be content with the store's answer, or ask the platform to decide."""
    order = await own(order_id, viewer, orders)
    back = f"/orders/{order.id}/complaint"
    steps = {
        "settle": (aftersales.complaints.settle, N_("Good that it is settled.")),
        "escalate": (aftersales.complaints.escalate, N_("The platform decides now.")),
    }
    open_one = [one for one in await aftersales.complaints.of_order(order.id) if one.is_open]
    if step not in steps or not open_one:
        raise NotFound
    take, words = steps[step]
    return await done(render, take(open_one[0].id, buyer_id=order.buyer_id), back, words)


async def own(order_id: str, viewer: Viewer, orders: Orders) -> Order:
    """The viewer's own order; another's is not there."""
    return await orders.order(order_id_of(order_id), buyer_id=require_signed_in(viewer))


async def done(render: Render, work: Awaitable[object], back: str, words: str) -> Html:
    """Do it and go back with `words`, or with the reason why not."""
    try:
        await work
    except DomainError as error:
        return refused(render, error, back)
    return render.see_other(back, words)


def refused(render: Render, error: DomainError, back: str) -> Html:
    """Go back with the reason; what is not there, is not."""
    if isinstance(error, NotFound):
        raise error
    return render.see_other(back, render.translator.refusal(error), kind="bad")


async def _rating_page(aftersales: AfterSales, order: Order, form: Form[RatingForm]) -> RatingPage:
    if not isinstance(order.state, Delivered | Closed):
        raise NotFound
    return RatingPage(
        order_id=order.id,
        number=number_of(order.id),
        title=order.deal.first.offer.title,
        is_rated=await aftersales.ratings.of_order(order.id) is not None,
        form=form,
    )


async def _complaint_page(
    aftersales: AfterSales, order: Order, form: Form[ComplaintForm]
) -> ComplaintPage:
    found = await aftersales.complaints.of_order(order.id)
    return ComplaintPage(
        order_id=order.id,
        number=number_of(order.id),
        complaints=[complaint_view(one, order.total.currency) for one in found],
        may_complain=not any(one.is_open for one in found),
        form=form,
    )


handlers = (
    received,
    call_off,
    rating_page,
    rate,
    complaint_page,
    complain,
    answer_complaint,
)
