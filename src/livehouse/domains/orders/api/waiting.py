"""Lines for sold-out offers over HTTP: join, leave, see where one stands."""

from uuid import UUID

from livehouse.domains.offers import UnknownOffer
from livehouse.domains.orders.service import Waiting
from livehouse.domains.orders.wire.waiting import (
    WaitingList,
    WaitingPlace,
    waiting_info,
    waiting_place,
)
from livehouse.foundation.ids import OfferId
from livehouse.web.guards import require_signed_in
from livehouse.web.handlers import CurrentViewer, FromPath, Service, get, limited, post
from livehouse.web.limits import ORDERS

READ = {"scope": "orders:read"}
WRITE = {"scope": "orders:write"}


@post("/api/offers/{offer_id:str}/wait", guards=[limited(ORDERS)], status_code=200, opt=WRITE)
async def join_line(
    offer_id: FromPath[str], viewer: CurrentViewer, waiting: Service[Waiting]
) -> WaitingPlace:
    """Stand in the line for a sold-out offer. When a piece comes back and it is your turn, an order
    is placed for you, which you pay in time or let go; asking again keeps your place."""
    person_id = require_signed_in(viewer)
    place = await waiting.join(
        _id(offer_id),
        person_id,
        address_id=viewer.default_address_id,
        country=viewer.default_country,
    )
    return waiting_place(place)


@post("/api/offers/{offer_id:str}/wait/leave", status_code=204, opt=WRITE)
async def leave_line(
    offer_id: FromPath[str], viewer: CurrentViewer, waiting: Service[Waiting]
) -> None:
    """Wait no longer; what is held for you already stays so until its time is over."""
    await waiting.leave(_id(offer_id), require_signed_in(viewer))


@get("/api/waiting", opt=READ)
async def my_lines(viewer: CurrentViewer, waiting: Service[Waiting]) -> WaitingList:
    """The lines that you stand in, and what is or was held for you, the newest first."""
    found = await waiting.of_person(require_signed_in(viewer))
    return WaitingList([waiting_info(one) for one in found])


def _id(text: str) -> OfferId:
    try:
        return OfferId(UUID(text))
    except ValueError:
        raise UnknownOffer from None


handlers = [join_line, leave_line, my_lines]
