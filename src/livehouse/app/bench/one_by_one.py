"""What the till stands beside: one transaction per order, at its best.

One prepared statement is the whole transaction, so that an order costs one round trip and one
commit: it reads the offer's terms, takes from the allotment and the shelf, writes the order, the
movements and the same two facts; the deal is there, as it is for the till after its first group.
It runs on the same tables with the same constraints, over asyncpg, with as many connections as
serve it best.
"""

import asyncio
from collections.abc import Sequence
from time import perf_counter
from uuid import UUID

import asyncpg
from msgspec import Struct

from livehouse.foundation.clock import SystemClock
from livehouse.foundation.ids import SystemIds

AGAINST = (
    "one transaction per order: one prepared statement over asyncpg, the same tables, constraints"
    " and facts, on the same server after the sale, best of 1 to 32 connections"
)
CONNECTIONS = (1, 2, 4, 8, 16, 32)
# A fact's payload as the till writes it, so that the rooms get the same news.
_ORDER = """
with terms as (
  select o.*, r.id as run_id from offers o
  join runs r on r.show_id = o.show_id and r.ended_at is null
  where o.id = $2 and o.state = 'open'
), allotment as (
  update quotas q set held = q.held + 1, version = q.version + 1
  from terms t where q.id = t.quota_id and q.held + q.spent + 1 <= q.total
  returning q.id, q.total - q.held - q.spent as units, q.version
), shelf as (
  update quotas q set held = q.held + 1, version = q.version + 1
  from terms t where q.id = t.stock_quota_id and q.held + q.spent + 1 <= q.total
  returning q.id, q.total - q.held - q.spent as units, q.version
), placed as (
  insert into orders (id, deal_id, store_id, buyer_id, address_id, state, placed_at, hold_until)
  select $1, $4, t.store_id, $3, null, 'placed', now(), now() + interval '10 minutes'
  from terms t, allotment, shelf
  on conflict (id) do nothing
  returning id
), moved as (
  insert into quota_movements (quota_id, version, kind, amount)
  select id, version, 'hold', 1 from allotment union all
  select id, version, 'hold', 1 from shelf
), told as (
  insert into facts (kind, run_id, payload)
  select f.kind, t.run_id, convert_to(f.payload::text, 'UTF8')
  from placed p, terms t, allotment a, shelf s, lateral (values
    ('orders.placed', json_build_object('type', 'orders.placed', 'offer_id', t.id,
        'orders', 1, 'quantity', 1, 'shown', json_build_array(json_build_array(p.id, 'A***', 1)))),
    ('offers.left_changed', json_build_object('type', 'offers.left_changed', 'offer_id',
        t.id, 'left', least(a.units, s.units), 'version', a.version + s.version))
  ) as f(kind, payload)
)
select count(*) from placed
"""


class Pace(Struct, frozen=True):
    """How fast one number of connections was."""

    connections: int
    orders_per_second: float
    placed: int


async def paces(
    url: str, deals: Sequence[tuple[UUID, UUID]], buyer_ids: Sequence[UUID], *, seconds: float
) -> list[Pace]:
    """Every number of connections, each for so long; `deals` are of offer and deal."""
    return [
        await _pace(url, deals, buyer_ids, seconds=seconds, connections=count)
        for count in CONNECTIONS
    ]


async def _pace(
    url: str,
    deals: Sequence[tuple[UUID, UUID]],
    buyer_ids: Sequence[UUID],
    *,
    seconds: float,
    connections: int,
) -> Pace:
    pool = await asyncpg.create_pool(url, min_size=connections, max_size=connections)
    ids = SystemIds(SystemClock())
    placed = 0

    async def buy(number: int, until: float) -> None:
        nonlocal placed
        async with pool.acquire() as connection:
            order = await connection.prepare(_ORDER)
            step = number
            while perf_counter() < until:
                offer, deal = deals[step % len(deals)]
                buyer = buyer_ids[step % len(buyer_ids)]
                written = await order.fetchval(ids.new(), offer, buyer, deal)
                placed += written
                step += connections

    try:
        began = perf_counter()
        async with asyncio.TaskGroup() as tasks:
            for number in range(connections):
                tasks.create_task(buy(number, began + seconds))
        took = perf_counter() - began
    finally:
        await pool.close()
    return Pace(connections, round(placed / took, 1), placed)
