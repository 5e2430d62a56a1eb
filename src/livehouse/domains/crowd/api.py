"""Red packets for anybody who wants to check them; one's own points and what they buy."""

from uuid import UUID

from livehouse.domains.crowd.service import Crowd
from livehouse.domains.crowd.wire import (
    DropInfo,
    PreparePackets,
    SharePromise,
    StorePoints,
    drop_info,
    packets_plan,
    share_promise,
    trade_info,
)
from livehouse.domains.programmes import CueKind, Preparations, PreparedInfo, prepared_info
from livehouse.domains.shows import RUNNING_ROLES
from livehouse.foundation.ids import PacketsId, TradeId
from livehouse.web.guards import own_show, require_signed_in
from livehouse.web.handlers import CurrentViewer, FromPath, JSONBody, Service, get, limited, post
from livehouse.web.limits import OPENINGS


@get("/api/packets/{drop_id:uuid}", guards=[limited(OPENINGS)])
async def red_packets(drop_id: FromPath[UUID], crowd: Service[Crowd]) -> DropInfo:
    """What fell and, once it is over, the seed and what was in each packet."""
    return drop_info(await crowd.drops.found(PacketsId(drop_id)))


@post("/api/shows/{slug:str}/packets/prepared", opt={"scope": "shows:write"})
async def prepare_packets(
    *,
    slug: FromPath[str],
    data: JSONBody[PreparePackets],
    viewer: CurrentViewer,
    crowd: Service[Crowd],
    preparations: Service[Preparations],
) -> PreparedInfo:
    """Keep red packets ready for a cue of the run-sheet, which lets them fall."""
    show = await own_show(viewer, crowd.shows, slug, *RUNNING_ROLES)
    plan = packets_plan(data)
    await crowd.drops.check(show, plan)
    return prepared_info(await preparations.keep(show, CueKind.PACKETS, plan.title, plan))


@get("/api/points", opt={"scope": "orders:read"})
async def my_points(viewer: CurrentViewer, crowd: Service[Crowd]) -> list[StorePoints]:
    """What the viewer has at each store, and which coupons can be had for it."""
    person_id = require_signed_in(viewer)
    account = await crowd.rewards.account(person_id)
    offered = await crowd.trades.open_to(person_id, account.balances.keys())
    return [
        StorePoints(
            store_id,
            points,
            [trade_info(one) for one in offered if one.trade.store_id == store_id],
        )
        for store_id, points in sorted(account.balances.items())
    ]


@post("/api/points/trades/{trade_id:uuid}", status_code=204, opt={"scope": "orders:write"})
async def trade_points(
    trade_id: FromPath[UUID], viewer: CurrentViewer, crowd: Service[Crowd]
) -> None:
    """Give points for a coupon; once each, and asking again changes nothing."""
    await crowd.trades.trade(TradeId(trade_id), require_signed_in(viewer))


@get("/api/shows/{slug:str}/sharing")
async def share_promises(slug: FromPath[str], crowd: Service[Crowd]) -> list[SharePromise]:
    """What the show's store gives for friends who are brought into it."""
    return [share_promise(rule) for rule in await crowd.sharing.promised(slug)]


routes = [red_packets, prepare_packets, my_points, trade_points, share_promises]
