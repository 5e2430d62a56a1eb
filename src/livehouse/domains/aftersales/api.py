"""What comes after the order over HTTP: parcels, carriers' words, files of them, returns."""

from uuid import UUID

from litestar.response import Response

from livehouse.domains.aftersales.model.parcels import Label, ParcelId
from livehouse.domains.aftersales.model.returns import Why, Wish
from livehouse.domains.aftersales.model.tracking import FILE_BYTES_MAX, RowReport
from livehouse.domains.aftersales.service import AfterSales
from livehouse.domains.aftersales.wire import (
    AskReturn,
    Heard,
    HearParcel,
    ParcelInfo,
    ParcelList,
    ReturnInfo,
    ReturnList,
    SatisfactionInfo,
    SendParcel,
    TrackingReport,
    TrackingRowInfo,
    event_in,
    parcel_info,
    pieces_in,
    return_info,
)
from livehouse.domains.orders import Order, Orders, order_id_of
from livehouse.domains.stores import Store, Stores
from livehouse.foundation.roles import Role
from livehouse.web.context import web_of
from livehouse.web.guards import own_store, require_signed_in
from livehouse.web.handlers import (
    AnyRequest,
    CurrentViewer,
    FromPath,
    JSONBody,
    Service,
    get,
    post,
)
from livehouse.web.identity import Viewer, viewer_of

READ = {"scope": "orders:read"}
WRITE = {"scope": "orders:write"}


@post("/api/stores/{slug:str}/orders/{order_id:str}/parcels", opt=WRITE)
async def send_parcel(
    *,
    slug: FromPath[str],
    order_id: FromPath[str],
    data: JSONBody[SendParcel],
    viewer: CurrentViewer,
    stores: Service[Stores],
    aftersales: Service[AfterSales],
) -> Response[ParcelInfo]:
    """Send a parcel. 201 for a new one, 200 for one that was sent before under this number."""
    store = await _store(slug, viewer, stores)
    parcel, is_new = await aftersales.shipping.ship(
        order_id_of(order_id),
        Label(data.carrier, data.tracking),
        store_id=store.id,
        pieces=None if data.pieces is None else pieces_in(data.pieces),
    )
    return Response(parcel_info(parcel), status_code=201 if is_new else 200)


@get("/api/stores/{slug:str}/orders/{order_id:str}/parcels", opt=READ)
async def stores_parcels(
    *,
    slug: FromPath[str],
    order_id: FromPath[str],
    viewer: CurrentViewer,
    stores: Service[Stores],
    orders: Service[Orders],
    aftersales: Service[AfterSales],
) -> ParcelList:
    """The parcels of an order of this store."""
    store = await _store(slug, viewer, stores)
    return await _parcels(aftersales, await orders.in_store(order_id_of(order_id), store.id))


@post("/api/stores/{slug:str}/parcels/{parcel_id:uuid}/events", status_code=200, opt=WRITE)
async def hear_parcel(
    *,
    slug: FromPath[str],
    parcel_id: FromPath[UUID],
    data: JSONBody[HearParcel],
    viewer: CurrentViewer,
    stores: Service[Stores],
    aftersales: Service[AfterSales],
) -> Heard:
    """Tell what the carrier says of a parcel; late and out of order is no matter."""
    store = await _store(slug, viewer, stores)
    parcel = ParcelId(parcel_id)
    return Heard(await aftersales.shipping.hear(parcel, event_in(data), store_id=store.id))


@post(
    "/api/stores/{slug:str}/tracking",
    status_code=200,
    opt=WRITE,
    request_max_body_size=FILE_BYTES_MAX + 2**16,
)
async def take_tracking(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    viewer: CurrentViewer,
    stores: Service[Stores],
    aftersales: Service[AfterSales],
) -> TrackingReport:
    """A CSV of parcels as the body: order, carrier, tracking, and perhaps status, time, place.

    Each row is taken by itself; the report names every one. The same file again changes nothing.
    """
    store = await _store(slug, viewer, stores)
    reports = await aftersales.tracking.take(await request.body(), store_id=store.id)
    return TrackingReport([_row(request, one) for one in reports])


@get("/api/orders/{order_id:str}/parcels", opt=READ)
async def my_parcels(
    order_id: FromPath[str],
    viewer: CurrentViewer,
    orders: Service[Orders],
    aftersales: Service[AfterSales],
) -> ParcelList:
    """The parcels of the viewer's own order, and where they are."""
    return await _parcels(aftersales, await _own(order_id, viewer, orders))


@post("/api/orders/{order_id:str}/returns", opt=WRITE)
async def ask_return(
    *,
    order_id: FromPath[str],
    data: JSONBody[AskReturn],
    viewer: CurrentViewer,
    aftersales: Service[AfterSales],
) -> ReturnInfo:
    """Ask to send pieces of one's own order back."""
    wish = Wish(
        pieces=pieces_in(data.pieces),
        why=Why(data.why),
        note=data.note,
        exchange_for=data.exchange_for,
    )
    buyer_id = require_signed_in(viewer)
    return return_info(await aftersales.returns.ask(order_id_of(order_id), wish, buyer_id=buyer_id))


@get("/api/orders/{order_id:str}/returns", opt=READ)
async def my_returns(
    order_id: FromPath[str],
    viewer: CurrentViewer,
    orders: Service[Orders],
    aftersales: Service[AfterSales],
) -> ReturnList:
    order = await _own(order_id, viewer, orders)
    found = await aftersales.returns.of_order(order.id)
    return ReturnList([return_info(one) for one in found])


@get("/api/stores/{slug:str}/satisfaction", opt={"public": True})
async def satisfaction(
    slug: FromPath[str], stores: Service[Stores], aftersales: Service[AfterSales]
) -> SatisfactionInfo:
    """How content the buyers of a store are."""
    store = await stores.by_slug(slug)
    found = await aftersales.ratings.satisfaction(store.id)
    return SatisfactionInfo(found.ratings, found.average)


async def _store(slug: str, viewer: Viewer, stores: Stores) -> Store:
    return await own_store(viewer, stores, slug, Role.EDITOR)


async def _own(order_id: str, viewer: Viewer, orders: Orders) -> Order:
    return await orders.order(order_id_of(order_id), buyer_id=require_signed_in(viewer))


async def _parcels(aftersales: AfterSales, order: Order) -> ParcelList:
    found = await aftersales.shipping.of_orders([order.id])
    return ParcelList([parcel_info(one) for one in found])


def _row(request: AnyRequest, one: RowReport) -> TrackingRowInfo:
    words = web_of(request).languages.translator(viewer_of(request).language)
    params = {name: words.text(value) for name, value in one.params.items()}
    reason = words.text(one.message).format(**params) if one.message else ""
    return TrackingRowInfo(one.line, one.order, one.outcome.value, one.code, reason)


routes = [
    send_parcel,
    stores_parcels,
    hear_parcel,
    take_tracking,
    my_parcels,
    ask_return,
    my_returns,
    satisfaction,
]
