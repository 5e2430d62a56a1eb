"""The till's own SQL: a whole group in one statement each, on a raw connection (decision 0006)."""

from collections.abc import Sequence

import msgspec
from asyncpg import Record

from livehouse.domains.offers import Price
from livehouse.domains.orders.model import Known, NewOrder
from livehouse.foundation.facts import Fact
from livehouse.foundation.ids import OfferId, OrderId, RunId
from livehouse.storage.database import RawConnection

_KNOWN = """
select id, offer_id, buyer_id, state, total_minor, currency, hold_until, address_id
from orders where id = any($1::uuid[])
"""
# The columns that are the same for a whole offer and quantity travel once, as a term's number.
_INSERT = """
insert into orders (id, offer_id, run_id, store_id, buyer_id, address_id, quantity, currency,
                    total_minor, lines, state, placed_at, hold_until)
select o.id, t.offer_id, t.run_id, t.store_id, o.buyer_id, o.address_id, t.quantity,
       left(t.price, 3), t.total_minor, substr(t.price, 5)::jsonb, 'placed', $11, $12
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[]) as o(id, buyer_id, address_id, term)
join unnest($5::uuid[], $6::uuid[], $7::uuid[], $8::int[], $9::bigint[], $10::text[])
     with ordinality as t(offer_id, run_id, store_id, quantity, total_minor, price, term)
     on t.term = o.term
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
    """Write a decided group and its facts; all of it commits or none."""
    terms: dict[tuple[OfferId, int], int] = {}
    columns: list[tuple[NewOrder, Price]] = []
    numbers = []
    for order in orders:
        key = (order.offer.id, order.buy.quantity)
        number = terms.get(key)
        if number is None:
            number = terms[key] = len(terms) + 1
            columns.append((order, order.price))
        numbers.append(number)
    written = await connection.execute(
        _INSERT,
        [order.buy.id for order in orders],
        [order.buy.buyer_id for order in orders],
        [order.buy.address_id for order in orders],
        numbers,
        [order.offer.id for order, _ in columns],
        [order.run_id for order, _ in columns],
        [order.offer.store_id for order, _ in columns],
        [order.buy.quantity for order, _ in columns],
        [price.total.minor for _, price in columns],
        [f"{price.total.currency} {_encode(price.lines).decode()}" for _, price in columns],
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
