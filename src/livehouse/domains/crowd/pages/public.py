"""What somebody has earned, and how red packets fell."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from livehouse.domains.crowd.model.drops import Drop, Kind, Packet, amounts
from livehouse.domains.crowd.service import Crowd
from livehouse.domains.stores import Stores
from livehouse.foundation.ids import PacketsId, TradeId
from livehouse.web.guards import require_signed_in
from livehouse.web.handlers import (
    CurrentRender,
    CurrentViewer,
    FromPath,
    Html,
    Page,
    Service,
    get,
)

PACKETS_SHOWN_MAX = 500


class BalanceRow(Struct, frozen=True):
    store_name: str
    points: int


class EntryRow(Struct, frozen=True):
    """`kind` is quiz, packet, draw, battle or trade."""

    store_name: str
    points: int
    kind: str
    at: datetime


class ForPoints(Struct, frozen=True, kw_only=True):
    """A coupon that points buy; `missing` is how many points one has too few."""

    id: TradeId
    store_name: str
    label: str
    points: int
    missing: int
    is_mine: bool


class PointsPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "crowd/points.html"

    trades: list[ForPoints]
    balances: list[BalanceRow]
    entries: list[EntryRow]


class PacketsPage(Page, frozen=True, kw_only=True):
    """`amounts` are those of the first packets, once it is over; `mine` counts from 0, -1 for
    none."""

    template: ClassVar[str] = "crowd/packets.html"

    id: PacketsId
    title: str
    is_points: bool
    count: int
    total: int
    taken: int
    is_over: bool
    commitment: str
    seed: str
    amounts: list[int]
    mine: int
    mine_amount: int


@get("/points")
async def points_page(
    viewer: CurrentViewer, render: CurrentRender, crowd: Service[Crowd], stores: Service[Stores]
) -> Html:
    """What the viewer has at each store."""
    person_id = require_signed_in(viewer)
    account = await crowd.rewards.account(person_id)
    offered = await crowd.trades.open_to(person_id, account.balances.keys())
    names = {
        store_id: (await stores.store(store_id)).name
        for store_id in {*account.balances, *(one.store_id for one in account.entries)}
    }
    balances = [BalanceRow(names[one], points) for one, points in account.balances.items()]
    return render(
        PointsPage(
            trades=[
                ForPoints(
                    id=one.trade.id,
                    store_name=names[one.trade.store_id],
                    label=one.trade.label,
                    points=one.trade.points,
                    missing=max(0, one.trade.points - account.balances[one.trade.store_id]),
                    is_mine=one.is_mine,
                )
                for one in offered
                if one.is_mine or one.left
            ],
            balances=sorted(balances, key=lambda row: (-row.points, row.store_name)),
            entries=[
                EntryRow(names[one.store_id], one.points, one.kind, one.at)
                for one in account.entries
            ],
        )
    )


@get("/packets/{drop_id:uuid}")
async def packets_page(
    drop_id: FromPath[UUID], viewer: CurrentViewer, render: CurrentRender, crowd: Service[Crowd]
) -> Html:
    """What was promised, what was in the packets, and which one was the viewer's."""
    drop = await crowd.drops.found(PacketsId(drop_id))
    mine = await crowd.drops.mine(drop.id, viewer.person_id) if viewer.person_id else None
    return render(_packets(drop, mine))


def _packets(drop: Drop, mine: Packet | None) -> PacketsPage:
    is_over = drop.ended_at is not None
    is_points = drop.kind is Kind.POINTS
    parts = amounts(drop.seed, drop.total, drop.count) if is_over and is_points else []
    return PacketsPage(
        id=drop.id,
        title=drop.title,
        is_points=is_points,
        count=drop.count,
        total=drop.total,
        taken=drop.taken,
        is_over=is_over,
        commitment=drop.commitment,
        seed=drop.seed.hex() if is_over else "",
        amounts=parts[:PACKETS_SHOWN_MAX],
        mine=mine.number if mine else -1,
        mine_amount=mine.amount if mine else 0,
    )


handlers = (points_page, packets_page)
