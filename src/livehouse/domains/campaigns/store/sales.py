"""Clean sales: of shows, and of the rooms and campaigns in which these count."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Table, Text, bindparam, delete, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, insert

from livehouse.domains.campaigns.model import CampaignId, Entry, Sold
from livehouse.domains.campaigns.tables import (
    campaign_rooms,
    campaign_totals,
    show_sales,
)
from livehouse.foundation.ids import RoomId, RunId, ShowId
from livehouse.foundation.money import Money
from livehouse.storage.database import Transaction
from livehouse.storage.outbox import Cursor, cursors

_TURN = text("""
insert into cursors (subscriber, xid, id) values (:name, :xid, :id)
on conflict (subscriber) do update set xid = excluded.xid, id = excluded.id
where (cursors.xid, cursors.id) = (:read_xid, :read_id)
""")
# All sums anew from those of the shows, in one statement each.
_RECOUNT = (
    """
    insert into campaign_rooms (campaign_id, room_id, currency, sold_minor, units)
    select e.campaign_id, e.room_id, s.currency, sum(s.paid_minor - s.back_minor), sum(s.units)
    from campaign_entries e join show_sales s on s.show_id = e.show_id
    where e.state = 'accepted' and not e.withheld group by 1, 2, 3
    """,
    """
    insert into campaign_totals (campaign_id, currency, sold_minor, units)
    select campaign_id, currency, sum(sold_minor), sum(units) from campaign_rooms group by 1, 2
    """,
)


# Whatever stands below the horizon has been committed or never will be.
_HORIZON = text("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as xid")
_ABOVE = text("""
select run_id, payload from facts
where xid >= pg_snapshot_xmin(pg_current_snapshot()) and run_id is not null and kind = any(:kinds)
""").bindparams(bindparam("kinds", type_=ARRAY(Text)))
_ID_MAX = 2**63 - 1


class RoomSales(Struct, frozen=True):
    room_id: RoomId
    sold: Money
    units: int


async def advance(tx: Transaction, name: str, read: Cursor, to: Cursor) -> bool:
    """Move a subscriber on from where it has read; False if another node has done so."""
    done = await tx.execute(
        _TURN.bindparams(
            name=name, xid=to.xid, id=to.id, read_xid=read.xid, read_id=read.id
        )
    )  # fmt: skip
    return done.rowcount == 1


async def add(tx: Transaction, sold: Sequence[Sold]) -> None:
    """Add to what shows have sold."""
    if sold:
        await _add(
            tx, show_sales, ("show_id", "currency"), ("paid_minor", "back_minor", "units"),
            [
                {
                    "show_id": one.show_id, "currency": one.currency, "units": one.units,
                    "paid_minor": one.paid_minor, "back_minor": one.back_minor,
                }
                for one in sold
            ],
        )  # fmt: skip


async def count_in(tx: Transaction, entries: Sequence[Entry], sold: Sequence[Sold]) -> None:
    """Add sales of shows to the sums of each of `entries`, which the caller has locked."""
    rooms, totals = [], []
    by_show: dict[ShowId, list[Sold]] = {}
    for one in sold:
        by_show.setdefault(one.show_id, []).append(one)
    for entry in entries:
        for one in by_show.get(entry.show_id, ()):
            sums = {"currency": one.currency, "sold_minor": one.clean_minor, "units": one.units}
            rooms.append({"campaign_id": entry.campaign_id, "room_id": entry.room_id} | sums)
            totals.append({"campaign_id": entry.campaign_id} | sums)
    counted = ("sold_minor", "units")
    await _add(tx, campaign_rooms, ("campaign_id", "room_id", "currency"), counted, rooms)
    await _add(tx, campaign_totals, ("campaign_id", "currency"), counted, totals)


async def of_show(tx: Transaction, show_id: ShowId) -> list[Sold]:
    rows = await tx.execute(select(show_sales).where(show_sales.c.show_id == show_id))
    return [
        Sold(ShowId(row.show_id), row.currency, row.paid_minor, row.back_minor, row.units)
        for row in rows
    ]


async def replace_all(tx: Transaction, name: str, sold: Sequence[Sold], to: Cursor) -> None:
    """Put these sums in the place of all that was counted, and read on from `to`."""
    # Who counts or decides meanwhile waits: the order is that of everybody else.
    await tx.execute(text("lock table campaign_entries in share row exclusive mode"))
    for table in (campaign_rooms, campaign_totals, show_sales):
        await tx.execute(delete(table))
    await add(tx, sold)
    for statement in _RECOUNT:
        await tx.execute(text(statement))
    await tx.execute(
        insert(cursors)
        .values(subscriber=name, xid=to.xid, id=to.id)
        .on_conflict_do_update(index_elements=["subscriber"], set_={"xid": to.xid, "id": to.id})
    )


async def horizon(
    tx: Transaction, kinds: Sequence[str]
) -> tuple[Cursor, list[tuple[RunId, bytes]]]:
    """In a snapshot: a place to read on from, and the facts above it that are visible already."""
    xid = (await tx.execute(_HORIZON)).scalar_one()
    rows = await tx.execute(_ABOVE.bindparams(kinds=list(kinds)))
    return Cursor(xid - 1, _ID_MAX), [(RunId(row.run_id), row.payload) for row in rows]


async def board(
    tx: Transaction, campaign_id: CampaignId, currency: str, limit: int
) -> list[RoomSales]:
    rows = await tx.execute(
        select(campaign_rooms)
        .where(
            campaign_rooms.c.campaign_id == campaign_id,
            campaign_rooms.c.currency == currency,
            campaign_rooms.c.sold_minor > 0,
        )
        .order_by(campaign_rooms.c.sold_minor.desc(), campaign_rooms.c.room_id.desc())
        .limit(limit)
    )
    return [
        RoomSales(RoomId(row.room_id), Money(row.currency, row.sold_minor), row.units)
        for row in rows
    ]


async def count_past(
    tx: Transaction, campaign_id: CampaignId, currency: str, minor: int, most: int
) -> int:
    """How many rooms have sold for so much, counted up to `most`."""
    past = (
        select(campaign_rooms.c.room_id)
        .where(
            campaign_rooms.c.campaign_id == campaign_id,
            campaign_rooms.c.currency == currency,
            campaign_rooms.c.sold_minor >= minor,
        )
        .limit(most)
        .subquery()
    )
    found = await tx.execute(select(func.count()).select_from(past))
    return int(found.scalar_one())


async def totals(tx: Transaction, campaign_id: CampaignId) -> list[tuple[Money, int]]:
    """What a campaign has sold in each currency, and how many pieces."""
    rows = await tx.execute(
        select(campaign_totals)
        .where(campaign_totals.c.campaign_id == campaign_id)
        .order_by(campaign_totals.c.currency)
    )
    return [(Money(row.currency, row.sold_minor), row.units) for row in rows]


async def _add(
    tx: Transaction,
    table: Table,
    keys: Sequence[str],
    counted: Sequence[str],
    rows: Sequence[dict[str, Any]],
) -> None:
    """Add up rows of one key, and add them to what is there, in the order of the keys."""
    sums: dict[tuple[object, ...], dict[str, Any]] = {}
    for row in rows:
        key = tuple(row[one] for one in keys)
        before = sums.setdefault(key, dict.fromkeys(counted, 0) | {one: row[one] for one in keys})
        for one in counted:
            before[one] += row[one]
    if not sums:
        return
    statement = insert(table)
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=list(keys),
            set_={one: table.c[one] + statement.excluded[one] for one in counted},
        ),
        [sums[key] for key in sorted(sums, key=str)],
    )
