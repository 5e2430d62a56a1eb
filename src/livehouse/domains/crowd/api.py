"""Red packets for anybody who wants to check them."""

from uuid import UUID

from livehouse.domains.crowd.service import Crowd
from livehouse.domains.crowd.wire import DropInfo, drop_info
from livehouse.foundation.ids import PacketsId
from livehouse.web.handlers import FromPath, Service, get, limited
from livehouse.web.limits import OPENINGS


@get("/api/packets/{drop_id:uuid}", guards=[limited(OPENINGS)])
async def red_packets(drop_id: FromPath[UUID], crowd: Service[Crowd]) -> DropInfo:
    """What fell and, once it is over, the seed and what was in each packet."""
    return drop_info(await crowd.drops.found(PacketsId(drop_id)))


routes = [red_packets]
