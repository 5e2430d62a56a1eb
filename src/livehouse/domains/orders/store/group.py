"""The till's own SQL: a whole group in one statement each, on a raw connection (decision 0006)."""

from collections.abc import Sequence

import msgspec
from asyncpg import Record

from livehouse.domains.orders.model import Deal, Known, NewOrder
from livehouse.foundation.facts import Fact
from livehouse.foundation.ids import DealId, OrderId, RunId
from livehouse.storage.database import RawConnection

_KNOWN = """
select o.id, i.offer_id, o.buyer_id, o.state, d.total_minor, d.currency, o.hold_until, o.address_id
from orders o
join deals d on d.id = o.deal_id
join deal_items i on i.deal_id = o.deal_id and i.position = 0
where o.id = any($1::uuid[])
"""
# What is the same for a whole deal travels once, under the deal's number in the group.
_INSERT = """
insert into orders (id, deal_id, store_id, buyer_id, address_id, state, placed_at, hold_until)
select o.id, d.id, d.store_id, o.buyer_id, o.address_id, 'placed', $7, $8
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[]) as o(id, buyer_id, address_id, deal)
join unnest($5::uuid[], $6::uuid[]) with ordinality as d(id, store_id, deal) on d.deal = o.deal
on conflict (id) do nothing
"""
_FACTS = """
insert into facts (kind, run_id, payload)
select * from unnest($1::text[], $2::uuid[], $3::bytea[])
"""

_encode = msgspec.json.Encoder().encode


class RacedByAnother(Exception):
    """Another node wrote one of the group's ids meanwhile: decide the group anew."""


async def known(connection: RawConnection, ids: Sequence[OrderId]) -> dict[OrderId, Known]:
    rows: list[Record] = await connection.fetch(_KNOWN, ids)
    return {row["id"]: Known(*row.values()) for row in rows}


async def write_group(
    connection: RawConnection,
    orders: Sequence[NewOrder],
    facts: Sequence[tuple[RunId, Fact]],
) -> None:
    """Write a decided group and its facts; all of it commits or none. Its deals are there."""
    deals: dict[DealId, Deal] = {order.deal.id: order.deal for order in orders}
    numbers = {deal_id: number for number, deal_id in enumerate(deals, start=1)}
    written = await connection.execute(
        _INSERT,
        [order.buy.id for order in orders],
        [order.buy.buyer_id for order in orders],
        [order.buy.address_id for order in orders],
        [numbers[order.deal.id] for order in orders],
        list(deals),
        [deal.store_id for deal in deals.values()],
        orders[0].placed_at,
        orders[0].hold_until,
    )
    if written != f"INSERT 0 {len(orders)}":
        raise RacedByAnother
    await connection.execute(
        _FACTS,
        [fact.__struct_config__.tag for _, fact in facts],
        [run_id for run_id, _ in facts],
        [_encode(fact) for _, fact in facts],
    )
