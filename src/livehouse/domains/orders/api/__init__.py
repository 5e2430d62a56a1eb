"""Orders over HTTP: buying, looking, a show's numbers, and what payment providers say."""

from uuid import UUID

from litestar import MediaType
from litestar.response import Response
from msgspec.json import Decoder

from livehouse.domains.fairness import prove
from livehouse.domains.orders.api import checkout, waiting
from livehouse.domains.orders.model import SOLD_STATES, STATES, Buy, NewOrder
from livehouse.domains.orders.ports import Rooms
from livehouse.domains.orders.service import (
    Openings,
    Orders,
    Payments,
    Refunds,
    Till,
)
from livehouse.domains.orders.service.desk import PAGE_ORDERS
from livehouse.domains.orders.wire import (
    CountedFrame,
    FailedRefundList,
    OrderBought,
    OrderInfo,
    OrderList,
    PaymentBegun,
    PlaceOrder,
    RefundInfo,
    RoomCounts,
    ShowNumbers,
    StartPayment,
    bought,
    failed_refund_info,
    order_id_of,
    order_info,
    refund_info,
)
from livehouse.domains.orders.wire.openings import EntrantProof, OpeningRecord, opening_record
from livehouse.domains.shows import Shows
from livehouse.domains.stores import Stores
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import OpeningId, OrderId
from livehouse.web.guards import own_show, require_operator, require_signed_in
from livehouse.web.handlers import (
    AnyRequest,
    CurrentViewer,
    FromPath,
    FromQuery,
    JSONBody,
    Service,
    get,
    limited,
    post,
)
from livehouse.web.limits import OPENINGS, ORDERS

READ = {"scope": "orders:read"}
WRITE = {"scope": "orders:write"}

_decode_counts = Decoder(CountedFrame).decode


@post("/api/orders", guards=[limited(ORDERS)], opt=WRITE)
async def place_order(
    data: JSONBody[PlaceOrder], viewer: CurrentViewer, till: Service[Till]
) -> Response[OrderBought]:
    """Buy. 201 for a new order, 200 for one that was placed before under the same id."""
    buyer_id = require_signed_in(viewer)
    decision = await till.buy_and_wait(
        Buy(
            id=data.id,
            wish=((data.offer_id, data.quantity),),
            buyer_id=buyer_id,
            address_id=viewer.default_address_id,
            shown_as=viewer.shown_as,
            coupon_ids=data.coupon_ids,
            expects_minor=data.expects_minor,
            country=viewer.default_country,
        )
    )
    return Response(bought(decision), status_code=201 if isinstance(decision, NewOrder) else 200)


@get("/api/orders", opt=READ)
async def list_orders(
    viewer: CurrentViewer, orders: Service[Orders], before: FromQuery[UUID | None] = None
) -> OrderList:
    """The viewer's own orders, the newest first."""
    found = await orders.of_buyer(
        require_signed_in(viewer), before=OrderId(before) if before else None
    )
    following = str(found[-1].id) if len(found) == PAGE_ORDERS else ""
    return OrderList([order_info(order) for order in found], following)


@get("/api/orders/{order_id:str}", opt=READ)
async def read_order(
    order_id: FromPath[str], viewer: CurrentViewer, orders: Service[Orders]
) -> OrderInfo:
    buyer_id = require_signed_in(viewer)
    return order_info(await orders.order(order_id_of(order_id), buyer_id=buyer_id))


@post("/api/orders/{order_id:str}/cancel", status_code=200, opt=WRITE)
async def cancel_order(
    order_id: FromPath[str], viewer: CurrentViewer, orders: Service[Orders]
) -> OrderInfo:
    """Let go of an order that is not paid; its goods are free for others at once."""
    buyer_id = require_signed_in(viewer)
    return order_info(await orders.cancel(order_id_of(order_id), buyer_id=buyer_id))


@post("/api/orders/{order_id:str}/payments", guards=[limited(ORDERS)], opt=WRITE)
async def start_payment(
    order_id: FromPath[str],
    data: JSONBody[StartPayment],
    viewer: CurrentViewer,
    payments: Service[Payments],
) -> PaymentBegun:
    """Begin to pay. The goods are held a little longer for who is at the provider already."""
    buyer_id = require_signed_in(viewer)
    go_on = await payments.begin(order_id_of(order_id), buyer_id=buyer_id, provider=data.provider)
    return PaymentBegun(go_on.url)


@get("/api/shows/{slug:str}/numbers", opt=READ)
async def show_numbers(
    *,
    slug: FromPath[str],
    viewer: CurrentViewer,
    shows: Service[Shows],
    stores: Service[Stores],
    orders: Service[Orders],
    gateway: Service[Rooms],
) -> ShowNumbers:
    """What the show's current run has sold, and who is there."""
    show = await own_show(viewer, shows, slug)
    store = await stores.store(show.room.store_id)
    run = show.run
    found = await orders.numbers(run.id, since=run.started_at) if run is not None else {}
    frame = await gateway.latest(run.id) if run is not None and run.on else None
    counts = _decode_counts(frame).state.counts if frame else RoomCounts()
    sums = {state: found.get(state, (0, 0)) for state in STATES}
    return ShowNumbers(
        viewers=counts.viewers,
        likes=counts.likes,
        orders=sum(count for count, _ in sums.values()),
        paid=sum(sums[state][0] for state in SOLD_STATES),
        waiting=sums["placed"][0],
        cancelled=sums["cancelled"][0],
        expired=sums["expired"][0],
        refunded=sums["refunded"][0],
        revenue_minor=sum(sums[state][1] for state in SOLD_STATES),
        waiting_minor=sums["placed"][1],
        currency=store.currency,
    )


@get("/api/operator/refunds", opt=READ)
async def failed_refunds(viewer: CurrentViewer, refunds: Service[Refunds]) -> FailedRefundList:
    """Money that should have gone back and did not, the oldest first, for operators."""
    require_operator(viewer)
    return FailedRefundList(
        [
            failed_refund_info(one.refund, one.order_id, one.provider)
            for one in await refunds.failed()
        ]
    )


@post("/api/operator/refunds/{refund_id:uuid}/again", status_code=200, opt=WRITE)
async def send_refund_again(
    refund_id: FromPath[UUID], viewer: CurrentViewer, refunds: Service[Refunds]
) -> RefundInfo:
    """Send a failed refund once more; asked twice, it is sent once."""
    require_operator(viewer)
    return refund_info(await refunds.again(refund_id))


@post(
    "/api/payments/{provider:str}/notices",
    status_code=200,
    opt={"csrf": False},
    media_type=MediaType.TEXT,
)
async def hear_notice(
    request: AnyRequest, provider: FromPath[str], payments: Service[Payments]
) -> str:
    """A provider's word on a payment or a refund, signed as that provider does.

    The same notice again changes nothing and gets the same answer, the word that Alipay waits
    for; others only look at the status. What does not concern this house is taken and ignored.
    """
    headers = {name.lower(): value for name, value in request.headers.items()}
    await payments.hear_signed(provider, await request.body(), headers)
    return "success"


@get("/api/openings/{opening_id:str}", guards=[limited(OPENINGS)], opt={"public": True})
async def read_opening(
    opening_id: FromPath[str], openings: Service[Openings]
) -> Response[OpeningRecord]:
    """A fair opening with everything that a check of it needs; for everybody."""
    opening, entries = await openings.record(_opening_id(opening_id))
    kept = "public, max-age=3600" if opening.stage.is_over else "no-store"
    return Response(opening_record(opening, entries), headers={"Cache-Control": kept})


@get(
    "/api/openings/{opening_id:str}/entrants/{name:str}",
    guards=[limited(OPENINGS)],
    opt={"public": True},
)
async def prove_entrant(
    opening_id: FromPath[str], name: FromPath[str], openings: Service[Openings]
) -> EntrantProof:
    """That somebody is in an opening's list, shown with a few hashes instead of all of it."""
    opening, entries = await openings.record(_opening_id(opening_id))
    entrants = [entry.entrant for entry in entries]
    proof = prove(entrants, name)
    if proof is None:
        raise NotFound
    return EntrantProof(opening.root, next(one for one in entrants if one.id == name), proof)


def _opening_id(text: str) -> OpeningId:
    return OpeningId(order_id_of(text))


routes = [
    place_order,
    list_orders,
    read_order,
    cancel_order,
    start_payment,
    show_numbers,
    failed_refunds,
    send_refund_again,
    hear_notice,
    read_opening,
    prove_entrant,
    *checkout.handlers,
    *waiting.handlers,
]
