"""Sending, in the store's console: many orders at once, one in parts, slips, files of parcels."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from livehouse.domains.aftersales.model.parcels import (
    Label,
)
from livehouse.domains.aftersales.model.tracking import FILE_BYTES_MAX, RowReport
from livehouse.domains.aftersales.pages.bench import Bench, LabelForm, RowLine
from livehouse.domains.aftersales.pages.buyer import refused
from livehouse.domains.aftersales.pages.views import typed_pieces
from livehouse.domains.aftersales.service import AfterSales
from livehouse.domains.orders import (
    PAGE_ORDERS,
    Orders,
    Sought,
    order_id_of,
)
from livehouse.domains.people import People
from livehouse.domains.stores import Store, Stores
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import OrderId
from livehouse.foundation.roles import Role
from livehouse.foundation.text import N_
from livehouse.web.forms import Form, Upload, read_form
from livehouse.web.guards import own_store
from livehouse.web.handlers import (
    AnyRequest,
    CurrentRender,
    CurrentViewer,
    FromPath,
    FromQuery,
    Html,
    Service,
    get,
    post,
)
from livehouse.web.identity import Viewer
from livehouse.web.rendering import Render

SLIPS_MAX = 100


class FileForm(Struct):
    file: Upload


@get("/console/{slug:str}/shipping")
async def shipping_page(  # noqa: PLR0913 - each is found by its name
    *,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    orders: Service[Orders],
    people: Service[People],
    aftersales: Service[AfterSales],
    before: FromQuery[UUID | None] = None,
) -> Html:
    """The orders that wait for their parcels."""
    store = await packers_store(slug, viewer, stores)
    bench = Bench(store, viewer, people, aftersales)
    found = await orders.of_store(
        store.id, before=OrderId(before) if before else None, sought=Sought(state="paid")
    )
    return render(await bench.page(found, is_first=before is None))


@post("/console/{slug:str}/shipping")
async def ship_many(  # noqa: PLR0913 - each is found by its name
    *,
    request: AnyRequest,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    orders: Service[Orders],
    people: Service[People],
    aftersales: Service[AfterSales],
) -> Html:
    """Send every order whose number was typed; those that fail stay with a word beside them."""
    store = await packers_store(slug, viewer, stores)
    bench = Bench(store, viewer, people, aftersales)
    sent = await request.form()
    carrier = str(sent.get("carrier", "")).strip()
    typed = {
        name.removeprefix("tracking-"): str(value).strip()
        for name, value in sent.items()
        if name.startswith("tracking-") and isinstance(value, str) and value.strip()
    }
    errors: dict[OrderId, str] = {}
    for text, tracking in list(typed.items())[:PAGE_ORDERS]:
        order_id = order_id_of(text)
        label = Label(carrier, tracking)
        try:
            await aftersales.shipping.ship(order_id, label, store_id=store.id)
        except DomainError as error:
            errors[order_id] = render.translator.refusal(error)
    done = len(typed) - len(errors)
    if not errors:
        words = N_("{count} sent.") if typed else N_("Type the number of at least one parcel.")
        kind = "good" if typed else "warn"
        here = f"/console/{store.slug}/shipping"
        return render.see_other(here, words, kind=kind, count=done)
    found = await orders.of_store(store.id, sought=Sought(state="paid"))
    tracking_of = {OrderId(UUID(text)): tracking for text, tracking in typed.items()}
    page = await bench.page(found, carrier=carrier, typed=tracking_of, errors=errors)
    return render(page, status_code=422)


@post("/console/{slug:str}/shipping/file", request_max_body_size=FILE_BYTES_MAX + 2**16)
async def ship_by_file(  # noqa: PLR0913 - each is found by its name
    *,
    request: AnyRequest,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    orders: Service[Orders],
    people: Service[People],
    aftersales: Service[AfterSales],
) -> Html:
    """Take a CSV of parcels; the answer is a report of every row."""
    store = await packers_store(slug, viewer, stores)
    bench = Bench(store, viewer, people, aftersales)
    here = f"/console/{store.slug}/shipping"
    form = await read_form(request, FileForm)
    if form.value is None:
        return render.see_other(here, N_("Choose a CSV file first."), kind="warn")
    try:
        reports = await aftersales.tracking.take(form.value.file.content, store_id=store.id)
    except DomainError as error:
        return refused(render, error, here)
    found = await orders.of_store(store.id, sought=Sought(state="paid"))
    return render(await bench.page(found, report=_lines(render, reports)))


@get("/console/{slug:str}/packing-slips")
async def slips_page(  # noqa: PLR0913 - each is found by its name
    *,
    request: AnyRequest,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    orders: Service[Orders],
    people: Service[People],
    aftersales: Service[AfterSales],
) -> Html:
    """Slips to print, one for each order chosen."""
    store = await packers_store(slug, viewer, stores)
    bench = Bench(store, viewer, people, aftersales)
    chosen = request.query_params.getall("order", [])[:SLIPS_MAX]
    found = [await orders.in_store(order_id_of(text), store.id) for text in chosen]
    if not found:
        return render.see_other(
            f"/console/{store.slug}/shipping", N_("Choose at least one order."), kind="warn"
        )
    return render(await bench.slips(found))


@get("/console/{slug:str}/orders/{order_id:str}/ship")
async def ship_page(  # noqa: PLR0913 - each is found by its name
    *,
    slug: FromPath[str],
    order_id: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    orders: Service[Orders],
    people: Service[People],
    aftersales: Service[AfterSales],
) -> Html:
    """One order, all of it or in parts."""
    store = await packers_store(slug, viewer, stores)
    order = await orders.in_store(order_id_of(order_id), store.id)
    bench = Bench(store, viewer, people, aftersales)
    return render(await bench.one(order, Form.blank()))


@post("/console/{slug:str}/orders/{order_id:str}/ship")
async def ship_one(  # noqa: PLR0913 - each is found by its name
    *,
    request: AnyRequest,
    slug: FromPath[str],
    order_id: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    orders: Service[Orders],
    people: Service[People],
    aftersales: Service[AfterSales],
) -> Html:
    store = await packers_store(slug, viewer, stores)
    order = await orders.in_store(order_id_of(order_id), store.id)
    bench = Bench(store, viewer, people, aftersales)
    form = await read_form(request, LabelForm)
    if form.value is None:
        return render(await bench.one(order, form), status_code=422)
    pieces = await typed_pieces(request, range(len(order.deal.items)))
    label = Label(form.value.carrier, form.value.tracking)
    try:
        await aftersales.shipping.ship(order.id, label, store_id=store.id, pieces=pieces)
    except DomainError as error:
        return render(await bench.one(order, form.refuse(error)), status_code=422)
    return render.see_other(f"/console/{store.slug}/orders/{order.id}", N_("It is on its way."))


@post("/console/{slug:str}/orders/{order_id:str}/leave-out")
async def leave_out(  # noqa: PLR0913 - each is found by its name
    *,
    request: AnyRequest,
    slug: FromPath[str],
    order_id: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    stores: Service[Stores],
    orders: Service[Orders],
    aftersales: Service[AfterSales],
) -> Html:
    """Refund pieces that cannot be sent."""
    store = await packers_store(slug, viewer, stores)
    order = await orders.in_store(order_id_of(order_id), store.id)
    pieces = await typed_pieces(request, range(len(order.deal.items)))
    try:
        await aftersales.shipping.leave_out(order.id, pieces, store_id=store.id)
    except DomainError as error:
        return refused(render, error, f"/console/{store.slug}/orders/{order.id}/ship")
    return render.see_other(
        f"/console/{store.slug}/orders/{order.id}", N_("The buyer gets that money back.")
    )


async def packers_store(slug: str, viewer: Viewer, stores: Stores) -> Store:
    """The store, for those who may see names and addresses there."""
    return await own_store(viewer, stores, slug, Role.EDITOR)


def _lines(render: Render, reports: Sequence[RowReport]) -> list[RowLine]:
    words = render.translator
    found = []
    for one in reports:
        params = {name: words.text(value) for name, value in one.params.items()}
        reason = words.text(one.message).format(**params) if one.message else ""
        found.append(RowLine(one.line, one.order, one.outcome.value, reason))
    return found


handlers = (
    shipping_page,
    ship_many,
    ship_by_file,
    slips_page,
    ship_page,
    ship_one,
    leave_out,
)
